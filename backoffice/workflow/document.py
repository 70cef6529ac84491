"""An attached document: stored, held back until the scanner has seen it, or taken out of its file."""

from datetime import date

from backoffice.models.states import DocumentState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "document"
_HELD = (DocumentState.STORED, DocumentState.QUARANTINED)

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    DocumentState,
    Transition(
        "add", N_("Attach the document"), (), DocumentState.STORED, Permission.DOCUMENT_ADD, by_system=True
    ),
    (
        Transition(
            "quarantine",
            N_("Hold back until it is scanned"),
            (DocumentState.STORED,),
            DocumentState.QUARANTINED,
            Permission.DOCUMENT_ADD,
            by_system=True,
        ),
        Transition(
            "release",
            N_("Release after the scan"),
            (DocumentState.QUARANTINED,),
            DocumentState.STORED,
            Permission.SYSTEM,
        ),
        Transition(
            "remove",
            N_("Remove, keep the file"),
            _HELD,
            DocumentState.REMOVED,
            Permission.DOCUMENT_REMOVE,
            reason_required=True,
            by_system=True,
        ),
        Transition(
            "erase",
            N_("Remove and erase the file"),
            _HELD,
            DocumentState.REMOVED,
            Permission.DOCUMENT_REMOVE,
            reason_required=True,
            by_system=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)

"""One number of a register: reserved for a paper, borne by it, or given up for a reason."""

from datetime import date

from backoffice.models.states import DocumentNumberState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "document_number"

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    DocumentNumberState,
    Transition(
        "reserve",
        N_("Reserve the number"),
        (),
        DocumentNumberState.RESERVED,
        Permission.OFFICIAL_DOCUMENT_ISSUE,
    ),
    (
        Transition(
            "issue",
            N_("Issue the number"),
            (DocumentNumberState.RESERVED,),
            DocumentNumberState.ISSUED,
            Permission.SYSTEM,
        ),
        Transition(
            "cancel",
            N_("Cancel the number"),
            (DocumentNumberState.RESERVED, DocumentNumberState.ISSUED),
            DocumentNumberState.CANCELLED,
            Permission.OFFICIAL_DOCUMENT_ISSUE,
            reason_required=True,
            by_system=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)

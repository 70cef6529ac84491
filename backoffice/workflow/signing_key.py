"""A person's key to sign with: in use, then removed. Not here: what may be signed with it (`signing`)."""

from datetime import date

from backoffice.models.signing_states import SigningKeyState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "signing_key"

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    SigningKeyState,
    # Tokens are entered by the operator, by command.
    Transition(
        "add",
        N_("Add the key"),
        (),
        SigningKeyState.ACTIVE,
        Permission.OFFICIAL_DOCUMENT_SIGN,
        by_system=True,
    ),
    (
        Transition(
            "remove",
            N_("Remove the key"),
            (SigningKeyState.ACTIVE,),
            SigningKeyState.REMOVED,
            Permission.OFFICIAL_DOCUMENT_SIGN,
            by_system=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)

"""The public debtor record: drafted and approved inside, published, amended, and taken down in time.

A record stays visible until it is withdrawn: `withdrawal_due` says that the legal time for taking it down is
running. Two versions: since 1 July 2026 that time is three working days instead of two (the number is in the
rules), and it also runs from a withdrawal of the decision.
"""

from datetime import date
from typing import Protocol

from backoffice.models.states import DebtorRecordState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.permissions import Permission

NAME = "debtor_record"


class _PublicFields(Protocol):
    @property
    def full_name(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def judgment_number(self) -> str | None: ...
    @property
    def judgment_on(self) -> date | None: ...
    @property
    def court_name(self) -> str | None: ...
    @property
    def enforcement_decision_number(self) -> str | None: ...
    @property
    def enforcement_decision_on(self) -> date | None: ...
    @property
    def obligation_code(self) -> str | None: ...
    @property
    def reason_code(self) -> str | None: ...


REQUIRED_FIELDS = (
    "full_name",
    "address",
    "judgment_number",
    "judgment_on",
    "court_name",
    "enforcement_decision_number",
    "enforcement_decision_on",
    "obligation_code",
    "reason_code",
)


def has_public_fields(record: _PublicFields) -> Line | None:
    """Refuse approval and publication while one of the six legal field groups is not complete."""
    missing = [name for name in REQUIRED_FIELDS if not str(getattr(record, name) or "").strip()]
    if not missing:
        return None
    return Line(N_("Public information is missing: %(fields)s."), {"fields": ", ".join(missing)})


_DRAFT = Transition(
    "draft",
    N_("Draft a public record"),
    (),
    DebtorRecordState.DRAFT,
    Permission.DEBTOR_RECORD_DRAFT,
    legal_basis="publication.publish",
    deadline_rule="publication.publish",
    start_events=(StartEvent.NON_ENFORCEABLE_SIGNED,),
    by_system=True,
)
_APPROVE = Transition(
    "approve",
    N_("Approve for publication"),
    (DebtorRecordState.DRAFT,),
    DebtorRecordState.APPROVED,
    Permission.DEBTOR_RECORD_APPROVE,
    legal_basis="publication.publish",
    guard=has_public_fields,
)
_RETURN_TO_DRAFT = Transition(
    "return_to_draft",
    N_("Return to draft"),
    (DebtorRecordState.APPROVED,),
    DebtorRecordState.DRAFT,
    Permission.DEBTOR_RECORD_APPROVE,
    reason_required=True,
)
_PUBLISH = Transition(
    "publish",
    N_("Publish"),
    (DebtorRecordState.APPROVED,),
    DebtorRecordState.PUBLISHED,
    Permission.DEBTOR_RECORD_PUBLISH,
    legal_basis="publication.publish",
    guard=has_public_fields,
    notifies=("debtor_record.published",),
)
_CANCEL = Transition(
    "cancel",
    N_("Cancel before publication"),
    (DebtorRecordState.DRAFT, DebtorRecordState.APPROVED),
    DebtorRecordState.CANCELLED,
    Permission.DEBTOR_RECORD_APPROVE,
    reason_required=True,
)
_NOTE_CHANGE = Transition(
    "note_change",
    N_("Note that information has changed"),
    (DebtorRecordState.PUBLISHED,),
    None,
    Permission.DEBTOR_RECORD_DRAFT,
    legal_basis="publication.amend",
    deadline_rule="publication.amend",
    start_events=(StartEvent.CHANGE_DETERMINED,),
    notifies=("debtor_record.amendment_due",),
)
_AMEND = Transition(
    "amend",
    N_("Amend and publish the change"),
    (DebtorRecordState.PUBLISHED,),
    None,
    Permission.DEBTOR_RECORD_AMEND,
    legal_basis="publication.amend",
    guard=has_public_fields,
    notifies=("debtor_record.amended",),
)
_WITHDRAW = Transition(
    "withdraw",
    N_("Take down"),
    (DebtorRecordState.PUBLISHED, DebtorRecordState.WITHDRAWAL_DUE),
    DebtorRecordState.WITHDRAWN,
    Permission.DEBTOR_RECORD_WITHDRAW,
    legal_basis="publication.withdraw",
    notifies=("debtor_record.withdrawn",),
    reason_required=True,
)
_KEEP_PUBLISHED = Transition(
    "keep_published",
    N_("Keep published after all"),
    (DebtorRecordState.WITHDRAWAL_DUE,),
    DebtorRecordState.PUBLISHED,
    Permission.DEBTOR_RECORD_WITHDRAW,
    reason_required=True,
)

_CAUSES_2015 = (
    StartEvent.TERMINATION_DECIDED,
    StartEvent.OBLIGATION_FULFILLED,
    StartEvent.ENFORCEMENT_CONTINUED,
)


def _order_withdrawal(causes: tuple[StartEvent, ...]) -> Transition:
    """Return the step that starts the legal time for taking down; `causes` are the events of that law."""
    return Transition(
        "order_withdrawal",
        N_("Start the take-down"),
        (DebtorRecordState.PUBLISHED,),
        DebtorRecordState.WITHDRAWAL_DUE,
        Permission.DEBTOR_RECORD_WITHDRAW,
        legal_basis="publication.withdraw",
        deadline_rule="publication.withdraw",
        start_events=causes,
        notifies=("debtor_record.withdrawal_due",),
        by_system=True,
    )


def _steps(causes: tuple[StartEvent, ...]) -> tuple[Transition, ...]:
    return (
        _APPROVE,
        _RETURN_TO_DRAFT,
        _PUBLISH,
        _CANCEL,
        _NOTE_CHANGE,
        _AMEND,
        _order_withdrawal(causes),
        _KEEP_PUBLISHED,
        _WITHDRAW,
    )


WORKFLOW_2015 = Workflow(
    NAME, "2015", date(2015, 9, 1), date(2026, 6, 30), DebtorRecordState, _DRAFT, _steps(_CAUSES_2015)
)
WORKFLOW_2026 = Workflow(
    NAME,
    "2026",
    date(2026, 7, 1),
    None,
    DebtorRecordState,
    _DRAFT,
    _steps((*_CAUSES_2015, StartEvent.NON_ENFORCEABLE_WITHDRAWN)),
)

WORKFLOWS = (WORKFLOW_2015, WORKFLOW_2026)

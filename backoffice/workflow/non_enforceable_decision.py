"""The decision on not yet having conditions: drafted, signed, withdrawn or superseded.

Two versions: only the law in force since 1 July 2026 counts the take-down from a withdrawal of the decision.
"""

from datetime import date
from typing import Protocol

from backoffice.models.states import NonEnforceableState
from backoffice.workflow.enforcement_decision import NumberedDecision, is_numbered
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.permissions import Permission

NAME = "non_enforceable_decision"


class _GroundedDecision(NumberedDecision, Protocol):
    @property
    def ground_code(self) -> str | None: ...


def is_grounded(decision: _GroundedDecision) -> Line | None:
    """Refuse the signature while number, date or ground is missing."""
    if not decision.ground_code:
        return Line(N_("Choose the ground of the law before the decision is signed."))
    return is_numbered(decision)


_DRAFT = Transition(
    "draft",
    N_("Draft a decision on not yet having conditions"),
    (),
    NonEnforceableState.DRAFTED,
    Permission.NON_ENFORCEABLE_DRAFT,
    legal_basis="non_enforceable.decide",
    deadline_rule="non_enforceable.decide",
    start_events=(StartEvent.GROUND_FOUND,),
)
_SIGN = Transition(
    "sign",
    N_("Sign"),
    (NonEnforceableState.DRAFTED,),
    NonEnforceableState.SIGNED,
    Permission.NON_ENFORCEABLE_SIGN,
    legal_basis="non_enforceable.decide",
    guard=is_grounded,
    deadline_rule="publication.publish",
    start_events=(StartEvent.NON_ENFORCEABLE_SIGNED,),
    notifies=("non_enforceable_decision.signed",),
)
_DISCARD = Transition(
    "discard",
    N_("Discard the draft"),
    (NonEnforceableState.DRAFTED,),
    NonEnforceableState.DISCARDED,
    Permission.NON_ENFORCEABLE_DRAFT,
)
_SUPERSEDE = Transition(
    "supersede",
    N_("Replace by a new decision"),
    (NonEnforceableState.SIGNED,),
    NonEnforceableState.SUPERSEDED,
    Permission.NON_ENFORCEABLE_SIGN,
    legal_basis="non_enforceable.decide",
    reason_required=True,
)


def _withdraw(deadline_rule: str | None, start_events: tuple[StartEvent, ...]) -> Transition:
    return Transition(
        "withdraw",
        N_("Withdraw the decision"),
        (NonEnforceableState.SIGNED,),
        NonEnforceableState.WITHDRAWN,
        Permission.NON_ENFORCEABLE_WITHDRAW,
        legal_basis="decision.withdraw",
        deadline_rule=deadline_rule,
        start_events=start_events,
        notifies=("debtor_record.withdrawal_due",),
        reason_required=True,
    )


WORKFLOW_2015 = Workflow(
    NAME,
    "2015",
    date(2015, 9, 1),
    date(2026, 6, 30),
    NonEnforceableState,
    _DRAFT,
    (_SIGN, _DISCARD, _SUPERSEDE, _withdraw(None, ())),
)
WORKFLOW_2026 = Workflow(
    NAME,
    "2026",
    date(2026, 7, 1),
    None,
    NonEnforceableState,
    _DRAFT,
    (
        _SIGN,
        _DISCARD,
        _SUPERSEDE,
        _withdraw("publication.withdraw", (StartEvent.NON_ENFORCEABLE_WITHDRAWN,)),
    ),
)

WORKFLOWS = (WORKFLOW_2015, WORKFLOW_2026)

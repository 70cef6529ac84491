"""The enforcement decision: drafted, signed, withdrawn. One version for both laws."""

from datetime import date
from typing import Protocol

from backoffice.models.states import DecisionState
from backoffice.workflow.enforcement_case import OPENING_RULES, CaseFacts, opening_rule
from backoffice.workflow.engine import RuleChoice, Transition, Workflow
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.permissions import Permission

NAME = "enforcement_decision"


class NumberedDecision(Protocol):
    """A decision that must carry its number and date before it is signed."""

    @property
    def decision_number(self) -> str | None: ...
    @property
    def decided_on(self) -> date | None: ...


def is_numbered(decision: NumberedDecision) -> Line | None:
    """Refuse the signature while number or date is missing."""
    if (decision.decision_number or "").strip() and decision.decided_on:
        return None
    return Line(N_("Give the decision its number and date before it is signed."))


class _DecisionOfCase(Protocol):
    @property
    def case(self) -> CaseFacts: ...


def _of_its_case(decision: _DecisionOfCase) -> str:
    return opening_rule(decision.case)


_BASIS = RuleChoice(OPENING_RULES, _of_its_case)

WORKFLOW = Workflow(
    NAME,
    "2015",
    date(2015, 9, 1),
    None,
    DecisionState,
    Transition(
        "draft",
        N_("Draft an enforcement decision"),
        (),
        DecisionState.DRAFTED,
        Permission.DECISION_DRAFT,
        legal_basis=_BASIS,
    ),
    (
        Transition(
            "sign",
            N_("Sign"),
            (DecisionState.DRAFTED,),
            DecisionState.SIGNED,
            Permission.DECISION_SIGN,
            legal_basis=_BASIS,
            guard=is_numbered,
            deadline_rule="document.notice",
            start_events=(StartEvent.DECISION_ISSUED,),
            notifies=("enforcement_decision.signed",),
        ),
        Transition(
            "discard",
            N_("Discard the draft"),
            (DecisionState.DRAFTED,),
            DecisionState.DISCARDED,
            Permission.DECISION_DRAFT,
        ),
        Transition(
            "withdraw",
            N_("Withdraw the decision"),
            (DecisionState.SIGNED,),
            DecisionState.WITHDRAWN,
            Permission.DECISION_SIGN,
            legal_basis="decision.withdraw",
            notifies=("enforcement_decision.withdrawn",),
            reason_required=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)

"""The enforcement case: from acceptance through verification and enforcement to one of its ends.

Two versions: under the law before 1 July 2026 every case that stays without conditions moves to the separate
ledger; since then only cases opened ex officio do, and a request is returned to the creditor instead.
"""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from backoffice.models.states import CaseOrigin, CaseState
from backoffice.workflow.engine import RuleChoice, Transition, Workflow
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.permissions import Permission

NAME = "enforcement_case"

_BEFORE_ENFORCEMENT = (CaseState.ASSIGNED, CaseState.VOLUNTARY_PERIOD, CaseState.VERIFYING)
_RUNNING = (*_BEFORE_ENFORCEMENT, CaseState.ENFORCING)
_WAITING = (CaseState.NON_ENFORCEABLE, CaseState.SEPARATE_LEDGER)
_STOPPED = (CaseState.POSTPONED, CaseState.SUSPENDED)


class CaseFacts(Protocol):
    """What the steps ask about a case."""

    @property
    def origin(self) -> str: ...


def only_ex_officio(case: CaseFacts) -> Line | None:
    """Refuse the ledger to a case on request (Decree 152/2026 article 22.2)."""
    if case.origin == CaseOrigin.EX_OFFICIO:
        return None
    return Line(N_("Only cases opened ex officio move to the separate ledger; return the request instead."))


def only_on_request(case: CaseFacts) -> Line | None:
    """Refuse the return of a request where nobody has made one (Decree 152/2026 article 22.1)."""
    if case.origin == CaseOrigin.ON_REQUEST:
        return None
    return Line(N_("This case was opened ex officio, so there is no request to return."))


OPENING_RULES = ("decision.on_request", "decision.ex_officio")


def opening_rule(case: CaseFacts) -> str:
    """Return the code of the rule under which the case is taken up: on request, or by the agency itself."""
    return OPENING_RULES[case.origin == CaseOrigin.EX_OFFICIO]


VERIFICATION_RULE, VERIFICATION_RULE_LONG = "verification.repeat", "verification.repeat_long"
# The grounds that say that the debtor's address is not known. The other fact that lengthens the interval, two
# years of prison or more, is not kept: without it the shorter interval holds, which never verifies too late.
_ADDRESS_UNKNOWN = frozenset({"2015_c", "2026_c"})


def verification_rule(ground_codes: Collection[str]) -> str:
    """Return the code of the rule for the next verification of a case with these grounds in force.

    The longer interval holds only when it holds for every debtor of the case.
    """
    is_long = bool(ground_codes) and _ADDRESS_UNKNOWN.issuperset(ground_codes)
    return VERIFICATION_RULE_LONG if is_long else VERIFICATION_RULE


_OPENING = Transition(
    "open",
    N_("Open a case"),
    (),
    CaseState.ACCEPTED,
    Permission.CASE_OPEN,
    legal_basis=RuleChoice(OPENING_RULES, opening_rule),
    deadline_rule="document.notice",
    start_events=(StartEvent.DECISION_ISSUED,),
    # A complete request opens its case by itself (R28).
    by_system=True,
)
_REASSIGN = Transition(
    "reassign",
    N_("Assign another officer"),
    (*_RUNNING, *_WAITING, *_STOPPED),
    None,
    Permission.CASE_ASSIGN,
    notifies=("case.assigned",),
    reason_required=True,
)
_START_VOLUNTARY_PERIOD = Transition(
    "start_voluntary_period",
    N_("Start the period for voluntary performance"),
    (CaseState.ASSIGNED,),
    CaseState.VOLUNTARY_PERIOD,
    Permission.CASE_ENFORCE,
    legal_basis="voluntary_period",
    deadline_rule="voluntary_period",
    start_events=(StartEvent.NOTICE_GIVEN,),
)
_START_VERIFICATION = Transition(
    "start_verification",
    N_("Start verification"),
    (CaseState.ASSIGNED, CaseState.VOLUNTARY_PERIOD, CaseState.ENFORCING),
    CaseState.VERIFYING,
    Permission.CASE_ENFORCE,
    legal_basis="verification.first",
)
_ENFORCE = Transition(
    "enforce",
    N_("Record that there are conditions for enforcement"),
    (CaseState.VERIFYING,),
    CaseState.ENFORCING,
    Permission.CASE_ENFORCE,
)
_DECLARE_NON_ENFORCEABLE = Transition(
    "declare_non_enforceable",
    N_("Record that there are no conditions yet"),
    (CaseState.VERIFYING, CaseState.ENFORCING),
    CaseState.NON_ENFORCEABLE,
    Permission.NON_ENFORCEABLE_SIGN,
    legal_basis="non_enforceable.decide",
    deadline_rule=VERIFICATION_RULE,
    other_deadline_rules=(VERIFICATION_RULE_LONG,),
    start_events=(StartEvent.NON_ENFORCEABLE_SIGNED,),
)
_RECORD_VERIFICATION = Transition(
    "record_verification",
    N_("Record a repeated verification"),
    _WAITING,
    None,
    Permission.CASE_ENFORCE,
    legal_basis=VERIFICATION_RULE,
    deadline_rule=VERIFICATION_RULE,
    other_deadline_rules=(VERIFICATION_RULE_LONG,),
    start_events=(StartEvent.LAST_VERIFIED,),
)
_CONTINUE = Transition(
    "continue_enforcement",
    N_("Continue enforcement"),
    _WAITING,
    CaseState.ENFORCING,
    Permission.CASE_DECIDE,
    legal_basis="verification.new_information",
    deadline_rule="publication.withdraw",
    start_events=(StartEvent.ENFORCEMENT_CONTINUED,),
    notifies=("debtor_record.withdrawal_due",),
)
_COMPLETE = Transition(
    "complete",
    N_("Record full performance"),
    (*_RUNNING, *_WAITING),
    CaseState.COMPLETED,
    Permission.CASE_CLOSE,
    legal_basis="case.end",
    deadline_rule="publication.withdraw",
    start_events=(StartEvent.OBLIGATION_FULFILLED,),
    notifies=("debtor_record.withdrawal_due",),
)


def _decided(name: str, label: str, target: CaseState, legal_basis: str | None) -> Transition:
    """Return a step by which the head stops a running case for a reason."""
    return Transition(
        name, label, _RUNNING, target, Permission.CASE_DECIDE, legal_basis=legal_basis, reason_required=True
    )


def _terminate(legal_basis: str | None) -> Transition:
    return Transition(
        "terminate",
        N_("Terminate enforcement"),
        (CaseState.ACCEPTED, *_RUNNING, *_WAITING, *_STOPPED),
        CaseState.TERMINATED,
        Permission.CASE_CLOSE,
        legal_basis=legal_basis,
        deadline_rule="publication.withdraw",
        start_events=(StartEvent.TERMINATION_DECIDED,),
        notifies=("debtor_record.withdrawal_due",),
        reason_required=True,
    )


def _resume(legal_basis: str | None) -> Transition:
    return Transition(
        "resume",
        N_("Continue after the stop"),
        _STOPPED,
        CaseState.ENFORCING,
        Permission.CASE_DECIDE,
        legal_basis=legal_basis,
    )


_ASSIGN = (
    "assign",
    N_("Assign an officer"),
    (CaseState.ACCEPTED,),
    CaseState.ASSIGNED,
    Permission.CASE_ASSIGN,
)
_TO_LEDGER = (
    "move_to_ledger",
    N_("Move to the separate ledger"),
    (CaseState.NON_ENFORCEABLE,),
    CaseState.SEPARATE_LEDGER,
    Permission.CASE_DECIDE,
)

WORKFLOW_2015 = Workflow(
    NAME,
    "2015",
    date(2015, 9, 1),
    date(2026, 6, 30),
    CaseState,
    _OPENING,
    (
        Transition(*_ASSIGN, notifies=("case.assigned",)),
        _REASSIGN,
        _START_VOLUNTARY_PERIOD,
        _START_VERIFICATION,
        _ENFORCE,
        _DECLARE_NON_ENFORCEABLE,
        _RECORD_VERIFICATION,
        _CONTINUE,
        Transition(*_TO_LEDGER, legal_basis="ledger.move"),
        _decided("postpone", N_("Postpone enforcement"), CaseState.POSTPONED, None),
        _decided("suspend", N_("Suspend enforcement"), CaseState.SUSPENDED, None),
        _resume(None),
        _decided("delegate", N_("Delegate to another agency"), CaseState.DELEGATED, None),
        _COMPLETE,
        _terminate(None),
    ),
    unused=frozenset({CaseState.RETURNED}),
)

WORKFLOW_2026 = Workflow(
    NAME,
    "2026",
    date(2026, 7, 1),
    None,
    CaseState,
    _OPENING,
    (
        Transition(
            *_ASSIGN,
            legal_basis="case.file_open",
            deadline_rule="case.file_open",
            start_events=(StartEvent.OFFICER_ASSIGNED,),
            notifies=("case.assigned",),
        ),
        _REASSIGN,
        _START_VOLUNTARY_PERIOD,
        _START_VERIFICATION,
        _ENFORCE,
        _DECLARE_NON_ENFORCEABLE,
        _RECORD_VERIFICATION,
        _CONTINUE,
        Transition(*_TO_LEDGER, legal_basis="ledger.outcome", guard=only_ex_officio),
        Transition(
            "return_request",
            N_("Return the request to the creditor"),
            (CaseState.NON_ENFORCEABLE,),
            CaseState.RETURNED,
            Permission.CASE_DECIDE,
            legal_basis="ledger.outcome",
            guard=only_on_request,
        ),
        _decided("postpone", N_("Postpone enforcement"), CaseState.POSTPONED, "decision.postpone"),
        _decided("suspend", N_("Suspend enforcement"), CaseState.SUSPENDED, "decision.suspend"),
        _resume("decision.continue"),
        _decided("delegate", N_("Delegate to another agency"), CaseState.DELEGATED, "decision.delegate"),
        _COMPLETE,
        _terminate("decision.terminate"),
    ),
)

WORKFLOWS = (WORKFLOW_2015, WORKFLOW_2026)

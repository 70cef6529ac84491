"""From a request to a case and back: the case opened by itself, number and day of its decision taken back (R28, R86).

Not here: opening cases (`case_intake`), signing decisions (`enforcement_decision`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import EnforcementDecision, OnlineRequest
from backoffice.models.request_states import RequestOutcome, RequestState
from backoffice.models.states import CaseOrigin, ObligationCode, PartyKind, PartyRole
from backoffice.queries.cases import next_case_number
from backoffice.queries.online_requests import request_of_case
from backoffice.services.case_intake import NewCase, NewObligation, NewParty, open_case
from backoffice.services.request_clock import set_clocks
from backoffice.services.request_seal import unseal
from backoffice.services.transition import Step, apply_transition
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS

_AWAITED = frozenset({RequestState.IN_EXAMINATION, RequestState.AWAITING_SIGNATURE})


def forward_to_case(session: Session, actor: Actor, request: OnlineRequest) -> None:
    """Open the case that the request asks for, once; the next free number of the year becomes its number.

    Raises InvalidInputError when somebody takes that number at the same moment, or for what no case can have.
    """
    if request.case_id is not None:
        return
    on, declared = clock.today(), unseal(request)
    machine = Actor(None, "online_support", frozenset({Permission.SYSTEM.value}), actor.scope)
    case = open_case(machine, _new_case(request, declared, next_case_number(request.agency_id, on.year), on))
    request.case_id = case.id
    session.flush()
    write_log(session, actor, request, LogEntry("forward_to_case", request.state, from_state=request.state))


def take_decision_back(session: Session, actor: Actor, decision: EnforcementDecision) -> None:
    """Note number and day of a decision that was signed on the request that its case came from, if any.

    A request that waits for it is then ready to be returned.
    """
    request = request_of_case(session, decision.case_id)
    if request is None:
        return
    found = {"decision_number": decision.decision_number, "decided_on": decision.decided_on}
    if request.state not in _AWAITED:
        request.decision_number, request.decided_on = decision.decision_number, decision.decided_on
        session.flush()
        return
    machine = Actor(actor.user_id, actor.name, frozenset({Permission.SYSTEM.value}), actor.scope)
    version = WORKFLOWS.version(request.workflow_name, clock.today()).version
    changes = {**found, "outcome": RequestOutcome.GRANTED.value, "workflow_version": version}
    taken = apply_transition(session, machine, request, Step("take_decision", changes=changes))
    set_clocks(request, taken, version, {}, clock.today())


def _new_case(request: OnlineRequest, declared: Mapping[str, str], number: str, on: date) -> NewCase:
    amount = declared.get("amount_vnd")
    return NewCase(
        agency_id=request.agency_id,
        case_number=number,
        origin=CaseOrigin.ON_REQUEST,
        judgment_number=declared["judgment_number"],
        judgment_on=date.fromisoformat(declared["judgment_on"]),
        court_name=declared["court_name"],
        accepted_on=on,
        parties=(_party(PartyRole.CREDITOR, declared), _party(PartyRole.DEBTOR, declared)),
        obligations=(
            NewObligation(
                1,
                ObligationCode(declared["obligation_code"]),
                int(amount) if amount else None,
                declared["content"],
            ),
        ),
    )


def _party(role: PartyRole, declared: Mapping[str, str]) -> NewParty:
    """A party as declared; the applicant's own data serve where the applicant is that party."""
    own = declared.get("applicant_role") == role
    born = declared.get("birth_on") if own else None
    kind = declared["applicant_kind"] if own else declared.get(f"{role.value}_kind", PartyKind.PERSON)
    number = declared.get(f"{role.value}_identity_number")
    return NewParty(
        role=role,
        kind=PartyKind(kind),
        full_name=declared[f"{role.value}_name"],
        address=declared[f"{role.value}_address"],
        identity_number=number or (declared["identity_number"] if own else None),
        birth_on=date.fromisoformat(born) if born else None,
        phone=declared.get("phone") if own else None,
    )

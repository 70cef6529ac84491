"""Deeds on decisions on not yet having conditions: draft, sign, discard, withdraw.

A signature makes the draft of the public record and moves the case, in one transaction; a withdrawal ends both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import EnforcementCase, EnforcementObligation, NonEnforceableDecision
from backoffice.models.states import DecisionState
from backoffice.queries.agencies import agency_in_force
from backoffice.queries.cases import WITHOUT_CONDITIONS
from backoffice.queries.decisions import signed_enforcement_decision, signed_non_enforceable_decisions
from backoffice.services.debtor_record import draft_record, end_publication
from backoffice.services.enforcement_case import declare_non_enforceable
from backoffice.services.enforcement_decision import (
    discarded_words,
    free_number,
    refuse_beside_paper,
    withdrawn_words,
)
from backoffice.services.notice_hooks import tell_signed
from backoffice.services.paper_subject import end_papers
from backoffice.services.public_fields import check_ground
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_


@dataclass(frozen=True)
class NewNonEnforceable:
    """A decision to draft: about one obligation, on a coded ground that was found on a day."""

    obligation_id: int
    decision_number: str
    ground_code: str
    ground_found_on: date


def draft_non_enforceable_decision(actor: Actor, new: NewNonEnforceable) -> NonEnforceableDecision:
    """Draft a decision; the legal time for deciding counts from the day the ground was found.

    Raises StateError when the case has no signed enforcement decision, InvalidInputError for a ground that is
    not in force today, a day in the future, or an empty, long or taken number.
    """
    today = clock.today()
    with unit_of_work(actor) as session:
        obligation = load_row(session, EnforcementObligation, new.obligation_id)
        case = load_row(session, EnforcementCase, obligation.case_id)
        enforcement = signed_enforcement_decision(case.id)
        if enforcement is None:
            raise StateError(N_("The case has no signed enforcement decision yet."))
        if new.ground_found_on < enforcement.decided_on:
            raise InvalidInputError("ground_found_on", N_("This day lies before the enforcement decision."))
        check_ground("ground_code", new.ground_code, today)
        agency = agency_in_force(case.agency_id, today)
        decision = NonEnforceableDecision(
            agency_id=agency.id,
            agency_path=agency.path,
            case_id=case.id,
            debtor_id=obligation.debtor_id,
            enforcement_decision_id=enforcement.id,
            obligation_id=obligation.id,
            decision_number=free_number(session, NonEnforceableDecision, agency.id, new.decision_number),
            decided_on=today,
            ground_code=new.ground_code,
            is_sample=case.is_sample,
        )
        open_subject(session, actor, decision, on=new.ground_found_on)
        return decision


def sign_non_enforceable_decision(
    actor: Actor,
    decision_id: int,
    *,
    expected_version: int,
    reason: str | None = None,
    paper_day: date | None = None,
) -> NonEnforceableDecision:
    """Sign the draft: it bears today or the day of its paper, the public record is drafted, and the case moves.

    A signed decision on the same obligation is superseded and its publication ends. Raises InvalidInputError
    when the ground is no longer in force or a public field cannot be published, StateError for the case.
    """
    day = paper_day or clock.today()
    with unit_of_work(actor) as session:
        decision = load_row(session, NonEnforceableDecision, decision_id)
        refuse_beside_paper(session, decision, paper_day)
        changes = {"decided_on": day, "signed_by_id": actor.user_id}
        step = Step("sign", day, reason, expected_version, changes=changes)
        apply_transition(session, actor, decision, step)
        check_ground("ground_code", decision.ground_code, day)
        if decision.enforcement_decision is None:
            raise NotFoundError
        if decision.enforcement_decision.state != DecisionState.SIGNED.value:
            raise StateError(N_("The enforcement decision of this case was withdrawn."))
        _supersede_earlier(session, actor, decision)
        case = load_row(session, EnforcementCase, decision.case_id)
        declare_non_enforceable(session, actor, case, day)
        draft_record(session, actor, decision)
        tell_signed(session, decision)
        return decision


def _supersede_earlier(session: Session, actor: Actor, decision: NonEnforceableDecision) -> None:
    for earlier in signed_non_enforceable_decisions(decision.case_id):
        if earlier.id == decision.id or earlier.obligation_id != decision.obligation_id:
            continue
        apply_transition(session, actor, earlier, Step("supersede", reason=decision.decision_number))
        words = f"Quyết định số {earlier.decision_number} được thay thế bằng quyết định số {decision.decision_number}."
        end_papers(session, actor, earlier, words)
        cause = StartEvent.NON_ENFORCEABLE_WITHDRAWN
        end_publication(session, actor, [earlier], cause, decision.decided_on, decision.decision_number)


def discard_non_enforceable_decision(
    actor: Actor, decision_id: int, *, expected_version: int, reason: str | None = None
) -> NonEnforceableDecision:
    """Throw the draft away with its papers; its number becomes free unless a paper took it into the register."""
    with unit_of_work(actor) as session:
        decision = load_row(session, NonEnforceableDecision, decision_id)
        step = Step("discard", reason=reason, expected_version=expected_version)
        apply_transition(session, actor, decision, step)
        end_papers(session, actor, decision, discarded_words(decision, reason))
        return decision


def withdraw_non_enforceable_decision(
    actor: Actor, decision_id: int, *, expected_version: int, reason: str | None = None
) -> NonEnforceableDecision:
    """Withdraw a signed decision with its papers: its record must be taken down, and enforcement goes on.

    The take-down is due under the rule of today: two working days before 1 July 2026, three since then.
    """
    today = clock.today()
    with unit_of_work(actor) as session:
        decision = load_row(session, NonEnforceableDecision, decision_id)
        step = Step("withdraw", reason=reason, expected_version=expected_version)
        apply_transition(session, actor, decision, step)
        end_papers(session, actor, decision, withdrawn_words(decision, reason))
        words = reason or decision.decision_number
        cause = StartEvent.NON_ENFORCEABLE_WITHDRAWN
        end_publication(session, actor, [decision], cause, today, words)
        case = load_row(session, EnforcementCase, decision.case_id)
        if case.state in WITHOUT_CONDITIONS and not signed_non_enforceable_decisions(case.id):
            apply_transition(session, actor, case, Step("continue_enforcement", reason=words))
            case.next_verification_due_on = None
        return decision

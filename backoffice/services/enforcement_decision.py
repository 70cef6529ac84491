"""Deeds on enforcement decisions: draft, sign, discard, withdraw."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import EnforcementCase, EnforcementDecision, NonEnforceableDecision
from backoffice.models.states import OfficialDocumentKind
from backoffice.queries.agencies import agency_in_force
from backoffice.queries.cases import ENDED
from backoffice.queries.decisions import is_number_taken, open_non_enforceable_decisions
from backoffice.queries.signing import waiting_decision_paper
from backoffice.services.document_number import is_number_cancelled
from backoffice.services.notice_hooks import tell_signed
from backoffice.services.paper_subject import end_papers
from backoffice.services.public_fields import LENGTHS, checked_text
from backoffice.services.request_case import take_decision_back
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.workflow.messages import N_
from backoffice.workflow.official_document import SERIES


def draft_enforcement_decision(actor: Actor, case_id: int, decision_number: str) -> EnforcementDecision:
    """Draft a decision of a running case, in the name of the agency that exists today.

    Raises StateError for a case that has ended, InvalidInputError for an empty, long or taken number.
    """
    today = clock.today()
    with unit_of_work(actor) as session:
        case = load_row(session, EnforcementCase, case_id)
        if case.state in ENDED:
            raise StateError(N_("The case has ended."))
        agency = agency_in_force(case.agency_id, today)
        decision = EnforcementDecision(
            agency_id=agency.id,
            agency_path=agency.path,
            case_id=case.id,
            case=case,
            decision_number=free_number(session, EnforcementDecision, agency.id, decision_number),
            decided_on=today,
            is_sample=case.is_sample,
        )
        open_subject(session, actor, decision)
        return decision


def sign_enforcement_decision(
    actor: Actor,
    decision_id: int,
    *,
    expected_version: int,
    reason: str | None = None,
    paper_day: date | None = None,
) -> EnforcementDecision:
    """Sign the draft; it bears the day of the signature, or the day of its paper when that is signed.

    Raises StateError while a paper of the decision waits: whoever signs that signs the decision.
    """
    with unit_of_work(actor) as session:
        decision = load_row(session, EnforcementDecision, decision_id)
        refuse_beside_paper(session, decision, paper_day)
        day = paper_day or clock.today()
        changes = {"decided_on": day, "signed_by_id": actor.user_id}
        step = Step("sign", day, reason, expected_version, changes=changes)
        apply_transition(session, actor, decision, step)
        tell_signed(session, decision)
        take_decision_back(session, actor, decision)
        return decision


def discard_enforcement_decision(
    actor: Actor, decision_id: int, *, expected_version: int, reason: str | None = None
) -> EnforcementDecision:
    """Throw the draft away with its papers; its number becomes free unless a paper took it into the register."""
    with unit_of_work(actor) as session:
        decision = load_row(session, EnforcementDecision, decision_id)
        step = Step("discard", reason=reason, expected_version=expected_version)
        apply_transition(session, actor, decision, step)
        end_papers(session, actor, decision, discarded_words(decision, reason))
        return decision


def withdraw_enforcement_decision(
    actor: Actor, decision_id: int, *, expected_version: int, reason: str | None = None
) -> EnforcementDecision:
    """Withdraw a signed decision with its papers, for a reason.

    Raises StateError while a decision on not yet having conditions rests on it.
    """
    with unit_of_work(actor) as session:
        decision = load_row(session, EnforcementDecision, decision_id)
        step = Step("withdraw", reason=reason, expected_version=expected_version)
        apply_transition(session, actor, decision, step)
        if open_non_enforceable_decisions(decision.id):
            raise StateError(
                N_("First withdraw the decision on not yet having conditions that rests on this one.")
            )
        end_papers(session, actor, decision, withdrawn_words(decision, reason))
        return decision


def refuse_beside_paper(
    session: Session, decision: EnforcementDecision | NonEnforceableDecision, paper_day: date | None
) -> None:
    """Refuse the signature of a decision beside its paper; `paper_day` is set when the paper itself is signed."""
    if paper_day is None and waiting_decision_paper(session, decision.__tablename__, decision.id):
        raise StateError(
            N_(
                "The paper of this decision waits to be signed. Sign the paper: the decision is signed with it."
            )
        )


def discarded_words(decision: EnforcementDecision | NonEnforceableDecision, reason: str | None) -> str:
    """Why papers and number end with the draft of a decision, as the registers keep it."""
    return f"Dự thảo quyết định số {decision.decision_number} bị hủy bỏ" + (f": {reason}" if reason else ".")


def withdrawn_words(decision: EnforcementDecision | NonEnforceableDecision, reason: str | None) -> str:
    """Why papers and number end with a decision that was in force."""
    return f"Quyết định số {decision.decision_number} bị thu hồi" + (f": {reason}" if reason else ".")


def free_number(
    session: Session,
    kind: type[EnforcementDecision] | type[NonEnforceableDecision],
    agency_id: int,
    number: str,
) -> str:
    """The cleaned number; raises InvalidInputError when it is empty, too long, taken or cancelled this year."""
    text = checked_text("decision_number", number, LENGTHS["enforcement_decision_number"])
    year = clock.today().year
    if is_number_taken(kind, agency_id, text, year):
        raise InvalidInputError("decision_number", N_("Another decision of this year has this number."))
    series = SERIES[OfficialDocumentKind(kind.__tablename__)]
    if is_number_cancelled(session, agency_id, series, year, text):
        raise InvalidInputError(
            "decision_number",
            N_(
                "This number is cancelled in the register of this year and is not given again. Take the next one."
            ),
        )
    return text

"""Deeds on a case that runs: its officer, its course, its end, and corrections of its data.

Not here: opening it (`case_intake`), decisions (their own modules). What ends publication does so here too,
in the same transaction, so that no debtor stays public because somebody forgot a second step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session, joinedload

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import scope_of
from backoffice.access.policy import require
from backoffice.access.roles import Role
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import CaseParty, EnforcementCase, EnforcementObligation
from backoffice.queries.cases import WITHOUT_CONDITIONS, last_event_on, member_with_agency
from backoffice.queries.debtor_records import open_records_about
from backoffice.queries.decisions import signed_non_enforceable_decisions
from backoffice.services.case_intake import NewCase, NewObligation, NewParty, checked_amount, open_case
from backoffice.services.debtor_record import end_publication, follow_change
from backoffice.services.notice_hooks import tell_assigned
from backoffice.services.public_fields import LENGTHS, checked_text
from backoffice.services.rows import check_version, load_row
from backoffice.services.standing_in import acted_for
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.enforcement_case import verification_rule
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

__all__ = [
    "CASE_STEPS",
    "Correction",
    "NewCase",
    "NewObligation",
    "NewParty",
    "assign_officer",
    "change_officer",
    "correct_obligation",
    "correct_party",
    "open_case",
    "take_case_step",
]

# Steps after which a public record must go, with the event from which the law counts.
_ENDS_PUBLICATION = {
    "continue_enforcement": StartEvent.ENFORCEMENT_CONTINUED,
    "complete": StartEvent.OBLIGATION_FULFILLED,
    "terminate": StartEvent.TERMINATION_DECIDED,
}
# Steps with which the agency is done with the case.
_ENDS_CASE = frozenset({"complete", "terminate", "delegate"})
# Steps that a person takes with nothing but a day and a reason. The separate ledger and the return of a request
# are not among them: they need proof of their age, verifications and the absence of new information.
CASE_STEPS = frozenset(
    {
        "start_voluntary_period",
        "start_verification",
        "enforce",
        "record_verification",
        "postpone",
        "suspend",
        "resume",
    }
    | _ENDS_PUBLICATION.keys()
    | _ENDS_CASE
)


@dataclass(frozen=True)
class Correction:
    """What was wrong in a party's public data; None leaves a field as it is."""

    full_name: str | None = None
    address: str | None = None


def assign_officer(
    actor: Actor, case_id: int, officer_id: int, *, expected_version: int, reason: str | None = None
) -> EnforcementCase:
    """Give an accepted case to an enforcement officer who may see it.

    Raises InvalidInputError when the person is no active officer of an agency that reaches the case.
    """
    return _give(actor, case_id, officer_id, Step("assign", reason=reason, expected_version=expected_version))


def change_officer(
    actor: Actor, case_id: int, officer_id: int, *, expected_version: int, reason: str
) -> EnforcementCase:
    """Give a running case to another officer; the history keeps who had it. Raises as `assign_officer`."""
    return _give(
        actor, case_id, officer_id, Step("reassign", reason=reason, expected_version=expected_version)
    )


def _give(actor: Actor, case_id: int, officer_id: int, step: Step) -> EnforcementCase:
    with unit_of_work(actor) as session:
        case = load_row(session, EnforcementCase, case_id)
        apply_transition(session, actor, case, step)
        found = member_with_agency(officer_id, Role.ENFORCEMENT_OFFICER.value)
        if found is None or not scope_of(found[1].id).covers(case.agency_path):
            raise InvalidInputError(
                "officer_id", N_("Choose an active enforcement officer of this case's agency.")
            )
        if case.officer_id == officer_id:
            raise InvalidInputError("officer_id", N_("This officer has the case already."))
        case.officer_id = officer_id
        session.flush()
        tell_assigned(session, case)
        return case


def take_case_step(
    actor: Actor,
    case_id: int,
    name: str,
    *,
    expected_version: int,
    reason: str | None = None,
    on: date | None = None,
) -> EnforcementCase:
    """Take one of CASE_STEPS on the day of its event; the end of a case and of publication follow at once.

    Raises StateError for a step that needs a deed of its own (assigning, declaring without conditions),
    InvalidInputError for a day before the acceptance or before the last event of the case.
    """
    if name not in CASE_STEPS:
        raise StateError(N_("This step is taken in another place: with the officer or with the decision."))
    with unit_of_work(actor) as session:
        case = load_row(session, EnforcementCase, case_id)
        day = on or clock.today()
        latest = last_event_on(case)
        rule = _verification_rule(case) if name == "record_verification" else None
        step = Step(name, on, reason, expected_version, deadline_rule=rule)
        taken = apply_transition(session, actor, case, step)
        _check_order(case, day, latest)
        if name == "record_verification":
            case.next_verification_due_on = taken.due_on
        if name in _ENDS_PUBLICATION:
            decisions = signed_non_enforceable_decisions(case.id)
            words = reason or f"{case.case_number}: {name}"
            end_publication(session, actor, decisions, _ENDS_PUBLICATION[name], day, words)
            case.next_verification_due_on = None
        if name in _ENDS_CASE:
            case.ended_on = day
        if name == "complete":
            _settle(session, case)
        return case


def _check_order(case: EnforcementCase, day: date, latest: date | None) -> None:
    """Refuse a day on which the event cannot have happened: what came before it came earlier or that day."""
    if day < case.accepted_on:
        raise InvalidInputError(
            "on",
            N_("This day lies before the case was accepted on %(day)s."),
            day=f"{case.accepted_on:%d/%m/%Y}",
        )
    if latest is not None and day < latest:
        raise InvalidInputError(
            "on", N_("This day lies before the last event of the case on %(day)s."), day=f"{latest:%d/%m/%Y}"
        )


def _settle(session: Session, case: EnforcementCase) -> None:
    """Nothing is outstanding any more."""
    session.execute(
        update(EnforcementObligation)
        .where(EnforcementObligation.case_id == case.id, EnforcementObligation.amount_vnd.is_not(None))
        .values(outstanding_amount_vnd=0)
    )


def declare_non_enforceable(session: Session, actor: Actor, case: EnforcementCase, on: date) -> None:
    """Let the case stand without conditions after its decision was signed, with the next verification's day.

    A case that stands so already keeps its state: another debtor's decision is signed.
    """
    if case.state in WITHOUT_CONDITIONS:
        return
    step = Step("declare_non_enforceable", on=on, deadline_rule=_verification_rule(case))
    taken = apply_transition(session, actor, case, step)
    case.next_verification_due_on = taken.due_on


def _verification_rule(case: EnforcementCase) -> str:
    """Every six months, or every twelve when no debtor's address is known."""
    return verification_rule({one.ground_code for one in signed_non_enforceable_decisions(case.id)})


def correct_party(
    actor: Actor, party_id: int, correction: Correction, *, expected_version: int, reason: str
) -> CaseParty:
    """Correct name or address of a party; `expected_version` is the case's.

    Open public records follow: drafts are copied anew, published ones must be amended in the legal time.
    """
    require(actor, Permission.CASE_ENFORCE, Permission.CASE_DECIDE)
    with unit_of_work(actor) as session:
        party = load_row(session, CaseParty, party_id, joinedload(CaseParty.case))
        _touch(session, actor, party.case, expected_version, "correct_party", reason)
        if correction.full_name is not None:
            party.full_name = checked_text("full_name", correction.full_name, LENGTHS["full_name"])
        if correction.address is not None:
            party.address = checked_text("address", correction.address, LENGTHS["address"])
        session.flush()
        follow_change(session, actor, open_records_about(debtor_id=party.id), clock.today())
        return party


def correct_obligation(
    actor: Actor, obligation_id: int, outstanding_amount_vnd: int, *, expected_version: int, reason: str
) -> EnforcementObligation:
    """Write what is still to be paid, in đồng; `expected_version` is the case's. Records follow as above."""
    require(actor, Permission.CASE_ENFORCE, Permission.CASE_DECIDE)
    with unit_of_work(actor) as session:
        obligation = load_row(
            session, EnforcementObligation, obligation_id, joinedload(EnforcementObligation.case)
        )
        _touch(session, actor, obligation.case, expected_version, "correct_obligation", reason)
        amount = checked_amount("outstanding_amount_vnd", outstanding_amount_vnd)
        if obligation.amount_vnd is None or (amount or 0) > obligation.amount_vnd:
            raise InvalidInputError(
                "outstanding_amount_vnd", N_("The rest cannot be more than the whole obligation.")
            )
        obligation.outstanding_amount_vnd = amount
        session.flush()
        follow_change(session, actor, open_records_about(obligation_id=obligation.id), clock.today())
        return obligation


def _touch(
    session: Session,
    actor: Actor,
    case: EnforcementCase | None,
    expected_version: int,
    deed: str,
    reason: str,
) -> None:
    """Raise the case's version and write the history of a correction; a reason is required.

    Raises NotFoundError without a case: the scope hides it.
    """
    if case is None:
        raise NotFoundError
    kept = clean_reason(reason)
    if kept is None:
        raise InvalidInputError("reason", N_("Give a reason for the correction."))
    absent = acted_for(actor, case, Permission.CASE_ENFORCE)
    check_version(session, case, expected_version)
    entry = LogEntry(deed, case.state, from_state=case.state, reason=kept, acted_for=absent)
    write_log(session, actor, case, entry)

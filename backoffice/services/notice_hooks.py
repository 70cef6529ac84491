"""Who is told of which deed: the letters of each, left in the transaction of the deed.

Not here: making and sending a message (`notice`, `notice_delivery`), the round of the morning (`notice_digest`).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.roles import Role
from backoffice.models import (
    Absence,
    BackgroundTask,
    DebtorRecord,
    EnforcementAgency,
    EnforcementCase,
    EnforcementDecision,
    NonEnforceableDecision,
    StaffMember,
)
from backoffice.queries.notices import people_with_role
from backoffice.services.notice import Letter, link_to, notify_staff
from backoffice.workflow.notice_events import NoticeEvent


def tell_assigned(session: Session, case: EnforcementCase) -> None:
    """Tell the officer to whom a case was given; called when the officer is on the row."""
    values = {"case_number": case.case_number, "link": link_to(f"cases/show/{case.id}")}
    # Given away and back again is two letters.
    key = f"{case.id}:{case.version}"
    _to_officer(session, NoticeEvent.CASE_ASSIGNED, case, Letter(case, values, key))


def tell_signed(session: Session, decision: EnforcementDecision | NonEnforceableDecision) -> None:
    """Tell the officer of the case that a decision was signed."""
    case = session.get(EnforcementCase, decision.case_id)
    screen = decision.__tablename__.replace("_", "-") + "s"
    values = {
        "case_number": case.case_number if case is not None else "",
        "decision_number": decision.decision_number,
        "decided_on": vietnamese_day(decision.decided_on),
        "link": link_to(f"{screen}/show/{decision.id}"),
    }
    key = f"{decision.__tablename__}:{decision.id}"
    _to_officer(session, NoticeEvent.DECISION_SIGNED, case, Letter(decision, values, key))


def tell_published(session: Session, record: DebtorRecord) -> None:
    """Tell the officer of the case that the record is public."""
    letter = Letter(record, _about(record), str(record.id))
    _to_officer(session, NoticeEvent.RECORD_PUBLISHED, _case_of(session, record), letter)


def tell_withdrawal_due(session: Session, record: DebtorRecord) -> None:
    """Tell the officer and the heads of the agency by when a publication must end; called when the day is known."""
    case = _case_of(session, record)
    values = {**_about(record), "due_on": vietnamese_day(record.withdraw_due_on)}
    letter = Letter(record, values, f"{record.id}:{record.version}")
    _to_officer(session, NoticeEvent.WITHDRAWAL_DUE, case, letter)
    for head in people_with_role(session, Role.HEAD.value, record.agency_path):
        if case is None or head.id != case.officer_id:
            _to_person(session, NoticeEvent.WITHDRAWAL_DUE, head, letter)


def tell_account_made(session: Session, member: StaffMember, agency: EnforcementAgency) -> None:
    """Tell a person that the account was made, never with what password; invented people are told nothing."""
    if not member.is_sample:
        _tell_account(session, NoticeEvent.ACCOUNT_MADE, member, agency)


def tell_password_replaced(session: Session, member: StaffMember, agency: EnforcementAgency) -> None:
    """Tell a person that somebody replaced the password, never by which."""
    _tell_account(session, NoticeEvent.PASSWORD_RESET, member, agency)


def _tell_account(
    session: Session, event: NoticeEvent, member: StaffMember, agency: EnforcementAgency
) -> None:
    values = {
        "username": member.username,
        "recipient_name": member.get_full_name(),
        "agency_name": agency.name,
        "link": link_to(""),
    }
    notify_staff(
        session, event, member, Letter(member, values, f"{member.id}:{member.version}", owner=agency)
    )


def tell_task_ended(session: Session, task: BackgroundTask) -> None:
    """Tell a person that a task has ended, if the person asked for such letters."""
    person = session.get(StaffMember, task.requested_by_id)
    if person is None:
        return
    values = {
        "task_title": str(task.id),
        "recipient_name": person.get_full_name(),
        "agency_name": _agency_name(session, task.agency_id),
        "link": link_to(f"tasks/show/{task.id}"),
    }
    notify_staff(session, NoticeEvent.TASK_FINISHED, person, Letter(task, values, str(task.id)))


def tell_absence(session: Session, event: NoticeEvent, absence: Absence, teller_id: int | None) -> None:
    """Tell the absent person, the deputy and the heads of the agency of an absence; never whoever entered it."""
    member = session.get_one(StaffMember, absence.member_id)
    deputy = session.get_one(StaffMember, absence.deputy_id)
    values = {
        "officer_name": member.get_full_name(),
        "deputy_name": deputy.get_full_name(),
        "first_day": vietnamese_day(absence.from_on),
        "last_day": vietnamese_day(absence.to_on),
        "link": link_to("account/absence/"),
    }
    letter = Letter(absence, values, f"{absence.id}:{absence.version}")
    roles = (Role.HEAD.value, Role.CENTRAL_UNIT_HEAD.value)
    heads = [head for role in roles for head in people_with_role(session, role, absence.agency_path)]
    for person in {person.id: person for person in (member, deputy, *heads)}.values():
        if person.active and person.id != teller_id:
            _to_person(session, event, person, letter)


def vietnamese_day(day: date | None) -> str:
    """A day as letters write it."""
    return f"{day:%d/%m/%Y}" if day else ""


def _about(record: DebtorRecord) -> dict[str, str]:
    return {
        "public_id": record.public_id,
        "decision_number": record.enforcement_decision_number,
        "link": link_to(f"debtor-records/show/{record.id}"),
    }


def _case_of(session: Session, record: DebtorRecord) -> EnforcementCase | None:
    decision = session.get(NonEnforceableDecision, record.decision_id)
    return session.get(EnforcementCase, decision.case_id) if decision is not None else None


def _to_officer(session: Session, event: NoticeEvent, case: EnforcementCase | None, letter: Letter) -> None:
    officer = session.get(StaffMember, case.officer_id) if case is not None and case.officer_id else None
    if officer is not None and officer.active:
        _to_person(session, event, officer, letter)


def _to_person(session: Session, event: NoticeEvent, person: StaffMember, letter: Letter) -> None:
    values = {
        **letter.values,
        "recipient_name": person.get_full_name(),
        "agency_name": _agency_name(session, letter.subject.agency_id),
    }
    notify_staff(session, event, person, Letter(letter.subject, values, letter.key))


def _agency_name(session: Session, agency_id: int) -> str:
    return session.scalar(select(EnforcementAgency.name).where(EnforcementAgency.id == agency_id)) or ""

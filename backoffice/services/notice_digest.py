"""The letter of each working morning: every officer's overdue work and what is due today, one letter a person.

A row a day proves that the round was asked for, and the key of each letter that it was left, so that any number of
schedulers and any repetition make one letter. Not here: which work there is (`queries.due_work`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.queries.calendar import working_calendar
from backoffice.queries.due_work import AMEND, PUBLISH, VERIFICATION, WITHDRAW, DueWork, due_work
from backoffice.queries.notices import is_slot_taken, take_slot
from backoffice.services import outbox
from backoffice.services.notice import Letter, link_to, notice_settings, notify_staff
from backoffice.services.notice_hooks import vietnamese_day
from backoffice.services.transaction import send, unit_of_work
from backoffice.workflow.notice_events import NoticeEvent

JOB = "notice.digest"
MOST_LINES = 30
# After a standstill the morning's letter still leaves until noon; later it would tell of a day that is half over.
_LATEST = timedelta(hours=5)
_WORDS = {
    VERIFICATION: "Xác minh điều kiện thi hành án, hồ sơ",
    PUBLISH: "Công khai thông tin, Quyết định",
    AMEND: "Sửa đổi thông tin đã công khai, Quyết định",
    WITHDRAW: "Chấm dứt công khai, Quyết định",
}


def ask_for_digest(actor: Actor, now: datetime | None = None) -> bool:
    """Ask for today's round when its time has come on a working day, once; whether this call did."""
    moment = (now or clock.now()).astimezone(clock.VIETNAM)
    begin = datetime.combine(moment.date(), notice_settings().digest_at, tzinfo=clock.VIETNAM)
    if not begin <= moment < begin + _LATEST:
        return False
    with unit_of_work(actor) as session:
        day, event = moment.date(), NoticeEvent.DEADLINE_DIGEST.value
        if is_slot_taken(session, event, day) or not working_calendar().is_working(day):
            return False
        if not take_slot(session, event, day):
            return False
        send(session, JOB, day=day.isoformat())
        return True


def write_digests(actor: Actor, message_id: str, day: date) -> None:
    """Leave the letters of a day, and end the message of the round. Letters that were left already stay one."""
    with unit_of_work(actor) as session:
        ids = sorted({work.officer_id for work in due_work(session, until=day)})
    for officer_id in ids:
        with unit_of_work(actor) as session:
            _write(session, officer_id, day)
    outbox.run_once(actor, message_id, lambda _session: None)


def _write(session: Session, officer_id: int, day: date) -> None:
    found = session.execute(
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(StaffMember.id == officer_id, StaffMember.active.is_(True))
    ).first()
    works = due_work(session, officer_id=officer_id, until=day)
    if found is None or not works:
        return
    person, agency = found
    overdue = sum(work.due_on < day for work in works)
    values = {
        "day": vietnamese_day(day),
        "overdue_count": str(overdue),
        "today_count": str(len(works) - overdue),
        "work_lines": _lines(works, day),
        "recipient_name": person.get_full_name(),
        "agency_name": agency.name,
        "link": link_to(""),
    }
    letter = Letter(person, values, f"{officer_id}:{day.isoformat()}", owner=agency)
    notify_staff(session, NoticeEvent.DEADLINE_DIGEST, person, letter)


def _lines(works: Sequence[DueWork], day: date) -> str:
    """One line a piece of work, by kind; more than MOST_LINES are counted, not named."""
    shown, lines = works[:MOST_LINES], []
    for kind, group in groupby(
        sorted(shown, key=lambda work: list(_WORDS).index(work.kind)), lambda work: work.kind
    ):
        for work in group:
            late = f" (quá hạn {(day - work.due_on).days} ngày)" if work.due_on < day else ""
            lines.append(f"- {_WORDS[kind]} {work.number}: hạn {vietnamese_day(work.due_on)}{late}")
    if len(works) > len(shown):
        lines.append(f"- và {len(works) - len(shown)} việc khác")
    return "\n".join(lines)

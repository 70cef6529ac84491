"""The letter of each working morning: every officer's overdue work and what is due today, one letter a person.

Whoever stands in for somebody who is away is told of that work too, and of whose it is; each person is told only of
rows that the person may see.

A row a day proves that the round was asked for, and the key of each letter that it was left, so that any number of
schedulers and any repetition make one letter. Not here: which work there is (`queries.due_work`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.queries.absences import deputies_on, stands_in
from backoffice.queries.calendar import working_calendar
from backoffice.queries.due_work import AMEND, PUBLISH, REQUEST, VERIFICATION, WITHDRAW, DueWork, due_work
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
    REQUEST: "Giải quyết yêu cầu của công dân, hồ sơ số",
    VERIFICATION: "Xác minh điều kiện thi hành án, hồ sơ",
    PUBLISH: "Công khai thông tin, Quyết định",
    AMEND: "Sửa đổi thông tin đã công khai, Quyết định",
    WITHDRAW: "Chấm dứt công khai, Quyết định",
}


@dataclass(frozen=True)
class Morning:
    """What is due by a day for one person: the own work, and that of the absent, whose names stand by their ids."""

    day: date
    works: Sequence[DueWork] = ()
    absent: Mapping[int, str] = field(default_factory=dict)


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
        ids = sorted({work.officer_id for work in due_work(session, until=day)} | set(deputies_on(day)))
    for officer_id in ids:
        morning = _morning_of(actor, officer_id, day)
        if morning.works:
            with unit_of_work(actor) as session:
                _write(session, officer_id, morning)
    outbox.run_once(actor, message_id, lambda _session: None)


def _morning_of(actor: Actor, officer_id: int, day: date) -> Morning:
    """The work that is the person's on the day, as the person may see it; none of somebody who has left."""
    with unit_of_work(actor) as session:
        person = session.get(StaffMember, officer_id)
        reader = actor_of(person) if person is not None else None
    if reader is None or not reader.roles:
        return Morning(day)
    with unit_of_work(reader) as session:
        absent = {one.member_id: one.absentee.get_full_name() for one in stands_in(officer_id, day)}
        works = due_work(session, officer_ids=(officer_id, *absent), until=day)
    return Morning(day, works, absent)


def _write(session: Session, officer_id: int, morning: Morning) -> None:
    found = session.execute(
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(StaffMember.id == officer_id, StaffMember.active.is_(True))
    ).first()
    if found is None:
        return
    (person, agency), works, day = found, morning.works, morning.day
    overdue = sum(work.due_on < day for work in works)
    values = {
        "day": vietnamese_day(day),
        "overdue_count": str(overdue),
        "today_count": str(len(works) - overdue),
        "work_lines": _lines(morning),
        "recipient_name": person.get_full_name(),
        "agency_name": agency.name,
        "link": link_to(""),
    }
    letter = Letter(person, values, f"{officer_id}:{day.isoformat()}", owner=agency)
    notify_staff(session, NoticeEvent.DEADLINE_DIGEST, person, letter)


def _lines(morning: Morning) -> str:
    """One line a piece of work, by kind; more than MOST_LINES are counted, not named."""
    works, day, absent = morning.works, morning.day, morning.absent
    shown, lines = works[:MOST_LINES], []
    for kind, group in groupby(
        sorted(shown, key=lambda work: list(_WORDS).index(work.kind)), lambda work: work.kind
    ):
        for work in group:
            late = f" (quá hạn {(day - work.due_on).days} ngày)" if work.due_on < day else ""
            whose = f", làm thay {absent[work.officer_id]}" if work.officer_id in absent else ""
            lines.append(f"- {_WORDS[kind]} {work.number}: hạn {vietnamese_day(work.due_on)}{late}{whose}")
    if len(works) > len(shown):
        lines.append(f"- và {len(works) - len(shown)} việc khác")
    return "\n".join(lines)

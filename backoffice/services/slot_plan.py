"""Planning the times of a desk: which days, which hours, what is left out and why, and opening them.

Belongs here: plans and their preview. Not here: giving times to people (`appointment`), closing them (`slot_closing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError
from backoffice.models import AppointmentSlot, EnforcementAgency
from backoffice.queries.appointments import lock_agency, slot_spans
from backoffice.queries.calendar import working_calendar
from backoffice.services.public_fields import checked_text
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.calendar import LAST_YEAR, DayOff
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

LONGEST_PLAN = timedelta(days=92)
WHOLE_WEEK = frozenset(range(7))
MOST_A_DAY, MOST_A_PLAN = 60, 1500
DESK_LENGTH = 60


@dataclass(frozen=True)
class SlotPlan:
    """Times of one desk, each `minutes` long, from `opens_at` to `closes_at` on every working day of a span.

    `weekdays` are those on which the desk receives people, Monday is 0; a Saturday that is worked in place of another
    day counts where Saturday is among them. Nothing begins in the `pause` or runs into it.
    """

    agency_id: int
    desk: str
    first_on: date
    last_on: date
    opens_at: time
    closes_at: time
    minutes: int
    weekdays: frozenset[int] = WHOLE_WEEK
    pause: tuple[time, time] | None = None


@dataclass(frozen=True)
class PlannedDay:
    """One day of a plan: how many times are new, how many are there or past already, why it is left out, if it is."""

    day: date
    starts: tuple[datetime, ...]
    left_out: int = 0
    off: DayOff | None = None
    last_end: datetime | None = None


def preview_plan(actor: Actor, plan: SlotPlan) -> Sequence[PlannedDay]:
    """What `plan_slots` would open now, day by day. Raises as `plan_slots`."""
    require(actor, Permission.APPOINTMENT_PLAN)
    _check(plan)
    with unit_of_work(actor) as session:
        load_row(session, EnforcementAgency, plan.agency_id)
        return _checked_days(session, plan)


def plan_slots(actor: Actor, plan: SlotPlan) -> int:
    """Open the times of a plan; days off are left out and times that are there stay. Returns how many are new.

    Raises NotPermittedError, NotFoundError for an agency out of scope, InvalidInputError with the field at fault.
    """
    require(actor, Permission.APPOINTMENT_PLAN)
    _check(plan)
    with unit_of_work(actor) as session:
        agency = load_row(session, EnforcementAgency, plan.agency_id)
        # Two plans at once would each find the desk free: the second waits for what the first has opened. SQLite has
        # no locks on rows; there the entry of the history, written first, holds the others back.
        lock_agency(session, agency.id)
        write_log(session, actor, agency, LogEntry("plan_slots", "planned"), owner=agency)
        session.flush()
        starts = [start for day in _checked_days(session, plan) for start in day.starts]
        session.add_all(_slot(agency, plan, start) for start in starts)
        return len(starts)


def _slot(agency: EnforcementAgency, plan: SlotPlan, start: datetime) -> AppointmentSlot:
    return AppointmentSlot(
        agency_id=agency.id,
        agency_path=agency.path,
        desk=_desk(plan),
        starts_at=start,
        ends_at=start + timedelta(minutes=plan.minutes),
    )


def _checked_days(session: Session, plan: SlotPlan) -> Sequence[PlannedDay]:
    found = list(_days(session, plan))
    if sum(len(day.starts) for day in found) > MOST_A_PLAN:
        raise InvalidInputError(
            "last_on", N_("These are more than %(most)s times. Plan a shorter span."), most=MOST_A_PLAN
        )
    return found


def _days(session: Session, plan: SlotPlan) -> Iterator[PlannedDay]:
    """The days of the span, each with what is new on it; times that touch one that is there are left out."""
    begins, ends = moment(plan.first_on, time()), moment(plan.last_on, time()) + timedelta(days=1)
    known = slot_spans(session, plan.agency_id, _desk(plan), begins, ends)
    calendar, now, length = working_calendar(), clock.now(), timedelta(minutes=plan.minutes)
    for number in range((plan.last_on - plan.first_on).days + 1):
        day = plan.first_on + timedelta(days=number)
        off = calendar.day_off(day)
        if off is not None:
            yield PlannedDay(day, (), off=off)
        elif day.weekday() in plan.weekdays:
            wanted = starts_of(plan, day)
            taken = [span for span in known if span[0].astimezone(clock.VIETNAM).date() == day]
            fresh = tuple(at for at in wanted if at > now and not _touches(at, at + length, taken))
            ends_at = fresh[-1] + length if fresh else None
            yield PlannedDay(day, fresh, left_out=len(wanted) - len(fresh), last_end=ends_at)


def _touches(start: datetime, end: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(begin < end and start < finish for begin, finish in spans)


def starts_of(plan: SlotPlan, day: date) -> Sequence[datetime]:
    """When the times of a plan begin on a day; after the pause they count from its end."""
    if plan.pause is None:
        return _run(day, plan.opens_at, plan.closes_at, plan.minutes)
    begins, ends = plan.pause
    return [
        *_run(day, plan.opens_at, begins, plan.minutes),
        *_run(day, max(ends, plan.opens_at), plan.closes_at, plan.minutes),
    ]


def moment(day: date, at: time) -> datetime:
    """A time of a day in Viet Nam."""
    return datetime.combine(day, at, clock.VIETNAM)


def _run(day: date, opens: time, closes: time, minutes: int) -> list[datetime]:
    start, end, step = moment(day, opens), moment(day, closes), timedelta(minutes=minutes)
    found: list[datetime] = []
    while start + step <= end and len(found) <= MOST_A_DAY:
        found.append(start)
        start += step
    return found


def _desk(plan: SlotPlan) -> str:
    return checked_text("desk", plan.desk, DESK_LENGTH)


def _check(plan: SlotPlan) -> None:
    _desk(plan)
    if plan.first_on < clock.today():
        raise InvalidInputError("first_on", N_("This day has passed."))
    if plan.first_on.year >= LAST_YEAR:
        raise InvalidInputError("first_on", N_("No legal rule is known for this day. Check the year."))
    if not plan.first_on <= plan.last_on <= plan.first_on + LONGEST_PLAN:
        raise InvalidInputError(
            "last_on", N_("Choose a span of at most %(days)s days."), days=LONGEST_PLAN.days
        )
    if not 5 <= plan.minutes <= 240:
        raise InvalidInputError("minutes", N_("Choose from 5 to 240 minutes."))
    if not plan.weekdays or not plan.weekdays <= WHOLE_WEEK:
        raise InvalidInputError("weekdays", N_("Choose at least one day of the week."))
    if plan.pause is not None and not plan.opens_at <= plan.pause[0] < plan.pause[1] <= plan.closes_at:
        raise InvalidInputError("break_to", N_("The break must lie within the hours of the desk."))
    if not 0 < len(starts_of(plan, plan.first_on)) <= MOST_A_DAY:
        raise InvalidInputError(
            "closes_at", N_("Choose hours in which from 1 to %(most)s times fit."), most=MOST_A_DAY
        )

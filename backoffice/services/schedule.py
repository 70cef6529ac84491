"""Schedules of exports and of upkeep: setting them, and taking each due moment exactly once.

Here: which moments are due, and the row that proves one was taken. Not here: the clock that looks every few
seconds (`jobs.schedule`), what a run does (`export_run`, `upkeep`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from croniter import croniter
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from backoffice.models import ExportRun, ExportSchedule, ScheduleSlot
from backoffice.models.states import RunTrigger
from backoffice.queries.schedules import enabled_schedule_ids, latest_slot_at, schedule_of
from backoffice.services.export_run import known_package, request_export
from backoffice.services.rows import check_version
from backoffice.services.transaction import unit_of_work
from backoffice.services.upkeep import UPKEEPS, request_upkeep
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

# After a long standstill the history shows at most this many missed moments; the older ones are passed over.
_SHOWN_MISSED = 20
SHORTEST_MINUTES = 10
SHORTEST_DISTANCE = timedelta(minutes=SHORTEST_MINUTES)
# Upkeep of a new installation: sweeping at night, reading everything in the night to Sunday, scanning every hour.
USUAL_UPKEEP = {
    "document_sweep": "15 3 * * *",
    "document_verify": "30 3 * * 0",
    "document_scan": "20 * * * *",
}


def set_schedule(
    actor: Actor, package: str, cron: str, *, is_enabled: bool = True, expected_version: int | None = None
) -> ExportSchedule:
    """Create or change the schedule of a package or of upkeep; a change counts from now on.

    Raises NotPermittedError, InvalidInputError for the cron text or the name, ConflictError when the
    schedule changed since `expected_version`.
    """
    if not (actor.may(Permission.SCHEDULE_EDIT) or actor.may(Permission.SYSTEM)):
        raise NotPermittedError
    package = package if package in UPKEEPS else known_package(package)
    cron = valid_cron(cron)
    if not actor.may(Permission.SYSTEM):
        _check_pace(cron)
    try:
        with unit_of_work(actor) as session:
            schedule = schedule_of(session, package)
            if schedule is None:
                schedule = ExportSchedule(package_name=package, cron=cron, is_enabled=is_enabled)
                session.add(schedule)
                session.flush()
            else:
                _change(session, schedule, cron, is_enabled, expected_version)
            return schedule
    except IntegrityError as error:
        # Somebody else set the first schedule of the package meanwhile.
        raise ConflictError from error


def load_usual_upkeep(actor: Actor) -> int:
    """Give every upkeep that has no schedule its usual one, from now on; how many. Raises NotPermittedError."""
    with unit_of_work(actor) as session:
        missing = [name for name in USUAL_UPKEEP if schedule_of(session, name) is None]
        for name in missing:
            set_schedule(actor, name, USUAL_UPKEEP[name])
        return len(missing)


def _change(
    session: Session, schedule: ExportSchedule, cron: str, is_enabled: bool, expected_version: int | None
) -> None:
    session.refresh(schedule)
    seen = schedule.version if expected_version is None else expected_version
    changes: dict[str, Any] = {}
    if (schedule.cron, schedule.is_enabled) != (cron, is_enabled):
        # Moments that lie before the change were never promised.
        changes = {"cron": cron, "is_enabled": is_enabled, "starts_at": clock.now()}
    if changes:
        check_version(session, schedule, seen, changes)
    elif seen != schedule.version:
        raise ConflictError


def valid_cron(text: str) -> str:
    """The cron text with single spaces. Raises InvalidInputError that says what five fields are expected."""
    cron = " ".join(text.split())
    # croniter also knows six fields, names such as @daily and random values; staff could not tell when they run.
    if len(cron.split(" ")) != 5 or not set(cron) <= set("0123456789 */,-") or not croniter.is_valid(cron):
        raise InvalidInputError(
            "cron",
            N_(
                "Give five fields: minute, hour, day of month, month, day of week, for example “0 2 * * *” for "
                "02:00 every day. The time is Viet Nam's."
            ),
        )
    try:
        croniter(cron, clock.now()).get_next(datetime)
    except (ValueError, KeyError):
        raise InvalidInputError("cron", N_("This schedule never comes due.")) from None
    return cron


def is_too_fast(cron: str) -> bool:
    """Whether moments lie so close together that one run would still work when the next is due."""
    moments = croniter(cron, clock.now())
    first = before = moments.get_next(datetime)
    # Within a week every short distance that five fields can make has been seen.
    while before - first < timedelta(days=7):
        after = moments.get_next(datetime)
        if after - before < SHORTEST_DISTANCE:
            return True
        before = after
    return False


def _check_pace(cron: str) -> None:
    if is_too_fast(cron):
        raise InvalidInputError(
            "cron",
            N_(
                "Leave at least %(minutes)s minutes between two runs, for example “0 * * * *” for every hour."
            ),
            minutes=SHORTEST_MINUTES,
        )


def tick(actor: Actor, now: datetime | None = None) -> list[int]:
    """Take what is due in every schedule; returns the ids of the export runs that this call asked for.

    Any number of processes may call this at once. Each schedule is a transaction of its own.
    """
    moment = now or clock.now()
    with unit_of_work(actor) as session:
        due = enabled_schedule_ids(session)
    runs = [take_due_slot(actor, schedule_id, moment) for schedule_id in due]
    return [run_id for run_id in runs if run_id is not None]


def take_due_slot(actor: Actor, schedule_id: int, now: datetime) -> int | None:
    """Take the newest due moment of a schedule and ask for its run; the id of an export run, None for anything else.

    Missed moments before it are recorded as taken without a run: an export shows the present state, so
    several runs in a row would publish the same bytes. Raises NotFoundError.
    """
    with unit_of_work(actor) as session:
        schedule = session.get(ExportSchedule, schedule_id, with_for_update=True, populate_existing=True)
        if schedule is None:
            raise NotFoundError
        if not schedule.is_enabled:
            return None
        taken = latest_slot_at(session, schedule_id)
        since = max(taken, schedule.starts_at) if taken else schedule.starts_at
        moments = list(islice(_due_moments(schedule.cron, since, now), _SHOWN_MISSED))
        if not moments:
            return None
        newest = _take(session, schedule_id, moments[0])
        if newest is None:
            return None
        for missed in moments[1:]:
            _record(session, schedule_id, missed)
        if schedule.package_name in UPKEEPS:
            request_upkeep(session, schedule.package_name, slot_id=newest.id)
            return None
        run: ExportRun = request_export(actor, schedule.package_name, RunTrigger.SCHEDULE, slot=newest)
        return run.id


def next_moment(schedule: ExportSchedule, now: datetime | None = None) -> datetime | None:
    """When the schedule comes due next, None when it is switched off."""
    if not schedule.is_enabled:
        return None
    after = max(now or clock.now(), schedule.starts_at).astimezone(clock.VIETNAM)
    moment: datetime = croniter(schedule.cron, after).get_next(datetime)
    return moment


def _due_moments(cron: str, since: datetime, now: datetime) -> Iterator[datetime]:
    """The moments after `since` up to `now`, newest first."""
    local = now.astimezone(clock.VIETNAM)
    ticks = croniter(cron, local)
    moment: datetime = local if croniter.match(cron, local) else ticks.get_prev(datetime)
    moment = moment.replace(second=0, microsecond=0)
    ticks = croniter(cron, moment)
    while moment > since:
        yield moment
        moment = ticks.get_prev(datetime)


def _take(session: Session, schedule_id: int, moment: datetime) -> ScheduleSlot | None:
    """The slot, unless it or a later one is there already: the row is the proof, not the clock."""
    slot_id = _record(session, schedule_id, moment)
    if slot_id is None:
        return None
    # The insert holds the write lock on SQLite, as the schedule's row lock does on PostgreSQL: look again.
    later = select(ScheduleSlot.id).where(
        ScheduleSlot.schedule_id == schedule_id, ScheduleSlot.slot_at > moment
    )
    if session.scalar(later.limit(1)) is not None:
        return None
    return session.get(ScheduleSlot, slot_id)


def _record(session: Session, schedule_id: int, moment: datetime) -> int | None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(ScheduleSlot)
        .values(schedule_id=schedule_id, slot_at=moment, taken_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ScheduleSlot.id)
    )
    return session.scalar(statement)

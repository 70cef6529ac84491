"""A moment of a schedule is taken once, whoever looks at the clock and whatever the clock does."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import current_app
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import NOTHING
from backoffice.clock import VIETNAM
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import ExportRun, ExportSchedule, OutboxMessage, ScheduleSlot
from backoffice.services import schedule
from backoffice.services.transaction import unit_of_work
from config import Settings
from tests.jobs import roles
from tests.jobs.helpers import wait_until
from tests.jobs.roles import SYSTEM

EDITOR = Actor(None, "editor", frozenset({"schedule.edit"}), NOTHING)
NOON = datetime(2026, 9, 15, 12, 0, 30, tzinfo=VIETNAM)


def at(hour: int, minute: int, day: int = 15) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=VIETNAM)


def hourly(since: datetime = NOON) -> int:
    """An hourly schedule that promises moments after `since`."""
    row = schedule.set_schedule(SYSTEM, "debtors", "0 * * * *")
    with unit_of_work(SYSTEM) as session:
        session.get_one(ExportSchedule, row.id).starts_at = since
        return row.id


def slots() -> list[datetime]:
    with unit_of_work(SYSTEM) as session:
        return list(session.scalars(select(ScheduleSlot.slot_at).order_by(ScheduleSlot.slot_at)))


def runs() -> Sequence[ExportRun]:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(ExportRun).order_by(ExportRun.id)).all()


def test_tick_takes_slot_and_queues_run_when_it_is_due(ready: Settings) -> None:
    hourly(at(11, 30))
    (run_id,) = schedule.tick(SYSTEM, NOON)
    (run,) = runs()
    with unit_of_work(SYSTEM) as session:
        (message,) = session.scalars(select(OutboxMessage))
        assert session.get_one(ScheduleSlot, run.slot_id).slot_at == at(12, 0)
    assert (run.id, run.state, run.triggered_by) == (run_id, "queued", "schedule")
    assert (message.job, message.arguments) == ("export.run", {"run_id": run_id})


@pytest.mark.parametrize(("hour", "minute", "taken"), [(12, 59, 0), (13, 0, 1), (13, 1, 1)])
def test_tick_takes_slot_when_the_minute_has_come(
    ready: Settings, hour: int, minute: int, taken: int
) -> None:
    hourly()
    assert len(schedule.tick(SYSTEM, at(hour, minute))) == taken
    assert len(slots()) == taken


def test_tick_does_nothing_when_the_slot_is_taken(ready: Settings) -> None:
    hourly(at(11, 30))
    assert len(schedule.tick(SYSTEM, NOON)) == 1
    assert schedule.tick(SYSTEM, NOON) == []
    assert schedule.tick(SYSTEM, NOON + timedelta(minutes=20)) == []
    assert slots() == [at(12, 0)]


def test_tick_runs_once_and_records_the_rest_when_slots_were_missed(ready: Settings) -> None:
    hourly(at(8, 30))
    assert len(schedule.tick(SYSTEM, NOON)) == 1
    assert slots() == [at(9, 0), at(10, 0), at(11, 0), at(12, 0)]
    (run,) = runs()
    with unit_of_work(SYSTEM) as session:
        assert session.get_one(ScheduleSlot, run.slot_id).slot_at == at(12, 0)


def test_tick_records_few_slots_when_it_stood_still_for_a_year(ready: Settings) -> None:
    hourly(at(12, 0) - timedelta(days=365))
    assert len(schedule.tick(SYSTEM, NOON)) == 1
    assert len(slots()) == 20


def test_tick_does_nothing_when_the_clock_steps_back(ready: Settings) -> None:
    hourly(at(8, 30))
    schedule.tick(SYSTEM, NOON)
    assert schedule.tick(SYSTEM, at(10, 30)) == []
    assert len(runs()) == 1
    # A run that still waits serves for the next slot too: it will see the same data.
    assert schedule.tick(SYSTEM, at(13, 0)) == [runs()[0].id]
    assert len(runs()) == 1


def test_tick_does_not_take_an_older_slot_when_a_later_one_is_taken(ready: Settings) -> None:
    identifier = hourly(at(8, 30))
    with unit_of_work(SYSTEM) as session:
        session.add(ScheduleSlot(schedule_id=identifier, slot_at=at(12, 0)))
    assert schedule.tick(SYSTEM, at(11, 30)) == []
    assert runs() == []


def test_tick_catches_up_once_when_the_clock_steps_forward(ready: Settings) -> None:
    hourly()
    assert len(schedule.tick(SYSTEM, at(12, 0, day=17))) == 1
    assert schedule.tick(SYSTEM, at(13, 0)) == []
    assert len(runs()) == 1


def test_tick_does_nothing_when_the_schedule_is_off(ready: Settings) -> None:
    identifier = hourly(at(8, 30))
    schedule.set_schedule(SYSTEM, "debtors", "0 * * * *", is_enabled=False)
    assert schedule.tick(SYSTEM, NOON) == []
    assert schedule.take_due_slot(SYSTEM, identifier, NOON) is None
    with pytest.raises(NotFoundError):
        schedule.take_due_slot(SYSTEM, identifier + 1, NOON)


def test_each_slot_is_taken_once_when_four_schedulers_run(ready: Settings) -> None:
    row = schedule.set_schedule(SYSTEM, "debtors", "* * * * *")
    with unit_of_work(SYSTEM) as session:
        session.get_one(ExportSchedule, row.id).starts_at -= timedelta(minutes=7)
    processes = [roles.start(ready, "scheduler") for _ in range(4)]
    wait_until(lambda: runs() and len(slots()) >= 7, "seven slots taken")
    for process in processes:
        process.kill()
        process.join()
    assert len(slots()) == len(set(slots()))
    assert len({run.slot_id for run in runs()}) == len(runs()) <= 2


WRONG = ["", "* * * *", "* * * * * *", "@daily", "61 * * * *", "0 25 * * *", "0 0 31 2 *", "R * * * *",
         "a b c d e", "0 0 * * mon", "*/0 * * * *", "0 0 L * *", "0 0 0 * *"]  # fmt: skip


def test_schedule_is_refused_when_the_cron_text_is_wrong(ready: Settings) -> None:
    for cron in WRONG:
        with pytest.raises(InvalidInputError) as caught:
            schedule.set_schedule(EDITOR, "debtors", cron)
        assert caught.value.field == "cron"
    with unit_of_work(SYSTEM) as session:
        assert session.query(ExportSchedule).count() == 0


@pytest.mark.parametrize("cron", ["0 * * * *", "*/10 * * * *", "0 2 1 1 *", "0,30 8-17 * * 1-5"])
def test_schedule_is_taken_when_ten_minutes_lie_between_its_moments(ready: Settings, cron: str) -> None:
    assert schedule.set_schedule(EDITOR, "debtors", cron).cron == cron


@pytest.mark.parametrize("cron", ["* * * * *", "*/9 * * * *", "55,59 3 * * *", "0-1 2 * * 0"])
def test_schedule_is_refused_when_its_moments_lie_too_close(ready: Settings, cron: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        schedule.set_schedule(EDITOR, "debtors", cron)
    assert caught.value.params == {"minutes": 10}


def test_schedule_is_refused_when_not_permitted_or_unknown_package(ready: Settings) -> None:
    with pytest.raises(NotPermittedError):
        schedule.set_schedule(
            Actor(None, "reader", frozenset({"schedule.read"}), NOTHING), "debtors", "0 2 * * *"
        )
    with pytest.raises(InvalidInputError):
        schedule.set_schedule(EDITOR, "other", "0 2 * * *")


def test_schedule_is_refused_when_somebody_changed_it_meanwhile(ready: Settings) -> None:
    schedule.set_schedule(EDITOR, "debtors", "0 2 * * *")
    schedule.set_schedule(EDITOR, "debtors", "0 3 * * *", expected_version=1)
    with pytest.raises(ConflictError):
        schedule.set_schedule(EDITOR, "debtors", "0 4 * * *", expected_version=1)


@pytest.mark.parametrize("first", [True, False])
def test_one_of_two_schedules_is_refused_when_both_are_set_at_once(ready: Settings, first: bool) -> None:
    if not first:
        schedule.set_schedule(EDITOR, "debtors", "0 2 * * *")
    app, start, version = current_app._get_current_object(), Barrier(6), None if first else 1
    crons = [f"{minute} 3 * * *" for minute in range(6)]

    def set_one(cron: str) -> str:
        with app.app_context():
            start.wait()
            try:
                return schedule.set_schedule(EDITOR, "debtors", cron, expected_version=version or 0).cron
            except ConflictError:
                return "refused"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(set_one, crons))
    assert sorted(outcomes)[1:] == ["refused"] * 5
    with unit_of_work(SYSTEM) as session:
        (row,) = session.query(ExportSchedule)
        assert (row.cron, row.version) == (sorted(outcomes)[0], 1 if first else 2)


def test_changed_schedule_promises_only_later_moments(ready: Settings) -> None:
    hourly(at(8, 30))
    row = schedule.set_schedule(EDITOR, "debtors", "30  *  * * *")
    assert row.cron == "30 * * * *"
    assert row.starts_at > at(8, 30)
    next_due = schedule.next_moment(row)
    assert next_due is not None
    assert next_due.minute == 30
    assert (
        schedule.next_moment(schedule.set_schedule(EDITOR, "debtors", "0 1 * * *", is_enabled=False)) is None
    )

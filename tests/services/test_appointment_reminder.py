"""Reminders of appointments and letters to those who did not come: when, to whom, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
import time_machine
from flask import current_app
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import Appointment, Notice, NoticeSlot, OutboxMessage
from backoffice.services.appointment import (
    book_visit,
    cancel_appointment,
    keep_appointment,
    miss_appointment,
    move_appointment,
    note_visit,
    take_note_back,
)
from backoffice.services.appointment_reminder import JOB, ask_for_reminders, days_to_remind_of, remind
from backoffice.services.citizen_request import choose_time
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.notice_seal import open_content
from backoffice.services.slot_plan import plan_slots
from config import Settings
from tests.requests import notices, stored
from tests.services.conftest import World
from tests.services.test_appointment import plan, slots, states, waiting

JOBS = Actor.system("jobs")
MONDAY, TUESDAY = date(2026, 10, 5), date(2026, 10, 6)


@pytest.fixture
def booked(world: World, vault: Vault, desk: Actor) -> tuple[int, CitizenAccess]:
    """A request with an appointment on Tuesday at eight, and its applicant."""
    plan_slots(desk, plan(world, first_on=TUESDAY))
    number, access = waiting(world, vault, desk)
    book_visit(desk, number, slots()[0])
    return number, access


@pytest.fixture
def no_reminders(world: World) -> Iterator[None]:
    """An installation whose setting says that nobody is reminded."""
    kept: Settings = current_app.config["OPENTHADS"]
    current_app.config["OPENTHADS"] = replace(kept, notices=replace(kept.notices, remind_days=0))
    yield
    current_app.config["OPENTHADS"] = kept


def message_of(day: date) -> str:
    """The message of a day's round, asked for as the scheduler does."""
    assert ask_for_reminders(JOBS, datetime(day.year, day.month, day.day, 7, 30, tzinfo=clock.VIETNAM))
    with system_scope("set_up"):
        rounds = select(OutboxMessage.id).where(OutboxMessage.job == JOB)
        return db.session.scalars(rounds.order_by(OutboxMessage.created_at.desc())).first() or ""


def letters(event: str) -> list[str]:
    """The letters of one kind."""
    return [name for name in notices() if name == event]


def appointment_id() -> int:
    """The newest appointment."""
    with system_scope("set_up"):
        return db.session.scalar(select(func.max(Appointment.id))) or 0


def test_applicant_is_reminded_once_when_the_working_day_before_has_come(
    booked: tuple[int, CitizenAccess],
) -> None:
    message = message_of(MONDAY)
    remind(JOBS, message, MONDAY)
    # A worker that died before the message was ended does all of it again.
    remind(JOBS, message, MONDAY)
    assert letters("appointment_reminder") == ["appointment_reminder"]
    with system_scope("set_up"):
        (found,) = db.session.scalars(select(Appointment))
        assert found.reminded_at == clock.now()
        notice = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        content = open_content(notice)
        assert db.session.get_one(OutboxMessage, message).state == "done"
    assert content is not None
    assert content.values["appointment_at"] == "08:00 06/10/2026"
    name, _media, text = content.files[0]
    assert name.endswith(".ics")
    assert "METHOD:PUBLISH" in text
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261006T080000" in text


def test_nobody_is_reminded_when_the_appointment_was_moved_cancelled_or_is_later(
    world: World, vault: Vault, desk: Actor, booked: tuple[int, CitizenAccess]
) -> None:
    number, access = booked
    other, _access = waiting(world, vault, desk)
    book_visit(desk, other, slots()[1])
    message = message_of(MONDAY)
    # Both changes come between the question and the letter.
    move_appointment(desk, number, slots()[4])
    cancel_appointment(desk, other, reason="Bận")
    remind(JOBS, message, MONDAY)
    assert letters("appointment_reminder") == []
    assert letters("appointment_changed") == ["appointment_changed"]
    assert letters("appointment_cancelled") == ["appointment_cancelled"]
    choose_time(access, slots()[5])
    assert states() == ["moved", "cancelled", "moved", "booked"]


def test_nobody_is_reminded_when_the_setting_says_no(
    no_reminders: None, booked: tuple[int, CitizenAccess]
) -> None:
    remind(JOBS, message_of(MONDAY), MONDAY)
    assert letters("appointment_reminder") == []
    with system_scope("set_up"):
        assert db.session.scalars(select(Appointment.reminded_at)).all() == [None]


def test_round_is_asked_for_once_and_only_when_its_hours_have_come_on_a_working_day(world: World) -> None:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 10, day, hour, minute, tzinfo=clock.VIETNAM)

    assert not ask_for_reminders(JOBS, at(5, 7, 14))
    assert not ask_for_reminders(JOBS, at(5, 19, 15))
    assert not ask_for_reminders(JOBS, at(10, 9))
    assert ask_for_reminders(JOBS, at(5, 7, 15))
    assert not ask_for_reminders(JOBS, at(5, 7, 16))
    assert ask_for_reminders(JOBS, at(6, 19, 14))
    with system_scope("set_up"):
        assert db.session.scalar(select(func.count(NoticeSlot.id))) == 2


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        (date(2026, 10, 5), "06/10", "07/10"),
        (date(2026, 10, 9), "10/10", "13/10"),
        # The last day before Tết reminds of the first day after it.
        (date(2026, 2, 13), "14/02", "24/02"),
        # The Saturday is worked, in place of the Monday ten days later.
        (date(2026, 8, 21), "22/08", "23/08"),
        (date(2026, 8, 28), "29/08", "04/09"),
    ],
)
def test_reminder_leaves_on_the_working_day_before_when_days_off_lie_between(
    world: World, day: date, first: str, end: str
) -> None:
    begin, until = days_to_remind_of(day)
    assert (f"{begin:%d/%m %H:%M}", f"{until:%d/%m %H:%M}") == (f"{first} 00:00", f"{end} 00:00")


def test_missed_visit_may_be_chosen_anew_and_is_told_the_next_morning(
    booked: tuple[int, CitizenAccess], desk: Actor
) -> None:
    number, access = booked
    with time_machine.travel("2026-10-06 10:00+07:00", tick=False):
        note_visit(desk, number, came=False)
        assert letters("appointment_missed") == []
        assert stored(number).deadline is None
    with time_machine.travel("2026-10-07 07:30+07:00", tick=False):
        wednesday = date(2026, 10, 7)
        message = message_of(wednesday)
        remind(JOBS, message, wednesday)
        remind(JOBS, message, wednesday)
        assert letters("appointment_missed") == ["appointment_missed"]
        later = next(slot for slot in slots() if slot not in slots()[:8])
        assert choose_time(access, later).state == "booked"
        assert states() == ["missed", "booked"]
        remind(JOBS, message_of(date(2026, 10, 8)), date(2026, 10, 8))
    assert letters("appointment_missed") == ["appointment_missed"]


def test_nobody_is_told_when_another_time_was_chosen_before_the_morning(
    booked: tuple[int, CitizenAccess], desk: Actor
) -> None:
    number, access = booked
    with time_machine.travel("2026-10-06 10:00+07:00", tick=False):
        note_visit(desk, number, came=False)
        choose_time(access, slots()[6])
    with time_machine.travel("2026-10-07 07:30+07:00", tick=False):
        remind(JOBS, message_of(date(2026, 10, 7)), date(2026, 10, 7))
    assert letters("appointment_missed") == []


def test_note_is_taken_back_on_the_same_day_only(
    world: World, booked: tuple[int, CitizenAccess], desk: Actor
) -> None:
    key = appointment_id()
    with pytest.raises(StateError, match="not come yet"):
        keep_appointment(desk, key, expected_version=1)
    with time_machine.travel("2026-10-06 07:50+07:00", tick=False):
        with pytest.raises(StateError, match="not come yet"):
            miss_appointment(desk, key, expected_version=1)
        keep_appointment(desk, key, expected_version=1)
        with pytest.raises(StateError):
            miss_appointment(desk, key, expected_version=2)
        take_note_back(desk, key, expected_version=2)
        with pytest.raises(NotPermittedError):
            keep_appointment(world.actor(Role.CLERK), key, expected_version=3)
    with time_machine.travel("2026-10-06 08:10+07:00", tick=False):
        with pytest.raises(ConflictError):
            miss_appointment(desk, key, expected_version=2)
        miss_appointment(desk, key, expected_version=3)
    with (
        time_machine.travel("2026-10-07 08:00+07:00", tick=False),
        pytest.raises(StateError, match="on the day"),
    ):
        take_note_back(desk, key, expected_version=4)
    assert states() == ["missed"]

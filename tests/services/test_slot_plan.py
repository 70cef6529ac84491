"""Planning and closing the times of desks: breaks, weekdays, Tết, swapped days, two at once, and those who are booked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import current_app
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot
from backoffice.services.appointment import book_visit, cancel_appointment
from backoffice.services.citizen_request import choose_time
from backoffice.services.document_vault import Vault
from backoffice.services.slot_closing import DeskDay, close_day, close_slot, open_day, open_slot
from backoffice.services.slot_plan import MOST_A_PLAN, plan_slots, preview_plan
from tests.requests import notices, stored
from tests.services.conftest import World
from tests.services.test_appointment import plan, slots, states, waiting

TUESDAY = date(2026, 10, 6)


def on(world: World, day: date = TUESDAY, desk: str = "", agency: str = "CC001") -> DeskDay:
    """A day of the agency."""
    with system_scope("set_up"):
        return DeskDay(world.agencies[agency].id, day, desk)


def hours() -> list[str]:
    """When the slots begin."""
    with system_scope("set_up"):
        found = db.session.scalars(select(AppointmentSlot.starts_at).order_by(AppointmentSlot.starts_at))
        return [f"{start:%d %H:%M}" for start in found]


def open_flags() -> list[bool]:
    """Which slots are offered, the first first."""
    with system_scope("set_up"):
        db.session.expire_all()
        return list(db.session.scalars(select(AppointmentSlot.is_open).order_by(AppointmentSlot.starts_at)))


def test_times_leave_the_break_and_other_weekdays_out_when_the_plan_says_so(
    world: World, desk: Actor
) -> None:
    more: dict[str, Any] = {"closes_at": time(14, 30), "minutes": 60, "pause": (time(11, 30), time(13))}
    wanted = plan(world, **more, weekdays=frozenset({1, 5}))
    days = preview_plan(desk, wanted)
    assert [(day.day.day, len(day.starts), day.off is not None) for day in days] == [
        (6, 4, False),
        (10, 0, True),
    ]
    assert slots() == []
    assert plan_slots(desk, wanted) == 4
    assert hours() == ["06 08:00", "06 09:00", "06 10:00", "06 13:00"]


def test_tet_and_swapped_saturday_are_known_when_a_plan_goes_over_them(world: World, desk: Actor) -> None:
    with time_machine.travel("2026-02-02 07:00+07:00", tick=False):
        tet = plan(world, first_on=date(2026, 2, 13), last_on=date(2026, 2, 24))
        assert [day.day.day for day in preview_plan(desk, tet) if day.starts] == [13, 23, 24]
    with time_machine.travel("2026-08-17 07:00+07:00", tick=False):
        swapped = plan(world, first_on=date(2026, 8, 21), last_on=date(2026, 9, 3))
        worked = [day.day.day for day in preview_plan(desk, swapped) if day.starts]
        assert worked == [21, 22, 24, 25, 26, 27, 28, 3]


def test_times_that_overlap_are_left_out_when_another_plan_has_them(world: World, desk: Actor) -> None:
    one_day = {"first_on": TUESDAY, "last_on": TUESDAY}
    assert plan_slots(desk, plan(world, **one_day)) == 4
    shifted = plan(world, **one_day, opens_at=time(8, 15), closes_at=time(11))
    (day,) = preview_plan(desk, shifted)
    assert (len(day.starts), day.left_out) == (1, 4)
    assert plan_slots(desk, shifted) == 1
    assert hours()[-1] == "06 10:15"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": frozenset()}, "weekdays"),
        ({"weekdays": frozenset({7})}, "weekdays"),
        ({"pause": (time(7), time(9))}, "break_to"),
        ({"pause": (time(9), time(9))}, "break_to"),
        ({"pause": (time(8), time(10))}, "closes_at"),
        ({"first_on": date(2060, 1, 4), "last_on": date(2060, 1, 5)}, "first_on"),
        ({"last_on": date(2026, 12, 30), "closes_at": time(13), "minutes": 6}, "last_on"),
    ],
)
def test_plan_is_refused_when_break_weekdays_or_number_make_no_sense(
    world: World, desk: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        plan_slots(desk, plan(world, **changes))
    assert caught.value.field == field
    assert MOST_A_PLAN >= len(slots()) == 0


def test_preview_is_refused_when_role_or_agency_does_not_fit(world: World, desk: Actor) -> None:
    with pytest.raises(NotPermittedError):
        preview_plan(world.actor(Role.EXAMINER), plan(world))
    with pytest.raises(NotFoundError):
        preview_plan(desk, plan(world, "CC002"))


def test_every_time_is_there_once_when_several_plan_at_once(world: World) -> None:
    people = [world.actor(Role.SUPPORT_OFFICER) for _number in range(4)]
    plans = [plan(world, opens_at=time(8, 10 * (number % 2))) for number in range(4)]
    app, barrier = current_app._get_current_object(), Barrier(4)  # type: ignore[attr-defined]

    def press(number: int) -> int:
        with app.app_context():
            barrier.wait()
            try:
                return plan_slots(people[number], plans[number])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        counts = sorted(pool.map(press, range(4)))
    found = hours()
    assert counts[:2] == [0, 0]
    assert sum(counts) == len(found) == len(set(found))
    # Half hours that begin ten minutes apart overlap, so that of the two kinds a day has only one.
    assert len({hour[-1] + hour[-2] for hour in found if hour.startswith("06")} - {"00", "03"}) in (0, 2)
    assert len([hour for hour in found if hour.startswith("06")]) in (3, 4)


def test_one_time_is_closed_and_offered_again_when_nobody_else_changed_it(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY))
    slot = slots()[0]
    close_slot(desk, slot, expected_version=1, reason="Họp cơ quan")
    assert open_flags() == [False, True, True, True]
    with pytest.raises(ConflictError):
        open_slot(desk, slot, expected_version=1)
    with pytest.raises(NotPermittedError):
        open_slot(world.actor(Role.CLERK), slot, expected_version=2)
    with pytest.raises(NotFoundError):
        open_slot(world.actor(Role.SUPPORT_OFFICER, "CC002"), slot, expected_version=2)
    _number, access = waiting(world, vault, desk)
    with pytest.raises(InvalidInputError):
        choose_time(access, slot)
    open_slot(desk, slot, expected_version=2)
    assert choose_time(access, slot).slot_id == slot


def test_day_is_closed_and_those_who_are_booked_come_when_nothing_is_cancelled(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY))
    number, _access = waiting(world, vault, desk)
    book_visit(desk, number, slots()[1])
    done = close_day(desk, on(world), cancels=False, expected_booked=1)
    assert (done.closed, done.cancelled, states()) == (4, 0, ["booked"])
    assert open_flags() == [False] * 4
    assert open_day(desk, on(world)) == 4
    assert close_day(desk, on(world, desk="Bàn khác"), cancels=False, expected_booked=0).closed == 0
    assert open_flags() == [True] * 4


def test_people_are_told_when_their_day_is_closed(world: World, vault: Vault, desk: Actor) -> None:
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY))
    numbers = [waiting(world, vault, desk)[0] for _number in range(2)]
    for slot, number in zip(slots()[1:], numbers, strict=False):
        book_visit(desk, number, slot)
    before = len(notices())
    done = close_day(desk, on(world), cancels=True, expected_booked=2, reason="Mất điện cả ngày")
    assert (done.cancelled, states()) == (2, ["cancelled", "cancelled"])
    assert notices()[before:] == ["appointment_cancelled"] * 2
    assert [stored(number).state for number in numbers] == ["awaiting_originals"] * 2


def test_day_stays_as_it_is_when_closing_it_is_refused(world: World, vault: Vault, desk: Actor) -> None:
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY))
    number, _access = waiting(world, vault, desk)
    book_visit(desk, number, slots()[0])
    with pytest.raises(InvalidInputError, match="Say why"):
        close_day(desk, on(world), cancels=True, expected_booked=1, reason=" ")
    with pytest.raises(ConflictError):
        close_day(desk, on(world), cancels=True, expected_booked=0, reason="Họp")
    with pytest.raises(InvalidInputError, match="passed"):
        close_day(desk, on(world, date(2026, 10, 4)), cancels=False, expected_booked=0)
    with pytest.raises(NotFoundError):
        close_day(desk, on(world, agency="CC002"), cancels=False, expected_booked=0)
    with pytest.raises(NotPermittedError):
        close_day(world.actor(Role.CLERK), on(world), cancels=False, expected_booked=1)
    # The head plans, and does not cancel what others have agreed with people.
    with pytest.raises(NotPermittedError):
        close_day(world.head(), on(world), cancels=True, expected_booked=1, reason="Họp")
    with pytest.raises(NotPermittedError):
        open_day(world.actor(Role.CLERK), on(world))
    assert (open_flags(), states()) == ([True] * 4, ["booked"])


def test_officer_books_only_when_a_visit_is_due_and_none_is_booked(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY))
    number, _access = waiting(world, vault, desk)
    book_visit(desk, number, slots()[0])
    assert notices()[-1] == "appointment_booked"
    with pytest.raises(StateError, match="already"):
        book_visit(desk, number, slots()[1])
    with pytest.raises(NotPermittedError):
        cancel_appointment(world.actor(Role.CLERK), number)
    cancel_appointment(desk, number, reason="Người nộp xin hoãn")
    with pytest.raises(NotPermittedError):
        book_visit(world.actor(Role.CLERK), number, slots()[1])
    with pytest.raises(NotFoundError):
        book_visit(world.actor(Role.SUPPORT_OFFICER, "CC002"), number, slots()[1])
    with system_scope("set_up"):
        assert db.session.scalars(select(Appointment.state)).all() == ["cancelled"]

"""Times at desks: planned on working days, never given twice, moved and given back."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import current_app
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot, Notice
from backoffice.services.appointment import cancel_appointment, move_appointment, note_visit
from backoffice.services.citizen_request import choose_time, offered_slots
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.online_request import accept, compare_originals, receive, refuse
from backoffice.services.request_letters import Reply, calendar_entry
from backoffice.services.slot_closing import close_slot
from backoffice.services.slot_plan import SlotPlan, plan_slots
from tests.requests import NUMBER, old_answers, registered, seen, stored
from tests.services.conftest import World

QUIET = Reply("Mời đến đúng hẹn.", by_email=False)
LOUD = Reply("Mời đến đúng hẹn.")
CROWD = 20
# Monday to Saturday; the Saturday is no working day.
WEEK = (date(2026, 10, 5), date(2026, 10, 10))


def plan(world: World, agency: str = "CC001", **changes: Any) -> SlotPlan:
    """Four times a morning, for a week."""
    with system_scope("set_up"):
        agency_id = world.agencies[agency].id
    values: dict[str, Any] = {
        "agency_id": agency_id,
        "desk": "Bộ phận một cửa",
        "first_on": WEEK[0],
        "last_on": WEEK[1],
        "opens_at": time(8),
        "closes_at": time(10),
        "minutes": 30,
    }
    return SlotPlan(**(values | changes))


def slots() -> list[int]:
    """The ids of all slots, the first first."""
    with system_scope("set_up"):
        return list(db.session.scalars(select(AppointmentSlot.id).order_by(AppointmentSlot.starts_at)))


def waiting(world: World, vault: Vault, desk: Actor) -> tuple[int, CitizenAccess]:
    """A request whose originals are awaited, and its applicant."""
    receipt = registered(world.agencies["CC001"], vault)
    receive(desk, seen(receipt.request_id))
    accept(desk, seen(receipt.request_id), QUIET, name="accept_with_appointment")
    return receipt.request_id, look_up(receipt.code, NUMBER)


def states() -> list[str]:
    """The states of all appointments, in their order."""
    with system_scope("set_up"):
        return list(db.session.scalars(select(Appointment.state).order_by(Appointment.id)))


def test_times_are_opened_on_working_days_only_and_once(world: World, desk: Actor) -> None:
    # On Monday at nine, the first times of the day have passed.
    assert plan_slots(desk, plan(world)) == 4 * 4 + 1
    assert plan_slots(desk, plan(world)) == 0
    assert plan_slots(desk, plan(world, desk="Bàn số 2", first_on=date(2026, 10, 10))) == 0


def test_swapped_saturday_has_times_when_offices_work_on_it(world: World, desk: Actor) -> None:
    with time_machine.travel("2026-08-20 09:00+07:00", tick=False):
        saturday = date(2026, 8, 22)
        assert plan_slots(desk, plan(world, first_on=saturday, last_on=saturday)) == 4
        holiday = date(2026, 8, 31)
        assert plan_slots(desk, plan(world, first_on=holiday, last_on=holiday)) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_on": date(2026, 10, 4)}, "first_on"),
        ({"last_on": date(2026, 10, 4)}, "last_on"),
        ({"last_on": date(2027, 1, 6)}, "last_on"),
        ({"minutes": 4}, "minutes"),
        ({"closes_at": time(8, 20)}, "closes_at"),
        ({"closes_at": time(23), "minutes": 5}, "closes_at"),
        ({"desk": " "}, "desk"),
    ],
)
def test_plan_is_refused_when_its_days_or_hours_make_no_sense(
    world: World, desk: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        plan_slots(desk, plan(world, **changes))
    assert caught.value.field == field
    assert slots() == []


def test_plan_is_refused_when_role_or_agency_does_not_fit(world: World, desk: Actor) -> None:
    with pytest.raises(NotPermittedError):
        plan_slots(world.actor(Role.CLERK), plan(world))
    with pytest.raises(NotFoundError):
        plan_slots(desk, plan(world, "CC002"))


def test_time_is_held_before_its_request_when_both_are_decided_in_one_step(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel("2026-03-02 07:00+07:00", tick=False):
        plan_slots(desk, plan(world, first_on=date(2026, 3, 2), last_on=date(2026, 3, 6)))
        receipt = registered(world.agencies["CC001"], vault, values=old_answers())
        receive(desk, seen(receipt.request_id))
        shown, first = seen(receipt.request_id), slots()[0]
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            accept(desk, shown, QUIET, slot_id=first)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    # As closing a day does it: in another order the two would wait for each other.
    held = next(n for n, statement in enumerate(asked) if "FROM appointment_slot" in statement)
    changed = next(n for n, statement in enumerate(asked) if statement.startswith("UPDATE online_request"))
    assert held < changed


def test_comparing_is_due_after_the_appointment_when_the_process_of_2020_holds(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel("2026-03-02 07:00+07:00", tick=False):
        plan_slots(desk, plan(world, first_on=date(2026, 3, 2), last_on=date(2026, 3, 6)))
        receipt = registered(world.agencies["CC001"], vault, values=old_answers())
        receive(desk, seen(receipt.request_id))
        accept(desk, seen(receipt.request_id), LOUD, slot_id=slots()[-1])
        request = stored(receipt.request_id)
        assert (request.state, request.due_on) == ("awaiting_originals", date(2026, 3, 9))
        with system_scope("set_up"):
            letter = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert letter is not None
        assert letter.event == "request_accepted"
    with time_machine.travel("2026-03-06 08:00+07:00", tick=False):
        compare_originals(desk, seen(receipt.request_id))
        assert states() == ["kept"]


def test_applicant_chooses_and_moves_a_time_when_a_visit_is_due(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    offered = offered_slots(access)
    assert len(offered) == 17
    choose_time(access, offered[0].id)
    first, second = offered[0].id, offered[1].id
    assert first not in {slot.id for slot in offered_slots(access)}
    moved = choose_time(access, second)
    assert (states(), moved.slot_id) == (["moved", "booked"], second)
    with pytest.raises(InvalidInputError, match="booked already"):
        choose_time(access, second)
    with system_scope("set_up"):
        entry = calendar_entry(stored(number), moved)
    assert (entry.is_cancelled, entry.place) == (False, "Bộ phận một cửa")


def test_time_is_refused_when_it_is_taken_closed_past_or_of_another_agency(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    plan_slots(world.actor(Role.SUPPORT_OFFICER, "CC002"), plan(world, "CC002"))
    with system_scope("set_up"):
        own = world.agencies["CC001"].id
        rows = db.session.scalars(select(AppointmentSlot).order_by(AppointmentSlot.starts_at)).all()
        mine = [row.id for row in rows if row.agency_id == own]
        foreign = next(row.id for row in rows if row.agency_id != own)
    _number, access = waiting(world, vault, desk)
    _other, other = waiting(world, vault, desk)
    choose_time(access, mine[0])
    close_slot(desk, mine[1], expected_version=1)
    for slot in (mine[0], mine[1], foreign, 999_999, 0):
        with pytest.raises(InvalidInputError) as caught:
            choose_time(other, slot)
        assert caught.value.field == "slot_id"
    with time_machine.travel("2026-10-06 08:30+07:00", tick=False), pytest.raises(InvalidInputError):
        choose_time(other, mine[2])
    assert states() == ["booked"]


def test_only_one_gets_the_time_when_many_press_at_once(world: World, vault: Vault, desk: Actor) -> None:
    plan_slots(desk, plan(world))
    people = [waiting(world, vault, desk)[1] for _number in range(CROWD)]
    app, slot, barrier = current_app._get_current_object(), slots()[0], Barrier(CROWD)  # type: ignore[attr-defined]

    def press(access: CitizenAccess) -> str:
        with app.app_context():
            barrier.wait()
            try:
                choose_time(access, slot)
            except InvalidInputError:
                return "refused"
            finally:
                db.session.remove()
            return "booked"

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(press, people))
    assert Counter(answers) == {"booked": 1, "refused": CROWD - 1}
    assert slot not in {found.id for found in offered_slots(people[0])}
    assert states() == ["booked"]


def test_database_refuses_a_second_visit_when_somebody_goes_round_the_service(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    choose_time(access, slots()[0])
    with system_scope("set_up"):
        request = stored(number)
        own = {"agency_id": request.agency_id, "agency_path": request.agency_path, "request_id": number}
        more = {"purpose": "originals", "state": "booked", "public_key": "0" * 32}
        db.session.add(Appointment(**own, **more, slot_id=slots()[1], starts_at=clock.now()))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_visit_is_noted_kept_or_missed_when_its_time_has_come(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    choose_time(access, slots()[4])
    with pytest.raises(StateError, match="not come yet"):
        note_visit(desk, number, came=False)
    with time_machine.travel("2026-10-09 09:00+07:00", tick=False):
        note_visit(desk, number, came=False)
        with pytest.raises(StateError, match="no appointment"):
            note_visit(desk, number, came=True)
    assert states() == ["missed"]


def test_time_is_free_again_when_the_request_is_refused_or_it_is_given_back(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    slot = slots()[0]
    choose_time(access, slot)
    cancel_appointment(desk, number, reason="Bận")
    choose_time(access, slot)
    refuse(desk, seen(number), "no_competence", QUIET)
    assert states() == ["cancelled", "cancelled"]
    with pytest.raises(StateError):
        choose_time(access, slot)
    assert offered_slots(access) == []
    with pytest.raises(StateError):
        move_appointment(desk, number, slot)
    with system_scope("set_up"):
        assert db.session.scalar(select(func.count(Appointment.id))) == 2

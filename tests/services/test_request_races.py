"""The applicant and an officer, or two officers, at the same moment on one request: the second sees what the first did.

Each test holds the first deed open until the second waits for it, or has gone past it. Not here: who gets a time that
several want (`test_appointment`), two who save the same form (`tests/views/test_conflicts`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from flask import current_app
from sqlalchemy import func, select, text

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, StateError
from backoffice.extensions import db
from backoffice.models import RequestMessage
from backoffice.services.appointment import cancel_appointment
from backoffice.services.citizen_request import answer_supplement, choose_time, withdraw_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.online_request import ask_supplement, compare_originals, guide, receive, refuse
from backoffice.services.request_merge import merge
from backoffice.services.slot_plan import plan_slots
from backoffice.services.transaction import unit_of_work
from tests.requests import NUMBER, received, registered, seen, stored
from tests.services.conftest import World
from tests.services.test_appointment import QUIET, WEEK, plan, slots, states, waiting

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def together(first: Actor, deed: Callable[[], object], second: Callable[[], object]) -> BaseException | None:
    """Do one deed, and the second before the first is kept; what the second was refused with."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def other() -> None:
        with app.app_context():
            try:
                second()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(first):
            deed()
            future = pool.submit(other)
            _wait_for(future)
        return future.exception(timeout=20)


def _wait_for(future: Future[None]) -> None:
    """Until the other deed waits for this one, or is through; SQLite cannot be asked who waits."""
    if db.engine.dialect.name == "sqlite":
        wait([future], timeout=0.2)
        return
    with db.engine.connect() as connection:
        for _try in range(1000):
            if future.done() or connection.scalar(_WAITING):
                return
            connection.rollback()
            time.sleep(0.01)
    raise AssertionError("the second deed neither waits nor ends")


def booked(world: World, vault: Vault, desk: Actor) -> tuple[int, CitizenAccess]:
    """A request with an appointment."""
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    choose_time(access, slots()[0])
    return number, access


def test_time_is_refused_to_the_applicant_when_the_request_is_refused_at_that_moment(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    shown = seen(number)
    error = together(
        desk,
        lambda: refuse(desk, shown, "no_competence", QUIET),
        lambda: choose_time(access, slots()[0]),
    )
    assert isinstance(error, StateError)
    assert states() == []
    request = stored(number)
    assert (request.state, request.due_on, request.deadline) == ("refused", None, None)


def test_day_of_the_next_step_stays_when_the_applicant_chooses_a_time_as_originals_are_compared(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    shown = seen(number)
    error = together(desk, lambda: compare_originals(desk, shown), lambda: choose_time(access, slots()[-1]))
    assert isinstance(error, StateError)
    assert states() == []
    deadline = stored(number).deadline
    assert deadline is None or deadline["rule_code"] != "support.compare"


def test_time_is_free_again_when_it_was_chosen_as_the_request_was_refused(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    shown = seen(number)
    error = together(
        access.actor,
        lambda: choose_time(access, slots()[0]),
        lambda: refuse(desk, shown, "no_competence", QUIET),
    )
    assert error is None
    assert states() == ["cancelled"]
    assert stored(number).due_on is None


def test_no_time_is_left_when_the_applicant_chooses_one_and_withdraws_at_once(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    error = together(
        access.actor, lambda: choose_time(access, slots()[0]), lambda: withdraw_request(access, "")
    )
    assert error is None
    assert (states(), stored(number).state) == (["cancelled"], "withdrawn")


def test_time_is_refused_when_the_applicant_withdraws_in_another_window(
    world: World, vault: Vault, desk: Actor
) -> None:
    plan_slots(desk, plan(world))
    number, access = waiting(world, vault, desk)
    error = together(
        access.actor, lambda: withdraw_request(access, ""), lambda: choose_time(access, slots()[0])
    )
    assert isinstance(error, StateError)
    assert (states(), stored(number).due_on) == ([], None)


def test_day_of_the_next_step_stays_when_a_time_is_given_back_as_originals_are_compared(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, access = booked(world, vault, desk)
    shown = seen(number)
    error = together(
        desk,
        lambda: compare_originals(desk, shown),
        lambda: cancel_appointment(access.actor, number),
    )
    assert isinstance(error, StateError)
    assert states() == ["kept"]


def test_officer_is_refused_when_the_applicant_withdraws_first(
    world: World, vault: Vault, desk: Actor
) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    access = look_up(receipt.code, NUMBER)
    shown = seen(receipt.request_id)
    error = together(access.actor, lambda: withdraw_request(access, ""), lambda: receive(desk, shown))
    assert isinstance(error, StateError | ConflictError)
    assert stored(receipt.request_id).state == "withdrawn"


def test_applicant_is_refused_when_the_officer_guides_first(world: World, vault: Vault, desk: Actor) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    access = look_up(receipt.code, NUMBER)
    receive(desk, seen(receipt.request_id))
    shown = seen(receipt.request_id)
    error = together(desk, lambda: guide(desk, shown, QUIET), lambda: withdraw_request(access, ""))
    assert isinstance(error, StateError | ConflictError)
    assert stored(receipt.request_id).state == "guided"


def test_one_answer_counts_when_the_applicant_sends_it_twice_at_once(
    world: World, vault: Vault, desk: Actor
) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    access = look_up(receipt.code, NUMBER)
    receive(desk, seen(receipt.request_id))
    ask_supplement(desk, seen(receipt.request_id), QUIET, WEEK[1])

    def send() -> None:
        answer_supplement(access, "Đã gửi.", [], vault)

    assert isinstance(together(access.actor, send, send), StateError)
    with system_scope("set_up"):
        answers = select(func.count(RequestMessage.id)).where(RequestMessage.kind == "answer")
        assert db.session.scalar(answers) == 1


def test_two_requests_never_stand_for_each_other_when_they_are_merged_at_once(
    world: World, vault: Vault, desk: Actor
) -> None:
    one, two = received(world, vault, desk), received(world, vault, desk)
    first, second = seen(one), seen(two)
    numbers = stored(one).request_number, stored(two).request_number
    error = together(
        desk,
        lambda: merge(desk, first, numbers[1], "Trùng"),
        lambda: merge(desk, second, numbers[0], "Trùng"),
    )
    assert isinstance(error, InvalidInputError)
    assert (stored(one).duplicate_of_id, stored(two).duplicate_of_id) == (two, None)

"""While a request waits for its applicant: what comes another way, asking again, closing it without an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError
from backoffice.extensions import db
from backoffice.models import RequestMessage
from backoffice.services.document_vault import Vault
from backoffice.services.online_request import accept, ask_originals, ask_supplement, guide, refuse, reopen
from backoffice.services.request_completion import Brought, take_in
from backoffice.services.request_examination import hand_over
from backoffice.services.request_letters import Reply, read_message
from backoffice.workflow.errors import (
    GuardRefusedError,
    TransitionNotAllowedError,
    TransitionNotPermittedError,
)
from tests.requests import notices, old_answers, received, seen, stored
from tests.services.conftest import World

ASK = Reply("Đề nghị bổ sung bản sao bản án.")
QUIET = Reply("Hồ sơ chưa được bổ sung.", by_email=False)
CAME, TAKEN_IN = date(2026, 10, 8), "2026-10-09 09:00+07:00"
BROUGHT = Brought("desk", CAME, "Bản sao bản án số 12/2026/DS-ST")


def waiting(world: World, vault: Vault, desk: Actor, procedure: str = "enforcement_request") -> int:
    """A request that was asked on Monday 5 October 2026 to be completed by Friday."""
    number = received(world, vault, desk, procedure)
    ask_supplement(desk, seen(number), ASK, date(2026, 10, 9))
    return number


def last_message(number: int) -> Any:
    """What was written last about a request."""
    with system_scope("set_up"):
        rows = select(RequestMessage).where(RequestMessage.request_id == number).order_by(RequestMessage.id)
        return read_message(db.session.scalars(rows).all()[-1])


def test_clocks_go_on_from_the_day_the_papers_came_when_they_are_taken_in_later(
    world: World, vault: Vault, desk: Actor, log_of: Any
) -> None:
    number = waiting(world, vault, desk)
    with time_machine.travel(TAKEN_IN, tick=False):
        take_in(desk, seen(number), BROUGHT)
    row, found = stored(number), last_message(number)
    assert (row.state, row.paused_on, row.answer_due_on) == ("received", None, None)
    assert row.pauses == [["2026-10-06", "2026-10-08"]]
    # One working day for the check after the papers, and the whole longer by the days of waiting.
    assert (row.due_on, row.total_due_on) == (date(2026, 10, 9), date(2026, 10, 15))
    assert (found.kind, found.text, found.values["way"]) == ("answer", BROUGHT.text, "desk")
    assert found.came_on == "08/10/2026"
    entry = log_of(row)[-1]
    assert (entry.transition, entry.actor_id) == ("answer_supplement", desk.user_id)


@pytest.mark.parametrize(
    ("brought", "field"),
    [
        (Brought("desk", date(2026, 10, 4), "Bản án"), "on"),
        (Brought("post", date(2026, 10, 10), "Bản án"), "on"),
        (Brought("pigeon", CAME, "Bản án"), "way"),
        (Brought("desk", CAME, " \n"), "text"),
    ],
)
def test_nothing_is_taken_in_when_day_way_or_words_cannot_be(
    world: World, vault: Vault, desk: Actor, brought: Brought, field: str
) -> None:
    number = waiting(world, vault, desk)
    with time_machine.travel(TAKEN_IN, tick=False), pytest.raises(InvalidInputError) as refused:
        take_in(desk, seen(number), brought)
    assert refused.value.field == field
    assert (stored(number).state, last_message(number).kind) == ("supplement_asked", "supplement")


def test_nothing_is_taken_in_when_nothing_was_asked_or_the_person_is_not_at_the_desk(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk)
    today = Brought("desk", date(2026, 10, 5), "Bản án")
    with pytest.raises(TransitionNotAllowedError):
        take_in(desk, seen(number), today)
    ask_supplement(desk, seen(number), ASK, date(2026, 10, 9))
    with pytest.raises(TransitionNotPermittedError):
        take_in(world.head(), seen(number), today)
    assert stored(number).state == "supplement_asked"


def test_papers_are_taken_in_when_they_came_before_the_new_law(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel("2026-06-26 09:00+07:00", tick=False):
        number = received(world, vault, desk, values=old_answers())
        ask_supplement(desk, seen(number), ASK, date(2026, 7, 10))
    with time_machine.travel("2026-07-02 09:00+07:00", tick=False):
        take_in(desk, seen(number), Brought("post", date(2026, 6, 30), "Bản án"))
    assert (stored(number).state, stored(number).due_on) == ("received", date(2026, 7, 1))


@pytest.mark.parametrize(
    "day", ["2026-10-05 16:00+07:00", "2026-10-08 09:00+07:00", "2026-10-09 23:59+07:00"]
)
def test_request_is_not_closed_with_guidance_while_its_applicant_may_still_answer(
    world: World, vault: Vault, desk: Actor, day: str
) -> None:
    number = waiting(world, vault, desk)
    with time_machine.travel(day, tick=False), pytest.raises(GuardRefusedError, match="not over yet"):
        guide(desk, seen(number), QUIET)
    assert stored(number).state == "supplement_asked"


@pytest.mark.parametrize(
    "procedure", ["enforcement_request", "result_confirmation", "feedback", "officer_change"]
)
def test_request_is_closed_with_guidance_when_the_day_has_passed_without_an_answer(
    world: World, vault: Vault, desk: Actor, procedure: str
) -> None:
    number = waiting(world, vault, desk, procedure)
    with time_machine.travel("2026-10-12 00:01+07:00", tick=False):
        guide(desk, seen(number), Reply("Hồ sơ chưa được bổ sung."))
    row = stored(number)
    assert (row.state, row.outcome, row.paused_on, row.answer_due_on) == ("guided", "guided", None, None)
    # The days of waiting are the applicant's: the agency needed none.
    assert (row.settled_on, row.working_days) == (date(2026, 10, 12), 0)
    assert notices()[-1] == "request_guidance"
    with time_machine.travel("2026-10-13 09:00+07:00", tick=False):
        reopen(desk, seen(number), "Người nộp đã bổ sung bản án")
    assert stored(number).state == "received"


def test_request_is_refused_while_it_waits_when_the_law_gives_a_ground(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = waiting(world, vault, desk)
    with pytest.raises(InvalidInputError, match="ground"):
        refuse(desk, seen(number), "no_answer", QUIET)
    refuse(desk, seen(number), "decision_already_exists", QUIET)
    assert (stored(number).state, stored(number).answer_due_on) == ("refused", None)


def test_wait_counts_from_the_first_question_when_the_applicant_is_asked_again(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = waiting(world, vault, desk)
    with time_machine.travel("2026-10-12 09:00+07:00", tick=False):
        ask_supplement(desk, seen(number), ASK, date(2026, 10, 16))
        hand_over(world.head(), seen(number), desk.user_id or 0)
        with pytest.raises(GuardRefusedError):
            guide(desk, seen(number), QUIET)
    row = stored(number)
    assert (row.paused_on, row.answer_due_on) == (date(2026, 10, 5), date(2026, 10, 16))
    assert notices().count("request_supplement") == 2
    with time_machine.travel("2026-10-14 09:00+07:00", tick=False):
        take_in(desk, seen(number), Brought("other", date(2026, 10, 14), "Số điện thoại"))
    assert stored(number).pauses == [["2026-10-06", "2026-10-14"]]


def test_request_is_closed_when_the_originals_never_come(world: World, vault: Vault, desk: Actor) -> None:
    with time_machine.travel("2026-03-02 09:00+07:00", tick=False):
        number = received(world, vault, desk, values=old_answers())
        accept(desk, seen(number), QUIET)
        ask_originals(desk, seen(number), QUIET, date(2026, 3, 6))
        with pytest.raises(GuardRefusedError):
            guide(desk, seen(number), QUIET)
    with time_machine.travel("2026-03-07 09:00+07:00", tick=False):
        guide(desk, seen(number), QUIET)
    assert (stored(number).state, stored(number).answer_due_on) == ("guided", None)

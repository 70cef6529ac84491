"""The days by which requests are counted follow every step: taken up, settled, working days between."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.services.citizen_request import withdraw_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.online_request import accept, ask_supplement, guide, reopen
from backoffice.services.request_examination import approve, order_rework, submit_draft
from backoffice.services.request_letters import Reply
from backoffice.services.request_return import Handover, return_result
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.workflow.errors import ReasonRequiredError
from tests.requests import old_answers, received, registered, seen, stored
from tests.services.conftest import World

QUIET = Reply("Hướng dẫn.", by_email=False)
CONFIRMATION = "result_confirmation"


def days(number: int) -> tuple[date | None, date | None, int | None]:
    """Taken up, settled, how many working days it took."""
    row = stored(number)
    return row.taken_on, row.settled_on, row.working_days


def test_request_is_neither_taken_nor_settled_when_it_has_just_come(world: World, vault: Vault) -> None:
    number = registered(world.agencies["CC001"], vault).request_id
    assert days(number) == (None, None, None)


@pytest.mark.parametrize(
    ("answered", "took"),
    [
        ("2026-10-05 16:00+07:00", 0),
        ("2026-10-06 00:10+07:00", 1),
        ("2026-10-09 10:00+07:00", 4),
        ("2026-10-11 10:00+07:00", 4),
        ("2026-10-12 10:00+07:00", 5),
    ],
)
def test_working_days_are_those_after_receipt_when_a_weekend_lies_between(
    world: World, vault: Vault, desk: Actor, answered: str, took: int
) -> None:
    number = received(world, vault, desk)
    with time_machine.travel(answered, tick=False):
        guide(desk, seen(number), QUIET)
    assert days(number) == (date(2026, 10, 5), date.fromisoformat(answered[:10]), took)


def test_days_do_not_count_while_the_applicant_completes(world: World, vault: Vault, desk: Actor) -> None:
    number = received(world, vault, desk)
    ask_supplement(desk, seen(number), QUIET, date(2026, 10, 9))
    with time_machine.travel("2026-10-08 16:00+07:00", tick=False), unit_of_work(desk) as session:
        take_step(session, desk, load_request(session, number), Step("answer_supplement"))
    with time_machine.travel("2026-10-13 08:00+07:00", tick=False):
        guide(desk, seen(number), QUIET)
    # The 9th, 12th and 13th.
    assert days(number)[2] == 3


def test_result_is_settled_on_the_day_of_approval_when_it_is_returned_later(
    world: World, vault: Vault, desk: Actor
) -> None:
    head, number = world.head(), received(world, vault, desk, CONFIRMATION)
    accept(desk, seen(number), QUIET)
    submit_draft(world.actor(Role.ENFORCEMENT_OFFICER), seen(number))
    order_rework(head, seen(number), "Sai số tiền")
    assert days(number) == (date(2026, 10, 5), None, None)
    submit_draft(world.actor(Role.ENFORCEMENT_OFFICER), seen(number))
    with time_machine.travel("2026-10-07 08:00+07:00", tick=False):
        approve(head, seen(number))
    with time_machine.travel("2026-10-20 08:00+07:00", tick=False):
        return_result(desk, seen(number), Handover(reply=QUIET))
    assert days(number) == (date(2026, 10, 5), date(2026, 10, 7), 2)


def test_request_is_open_again_when_it_is_reopened_and_counts_from_its_receipt_in_the_end(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk)
    guide(desk, seen(number), QUIET)
    with time_machine.travel("2026-10-08 08:00+07:00", tick=False):
        with pytest.raises(ReasonRequiredError):
            reopen(desk, seen(number), "")
        assert days(number)[1:] == (date(2026, 10, 5), 0)
        reopen(desk, seen(number), "Có bản án mới")
        assert days(number) == (date(2026, 10, 5), None, None)
        guide(desk, seen(number), QUIET)
    assert days(number) == (date(2026, 10, 5), date(2026, 10, 8), 3)


def test_request_takes_no_time_when_the_applicant_takes_it_back(world: World, vault: Vault) -> None:
    agency = world.agencies["CC001"]
    number = registered(agency, vault).request_id
    access = CitizenAccess(number, stored(number).agency_path, 0)
    withdraw_request(access, "Không cần nữa")
    assert days(number) == (None, date(2026, 10, 5), None)


@pytest.mark.parametrize(
    ("came", "answered", "took"),
    # 30 April and 1 May are holidays, 2 and 3 May a weekend; the law changes on 1 July.
    [("2026-04-29", "2026-05-05", 2), ("2026-06-29", "2026-07-02", 3)],
)
def test_days_count_through_when_holidays_or_a_new_law_come_in_between(
    world: World, vault: Vault, desk: Actor, came: str, answered: str, took: int
) -> None:
    with time_machine.travel(f"{came} 09:00+07:00", tick=False):
        number = received(world, vault, desk, "feedback", values=old_answers("feedback"))
    with time_machine.travel(f"{answered} 09:00+07:00", tick=False):
        guide(desk, seen(number), QUIET)
    assert days(number)[2] == took

"""In whose place a deed is written down, on which days, and that no right comes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import (
    ConflictError,
)
from backoffice.models import TransitionLog
from backoffice.services.document_vault import Vault
from backoffice.services.enforcement_case import Correction, correct_party, take_case_step
from backoffice.services.online_request import accept, guide, reopen
from backoffice.services.request_examination import hand_over, submit_draft
from backoffice.services.request_letters import Reply
from backoffice.workflow.errors import TransitionNotPermittedError
from tests import factories
from tests.requests import received, seen, stored
from tests.services.absences import DAY, TODAY, covers, plan
from tests.services.conftest import World

QUIET = Reply("Hướng dẫn.", by_email=False)


@pytest.fixture
def officer(world: World) -> Actor:
    """A support officer."""
    return world.actor(Role.SUPPORT_OFFICER)


@pytest.fixture
def deputy(world: World) -> Actor:
    """Another support officer of the same agency."""
    return world.actor(Role.SUPPORT_OFFICER)


@pytest.mark.parametrize("offset", [-1, 0, 4, 5], ids=["before", "first", "last", "after"])
def test_deputy_stands_in_on_the_days_of_the_absence_alone(
    world: World,
    vault: Vault,
    officer: Actor,
    deputy: Actor,
    log_of: Callable[[Any], list[TransitionLog]],
    offset: int,
) -> None:
    number, stands = received(world, vault, officer), 0 <= offset <= 4
    plan(officer, deputy)
    with time_machine.travel(f"{TODAY + offset * DAY} 10:00+07:00", tick=False):
        assert covers(deputy, clock.today()) == ([officer.user_id] if stands else [])
        guide(deputy, seen(number), QUIET)
        entry = log_of(stored(number))[-1]
        assert (entry.actor_id, entry.acted_for_id) == (deputy.user_id, officer.user_id if stands else None)
        reopen(deputy, seen(number), "Bổ sung.")
    # A deputy leaves the request to its officer; anybody else takes it over.
    assert stored(number).handler_id == (officer.user_id if stands else deputy.user_id)


def test_nobody_else_acts_in_the_place_of_the_absent(
    world: World, vault: Vault, officer: Actor, deputy: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    number = received(world, vault, officer)
    plan(officer, deputy)
    accept(world.actor(Role.SUPPORT_OFFICER), seen(number), QUIET)
    assert [entry.acted_for_id for entry in log_of(stored(number))][-2:] == [None, None]
    # The deputy's place is that of the desk officer: no step of the unit comes with it.
    with pytest.raises(TransitionNotPermittedError):
        submit_draft(deputy, seen(number))
    assert stored(number).state == "in_examination"


def test_deputy_of_an_enforcement_officer_acts_in_the_case_of_the_absent(
    world: World, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    owner, deputy = world.officer(), world.officer()
    file = factories.make_file(world.agencies["CC001"], officer_id=owner.user_id)
    plan(owner, deputy)
    with system_scope("set_up"):
        case_id, party_id, version = file.case.id, file.debtor.id, file.case.version
    correct_party(
        deputy, party_id, Correction(address="Số 3"), expected_version=version, reason="Đổi số nhà."
    )
    take_case_step(deputy, case_id, "enforce", expected_version=version + 1)
    found = [(entry.transition, entry.acted_for_id) for entry in log_of(file.case)][-2:]
    assert found == [("correct_party", owner.user_id), ("enforce", owner.user_id)]


def test_second_officer_meets_a_conflict_when_the_request_was_given_away_meanwhile(
    world: World, vault: Vault, officer: Actor, deputy: Actor
) -> None:
    number = received(world, vault, officer)
    before = seen(number)
    hand_over(world.head(), before, deputy.user_id or 0)
    with pytest.raises(ConflictError):
        guide(officer, before, QUIET)
    assert (stored(number).state, stored(number).handler_id) == ("received", deputy.user_id)

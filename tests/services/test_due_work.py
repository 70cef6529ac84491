"""What is due is told to whoever has to do it that day: in the letter of the morning and in the calendar file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Notice, OnlineRequest, StaffMember
from backoffice.services.absence import end_early
from backoffice.services.deadline_calendar import own_deadlines
from backoffice.services.document_vault import Vault
from backoffice.services.notice_digest import JOB, write_digests
from backoffice.services.notice_seal import open_content
from backoffice.services.transaction import send, unit_of_work
from tests.requests import received
from tests.services.absences import DAY, TODAY, plan
from tests.services.conftest import World

JOBS = Actor.system("jobs")


@pytest.fixture
def officer(world: World) -> Actor:
    """A support officer."""
    return world.actor(Role.SUPPORT_OFFICER)


@pytest.fixture
def deputy(world: World) -> Actor:
    """Another support officer of the same agency."""
    return world.actor(Role.SUPPORT_OFFICER)


@pytest.fixture
def due(world: World, lawful_settings: Any, officer: Actor) -> tuple[str, date]:
    """A request that the officer has to answer: its number and its day."""
    key = received(world, Vault.of(lawful_settings.documents), officer)
    with system_scope("set_up"):
        request = db.session.get_one(OnlineRequest, key)
        assert request.due_on is not None
        return request.request_number, request.due_on


def morning(day: date) -> dict[int, str]:
    """The lines of each letter of a day's round, by the person; the round is made twice, as after a death."""
    with unit_of_work(JOBS) as session:
        message = send(session, JOB, day=day.isoformat())
    for _again in range(2):
        write_digests(JOBS, message, day)
    with system_scope("set_up"):
        people = {person.email: person.id for person in db.session.scalars(select(StaffMember)).unique()}
        found = db.session.scalars(select(Notice).where(Notice.event == "deadline_digest")).all()
        contents = [content for content in map(open_content, found) if content is not None]
        assert len(contents) == len({content.address for content in contents})
        return {people[content.address]: content.values["work_lines"] for content in contents}


def test_officer_is_told_of_requests_on_their_day_and_not_before(
    officer: Actor, due: tuple[str, date]
) -> None:
    number, day = due
    assert morning(day - DAY) == {}
    told = morning(day)
    assert told.keys() == {officer.user_id}
    assert f"hồ sơ số {number}: hạn {day:%d/%m/%Y}" in told[officer.user_id or 0]
    assert "làm thay" not in told[officer.user_id or 0]


def test_deputy_is_told_of_the_work_of_somebody_absent(
    officer: Actor, deputy: Actor, due: tuple[str, date]
) -> None:
    number, day = due
    plan(officer, deputy)
    told = morning(day)
    assert f"hồ sơ số {number}: hạn {day:%d/%m/%Y}, làm thay {officer.name}" in told[deputy.user_id or 0]


@pytest.mark.parametrize("first", [2, 3])
def test_deputy_is_told_nothing_when_the_absence_does_not_hold_that_day(
    officer: Actor, deputy: Actor, due: tuple[str, date], first: int
) -> None:
    number, day = due
    plan(officer, deputy, first=first)
    assert TODAY + first * DAY > day
    told = morning(day)
    assert deputy.user_id not in told
    assert number in told[officer.user_id or 0]


def test_deputy_is_told_nothing_when_the_absent_one_is_back(
    officer: Actor, deputy: Actor, due: tuple[str, date]
) -> None:
    absence = plan(officer, deputy).absence
    end_early(officer, absence.id, expected_version=absence.version)
    assert deputy.user_id not in morning(due[1])


def test_deputy_is_told_nothing_of_rows_that_the_deputy_may_not_see(
    world: World, officer: Actor, deputy: Actor, due: tuple[str, date]
) -> None:
    plan(officer, deputy)
    with system_scope("set_up"):
        person = db.session.get_one(StaffMember, deputy.user_id)
        person.agency_id = world.agencies["CC002"].id
        db.session.commit()
    assert deputy.user_id not in morning(due[1])


def test_calendar_file_has_the_work_of_the_absent_on_days_when_somebody_stands_in(
    officer: Actor, deputy: Actor, due: tuple[str, date]
) -> None:
    number, day = due
    assert own_deadlines(deputy) == []
    plan(officer, deputy)
    (found,) = own_deadlines(deputy)
    assert (found.kind, found.number, found.due_on, found.absent) == ("request", number, day, officer.name)
    assert found.url.endswith(f"/requests/show/{number.partition('/')[0]}")
    (own,) = own_deadlines(officer)
    assert (own.uid, own.absent) == (found.uid, "")
    with time_machine.travel(f"{TODAY + 5 * DAY} 09:00+07:00", tick=False):
        assert own_deadlines(deputy) == []

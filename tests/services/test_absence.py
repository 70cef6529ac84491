"""Absences: who may enter and end one, and which deputy will do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import current_app
from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope, use_scope
from backoffice.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    OpenThadsError,
    StateError,
)
from backoffice.extensions import db
from backoffice.models import Absence, Notice, StaffMember, TransitionLog
from backoffice.queries.absences import running_around
from backoffice.services.absence import end_early, member_to_plan, plan_absence
from tests.services.absences import DAY, TODAY, count, covers, new, plan
from tests.services.conftest import World


@pytest.fixture
def officer(world: World) -> Actor:
    """A support officer."""
    return world.actor(Role.SUPPORT_OFFICER)


@pytest.fixture
def deputy(world: World) -> Actor:
    """Another support officer of the same agency."""
    return world.actor(Role.SUPPORT_OFFICER)


def test_absence_is_kept_with_its_history_and_letters_when_an_officer_enters_it(
    world: World, officer: Actor, deputy: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    head = world.head()
    absence = plan(officer, deputy).absence
    with system_scope("set_up"):
        row = db.session.get_one(Absence, absence.id)
        letters = db.session.scalars(select(Notice).order_by(Notice.id)).all()
        assert (row.member_id, row.deputy_id, row.made_by_id) == (
            officer.user_id,
            deputy.user_id,
            officer.user_id,
        )
        assert (row.agency_path, row.to_on, row.cancelled_at) == ("TC.C01.CC001.", TODAY + 4 * DAY, None)
        assert {(one.event, one.member_id) for one in letters} == {
            ("absence_planned", deputy.user_id),
            ("absence_planned", head.user_id),
        }
    assert [(entry.transition, entry.actor_id) for entry in log_of(absence)] == [
        ("plan_absence", officer.user_id)
    ]


@pytest.mark.parametrize("role", [Role.HEAD, Role.AGENCY_ADMINISTRATOR])
def test_absence_of_another_is_entered_when_head_or_administrator_does_it(
    world: World, officer: Actor, deputy: Actor, role: Role
) -> None:
    plan_absence(world.actor(role), officer.user_id or 0, new(deputy))
    assert covers(deputy) == [officer.user_id]
    with system_scope("set_up"):
        assert officer.user_id in set(db.session.scalars(select(Notice.member_id)))


@pytest.mark.parametrize(
    ("role", "agency", "expected"),
    [
        (Role.SUPPORT_OFFICER, "CC001", NotPermittedError),
        (Role.INSPECTOR, "C01", NotPermittedError),
        (Role.CLERK, "CC001", NotPermittedError),
        (Role.HEAD, "CC002", NotFoundError),
        (Role.AGENCY_ADMINISTRATOR, "CC288", NotFoundError),
    ],
)
def test_absence_of_another_is_refused_when_role_or_scope_does_not_reach(
    world: World, officer: Actor, deputy: Actor, role: Role, agency: str, expected: type[OpenThadsError]
) -> None:
    stranger = world.actor(role, agency)
    with pytest.raises(expected):
        plan_absence(stranger, officer.user_id or 0, new(deputy))
    absence = plan(officer, deputy).absence
    with pytest.raises(NotFoundError):
        end_early(stranger, absence.id, expected_version=1)
    assert (count(), stored_absence(absence.id).cancelled_at) == (1, None)


def stored_absence(absence_id: int) -> Absence:
    """The row as it stands in the database."""
    with system_scope("set_up"):
        row = db.session.get_one(Absence, absence_id)
        db.session.refresh(row)
        return row


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"to_on": TODAY - DAY}, "to_on"),
        ({"from_on": TODAY + 5 * DAY}, "to_on"),
        ({"from_on": TODAY - 32 * DAY}, "from_on"),
        ({"to_on": TODAY + 732 * DAY}, "to_on"),
        ({"reason_kind": "holiday"}, "reason_kind"),
        ({"reason_kind": ""}, "reason_kind"),
        ({"deputy_id": 987_654}, "deputy_id"),
        ({"deputy_id": -1}, "deputy_id"),
    ],
)
def test_absence_is_refused_with_its_field_when_a_value_cannot_be(
    world: World, officer: Actor, deputy: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        plan_absence(officer, officer.user_id or 0, replace(new(deputy), **values))
    assert (refused.value.field, count(), count(Notice)) == (field, 0, 0)


@pytest.mark.parametrize(
    ("role", "agency"),
    [
        (Role.CLERK, "CC001"),
        (Role.EXAMINER, "CC001"),
        (Role.SUPPORT_OFFICER, "CC002"),
        (Role.SUPPORT_OFFICER, "C01"),
    ],
)
def test_deputy_is_refused_when_roles_or_agency_do_not_fit(
    world: World, officer: Actor, role: Role, agency: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        plan(officer, world.actor(role, agency))
    assert (refused.value.field, count()) == ("deputy_id", 0)


def test_deputy_is_refused_when_closed_or_the_same_person(officer: Actor, deputy: Actor) -> None:
    with system_scope("set_up"):
        db.session.get_one(StaffMember, deputy.user_id).active = False
        db.session.commit()
    for person in (deputy, officer):
        with pytest.raises(InvalidInputError) as refused:
            plan(officer, person)
        assert refused.value.field == "deputy_id"
    assert count() == 0


def test_deputy_may_hold_more_work_but_never_less(world: World) -> None:
    both, desk = world.actor(Role.COMPLAINTS_OFFICER, "C01"), world.actor(Role.SUPPORT_OFFICER, "C01")
    with pytest.raises(InvalidInputError):
        plan(both, desk)
    assert plan(desk, both).absence.deputy_id == both.user_id
    _member, colleagues = member_to_plan(desk, desk.user_id or 0)
    assert [person.id for person in colleagues] == [both.user_id]


@pytest.mark.parametrize(("first", "last", "is_free"), [(-1, 0, False), (4, 9, False), (5, 9, True)])
def test_second_absence_is_refused_when_a_day_is_in_both(
    officer: Actor, deputy: Actor, first: int, last: int, is_free: bool
) -> None:
    plan(officer, deputy)
    if is_free:
        assert plan(officer, deputy, first, last).absence.id
    else:
        with pytest.raises(InvalidInputError) as refused:
            plan(officer, deputy, first, last)
        assert refused.value.field == "from_on"
    assert count() == 1 + is_free


def test_absent_deputy_is_refused_unless_the_deputys_deputy_is_allowed(
    world: World, officer: Actor, deputy: Actor
) -> None:
    third = world.actor(Role.SUPPORT_OFFICER)
    plan(deputy, third, 2, 6)
    with pytest.raises(InvalidInputError) as refused:
        plan(officer, deputy)
    assert (refused.value.field, refused.value.params["first"]) == ("deputy_id", "07/10/2026")
    plan(officer, deputy, passes_on=True)
    assert covers(third, TODAY + DAY) == []
    assert covers(third, TODAY + 2 * DAY) == [officer.user_id, deputy.user_id]
    assert covers(third, TODAY + 5 * DAY) == [deputy.user_id]


def test_deputies_never_go_in_circles_nor_further_than_one_step(
    world: World, officer: Actor, deputy: Actor
) -> None:
    third, fourth = world.actor(Role.SUPPORT_OFFICER), world.actor(Role.SUPPORT_OFFICER)
    plan(deputy, officer, 10, 12)
    with pytest.raises(InvalidInputError):
        plan(officer, deputy, 12, 14, passes_on=True)
    plan(deputy, third)
    plan(third, fourth, passes_on=False)
    with pytest.raises(InvalidInputError) as refused:
        plan(officer, deputy, passes_on=True)
    assert (refused.value.field, covers(fourth)) == ("deputy_id", [third.user_id])
    assert covers(officer) == []


def test_those_left_without_deputy_are_named_when_the_deputy_goes_away_too(
    world: World, officer: Actor, deputy: Actor
) -> None:
    third = world.actor(Role.SUPPORT_OFFICER)
    alone = plan(officer, deputy).absence
    planned = plan(deputy, third, 4, 6)
    assert [absence.id for absence in planned.left_alone] == [alone.id]
    assert covers(third, TODAY + 4 * DAY) == [deputy.user_id]


def test_work_goes_back_when_the_absence_ends_early(
    world: World, officer: Actor, deputy: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    absence = plan(officer, deputy).absence
    with time_machine.travel(f"{TODAY + 2 * DAY} 08:00+07:00", tick=False):
        end_early(officer, absence.id, expected_version=1)
        assert covers(deputy, clock.today()) == []
    assert stored_absence(absence.id).to_on == TODAY + DAY
    with pytest.raises(ConflictError):
        end_early(officer, absence.id, expected_version=1)
    assert [entry.transition for entry in log_of(absence)] == ["plan_absence", "end_absence"]
    with time_machine.travel(f"{TODAY + 3 * DAY} 08:00+07:00", tick=False), pytest.raises(StateError):
        end_early(officer, absence.id, expected_version=2)


@pytest.mark.parametrize("first", [0, 3])
def test_absence_is_taken_back_whole_when_it_has_not_begun(
    world: World, officer: Actor, deputy: Actor, first: int
) -> None:
    absence = plan(officer, deputy, first).absence
    end_early(world.head(), absence.id, expected_version=1)
    assert stored_absence(absence.id).cancelled_at is not None
    assert covers(deputy, TODAY + 3 * DAY) == []
    with pytest.raises(StateError):
        end_early(officer, absence.id, expected_version=2)
    # The days are free again.
    assert plan(officer, deputy, first).absence.id != absence.id


def test_absent_person_is_seen_beside_those_whose_work_is_done(
    world: World, officer: Actor, deputy: Actor
) -> None:
    plan(officer, deputy)
    with use_scope(officer.scope):
        (own,) = running_around(officer.user_id or 0, TODAY)
    assert (own.member_id, own.deputy.id) == (officer.user_id, deputy.user_id)
    with use_scope(world.actor(Role.SUPPORT_OFFICER, "CC002").scope):
        assert running_around(deputy.user_id or 0, TODAY) == []


def test_two_do_not_name_each_other_when_both_enter_at_once(
    world: World, officer: Actor, deputy: Actor, database_kind: str
) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def enter(pair: tuple[Actor, Actor]) -> bool:
        with app.app_context():
            try:
                plan(*pair)
            except InvalidInputError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(enter, [(officer, deputy), (deputy, officer)]))
    assert (sorted(done), count()) == ([False, True], 1)

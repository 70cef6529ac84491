"""Giving an officer's open work to others: the plan, its spreading, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import BackgroundTaskRow, EnforcementCase
from backoffice.models.states import TaskKind
from backoffice.queries.officer_work import CASES, EXAMINATION, SUPPORT
from backoffice.services.background_task import TaskOrder, request_task, start
from backoffice.services.document_vault import Vault
from backoffice.services.online_request import Classification, Seen, accept, classify, guide
from backoffice.services.reassignment import (
    WORKS,
    Line,
    give_request,
    giver,
    holder,
    holders,
    plan_reassignment,
)
from backoffice.services.request_examination import assign, hand_over, propose
from backoffice.services.request_letters import Reply
from backoffice.services.task_rows import run_rows
from tests import factories
from tests.requests import received, seen, stored
from tests.services.conftest import World

QUIET = Reply("Hướng dẫn.", by_email=False)
PETITION = Classification("reflection", True, "own", 1)


@pytest.fixture
def desk(world: World) -> Actor:
    """Whose work is given away."""
    return world.actor(Role.SUPPORT_OFFICER)


def planned(head: Actor, officer: Actor, to: Sequence[Actor], works: Sequence[str] = WORKS) -> list[Line]:
    """The plan for these recipients."""
    _holder, colleagues = holder(head, officer.user_id or 0)
    chosen = [person for person in colleagues if person.id in {one.user_id for one in to}]
    return plan_reassignment(head, officer.user_id or 0, works, chosen)


def done(head: Actor, to: dict[int, tuple[int, list[str], int | None]], screen: str) -> list[str]:
    """Carry out a task over rows: by id the version, the works and who gets it; returns the outcomes in order."""
    parameters = {
        "step": "hand_over",
        "reason": "Chuyển công tác",
        "to": {str(key): [works, officer_id] for key, (_version, works, officer_id) in to.items()},
    }
    rows = [(key, version) for key, (version, _works, _officer) in to.items()]
    task = request_task(head, TaskOrder(TaskKind.STEPS, screen, parameters), rows, at_once=True)
    ticket = start(task.id)
    assert ticket is not None
    run_rows(ticket, giver(ticket.parameters))
    with system_scope("set_up"):
        return [row.outcome for row in db.session.query(BackgroundTaskRow).order_by(BackgroundTaskRow.id)]


def test_everything_goes_to_one_when_one_is_chosen(
    world: World, vault: Vault, desk: Actor, log_of: Any
) -> None:
    head, other = world.head(), world.actor(Role.SUPPORT_OFFICER)
    numbers = [received(world, vault, desk) for _ in range(3)]
    lines = planned(head, desk, [other])
    assert [(line.row.id, line.works, line.to_id) for line in lines] == [
        (number, (SUPPORT,), other.user_id) for number in numbers
    ]
    # The plan itself changes nothing.
    assert {stored(number).handler_id for number in numbers} == {desk.user_id}
    to = {line.row.id: (stored(line.row.id).version, list(line.works), line.to_id) for line in lines}
    assert done(head, to, "OnlineRequestView") == ["done"] * 3
    assert {stored(number).handler_id for number in numbers} == {other.user_id}
    entry = log_of(stored(numbers[0]))[-1]
    assert (entry.transition, entry.actor_id, entry.reason) == ("hand_over", head.user_id, "Chuyển công tác")


def test_rows_are_spread_by_present_load_when_several_are_chosen(
    world: World, vault: Vault, desk: Actor
) -> None:
    busy, idle = world.actor(Role.SUPPORT_OFFICER), world.actor(Role.SUPPORT_OFFICER)
    for _ in range(2):
        received(world, vault, busy)
    for _ in range(4):
        received(world, vault, desk)
    lines = planned(world.head(), desk, [busy, idle])
    assert [line.to_id for line in lines].count(idle.user_id) == 3
    assert [line.to_id for line in lines].count(busy.user_id) == 1


def test_closed_requests_and_fixed_states_stay_when_work_is_given_away(world: World, vault: Vault) -> None:
    head = world.actor(Role.CENTRAL_UNIT_HEAD, "TC")
    both, other = world.actor(Role.COMPLAINTS_OFFICER), world.actor(Role.COMPLAINTS_OFFICER)
    closed = received(world, vault, both)
    guide(both, seen(closed), QUIET)
    proposed = received(world, vault, both, "feedback")
    classify(both, seen(proposed), PETITION)
    assign(head, seen(proposed), both.user_id or 0)
    propose(both, seen(proposed), "propose_reply")
    assert [line.works for line in planned(head, both, [other])] == [(SUPPORT,)]
    (line,) = planned(head, both, [other], [EXAMINATION])
    assert (line.row.id, line.is_fixed, line.to_id) == (proposed, True, None)


def test_both_duties_go_together_or_not_at_all(world: World, vault: Vault) -> None:
    head, both = world.head(), world.actor(Role.COMPLAINTS_OFFICER)
    other, desk = world.actor(Role.COMPLAINTS_OFFICER), world.actor(Role.SUPPORT_OFFICER)
    number = received(world, vault, both, "feedback")
    classify(both, seen(number), PETITION)
    assign(head, seen(number), both.user_id or 0)
    (alone,) = planned(head, both, [desk])
    assert (alone.works, alone.to_id) == ((SUPPORT, EXAMINATION), None)
    with pytest.raises(InvalidInputError):
        give_request(head, seen(number), [SUPPORT, EXAMINATION], desk.user_id or 0, "Chuyển")
    assert stored(number).handler_id == both.user_id
    give_request(head, seen(number), [SUPPORT, EXAMINATION], other.user_id or 0, "Chuyển")
    assert (stored(number).handler_id, stored(number).examiner_id) == (other.user_id, other.user_id)


def test_row_that_was_changed_meanwhile_is_left_alone_and_reported(
    world: World, vault: Vault, desk: Actor
) -> None:
    head, other, third = world.head(), world.actor(Role.SUPPORT_OFFICER), world.actor(Role.SUPPORT_OFFICER)
    first, second = received(world, vault, desk), received(world, vault, desk)
    to = {key: (stored(key).version, [SUPPORT], other.user_id) for key in (first, second)}
    hand_over(head, seen(first), third.user_id or 0)
    assert done(head, to, "OnlineRequestView") == ["refused", "done"]
    assert (stored(first).handler_id, stored(second).handler_id) == (third.user_id, other.user_id)
    with system_scope("set_up"):
        kept = db.session.query(BackgroundTaskRow).order_by(BackgroundTaskRow.id).first()
        assert kept is not None
        assert kept.sentence == {"message": ConflictError.message, "params": {}}


@pytest.mark.parametrize("role", [Role.CLERK, Role.EXAMINER])
def test_row_is_refused_when_the_recipient_may_not_do_the_work(
    world: World, vault: Vault, desk: Actor, role: Role
) -> None:
    number, stranger = received(world, vault, desk), world.actor(role)
    to = {number: (stored(number).version, [SUPPORT], stranger.user_id)}
    assert done(world.head(), to, "OnlineRequestView") == ["refused"]
    assert stored(number).handler_id == desk.user_id


def test_row_of_another_agency_is_refused_like_a_missing_one(world: World, vault: Vault, desk: Actor) -> None:
    number, other = received(world, vault, desk), world.actor(Role.SUPPORT_OFFICER)
    to = {
        number: (stored(number).version, [SUPPORT], other.user_id),
        987_654: (1, [SUPPORT], other.user_id),
    }
    assert done(world.head("CC002"), to, "OnlineRequestView") == ["refused", "refused"]
    assert stored(number).handler_id == desk.user_id


def test_cases_go_to_enforcement_officers_alone(world: World) -> None:
    head, owner, other = world.head(), world.officer(), world.officer()
    second_head = world.head()
    file = factories.make_file(world.agencies["CC001"], officer_id=owner.user_id)
    with system_scope("set_up"):
        case_id, version = file.case.id, file.case.version
    assert planned(head, owner, [second_head])[0].to_id is None
    (line,) = planned(head, owner, [other, second_head])
    assert (line.row.id, line.works, line.to_id) == (case_id, (CASES,), other.user_id)
    assert done(head, {case_id: (version, [CASES], other.user_id)}, "CaseView") == ["done"]
    with system_scope("set_up"):
        case = db.session.get_one(EnforcementCase, case_id)
        db.session.refresh(case)
        assert case.officer_id == other.user_id


@pytest.mark.parametrize(
    "role", [Role.SUPPORT_OFFICER, Role.CLERK, Role.AGENCY_ADMINISTRATOR, Role.COMPLAINTS_OFFICER]
)
def test_plan_is_refused_when_the_role_does_not_assign(world: World, desk: Actor, role: Role) -> None:
    stranger = world.actor(role)
    for deed in (
        lambda: holders(stranger),
        lambda: holder(stranger, desk.user_id or 0),
        lambda: plan_reassignment(stranger, desk.user_id or 0, WORKS, ()),
    ):
        with pytest.raises(NotPermittedError):
            deed()


@pytest.mark.parametrize("key", [0, -1, 987_654])
def test_officer_out_of_scope_is_not_found(world: World, desk: Actor, key: int) -> None:
    with pytest.raises(NotFoundError):
        holder(world.head("CC002"), desk.user_id or 0)
    with pytest.raises(NotFoundError):
        holder(world.head(), key)


def test_holders_are_those_of_the_own_agency_with_open_work(world: World, vault: Vault, desk: Actor) -> None:
    number = received(world, vault, desk)
    assert [(one.member.id, one.load.support) for one in holders(world.head())] == [(desk.user_id, 1)]
    assert holders(world.head("CC002")) == []
    guide(desk, seen(number), QUIET)
    assert holders(world.head()) == []


def test_work_of_a_closed_account_can_be_given_away(world: World, vault: Vault, desk: Actor) -> None:
    number, other = received(world, vault, desk), world.actor(Role.SUPPORT_OFFICER)
    accept(desk, seen(number), QUIET)
    with system_scope("set_up"):
        member = holder(world.head(), desk.user_id or 0)[0].member
        member.active = False
        db.session.commit()
    (line,) = planned(world.head(), desk, [other])
    assert (line.row.id, line.to_id) == (number, other.user_id)
    with pytest.raises(InvalidInputError):
        hand_over(world.head(), Seen(number, stored(number).version), desk.user_id or 0)

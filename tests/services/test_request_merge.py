"""Merging requests knowingly and separating them: state, clocks, what applicants see, and who is refused."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, StateError
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from backoffice.queries.waiting_work import is_left_alone
from backoffice.services.citizen_request import ask_reopening, offered_slots, view_request, withdraw_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import look_up
from backoffice.services.online_request import Seen, accept, guide, receive
from backoffice.services.request_letters import Reply
from backoffice.services.request_merge import merge, unmerge
from backoffice.workflow.errors import GuardRefusedError, ReasonRequiredError, TransitionNotPermittedError
from tests.requests import NUMBER, answers, received, registered, seen, stored
from tests.services.conftest import World

WHY = "Trùng nội dung"
OTHER = {"applicant_name": "Phạm Quốc Hùng", "identity_number": "001084000321"}


def number_of(key: int) -> str:
    """What staff call a request."""
    return stored(key).request_number


def test_state_and_remaining_days_are_as_before_when_a_request_is_separated(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    state, due = stored(twin).state, stored(twin).due_on
    merge(desk, seen(twin), number_of(main), WHY)
    merged = stored(twin)
    assert (merged.state, merged.due_on, merged.merged_on) == ("received", None, date(2026, 10, 5))
    assert merged.duplicate_of_id == main
    with time_machine.travel("2026-10-08 09:00+07:00", tick=False):
        unmerge(desk, seen(twin), "Khác đương sự")
        after = stored(twin)
    assert (after.state, after.duplicate_of_id, after.merged_on) == (state, None, None)
    assert after.pauses == [["2026-10-06", "2026-10-08", "merged"]]
    # Three working days stood still, and come on top: Tuesday becomes Friday.
    assert (due, after.due_on) == (date(2026, 10, 6), date(2026, 10, 9))


def left_alone() -> list[int]:
    """The merged requests that wait for the desk again."""
    with system_scope("set_up"):
        return list(db.session.scalars(select(OnlineRequest.id).where(is_left_alone())))


def test_day_is_the_same_when_a_request_is_separated_on_the_day_it_was_merged(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    due = stored(twin).due_on
    merge(desk, seen(twin), number_of(main), WHY)
    unmerge(desk, seen(twin), WHY)
    assert (stored(twin).due_on, stored(twin).pauses) == (due, [])


def test_merged_request_takes_no_step_until_it_is_separated(world: World, vault: Vault, desk: Actor) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    merge(desk, seen(twin), number_of(main), WHY)
    for deed in (guide, accept):
        with pytest.raises(GuardRefusedError):
            deed(desk, seen(twin), Reply("Lời", by_email=False))
    unmerge(desk, seen(twin), WHY)
    guide(desk, seen(twin), Reply("Lời", by_email=False))
    assert stored(twin).state == "guided"


def test_applicant_learns_of_the_other_request_only_when_it_is_the_own(
    world: World, vault: Vault, desk: Actor
) -> None:
    agency = world.agencies["CC001"]
    main = registered(agency, vault)
    own, foreign = registered(agency, vault), registered(agency, vault, values=answers(**OTHER))
    for twin in (own, foreign):
        merge(desk, seen(twin.request_id), main.request_number, WHY)
    seen_by_owner = view_request(look_up(own.code, NUMBER))
    assert (seen_by_owner.is_merged, seen_by_owner.merged_with) == (True, main.request_number)
    seen_by_other = view_request(look_up(foreign.code, OTHER["identity_number"]))
    assert (seen_by_other.is_merged, seen_by_other.merged_with, seen_by_other.due_on) == (True, "", None)
    assert "Nguyễn Thị Hòa" not in str(seen_by_other.messages)
    assert not view_request(look_up(main.code, NUMBER)).is_merged


def test_applicant_may_withdraw_and_nothing_else_when_the_request_is_merged(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = registered(world.agencies["CC001"], vault), registered(world.agencies["CC001"], vault)
    merge(desk, seen(twin.request_id), main.request_number, WHY)
    access = look_up(twin.code, NUMBER)
    assert offered_slots(access) == []
    with pytest.raises(StateError):
        ask_reopening(access, "Đề nghị")
    withdraw_request(access, "")
    row = stored(twin.request_id)
    assert (row.state, row.duplicate_of_id, row.merged_on) == ("withdrawn", None, None)


def test_merging_is_refused_when_the_number_names_no_fitting_request(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    elsewhere = registered(world.agencies["CC002"], vault).request_number
    another = registered(world.agencies["CC001"], vault, "feedback").request_number
    bad = (
        "",
        "12",
        "x/2026",
        f"{main}/2020",
        "999999/2026",
        "9" * 19 + "/2026",
        elsewhere,
        another,
        number_of(twin),
    )
    for number in bad:
        with pytest.raises(InvalidInputError) as refused:
            merge(desk, seen(twin), number, WHY)
        assert refused.value.field == "number"
    merge(desk, seen(twin), number_of(main), WHY)
    third = received(world, vault, desk)
    for request, number in ((third, number_of(twin)), (main, number_of(third))):
        with pytest.raises(InvalidInputError):
            merge(desk, seen(request), number, WHY)
    assert stored(third).duplicate_of_id is None


def test_merging_is_refused_when_a_case_came_from_it_or_no_reason_is_given(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    with pytest.raises(ReasonRequiredError):
        merge(desk, seen(twin), number_of(main), " ")
    accept(desk, seen(twin), Reply("Đã tiếp nhận.", by_email=False))
    with pytest.raises(GuardRefusedError):
        merge(desk, seen(twin), number_of(main), WHY)
    with pytest.raises(ConflictError):
        merge(desk, Seen(main, 1), number_of(twin), WHY)


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.EXAMINER, Role.INSPECTOR])
def test_merging_is_refused_when_the_role_is_not_at_the_desk(
    world: World, vault: Vault, desk: Actor, role: Role
) -> None:
    main, twin = received(world, vault, desk), received(world, vault, desk)
    with pytest.raises(TransitionNotPermittedError):
        merge(world.actor(role), seen(twin), number_of(main), WHY)
    merge(desk, seen(twin), number_of(main), WHY)
    with pytest.raises(TransitionNotPermittedError):
        unmerge(world.actor(role), seen(twin), WHY)
    with pytest.raises(NotFoundError):
        unmerge(world.actor(Role.SUPPORT_OFFICER, "CC002"), seen(twin), WHY)


def test_merged_request_waits_for_the_desk_when_the_other_one_ends_without_an_answer_to_it(
    world: World, vault: Vault, desk: Actor
) -> None:
    agency = world.agencies["CC001"]
    main = registered(agency, vault)
    own, foreign = registered(agency, vault), registered(agency, vault, values=answers(**OTHER))
    for twin in (own, foreign):
        merge(desk, seen(twin.request_id), main.request_number, WHY)
    assert left_alone() == []
    receive(desk, seen(main.request_id))
    guide(desk, seen(main.request_id), Reply("Lời", by_email=False))
    # What the applicant of both was told holds for both; the other applicant was told nothing.
    assert left_alone() == [foreign.request_id]
    unmerge(desk, seen(foreign.request_id), WHY)
    assert left_alone() == []


def test_own_second_request_waits_for_the_desk_when_the_first_is_taken_back(
    world: World, vault: Vault, desk: Actor
) -> None:
    main, twin = registered(world.agencies["CC001"], vault), registered(world.agencies["CC001"], vault)
    merge(desk, seen(twin.request_id), main.request_number, WHY)
    withdraw_request(look_up(main.code, NUMBER), "")
    assert left_alone() == [twin.request_id]

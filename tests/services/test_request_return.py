"""Giving results out: at the desk now or later, by post, on the look-up page; and answering who wants more."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, StateError
from backoffice.extensions import db
from backoffice.models import Appointment, TransitionLog
from backoffice.models.request_states import HandoverWay
from backoffice.services.appointment import miss_appointment
from backoffice.services.citizen_request import ask_reopening, choose_time, offered_slots, view_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.online_request import (
    Classification,
    Seen,
    accept,
    classify,
    guide,
    keep_closed,
    receive,
    reopen,
)
from backoffice.services.request_examination import approve, assign, propose, submit_draft
from backoffice.services.request_letters import Reply
from backoffice.services.request_return import Fee, Handover, hand_out, return_result
from backoffice.services.slot_plan import SlotPlan, plan_slots
from backoffice.workflow.errors import (
    GuardRefusedError,
    TransitionNotAllowedError,
    TransitionNotPermittedError,
)
from tests.requests import NUMBER, notices, registered, seen, stored
from tests.services.conftest import World

QUIET = Reply("Hướng dẫn.", by_email=False)
TOLD = Reply("Kết quả đã được ký.")
TODAY, TUESDAY = date(2026, 10, 5), date(2026, 10, 6)


def signed(
    world: World, vault: Vault, desk: Actor, procedure: str = "result_confirmation"
) -> tuple[int, CitizenAccess]:
    """A request whose result the head has approved, and its applicant."""
    receipt = registered(world.agencies["CC001"], vault, procedure)
    number, head, officer = receipt.request_id, world.head(), world.actor(Role.COMPLAINTS_OFFICER)
    receive(desk, seen(number))
    if procedure == "feedback":
        classify(
            desk, seen(number), Classification("proposal", is_eligible=True, competence="own", people_count=1)
        )
    else:
        accept(desk, seen(number), QUIET)
    assign(head, seen(number), officer.user_id or 0)
    if procedure == "feedback":
        propose(officer, seen(number), "propose_reply")
    else:
        submit_draft(officer, seen(number))
    approve(head, seen(number))
    return number, look_up(receipt.code, NUMBER)


def closed(world: World, vault: Vault, desk: Actor) -> tuple[int, CitizenAccess]:
    """A request that was answered with guidance, and its applicant."""
    receipt = registered(world.agencies["CC001"], vault, "officer_change")
    receive(desk, seen(receipt.request_id))
    guide(desk, seen(receipt.request_id), QUIET)
    return receipt.request_id, look_up(receipt.code, NUMBER)


def open_times(world: World, desk: Actor) -> None:
    """Four times on Tuesday morning."""
    with system_scope("set_up"):
        agency_id = world.agencies["CC001"].id
    plan_slots(desk, SlotPlan(agency_id, "Bàn 1", TUESDAY, TUESDAY, time(8), time(10), minutes=30))


def given(number: int) -> tuple[Any, ...]:
    """How the result was given out: way, day, receiver."""
    row = stored(number)
    return row.handed_over_way, row.handed_over_on, row.handed_over_to


@pytest.mark.parametrize(
    ("handover", "expected"),
    [
        (Handover(), ("online", TODAY, None)),
        (Handover(receiver="không ai"), ("online", TODAY, None)),
        (Handover(way=HandoverWay.POST, receiver=" EA 123  VN "), ("post", TODAY, "EA 123 VN")),
        (Handover(way=HandoverWay.DESK, receiver="Nguyễn Thị Hòa"), ("desk", TODAY, "Nguyễn Thị Hòa")),
        (Handover(way=HandoverWay.DESK), ("desk", None, None)),
    ],
)
def test_handing_over_is_kept_when_a_result_is_returned(
    world: World, vault: Vault, desk: Actor, handover: Handover, expected: tuple[Any, ...]
) -> None:
    number, access = signed(world, vault, desk)
    return_result(desk, seen(number), handover)
    assert given(number) == expected
    assert view_request(access).can_choose_time is (expected[1] is None)


def test_result_is_not_returned_when_the_receiver_is_too_long(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, _access = signed(world, vault, desk)
    with pytest.raises(InvalidInputError) as refused:
        return_result(desk, seen(number), Handover(way=HandoverWay.DESK, receiver="x" * 201))
    assert (refused.value.field, stored(number).state) == ("handed_over_to", "signed")


def test_result_is_collected_at_its_time_when_it_lay_at_the_desk(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, access = signed(world, vault, desk)
    open_times(world, desk)
    first, second = (slot.id for slot in offered_slots(access)[:2])
    # A time means that it is collected, whatever else was chosen.
    return_result(
        desk, seen(number), Handover(way=HandoverWay.POST, receiver="EA 1", slot_id=first, reply=TOLD)
    )
    assert (given(number), notices()[-1]) == (("desk", None, None), "result_ready")
    choose_time(access, second)
    with pytest.raises(InvalidInputError):
        hand_out(desk, seen(number), "  ", Fee())
    with pytest.raises(InvalidInputError):
        hand_out(desk, seen(number), "Nguyễn Thị Hòa", Fee(10_000))
    hand_out(desk, seen(number), "Nguyễn Thị Hòa", Fee(10_000, "BL-02"))
    assert given(number) == ("desk", TODAY, "Nguyễn Thị Hòa")
    assert (stored(number).fee_vnd, stored(number).state) == (10_000, "returned")
    with system_scope("set_up"):
        rows = db.session.query(Appointment).order_by(Appointment.id)
        assert [row.state for row in rows] == ["moved", "kept"]
    assert view_request(access).can_choose_time is False
    with pytest.raises(StateError):
        choose_time(access, first)


def test_another_time_is_chosen_when_nobody_came_for_the_result(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, access = signed(world, vault, desk)
    open_times(world, desk)
    return_result(desk, seen(number), Handover(way=HandoverWay.DESK))
    assert [slot.starts_at.hour for slot in offered_slots(access)] != []
    first = choose_time(access, offered_slots(access)[0].id)
    with pytest.raises(StateError):
        miss_appointment(desk, first.id, expected_version=first.version)
    assert view_request(access).appointment is not None


def test_petitioner_is_told_the_time_when_the_reply_is_to_be_collected(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, access = signed(world, vault, desk, "feedback")
    open_times(world, desk)
    slot = offered_slots(access)[0].id
    return_result(desk, seen(number), Handover(slot_id=slot, reply=TOLD))
    assert notices()[-2:] == ["feedback_replied", "appointment_booked"]


def test_handing_out_is_refused_when_nothing_lies_at_the_desk(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, _access = signed(world, vault, desk)
    with pytest.raises(TransitionNotAllowedError):
        hand_out(desk, seen(number), "Ai đó", Fee())
    return_result(desk, seen(number), Handover())
    with pytest.raises(GuardRefusedError, match="lies at the desk"):
        hand_out(desk, seen(number), "Ai đó", Fee())


def test_handing_out_is_refused_when_person_scope_or_version_does_not_fit(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, _access = signed(world, vault, desk)
    before = seen(number)
    return_result(desk, before, Handover(way=HandoverWay.DESK))
    with pytest.raises(TransitionNotPermittedError):
        hand_out(world.head(), seen(number), "Ai đó", Fee())
    with pytest.raises(NotFoundError):
        hand_out(world.actor(Role.SUPPORT_OFFICER, "CC002"), seen(number), "Ai đó", Fee())
    with pytest.raises(ConflictError):
        hand_out(desk, Seen(number, before.version), "Ai đó", Fee())


def test_wish_to_reopen_waits_for_its_answer_and_is_not_repeated(
    world: World, vault: Vault, desk: Actor
) -> None:
    number, access = closed(world, vault, desk)
    ask_reopening(access, "Tôi có tài liệu mới.")
    view = view_request(access)
    assert (stored(number).reopening_asked_on, view.reopening_asked_on) == (TODAY, TODAY)
    assert view.can_ask_reopening is False
    with pytest.raises(GuardRefusedError, match="asked already"):
        ask_reopening(access, "Lần nữa.")
    assert [message.kind for message in view_request(access).messages] == ["guidance", "reopening"]
    with system_scope("set_up"):
        last = db.session.query(TransitionLog).order_by(TransitionLog.id.desc()).first()
        assert last is not None
        assert (last.transition, last.actor_id, last.to_state) == ("ask_reopening", None, "guided")


def test_wish_is_answered_when_the_request_is_reopened(world: World, vault: Vault, desk: Actor) -> None:
    number, access = closed(world, vault, desk)
    ask_reopening(access, "Tôi có tài liệu mới.")
    reopen(desk, seen(number), "Có tài liệu mới")
    assert (stored(number).state, stored(number).reopening_asked_on) == ("received", None)


def test_wish_is_answered_when_the_request_stays_closed(world: World, vault: Vault, desk: Actor) -> None:
    number, access = closed(world, vault, desk)
    with pytest.raises(GuardRefusedError, match="has not asked"):
        keep_closed(desk, seen(number), TOLD)
    ask_reopening(access, "Tôi có tài liệu mới.")
    with pytest.raises(InvalidInputError):
        keep_closed(desk, seen(number), Reply(" "))
    with pytest.raises(TransitionNotPermittedError):
        keep_closed(world.head(), seen(number), TOLD)
    settled_on = stored(number).settled_on
    keep_closed(desk, seen(number), TOLD)
    row = stored(number)
    assert (row.state, row.reopening_asked_on, row.settled_on) == ("guided", None, settled_on)
    assert notices()[-1] == "request_guidance"
    assert view_request(access).can_ask_reopening

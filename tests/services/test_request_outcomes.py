"""What comes of requests: confirmations, petitions, complaints, returns; and every officer who is refused."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import (
    EnforcementCase,
    OnlineRequest,
)
from backoffice.models.request_states import RequestChannel
from backoffice.services.document_vault import Vault
from backoffice.services.intake import register_request
from backoffice.services.online_request import (
    Classification,
    accept,
    announce,
    classify,
    guide,
    receive,
)
from backoffice.services.request_examination import (
    approve,
    assign,
    hand_over,
    order_rework,
    propose,
    submit_draft,
)
from backoffice.services.request_letters import Reply
from backoffice.services.request_return import Fee, Handover, return_result
from backoffice.workflow.errors import (
    TransitionNotAllowedError,
    TransitionNotPermittedError,
)
from tests import factories
from tests.requests import answers, notices, old_answers, received, registered, seen, sending, stored
from tests.services.conftest import World

REPLY = Reply("Đề nghị bổ sung bản sao bản án.\nMang theo bản chính.")
QUIET = Reply("Hướng dẫn.", by_email=False)
PETITION = Classification("proposal", is_eligible=True, competence="own", people_count=1)
UNDER_PROCESS, UNDER_DRAFT = "2026-03-02 09:00+07:00", "2020-03-02 09:00+07:00"


def test_confirmation_is_signed_and_returned_with_its_fee_when_drafted(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk, "result_confirmation")
    head, officer = world.head(), world.officer()
    assert stored(number).total_due_on == date(2026, 10, 8)
    accept(desk, seen(number), QUIET)
    assign(head, seen(number), officer.user_id or 0)
    submit_draft(officer, seen(number))
    order_rework(head, seen(number), "Thiếu số tiền")
    submit_draft(officer, seen(number))
    approve(head, seen(number))
    with pytest.raises(InvalidInputError, match="empty"):
        return_result(desk, seen(number), Handover(Fee(10_000)))
    return_result(desk, seen(number), Handover(Fee(10_000, "BL-01")))
    request = stored(number)
    assert (request.state, request.outcome, request.case_id) == ("returned", "granted", None)
    assert (request.fee_vnd, request.fee_receipt_number) == (10_000, "BL-01")


@pytest.mark.parametrize(
    ("proposal", "outcome", "state"),
    [
        ("propose_reply", "replied", "signed"),
        ("propose_transfer", "transferred", "signed"),
        ("propose_filing", "filed", "filed"),
    ],
)
def test_petition_ends_as_its_leader_agreed_when_it_was_classified(
    world: World, vault: Vault, desk: Actor, proposal: str, outcome: str, state: str
) -> None:
    number = received(world, vault, desk, "feedback")
    head, officer = world.head(), world.actor(Role.COMPLAINTS_OFFICER)
    classify(desk, seen(number), PETITION)
    assign(head, seen(number), officer.user_id or 0)
    propose(officer, seen(number), proposal)
    approve(head, seen(number))
    request = stored(number)
    assert (request.state, request.outcome) == (state, outcome)
    assert request.classification == {
        "kind": "proposal",
        "is_eligible": True,
        "competence": "own",
        "people_count": 1,
    }


def test_petitioner_is_told_before_the_signature_when_the_order_of_2019_holds(
    world: World, vault: Vault, desk: Actor
) -> None:
    head, officer = world.head(), world.actor(Role.COMPLAINTS_OFFICER)
    with time_machine.travel(UNDER_DRAFT, tick=False):
        number = received(world, vault, desk, "feedback", values=old_answers("feedback"))
        classify(desk, seen(number), PETITION)
        assign(head, seen(number), officer.user_id or 0)
        propose(officer, seen(number), "propose_reply")
        assert (stored(number).state, stored(number).due_on) == ("drafted", date(2020, 3, 3))
        announce(desk, seen(number), REPLY)
        approve(head, seen(number))
        return_result(desk, seen(number), Handover(reply=REPLY))
    assert (stored(number).state, notices()[-1]) == ("returned", "feedback_replied")


def test_complaint_counts_anew_from_its_acceptance_when_classified(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk, "complaint", values=answers("complaint", complaint_level="second"))
    assert stored(number).total_due_on == date(2026, 10, 15)
    classify(desk, seen(number), Classification("complaint", True, "own", 1))
    assert stored(number).total_due_on == date(2026, 11, 4)


@pytest.mark.parametrize(
    "found",
    [
        Classification("rumour", True, "own", 1),
        Classification("proposal", True, "nobody", 1),
        Classification("proposal", True, "own", 0),
    ],
)
def test_classification_is_refused_when_an_answer_is_none(
    world: World, vault: Vault, desk: Actor, found: Classification
) -> None:
    number = received(world, vault, desk, "feedback")
    with pytest.raises(InvalidInputError):
        classify(desk, seen(number), found)


def test_originals_come_with_the_request_when_somebody_hands_it_in(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel(UNDER_PROCESS, tick=False):
        new = sending(world.agencies["CC001"], values=old_answers(), channel=RequestChannel.DESK)
        number = register_request(new, vault, actor=desk).request_id
        receive(desk, seen(number))
        accept(desk, seen(number), QUIET, name="accept_with_originals")
    assert stored(number).originals_received_on == date(2026, 3, 2)
    assert stored(number).case_id is not None


def test_officer_is_refused_when_person_role_or_agency_does_not_fit(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk, "result_confirmation")
    accept(desk, seen(number), QUIET)
    head = world.head()
    for other in (world.actor(Role.CLERK), world.actor(Role.EXAMINER, "CC002"), world.actor(Role.HEAD)):
        with pytest.raises(InvalidInputError, match="active officer"):
            assign(head, seen(number), other.user_id or 0)
    with pytest.raises(InvalidInputError, match="active officer"):
        hand_over(head, seen(number), 999_999)
    with pytest.raises(TransitionNotPermittedError):
        assign(desk, seen(number), desk.user_id or 0)
    deputy = world.actor(Role.SUPPORT_OFFICER)
    hand_over(head, seen(number), deputy.user_id or 0)
    assert (stored(number).handler_id, stored(number).examiner_id) == (deputy.user_id, None)


@pytest.mark.parametrize("role", [Role.HEAD, Role.EXAMINER, Role.CLERK, Role.INSPECTOR])
def test_receiving_is_refused_when_the_role_is_not_at_the_desk(
    world: World, vault: Vault, role: Role
) -> None:
    number = registered(world.agencies["CC001"], vault).request_id
    with pytest.raises((TransitionNotPermittedError, NotPermittedError)):
        receive(world.actor(role), seen(number))
    assert stored(number).handler_id is None


def test_request_is_hidden_when_the_officer_belongs_to_another_agency(world: World, vault: Vault) -> None:
    number = registered(world.agencies["CC001"], vault).request_id
    with pytest.raises(NotFoundError):
        receive(world.actor(Role.SUPPORT_OFFICER, "CC002"), seen(number))


def test_second_officer_is_refused_when_both_saw_the_same_version(
    world: World, vault: Vault, desk: Actor
) -> None:
    number = received(world, vault, desk)
    first = seen(number)
    accept(desk, first, QUIET)
    with pytest.raises(TransitionNotAllowedError):
        guide(world.actor(Role.SUPPORT_OFFICER), first, QUIET)
    other = received(world, vault, desk)
    old = seen(other)
    hand_over(world.head(), old, desk.user_id or 0)
    with pytest.raises(ConflictError):
        guide(desk, old, QUIET)


def test_proposal_is_refused_when_it_is_no_proposal(world: World, vault: Vault, desk: Actor) -> None:
    number = received(world, vault, desk, "feedback")
    with pytest.raises(StateError):
        propose(world.actor(Role.COMPLAINTS_OFFICER), seen(number), "sign")


def test_next_case_takes_the_next_number_when_others_are_there(
    world: World, vault: Vault, desk: Actor
) -> None:
    factories.make_case(world.agencies["CC001"], case_number="41/2026")
    factories.make_case(world.agencies["CC002"], case_number="90/2026")
    number = received(world, vault, desk)
    accept(desk, seen(number), QUIET)
    with system_scope("set_up"):
        assert db.session.get_one(EnforcementCase, stored(number).case_id).case_number == "42/2026"
    assert isinstance(stored(number), OnlineRequest)

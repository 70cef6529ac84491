"""The course of requests: every outcome in each version, what it leaves behind, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError
from backoffice.extensions import db
from backoffice.models import (
    CaseParty,
    EnforcementCase,
    EnforcementObligation,
    RequestMessage,
    TransitionLog,
)
from backoffice.services.document_vault import Vault
from backoffice.services.enforcement_decision import draft_enforcement_decision, sign_enforcement_decision
from backoffice.services.online_request import (
    accept,
    ask_originals,
    ask_supplement,
    compare_originals,
    guide,
    refusal_grounds,
    refuse,
    reopen,
)
from backoffice.services.request_examination import (
    submit_draft,
)
from backoffice.services.request_letters import Reply, read_message
from backoffice.services.request_return import Handover, return_result
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.workflow.errors import (
    ReasonRequiredError,
)
from tests.requests import notices, old_answers, received, seen, stored
from tests.services.conftest import World

REPLY = Reply("Đề nghị bổ sung bản sao bản án.\nMang theo bản chính.")
QUIET = Reply("Hướng dẫn.", by_email=False)
UNDER_PROCESS, UNDER_DRAFT = "2026-03-02 09:00+07:00", "2020-03-02 09:00+07:00"


def words(request_id: int) -> list[tuple[str, str]]:
    """Kind and text of what was written about a request."""
    with system_scope("set_up"):
        rows = db.session.scalars(select(RequestMessage).where(RequestMessage.request_id == request_id))
        return [(row.kind, read_message(row).text) for row in rows.all()]


def steps(log: list[TransitionLog]) -> list[str]:
    """The steps of a history."""
    return [entry.transition for entry in log]


def test_request_becomes_a_case_by_itself_when_accepted_under_the_law_of_2026(
    world: World, vault: Vault, desk: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    number = received(world, vault, desk)
    accept(desk, seen(number), REPLY)
    request = stored(number)
    with system_scope("set_up"):
        case = db.session.get_one(EnforcementCase, request.case_id)
        parties = db.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id)).all()
        owed = db.session.scalars(select(EnforcementObligation)).one()
    assert (request.state, request.handler_id) == ("in_examination", desk.user_id)
    assert (case.case_number, case.origin, case.judgment_number) == ("1/2026", "on_request", "12/2026/DS-ST")
    assert {(party.role, party.full_name) for party in parties} == {
        ("creditor", "Nguyễn Thị Hòa"),
        ("debtor", "Trần Văn Mẫu"),
    }
    assert (owed.amount_vnd, owed.obligation_code) == (50_000_000, "loan_repayment")
    assert steps(log_of(request)) == ["register", "receive", "accept", "forward_to_case"]
    assert notices() == ["request_received", "request_taken_up"]


def test_decision_comes_back_when_it_is_signed_in_the_case(world: World, vault: Vault, desk: Actor) -> None:
    number = received(world, vault, desk)
    accept(desk, seen(number), QUIET)
    head = world.head()
    decision = draft_enforcement_decision(head, stored(number).case_id or 0, "7/QĐ-CTHADS")
    sign_enforcement_decision(head, decision.id, expected_version=1)
    request = stored(number)
    assert (request.state, request.outcome) == ("signed", "granted")
    assert (request.decision_number, request.decided_on) == ("7/QĐ-CTHADS", date(2026, 10, 5))
    return_result(desk, seen(number), Handover(reply=Reply("Đã có quyết định.")))
    assert (stored(number).state, stored(number).returned_on) == ("returned", date(2026, 10, 5))
    assert notices()[-1] == "result_given"


def test_case_is_opened_only_with_the_originals_when_the_process_of_2020_holds(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel(UNDER_PROCESS, tick=False):
        number = received(world, vault, desk, values=old_answers())
        assert (stored(number).due_on, stored(number).total_due_on) == (date(2026, 3, 3), None)
        accept(desk, seen(number), REPLY)
        assert (stored(number).state, stored(number).case_id, stored(number).due_on) == (
            "awaiting_originals",
            None,
            None,
        )
        compare_originals(desk, seen(number))
    request = stored(number)
    assert (request.state, request.originals_received_on) == ("in_examination", date(2026, 3, 2))
    assert request.case_id is not None
    # Five working days from the request on paper, one for the examination.
    assert (request.total_due_on, request.due_on) == (date(2026, 3, 9), date(2026, 3, 3))


def test_draft_comes_before_the_originals_when_the_order_of_2019_holds(
    world: World, vault: Vault, desk: Actor
) -> None:
    examiner = world.actor(Role.EXAMINER)
    with time_machine.travel(UNDER_DRAFT, tick=False):
        number = received(world, vault, desk, values=old_answers())
        assert stored(number).workflow_version == "2019"
        accept(desk, seen(number), QUIET)
        assert (stored(number).state, stored(number).case_id) == ("in_examination", None)
        submit_draft(examiner, seen(number))
        assert stored(number).state == "drafted"
        ask_originals(desk, seen(number), REPLY, date(2020, 3, 5))
        compare_originals(desk, seen(number))
    request = stored(number)
    assert (request.state, request.total_due_on) == ("awaiting_signature", date(2020, 3, 9))
    assert (request.examiner_id, request.case_id is not None) == (examiner.user_id, True)


def test_request_goes_on_under_the_new_law_when_it_was_begun_under_the_old(
    world: World, vault: Vault, desk: Actor
) -> None:
    with time_machine.travel("2026-06-29 09:00+07:00", tick=False):
        number = received(world, vault, desk, values=old_answers())
        accept(desk, seen(number), QUIET)
        assert stored(number).workflow_version == "2020"
    with time_machine.travel("2026-07-02 09:00+07:00", tick=False):
        compare_originals(desk, seen(number))
        request = stored(number)
        assert (request.state, request.workflow_version) == ("in_examination", "2026")
        # Only now are request and judgment there on paper: the days of the law begin.
        assert (request.due_on, request.case_id is not None) == (date(2026, 7, 9), True)


def test_clocks_stand_while_the_citizen_completes(
    world: World, vault: Vault, desk: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    number = received(world, vault, desk)
    assert (stored(number).due_on, stored(number).total_due_on) == (date(2026, 10, 6), date(2026, 10, 12))
    ask_supplement(desk, seen(number), REPLY, date(2026, 10, 9))
    waiting = stored(number)
    assert (waiting.state, waiting.due_on, waiting.paused_on) == ("supplement_asked", None, date(2026, 10, 5))
    with time_machine.travel("2026-10-08 16:00+07:00", tick=False), unit_of_work(desk) as session:
        take_step(session, desk, load_request(session, number), Step("answer_supplement"))
    request = stored(number)
    assert (request.state, request.paused_on) == ("received", None)
    assert request.pauses == [["2026-10-06", "2026-10-08"]]
    assert (request.due_on, request.total_due_on) == (date(2026, 10, 9), date(2026, 10, 15))
    assert request.total_deadline is not None
    assert words(number) == [("supplement", REPLY.text)]
    assert log_of(request)[2].legal_basis == "Điều 9 khoản 6, Nghị định 152/2026/NĐ-CP"


@pytest.mark.parametrize("until", [date(2026, 10, 4), date(2026, 10, 5)])
def test_asking_to_complete_is_refused_when_the_day_does_not_lie_ahead(
    world: World, vault: Vault, desk: Actor, until: date
) -> None:
    number = received(world, vault, desk)
    with pytest.raises(InvalidInputError, match="ahead"):
        ask_supplement(desk, seen(number), REPLY, until)
    assert stored(number).state == "received"


@pytest.mark.parametrize("text", ["", " \n\u200b", "x" * 4001])
def test_nothing_happens_when_the_reply_is_empty_or_too_long(
    world: World, vault: Vault, desk: Actor, text: str
) -> None:
    number = received(world, vault, desk)
    with pytest.raises(InvalidInputError):
        guide(desk, seen(number), Reply(text))
    assert (stored(number).state, words(number), notices()) == ("received", [], ["request_received"])


def test_refusal_keeps_its_ground_and_its_law_when_the_law_knows_it(
    world: World, vault: Vault, desk: Actor, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    number = received(world, vault, desk)
    refuse(desk, seen(number), "decision_already_exists", REPLY)
    request = stored(number)
    assert (request.state, request.outcome, request.ground_code) == (
        "refused",
        "refused",
        "decision_already_exists",
    )
    assert (request.due_on, notices()[-1]) == (None, "request_refused")
    assert log_of(request)[-1].legal_basis == "Điều 34 khoản 4, Luật Thi hành án dân sự 106/2025/QH15"
    with pytest.raises(ReasonRequiredError):
        reopen(desk, seen(number), " ")
    reopen(desk, seen(number), "Có bản án mới")
    assert (stored(number).state, stored(number).ground_code) == ("received", None)


@pytest.mark.parametrize(
    ("procedure", "ground"),
    [
        ("enforcement_request", "because"),
        ("result_confirmation", "limitation_expired"),
        ("officer_change", ""),
    ],
)
def test_refusal_is_refused_when_the_law_knows_no_such_ground(
    world: World, vault: Vault, desk: Actor, procedure: str, ground: str
) -> None:
    number = received(world, vault, desk, procedure)
    with pytest.raises(InvalidInputError, match="ground"):
        refuse(desk, seen(number), ground, REPLY)
    assert stored(number).state == "received"


def test_grounds_are_those_of_the_law_in_force_when_asked_for_a_day(
    world: World, vault: Vault, desk: Actor
) -> None:
    request = stored(received(world, vault, desk))
    assert len(refusal_grounds(request, date(2026, 6, 30))) == 3
    assert len(refusal_grounds(request, date(2026, 7, 1))) == 5

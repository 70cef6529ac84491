"""Enforcement decisions: draft, sign, discard, withdraw."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import EnforcementDecision
from backoffice.queries.agencies import agency_by_code
from backoffice.services.agency_reorganisation import reorganise_agencies
from backoffice.services.enforcement_decision import (
    discard_enforcement_decision,
    draft_enforcement_decision,
    sign_enforcement_decision,
    withdraw_enforcement_decision,
)
from backoffice.workflow.errors import ReasonRequiredError
from tests import factories
from tests.factories import SYSTEM
from tests.services.test_agency_reorganisation import DAY, HAI_DUONG, HANOI


def _count() -> int:
    with system_scope("set_up"):
        return db.session.scalar(select(func.count()).select_from(EnforcementDecision)) or 0


def test_sign_enforcement_decision_bears_the_day_and_signer_when_signed_later(world, log_of):
    case, head = factories.make_case(world.agencies["CC001"], state="accepted"), world.head()
    decision = draft_enforcement_decision(world.officer(), case.id, " 77/QĐ-CCTHADS ")
    assert (decision.state, decision.decision_number, decision.decided_on) == (
        "drafted",
        "77/QĐ-CCTHADS",
        date(2026, 10, 5),
    )
    with time_machine.travel("2026-10-07 09:00+07:00", tick=False):
        sign_enforcement_decision(head, decision.id, expected_version=1)
    assert (decision.state, decision.decided_on, decision.signed_by_id, decision.version) == (
        "signed",
        date(2026, 10, 7),
        head.user_id,
        2,
    )
    assert [row.transition for row in log_of(decision)] == ["draft", "sign"]


@pytest.mark.parametrize(
    ("origin", "article", "other"),
    [("on_request", "Điều 34", "Điều 33"), ("ex_officio", "Điều 33", "Điều 34")],
)
def test_decision_cites_the_article_of_its_origin_when_drafted_and_signed(
    world, log_of, origin, article, other
):
    case = factories.make_case(world.agencies["CC001"], state="accepted", origin=origin)
    decision = draft_enforcement_decision(world.officer(), case.id, "77/QĐ-CCTHADS")
    sign_enforcement_decision(world.head(), decision.id, expected_version=1)
    cited = [row.legal_basis for row in log_of(decision)]
    assert len(cited) == 2
    assert all(text.startswith(article) and other not in text for text in cited)


def test_draft_enforcement_decision_refuses_when_number_case_or_scope_does_not_fit(world):
    officer = world.officer()
    case, ended = (
        factories.make_case(world.agencies["CC001"], state=state) for state in ("accepted", "completed")
    )
    first = draft_enforcement_decision(officer, case.id, "77/QĐ-CCTHADS")
    for number in ("77/QĐ-CCTHADS", " ", "x" * 61):
        with pytest.raises(InvalidInputError) as refusal:
            draft_enforcement_decision(officer, case.id, number)
        assert refusal.value.field == "decision_number"
    with pytest.raises(StateError):
        draft_enforcement_decision(officer, ended.id, "78/QĐ-CCTHADS")
    with pytest.raises(NotFoundError):
        draft_enforcement_decision(world.officer("CC002"), case.id, "78/QĐ-CCTHADS")
    with pytest.raises(NotPermittedError):
        draft_enforcement_decision(world.actor(Role.INSPECTOR), case.id, "78/QĐ-CCTHADS")
    assert _count() == 1
    discard_enforcement_decision(officer, first.id, expected_version=1)
    assert first.state == "discarded"
    draft_enforcement_decision(officer, case.id, "77/QĐ-CCTHADS")
    assert _count() == 2


def test_sign_enforcement_decision_refuses_when_role_version_or_state_does_not_fit(world, log_of):
    case = factories.make_case(world.agencies["CC001"], state="accepted")
    officer = world.officer()
    decision = draft_enforcement_decision(officer, case.id, "77/QĐ-CCTHADS")
    with pytest.raises(NotPermittedError):
        sign_enforcement_decision(officer, decision.id, expected_version=1)
    with pytest.raises(ConflictError):
        sign_enforcement_decision(world.head(), decision.id, expected_version=2)
    with pytest.raises(StateError):
        withdraw_enforcement_decision(world.head(), decision.id, expected_version=1, reason="x")
    assert (decision.state, decision.signed_by_id) == ("drafted", None)
    assert [row.transition for row in log_of(decision)] == ["draft"]


def test_withdraw_enforcement_decision_refuses_when_another_decision_rests_on_it(world):
    file, head = factories.make_file(world.agencies["CC001"]), world.head()
    resting = factories.make_non_enforceable(file, state="drafted")
    with pytest.raises(StateError):
        withdraw_enforcement_decision(head, file.decision.id, expected_version=1, reason="sai")
    db.session.expire_all()
    assert (file.decision.state, file.decision.version) == ("signed", 1)
    resting.state = "withdrawn"
    factories.save(resting)
    with pytest.raises(ReasonRequiredError):
        withdraw_enforcement_decision(head, file.decision.id, expected_version=1)
    assert (
        withdraw_enforcement_decision(head, file.decision.id, expected_version=1, reason="sai").state
        == "withdrawn"
    )


def test_draft_enforcement_decision_acts_for_the_successor_when_the_agency_is_closed(world):
    case = factories.make_case(world.agencies["CC288"], state="accepted")
    officer = world.officer("CC288")
    reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    with pytest.raises(NotFoundError):
        draft_enforcement_decision(officer, case.id, "1/QĐ-CCTHADS")
    with system_scope("set_up"):
        successor = agency_by_code("P31")
    decision = draft_enforcement_decision(
        factories.make_actor(successor, Role.ENFORCEMENT_OFFICER), case.id, "1/QĐ-THADS"
    )
    assert (decision.agency_path, case.agency_path) == ("TC.P31.", "TC.C30.CC288.")

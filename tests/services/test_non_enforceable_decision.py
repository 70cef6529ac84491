"""Decisions on not yet having conditions: what a signature and a withdrawal set in motion, and refusals."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import select, text

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import DebtorRecord, NonEnforceableDecision
from backoffice.queries.export import flows_sql
from backoffice.services.non_enforceable_decision import (
    NewNonEnforceable,
    discard_non_enforceable_decision,
    draft_non_enforceable_decision,
    sign_non_enforceable_decision,
    withdraw_non_enforceable_decision,
)
from backoffice.workflow.errors import ReasonRequiredError
from tests import factories


def _new(file: factories.CaseFile, **changes: object) -> NewNonEnforceable:
    values = {
        "obligation_id": file.obligation.id,
        "decision_number": "9/QĐ-CCTHADS",
        "ground_code": "2026_a",
        "ground_found_on": date(2026, 10, 2),
    }
    return NewNonEnforceable(**(values | changes))  # type: ignore[arg-type]


def _record() -> DebtorRecord:
    with system_scope("set_up"):
        return db.session.scalars(select(DebtorRecord)).one()


def test_sign_drafts_the_record_and_moves_the_case_when_all_is_well(world, log_of):
    file, head = factories.make_file(world.agencies["CC001"]), world.head()
    decision = draft_non_enforceable_decision(world.officer(), _new(file))
    sign_non_enforceable_decision(head, decision.id, expected_version=1)
    record = _record()
    assert (decision.state, decision.decided_on, decision.signed_by_id) == (
        "signed",
        date(2026, 10, 5),
        head.user_id,
    )
    assert (record.state, record.publish_due_on, record.published_on) == ("draft", date(2026, 10, 12), None)
    assert (record.full_name, record.obligation_amount_vnd, record.reason_code, record.agency_path) == (
        "Nguyễn Văn Hòa",
        30_000_000,
        "2026_a",
        "TC.C01.CC001.",
    )
    assert (record.judgment_number, record.enforcement_decision_number, record.is_sample) == (
        file.case.judgment_number,
        file.decision.decision_number,
        True,
    )
    assert (file.case.state, file.case.next_verification_due_on) == ("non_enforceable", date(2027, 4, 5))
    assert [row.transition for row in log_of(decision)] == ["draft", "sign"]
    assert [row.transition for row in log_of(record)] == ["draft"]
    assert [row.transition for row in log_of(file.case)] == ["declare_non_enforceable"]
    assert len(record.public_id) == 16


@pytest.mark.parametrize(
    ("day", "ground", "due"),
    [
        ("2025-04-24", "2015_a", date(2025, 5, 5)),
        ("2026-06-30", "2015_c", date(2026, 7, 7)),
        ("2026-07-01", "2026_dd", date(2026, 7, 8)),
        ("2026-08-27", "2026_h", date(2026, 9, 8)),
    ],
)
def test_sign_sets_the_publication_deadline_when_days_off_lie_between(world, day, ground, due):
    file = factories.make_file(world.agencies["CC001"])
    file.decision.decided_on = date(2025, 1, 6)
    factories.save(file.decision)
    with time_machine.travel(f"{day} 09:00+07:00", tick=False):
        new = _new(file, ground_code=ground, ground_found_on=date.fromisoformat(day))
        decision = draft_non_enforceable_decision(world.officer(), new)
        sign_non_enforceable_decision(world.head(), decision.id, expected_version=1)
    assert _record().publish_due_on == due


def test_draft_refuses_with_the_field_when_input_is_wrong(world):
    file, officer = factories.make_file(world.agencies["CC001"]), world.officer()
    draft_non_enforceable_decision(officer, _new(file, decision_number="1/QĐ-CCTHADS"))
    wrong = {
        "ground_code": ({"ground_code": "2015_a"}, {"ground_code": "other"}, {"ground_code": ""}),
        "ground_found_on": ({"ground_found_on": date(2026, 1, 7)},),
        "on": ({"ground_found_on": date(2026, 10, 6)},),
        "decision_number": (
            {"decision_number": "\u200b"},
            {"decision_number": "x" * 61},
            {"decision_number": " 1/QĐ-CCTHADS"},
        ),
    }
    for field, inputs in wrong.items():
        for changes in inputs:
            with pytest.raises(InvalidInputError) as refusal:
                draft_non_enforceable_decision(officer, _new(file, **changes))
            assert refusal.value.field == field, changes
    with system_scope("set_up"):
        assert len(db.session.scalars(select(NonEnforceableDecision)).all()) == 1


def test_draft_refuses_when_role_scope_or_case_does_not_fit(world):
    file = factories.make_file(world.agencies["CC001"])
    for role in set(Role) - {Role.ENFORCEMENT_OFFICER, Role.HEAD}:
        with pytest.raises(NotPermittedError):
            draft_non_enforceable_decision(world.actor(role), _new(file))
    with pytest.raises(NotFoundError):
        draft_non_enforceable_decision(world.officer("CC002"), _new(file))
    file.decision.state = "withdrawn"
    factories.save(file.decision)
    with pytest.raises(StateError):
        draft_non_enforceable_decision(world.officer(), _new(file))
    with system_scope("set_up"):
        assert db.session.scalars(select(NonEnforceableDecision)).all() == []


def test_sign_changes_nothing_when_a_public_field_cannot_be_published(world, log_of):
    file, head = factories.make_file(world.agencies["CC001"]), world.head()
    decision = draft_non_enforceable_decision(world.officer(), _new(file))
    file.debtor.address = " \u200b"
    factories.save(file.debtor)
    with pytest.raises(InvalidInputError) as refusal:
        sign_non_enforceable_decision(head, decision.id, expected_version=1)
    assert refusal.value.field == "address"
    db.session.expire_all()
    assert (decision.state, file.case.state, log_of(file.case)) == ("drafted", "verifying", [])
    with system_scope("set_up"):
        assert db.session.scalars(select(DebtorRecord)).all() == []


def test_sign_refuses_when_ground_case_role_or_version_does_not_fit(world):
    file = factories.make_file(world.agencies["CC001"])
    old = factories.make_non_enforceable(file, state="drafted", ground_code="2015_a")
    with pytest.raises(InvalidInputError) as refusal:
        sign_non_enforceable_decision(world.head(), old.id, expected_version=1)
    assert refusal.value.field == "ground_code"
    early = factories.make_file(world.agencies["CC001"], state="accepted")
    draft = factories.make_non_enforceable(early, state="drafted")
    with pytest.raises(StateError):
        sign_non_enforceable_decision(world.head(), draft.id, expected_version=1)
    with pytest.raises(NotPermittedError):
        sign_non_enforceable_decision(world.officer(), draft.id, expected_version=1)
    with pytest.raises(ConflictError):
        sign_non_enforceable_decision(
            world.head(), factories.make_non_enforceable(file, state="drafted").id, expected_version=3
        )
    db.session.expire_all()
    assert (old.state, draft.state, early.case.state) == ("drafted", "drafted", "accepted")


def test_sign_supersedes_the_earlier_decision_when_the_obligation_has_one(world):
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    earlier = factories.make_non_enforceable(file)
    record = factories.make_record(file, earlier)
    decision = draft_non_enforceable_decision(world.officer(), _new(file, ground_code="2026_e"))
    sign_non_enforceable_decision(world.head(), decision.id, expected_version=1)
    assert (earlier.state, decision.state) == ("superseded", "signed")
    assert (record.state, record.withdraw_due_on) == ("withdrawal_due", date(2026, 10, 8))


@pytest.mark.parametrize(
    ("day", "due", "event"),
    [
        ("2026-06-29", date(2026, 7, 1), "enforcement_continued"),
        ("2026-06-30", date(2026, 7, 2), "enforcement_continued"),
        ("2026-07-01", date(2026, 7, 6), "non_enforceable_withdrawn"),
    ],
)
def test_withdraw_makes_the_take_down_due_by_the_rule_of_the_day_when_signed(world, log_of, day, due, event):
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    decision = factories.make_non_enforceable(file)
    record = factories.make_record(file, decision)
    with time_machine.travel(f"{day} 09:00+07:00", tick=False):
        withdraw_non_enforceable_decision(world.head(), decision.id, expected_version=1, reason="có tài sản")
    assert (decision.state, file.case.state) == ("withdrawn", "enforcing")
    assert (record.state, record.withdraw_due_on) == ("withdrawal_due", due)
    (row,) = log_of(record)
    assert (row.reason, row.deadline["start_event"]) == ("có tài sản", event)


def test_withdraw_leaves_the_case_without_conditions_when_another_debtors_decision_stands(world):
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    decision, _other = factories.make_non_enforceable(file), factories.make_non_enforceable(file)
    withdraw_non_enforceable_decision(world.head(), decision.id, expected_version=1, reason="x")
    assert (decision.state, file.case.state) == ("withdrawn", "non_enforceable")


@pytest.mark.parametrize("deed", ["discard", "withdraw"])
def test_discarded_draft_is_not_counted_when_a_withdrawn_decision_still_is(world, deed):
    file = factories.make_file(world.agencies["CC001"])
    decision = draft_non_enforceable_decision(world.officer(), _new(file))
    if deed == "discard":
        discard_non_enforceable_decision(world.officer(), decision.id, expected_version=1)
    else:
        sign_non_enforceable_decision(world.head(), decision.id, expected_version=1)
        withdraw_non_enforceable_decision(world.head(), decision.id, expected_version=2, reason="sai")
    with system_scope("set_up"):
        flows = db.session.execute(text(flows_sql(db.engine.dialect.name))).all()
    counted = sum(row.case_count for row in flows if row.flow == "non_enforceable")
    assert (decision.state, counted) == {"discard": ("discarded", 0), "withdraw": ("withdrawn", 1)}[deed]


def test_withdraw_and_discard_refuse_when_reason_role_scope_or_state_does_not_fit(world, log_of):
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    decision = factories.make_non_enforceable(file)
    with pytest.raises(ReasonRequiredError):
        withdraw_non_enforceable_decision(world.head(), decision.id, expected_version=1)
    with pytest.raises(NotPermittedError):
        withdraw_non_enforceable_decision(world.officer(), decision.id, expected_version=1, reason="x")
    with pytest.raises(NotFoundError):
        withdraw_non_enforceable_decision(world.head("C30"), decision.id, expected_version=1, reason="x")
    with pytest.raises(StateError):
        discard_non_enforceable_decision(world.officer(), decision.id, expected_version=1)
    assert (decision.state, log_of(decision)) == ("signed", [])

"""A running case: its officer, its course, its ends, and corrections that reach the public records."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from backoffice.access.roles import Role
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.services.enforcement_case import (
    CASE_STEPS,
    Correction,
    assign_officer,
    change_officer,
    correct_obligation,
    correct_party,
    take_case_step,
)
from tests import factories


def _published(world, agency: str = "CC001", **values):
    file = factories.make_file(world.agencies[agency], state="non_enforceable")
    decision = factories.make_non_enforceable(file)
    return file, factories.make_record(file, decision, **values)


def test_assign_officer_gives_the_case_and_sets_the_file_deadline_when_accepted(world, log_of):
    case = factories.make_case(world.agencies["CC001"], state="accepted")
    head, officer, other = world.head(), world.officer(), world.officer()
    assign_officer(head, case.id, officer.user_id, expected_version=1)
    assert (case.state, case.officer_id) == ("assigned", officer.user_id)
    change_officer(head, case.id, other.user_id, expected_version=case.version, reason="nghỉ ốm")
    rows = log_of(case)
    assert [(row.transition, row.to_state, row.reason) for row in rows] == [
        ("assign", "assigned", None),
        ("reassign", "assigned", "nghỉ ốm"),
    ]
    assert (rows[0].deadline["rule_code"], rows[0].deadline["due_on"]) == ("case.file_open", "2026-10-07")
    assert case.officer_id == other.user_id


def test_assign_officer_refuses_when_the_person_cannot_have_the_case(world, log_of):
    case, head = factories.make_case(world.agencies["CC001"], state="accepted"), world.head()
    inactive = factories.make_staff(world.agencies["CC001"], Role.ENFORCEMENT_OFFICER)
    inactive.active = False
    db.session.commit()
    people = (
        world.officer("CC002").user_id,
        world.actor(Role.MONITORING_OFFICER).user_id,
        inactive.id,
        10**6,
    )
    for person in people:
        with pytest.raises(InvalidInputError) as refusal:
            assign_officer(head, case.id, person, expected_version=1)
        assert refusal.value.field == "officer_id"
    with pytest.raises(InvalidInputError):
        assign_officer(world.head("C01"), case.id, world.officer("CC002").user_id, expected_version=1)
    assert (case.state, case.officer_id, log_of(case)) == ("accepted", None, [])


def test_assign_officer_takes_an_officer_of_the_agency_above_when_the_head_reaches_both(world):
    case = factories.make_case(world.agencies["CC001"], state="accepted")
    officer = world.officer("C01")
    assign_officer(world.head("C01"), case.id, officer.user_id, expected_version=1)
    assert case.officer_id == officer.user_id


def test_assign_officer_refuses_when_role_scope_state_or_version_does_not_fit(world):
    case, officer = factories.make_case(world.agencies["CC001"], state="accepted"), world.officer()
    with pytest.raises(NotPermittedError):
        assign_officer(officer, case.id, officer.user_id, expected_version=1)
    with pytest.raises(NotFoundError):
        assign_officer(world.head("CC002"), case.id, officer.user_id, expected_version=1)
    with pytest.raises(ConflictError):
        assign_officer(world.head(), case.id, officer.user_id, expected_version=2)
    with pytest.raises(StateError):
        change_officer(world.head(), case.id, officer.user_id, expected_version=1, reason="x")
    assert (case.state, case.version, case.officer_id) == ("accepted", 1, None)


@pytest.mark.parametrize(
    ("step", "target", "ended"),
    [
        ("continue_enforcement", "enforcing", None),
        ("complete", "completed", date(2026, 10, 2)),
        ("terminate", "terminated", date(2026, 10, 2)),
    ],
)
def test_take_case_step_ends_publication_in_time_when_enforcement_goes_on_or_ends(
    world, log_of, step, target, ended
):
    file, record = _published(world)
    case = take_case_step(
        world.head(), file.case.id, step, expected_version=1, reason="lý do", on=date(2026, 10, 2)
    )
    assert (case.state, case.ended_on, case.next_verification_due_on) == (target, ended, None)
    assert (record.state, record.withdraw_due_on) == ("withdrawal_due", date(2026, 10, 7))
    (row,) = log_of(record)
    assert (row.transition, row.deadline["started_on"]) == ("order_withdrawal", "2026-10-02")
    assert file.obligation.outstanding_amount_vnd == (0 if step == "complete" else 30_000_000)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 6, 29), date(2026, 7, 1)),
        (date(2026, 6, 30), date(2026, 7, 2)),
        (date(2026, 7, 1), date(2026, 7, 6)),
        (date(2026, 7, 2), date(2026, 7, 7)),
    ],
)
def test_take_case_step_counts_by_the_rule_of_the_event_when_the_law_changed(world, on, due):
    file, record = _published(world)
    with time_machine.travel("2026-07-03 09:00+07:00", tick=False):
        take_case_step(world.head(), file.case.id, "continue_enforcement", expected_version=1, on=on)
    assert record.withdraw_due_on == due


def test_take_case_step_cancels_the_draft_when_the_case_ends_before_publication(world):
    file, record = _published(world, state="draft")
    take_case_step(world.head(), file.case.id, "complete", expected_version=1)
    assert (record.state, record.withdraw_due_on) == ("cancelled", None)


def test_take_case_step_sets_the_next_verification_when_one_is_recorded(world):
    file, _ = _published(world)
    case = take_case_step(
        world.officer(), file.case.id, "record_verification", expected_version=1, on=date(2026, 10, 5)
    )
    assert (case.state, case.next_verification_due_on) == ("non_enforceable", date(2027, 4, 5))


@pytest.mark.parametrize(("ground", "due"), [("2026_c", date(2027, 10, 5)), ("2026_b", date(2027, 4, 5))])
def test_take_case_step_waits_a_year_only_when_the_address_is_unknown(world, log_of, ground, due):
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    factories.make_non_enforceable(file, ground_code=ground)
    take_case_step(world.officer(), file.case.id, "record_verification", expected_version=1)
    (row,) = log_of(file.case)
    rule = "verification.repeat_long" if ground == "2026_c" else "verification.repeat"
    assert (file.case.next_verification_due_on, row.deadline["rule_code"]) == (due, rule)


def test_take_case_step_refuses_ledger_and_return_when_their_conditions_are_not_proven(world, log_of):
    head = world.head()
    for origin in ("ex_officio", "on_request"):
        case = factories.make_case(world.agencies["CC001"], state="non_enforceable", origin=origin)
        for step in ("move_to_ledger", "return_request"):
            with pytest.raises(StateError):
                take_case_step(head, case.id, step, expected_version=1)
        db.session.expire_all()
        assert (case.state, case.ended_on, log_of(case)) == ("non_enforceable", None, [])
    assert {"move_to_ledger", "return_request"}.isdisjoint(CASE_STEPS)


@pytest.mark.parametrize("on", [date(2016, 10, 2), date(2026, 9, 30)])
def test_take_case_step_refuses_when_the_day_lies_before_the_acceptance(world, log_of, on):
    case = factories.make_case(world.agencies["CC001"], state="enforcing", accepted_on=date(2026, 10, 1))
    for step in ("complete", "terminate", "start_verification"):
        with pytest.raises(InvalidInputError) as refusal:
            take_case_step(world.head(), case.id, step, expected_version=1, reason="lý do", on=on)
        assert (refusal.value.field, refusal.value.params["day"]) == ("on", "01/10/2026")
    db.session.expire_all()
    assert (case.state, case.ended_on, case.version, log_of(case)) == ("enforcing", None, 1, [])


@pytest.mark.parametrize("on", [date(2026, 10, 1), date(2026, 10, 2)])
def test_take_case_step_ends_the_case_when_the_day_is_the_acceptance_or_later(world, on):
    case = factories.make_case(world.agencies["CC001"], state="enforcing", accepted_on=date(2026, 10, 1))
    assert take_case_step(world.head(), case.id, "complete", expected_version=1, on=on).ended_on == on


def test_take_case_step_refuses_when_the_day_lies_before_the_last_event(world):
    file, _ = _published(world)
    officer = world.officer()
    verified = {"name": "record_verification", "expected_version": 1, "on": date(2026, 10, 2)}
    take_case_step(officer, file.case.id, **verified)
    with pytest.raises(InvalidInputError) as refusal:
        take_case_step(world.head(), file.case.id, "complete", expected_version=2, on=date(2026, 10, 1))
    assert (refusal.value.field, refusal.value.params["day"]) == ("on", "02/10/2026")
    db.session.expire_all()
    assert (file.case.state, file.case.ended_on) == ("non_enforceable", None)
    done = take_case_step(world.head(), file.case.id, "complete", expected_version=2, on=date(2026, 10, 2))
    assert done.ended_on == date(2026, 10, 2)


def test_case_is_not_stored_when_it_ends_before_its_acceptance(world):
    with pytest.raises(IntegrityError):
        factories.make_case(world.agencies["CC001"], state="completed", ended_on=date(2026, 1, 5))
    db.session.rollback()


def test_take_case_step_refuses_when_the_step_belongs_to_another_deed(world, log_of):
    case = factories.make_case(world.agencies["CC001"], state="verifying")
    for step in ("assign", "reassign", "declare_non_enforceable", "open", "no_such_step"):
        with pytest.raises(StateError):
            take_case_step(world.head(), case.id, step, expected_version=1)
    with pytest.raises(NotFoundError):
        take_case_step(world.head("C30"), case.id, "enforce", expected_version=1)
    assert (case.state, log_of(case)) == ("verifying", [])


def test_correct_party_makes_the_amendment_due_when_the_record_is_public(world, log_of):
    file, record = _published(world)
    correct_party(
        world.officer(),
        file.debtor.id,
        Correction(address=" 5  Kim Mã "),
        expected_version=1,
        reason="xác minh",
    )
    assert file.debtor.address == "5 Kim Mã"
    assert (record.state, record.amend_due_on, record.address) == (
        "published",
        date(2026, 10, 8),
        "12 phố Đội Cấn, phường Ba Đình (dữ liệu mẫu)",
    )
    assert [row.transition for row in log_of(file.case)] == ["correct_party"]
    assert [row.transition for row in log_of(record)] == ["note_change"]


def test_correct_party_copies_the_draft_anew_when_nothing_is_public_yet(world, log_of):
    file, record = _published(world, state="draft")
    correction = Correction(full_name="Trần Thị Bé")
    correct_party(world.officer(), file.debtor.id, correction, expected_version=1, reason="sai tên")
    assert (record.full_name, record.name_fold, record.version) == ("Trần Thị Bé", "tran thi be", 2)
    assert [row.transition for row in log_of(record)] == ["refresh"]


def test_correct_obligation_keeps_the_earlier_due_day_when_two_changes_follow(world):
    file, record = _published(world)
    officer = world.officer()
    correct_obligation(officer, file.obligation.id, 20_000_000, expected_version=1, reason="đã nộp")
    first = record.amend_due_on
    with time_machine.travel("2026-10-07 09:00+07:00", tick=False):
        correct_obligation(officer, file.obligation.id, 10_000_000, expected_version=2, reason="đã nộp")
    assert (record.amend_due_on, first) == (date(2026, 10, 8), date(2026, 10, 8))
    assert file.obligation.outstanding_amount_vnd == 10_000_000


def test_corrections_refuse_when_role_scope_version_or_input_does_not_fit(world, log_of):
    file, record = _published(world)
    fix, officer = Correction(address="x"), world.officer()
    wrong = (
        (NotPermittedError, world.actor(Role.MONITORING_OFFICER), fix, 1, "lý do"),
        (NotFoundError, world.officer("CC002"), fix, 1, "lý do"),
        (ConflictError, officer, fix, 3, "lý do"),
        (InvalidInputError, officer, fix, 1, " "),
        (InvalidInputError, officer, Correction(full_name="x" * 201), 1, "lý do"),
        (InvalidInputError, officer, Correction(address=" "), 1, "lý do"),
    )
    for error, actor, correction, version, reason in wrong:
        with pytest.raises(error):
            correct_party(actor, file.debtor.id, correction, expected_version=version, reason=reason)
    for amount in (-1, 50_000_001, 10**16):
        with pytest.raises(InvalidInputError):
            correct_obligation(officer, file.obligation.id, amount, expected_version=1, reason="lý do")
    db.session.expire_all()
    assert (file.case.version, record.amend_due_on, log_of(file.case)) == (1, None, [])

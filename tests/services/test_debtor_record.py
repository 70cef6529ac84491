"""The public record: approval, publication, amendment and take-down, with their messages and deadlines."""

from __future__ import annotations

import json
from datetime import date

import pytest
import time_machine

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.services.debtor_record import (
    amend_debtor_record,
    approve_debtor_record,
    cancel_debtor_record,
    keep_debtor_record_published,
    note_change,
    order_withdrawal,
    publish_debtor_record,
    return_debtor_record_to_draft,
    withdraw_debtor_record,
)
from backoffice.services.enforcement_case import take_case_step
from backoffice.workflow.errors import ReasonRequiredError
from tests import factories


@pytest.fixture
def make(world):
    """Make a record in a state, with its file."""

    def made(state: str = "published", agency: str = "CC001", **values):
        file = factories.make_file(world.agencies[agency], state="non_enforceable")
        decision = factories.make_non_enforceable(file)
        return file, factories.make_record(file, decision, state=state, **values)

    return made


EXPORT = ("export.request", "default", json.dumps({"package": "debtors"}))


def test_publish_asks_for_one_export_when_the_head_approved(world, make, log_of, outbox):
    _, record = make("draft")
    head = world.head()
    approve_debtor_record(head, record.id, expected_version=1)
    assert (record.state, outbox()) == ("approved", [])
    publish_debtor_record(head, record.id, expected_version=2)
    today = date(2026, 10, 5)
    assert (record.state, record.published_on, record.updated_on, record.version) == (
        "published",
        today,
        today,
        3,
    )
    assert [row.transition for row in log_of(record)] == ["approve", "publish"]
    assert outbox() == [EXPORT]


def test_approve_and_publish_refuse_when_the_case_changed_since_the_copy(world, make, outbox):
    head = world.head()
    for state, deed in (("draft", approve_debtor_record), ("approved", publish_debtor_record)):
        file, record = make(state)
        file.debtor.address = "Địa chỉ khác"
        factories.save(file.debtor)
        with pytest.raises(StateError):
            deed(head, record.id, expected_version=1)
        db.session.expire_all()
        assert (record.state, record.published_on, record.version) == (state, None, 1)
    assert outbox() == []


@pytest.mark.parametrize("ended", ["completed", "terminated", "returned", "delegated"])
def test_record_does_not_become_public_when_its_case_has_ended(world, make, outbox, ended):
    head = world.head()
    deeds = (
        ("draft", approve_debtor_record),
        ("approved", publish_debtor_record),
        ("withdrawal_due", keep_debtor_record_published),
    )
    for state, deed in deeds:
        file, record = make(state)
        file.case.state = ended
        factories.save(file.case)
        with pytest.raises(StateError) as refusal:
            deed(head, record.id, expected_version=1, reason="lý do")
        assert "has ended" in refusal.value.message
        db.session.expire_all()
        assert (record.state, record.version) == (state, 1)
    assert outbox() == []


def test_return_to_draft_copies_the_case_anew_when_it_changed(world, make):
    file, record = make("approved")
    file.debtor.full_name = "Lê Thị Thúy"
    factories.save(file.debtor)
    return_debtor_record_to_draft(world.head(), record.id, expected_version=1, reason="sai tên")
    assert (record.state, record.full_name, record.name_fold) == ("draft", "Lê Thị Thúy", "le thi thuy")


def test_publish_refuses_when_the_ground_was_not_in_force_on_the_day_of_the_decision(world, make, outbox):
    _, record = make("approved", reason_code="2015_a")
    with system_scope("set_up"):
        record.decision.ground_code = "2015_a"
        db.session.commit()
    with pytest.raises(InvalidInputError) as refusal:
        publish_debtor_record(world.head(), record.id, expected_version=1)
    assert refusal.value.field == "reason_code"
    assert outbox() == []


def test_publish_refuses_with_the_field_when_a_public_text_is_empty_or_long(world, make, outbox):
    head = world.head()
    for field, text in (("court_name", " \u200b"), ("judgment_number", "\t")):
        file, record = make("approved")
        setattr(file.case, field, text)
        factories.save(file.case)
        with pytest.raises(InvalidInputError) as refusal:
            publish_debtor_record(head, record.id, expected_version=1)
        assert refusal.value.field == field
        db.session.expire_all()
        assert record.state == "approved"
    assert outbox() == []


def test_note_change_starts_three_working_days_when_a_change_is_determined(world, make, log_of):
    _, record = make()
    note_change(world.officer(), record.id, expected_version=1, on=date(2026, 10, 2))
    assert (record.state, record.amend_due_on) == ("published", date(2026, 10, 7))
    (row,) = log_of(record)
    assert (row.transition, row.from_state, row.to_state) == ("note_change", "published", "published")


@pytest.mark.parametrize("deed", [note_change, order_withdrawal])
def test_day_of_the_event_is_refused_when_the_record_was_not_public_yet(world, make, log_of, deed):
    published = date(2026, 9, 14)
    for day in (published, date(2026, 9, 15)):
        _, record = make(published_on=published)
        deed(world.head(), record.id, expected_version=1, on=day)
        assert len(log_of(record)) == 1
    _, record = make(published_on=published)
    with pytest.raises(InvalidInputError) as refusal:
        deed(world.head(), record.id, expected_version=1, on=date(2026, 9, 13))
    assert (refusal.value.field, refusal.value.params) == ("on", {"day": "14/09/2026"})
    db.session.expire_all()
    assert (record.state, record.amend_due_on, record.withdraw_due_on, record.version) == (
        "published",
        None,
        None,
        1,
    )
    assert log_of(record) == []


def test_amend_publishes_a_new_copy_when_the_case_changed(world, make, log_of, outbox):
    file, record = make(amend_due_on=date(2026, 10, 7))
    file.obligation.outstanding_amount_vnd = 5_000_000
    factories.save(file.obligation)
    amend_debtor_record(world.head(), record.id, expected_version=1)
    assert (record.obligation_amount_vnd, record.updated_on, record.amend_due_on) == (
        5_000_000,
        date(2026, 10, 5),
        None,
    )
    assert record.published_on == date(2026, 9, 25)
    assert [row.transition for row in log_of(record)] == ["amend"]
    assert outbox() == [EXPORT]


def test_amend_refuses_when_nothing_has_changed(world, make, outbox):
    _, record = make()
    with pytest.raises(StateError):
        amend_debtor_record(world.head(), record.id, expected_version=1)
    assert (record.version, outbox()) == (1, [])


def test_withdraw_leaves_the_take_down_job_when_the_record_was_public(world, make, log_of, outbox):
    _, record = make("withdrawal_due")
    withdraw_debtor_record(world.head(), record.id, expected_version=1, reason="đã thi hành xong")
    assert (record.state, record.withdrawn_on, record.taken_down_at) == (
        "withdrawn",
        date(2026, 10, 5),
        None,
    )
    assert record.published_on == date(2026, 9, 25)
    assert [row.reason for row in log_of(record)] == ["đã thi hành xong"]
    assert outbox() == [("publication.take_down", "urgent", json.dumps({"record_id": record.id}))]


def test_order_withdrawal_counts_by_the_rule_of_the_day_when_the_law_changed(world, make):
    days = {
        date(2026, 6, 29): date(2026, 7, 1),
        date(2026, 6, 30): date(2026, 7, 2),
        date(2026, 7, 1): date(2026, 7, 6),
    }
    head, found = world.head(), {}
    for day in days:
        _, record = make(published_on=date(2026, 6, 1))
        with time_machine.travel("2026-07-02 09:00+07:00", tick=False):
            order_withdrawal(head, record.id, expected_version=1, on=day)
        found[day] = record.withdraw_due_on
    assert found == days


def test_keep_published_needs_a_decision_in_force_when_a_take_down_is_undone(world, make):
    _, record = make("withdrawal_due", withdraw_due_on=date(2026, 10, 8))
    keep_debtor_record_published(world.head(), record.id, expected_version=1, reason="nhầm")
    assert (record.state, record.withdraw_due_on) == ("published", None)
    _, other = make("withdrawal_due", withdraw_due_on=date(2026, 10, 8))
    with system_scope("set_up"):
        other.decision.state = "withdrawn"
        db.session.commit()
    with pytest.raises(StateError):
        keep_debtor_record_published(world.head(), other.id, expected_version=1, reason="nhầm")
    db.session.expire_all()
    assert (other.state, other.withdraw_due_on) == ("withdrawal_due", date(2026, 10, 8))


def test_cancel_ends_a_record_when_it_was_never_public(world, make, outbox):
    for state in ("draft", "approved"):
        _, record = make(state)
        cancel_debtor_record(world.head(), record.id, expected_version=1, reason="sai người")
        assert record.state == "cancelled"
    assert outbox() == []


def test_keep_published_refuses_when_the_head_decided_to_continue_enforcement(world, make):
    file, record = make()
    head = world.head()
    take_case_step(head, file.case.id, "continue_enforcement", expected_version=1, on=date(2026, 10, 2))
    seen = (record.state, record.withdraw_due_on, record.version)
    assert seen[:2] == ("withdrawal_due", date(2026, 10, 7))
    with pytest.raises(StateError, match="goes on"):
        keep_debtor_record_published(head, record.id, expected_version=record.version, reason="nhầm")
    db.session.expire_all()
    assert (record.state, record.withdraw_due_on, record.version) == seen
    withdraw_debtor_record(head, record.id, expected_version=record.version, reason="tiếp tục thi hành án")
    assert record.state == "withdrawn"


DEEDS = {
    approve_debtor_record: "draft",
    return_debtor_record_to_draft: "approved",
    publish_debtor_record: "approved",
    cancel_debtor_record: "draft",
    amend_debtor_record: "published",
    order_withdrawal: "published",
    keep_debtor_record_published: "withdrawal_due",
    withdraw_debtor_record: "withdrawal_due",
}


def test_deeds_refuse_when_role_scope_version_state_or_reason_does_not_fit(world, make, log_of, outbox):
    head, foreign, officer = world.head(), world.head("CC002"), world.officer()
    inspector = world.actor(Role.INSPECTOR)
    for deed, state in DEEDS.items():
        file, record = make(state)
        if deed is amend_debtor_record:
            file.obligation.outstanding_amount_vnd = 1
            factories.save(file.obligation)
        _, gone = make("cancelled")
        wrong = (
            (NotFoundError, foreign, record, 1),
            (NotPermittedError, officer, record, 1),
            (NotPermittedError, inspector, record, 1),
            (ConflictError, head, record, 2),
            (StateError, head, gone, 1),
        )
        for error, actor, row, version in wrong:
            with pytest.raises(error):
                deed(actor, row.id, expected_version=version, reason="lý do")
        db.session.expire_all()
        assert (record.state, record.version, log_of(record), log_of(gone)) == (state, 1, [], [])
    assert outbox() == []


def test_deeds_refuse_when_the_reason_that_the_table_asks_for_is_missing(world, make, outbox):
    head = world.head()
    needing = (
        return_debtor_record_to_draft,
        cancel_debtor_record,
        keep_debtor_record_published,
        withdraw_debtor_record,
    )
    for deed in needing:
        _, record = make(DEEDS[deed])
        with pytest.raises(ReasonRequiredError):
            deed(head, record.id, expected_version=1)
        assert record.state == DEEDS[deed]
    assert outbox() == []

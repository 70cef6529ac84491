"""Field differences: every way of writing keeps them, in the transaction of the change and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError
from backoffice.extensions import db
from backoffice.models import (
    CaseParty,
    EnforcementAgency,
    EnforcementCase,
    EnforcementObligation,
    LegalRule,
    RowChange,
    StaffMember,
    TransitionLog,
)
from backoffice.models.base import Model
from backoffice.services.case_intake import open_case
from backoffice.services.changed_rows import keeps_changes, kept_columns
from backoffice.services.enforcement_case import Correction, correct_obligation, correct_party, take_case_step
from backoffice.services.legal_rule import RuleChange, edit_rule
from backoffice.services.transaction import unit_of_work
from tests import factories
from tests.services.conftest import World
from tests.services.test_case_intake import _new as new_case

SYSTEM = Actor.system("set_up")


def changes_of(row: Any) -> list[RowChange]:
    """The kept changes of a row, oldest first."""
    with system_scope("set_up"):
        statement = select(RowChange).where(
            RowChange.subject_type == row.__tablename__, RowChange.subject_id == row.id
        )
        return list(db.session.scalars(statement.order_by(RowChange.id)))


def entry_of(change: RowChange) -> TransitionLog:
    """The history entry that a change is tied to."""
    with system_scope("set_up"):
        entry = db.session.get(TransitionLog, change.log_id)
        assert entry is not None
        return entry


def test_step_keeps_old_and_new_when_the_bulk_update_writes_the_state(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"], state="verifying")
    officer = world.officer()
    take_case_step(officer, file.case.id, "enforce", expected_version=1)
    (change,) = changes_of(file.case)
    assert change.changes == {"state": ["verifying", "enforcing"]}
    assert (change.version, change.actor_id, change.is_creation) == (2, officer.user_id, False)
    assert (entry_of(change).transition, entry_of(change).subject_id) == ("enforce", file.case.id)


def test_correction_is_tied_to_the_entry_of_the_case_when_a_party_changes(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    before = file.debtor.full_name
    given = Correction(full_name="Nguyễn Văn Khác")
    correct_party(world.officer(), file.debtor.id, given, expected_version=1, reason="Sai tên")
    (change,) = changes_of(file.debtor)
    assert change.changes == {"full_name": [before, "Nguyễn Văn Khác"]}
    assert entry_of(change).transition == "correct_party"
    (counted,) = changes_of(file.case)
    assert (counted.changes, counted.version, counted.log_id) == ({}, 2, change.log_id)


def test_whole_case_is_kept_as_made_when_it_is_opened(world: World) -> None:
    case = open_case(world.head(), new_case(world.agencies["CC001"].id))
    (made,) = changes_of(case)
    assert made.is_creation
    assert made.changes["case_number"] == [None, case.case_number]
    assert made.changes["accepted_on"] == [None, case.accepted_on.isoformat()]
    with system_scope("set_up"):
        parties = list(db.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id)))
        obligations = list(db.session.scalars(select(EnforcementObligation)))
    for row in (*parties, *obligations):
        (change,) = changes_of(row)
        assert change.is_creation
        assert change.log_id == made.log_id


def test_bulk_settlement_is_kept_for_each_obligation_when_a_case_is_completed(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"], state="enforcing")
    rest = file.obligation.outstanding_amount_vnd
    take_case_step(world.head(), file.case.id, "complete", expected_version=1)
    (change,) = changes_of(file.obligation)
    assert change.changes == {"outstanding_amount_vnd": [rest, 0]}


def test_rule_belongs_to_the_national_agency_when_it_is_edited(world: World) -> None:
    with system_scope("set_up"):
        rule = db.session.scalars(select(LegalRule).limit(1)).one()
    title = rule.title_vi
    edit_rule(world.administrator(), rule.id, RuleChange(title_vi="Tên"), expected_version=1, reason="Sửa")
    (change,) = changes_of(rule)
    assert change.changes == {"title_vi": [title, "Tên"]}
    assert change.agency_path == "TC."


def test_nothing_is_kept_when_the_deed_is_refused(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    with pytest.raises(ConflictError):
        correct_obligation(world.officer(), file.obligation.id, 1, expected_version=7, reason="Sai")
    assert changes_of(file.obligation) == changes_of(file.case) == []


def test_nothing_is_kept_when_a_value_returns_within_the_deed(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    with unit_of_work(world.officer()) as session:
        case = session.scalars(select(EnforcementCase).where(EnforcementCase.id == file.case.id)).one()
        court = case.court_name
        for name in ("Tòa khác", court):
            case.court_name = name
            session.flush()
    assert changes_of(file.case) == []


def test_nothing_is_kept_when_a_savepoint_is_undone(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    court = file.case.court_name
    with unit_of_work(world.officer()) as session:
        case = session.scalars(select(EnforcementCase).where(EnforcementCase.id == file.case.id)).one()
        case.accepted_on = case.accepted_on.replace(day=7)
        session.flush()
        savepoint = session.begin_nested()
        case.court_name = "Tòa khác"
        session.flush()
        savepoint.rollback()
    (change,) = changes_of(file.case)
    assert change.changes == {"accepted_on": ["2026-01-06", "2026-01-07"]}
    assert file.case.court_name == court


def test_first_value_is_known_when_it_was_never_loaded(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    court = file.case.court_name
    with unit_of_work(world.officer()) as session:
        case = session.scalars(select(EnforcementCase).where(EnforcementCase.id == file.case.id)).one()
        session.expire(case)
        case.court_name = "Tòa khác"
    (change,) = changes_of(file.case)
    assert change.changes == {"court_name": [court, "Tòa khác"]}


def test_change_without_an_entry_gets_one_when_it_is_committed(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    officer = world.officer()
    with unit_of_work(officer) as session:
        session.execute(update(CaseParty).where(CaseParty.id == file.debtor.id).values(address="Nơi khác"))
    (change,) = changes_of(file.debtor)
    entry = entry_of(change)
    assert (entry.transition, entry.actor_id, entry.agency_path) == ("save", officer.user_id, "TC.C01.CC001.")


def test_deleted_row_ends_with_nothing_when_it_is_removed(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    with unit_of_work(world.officer()) as session:
        extra = CaseParty(
            case_id=file.case.id,
            agency_id=file.case.agency_id,
            agency_path=file.case.agency_path,
            role="creditor",
            kind="person",
            full_name="Người Thừa",
            address="Hà Nội",
        )
        session.add(extra)
    with unit_of_work(world.officer()) as session:
        session.delete(session.scalars(select(CaseParty).where(CaseParty.id == extra.id)).one())
    made, removed = changes_of(extra)
    assert made.changes["full_name"] == [None, "Người Thừa"]
    assert removed.changes["full_name"] == ["Người Thừa", None]


def test_bulk_statement_is_refused_when_its_differences_cannot_be_told(world: World) -> None:
    file = factories.make_file(world.agencies["CC001"])
    row = {"case_id": file.case.id, "full_name": "x", "address": "x", "role": "debtor", "kind": "person"}
    row |= {"agency_id": file.case.agency_id, "agency_path": file.case.agency_path}
    computed = update(CaseParty).values(address=CaseParty.full_name)
    for statement in (computed, insert(CaseParty).values(row)):
        with pytest.raises(ValueError, match="history"), unit_of_work(SYSTEM) as session:
            session.execute(statement)
    assert changes_of(file.debtor) == []


def test_secrets_and_echoes_are_in_no_history() -> None:
    kept = {
        mapper.class_.__tablename__: set(kept_columns(mapper.class_))
        for mapper in Model.registry.mappers
        if keeps_changes(mapper.class_)
    }
    assert kept[StaffMember.__tablename__] == {
        "username",
        "first_name",
        "last_name",
        "email",
        "active",
        "agency_id",
    }
    forbidden = {
        "password",
        "session_epoch",
        "name_fold",
        "name_sort",
        "version",
        "changed_at",
        "agency_path",
    }
    assert {name: columns & forbidden for name, columns in kept.items() if columns & forbidden} == {}


def test_every_scoped_table_keeps_its_changes_but_those_named_here() -> None:
    scoped = {
        mapper.class_.__tablename__: keeps_changes(mapper.class_)
        for mapper in Model.registry.mappers
        if hasattr(mapper.class_, "__scope_path__")
    }
    silent = {name for name, kept in scoped.items() if not kept}
    # Histories, which are never edited; what people set up for themselves; the progress of tasks and of sending; what
    # repeats a request, or was written once; answers of the survey, whose history would say when they came.
    histories = {"row_change", "transition_log", "document_opening", "notice_attempt"}
    progress = {"background_task", "background_task_row", "notice", "document_number_book"}
    survey = {"survey_tally", "survey_comment"}
    assert silent == {*histories, *progress, *survey, "saved_filter", "request_party", "request_message"}


def test_agencies_keep_their_making_when_they_are_added_one_by_one(world: World) -> None:
    root = world.agencies["TC"]
    with unit_of_work(SYSTEM) as session:
        agency = EnforcementAgency(
            code="C99", name="Mới", level="provincial", parent_id=root.id, path="TC.C99."
        )
        session.add(agency)
    (change,) = changes_of(agency)
    assert (change.agency_path, change.changes["name"]) == ("TC.C99.", [None, "Mới"])
    assert world.actor(Role.HEAD, "CC002").scope.covers(change.agency_path) is False

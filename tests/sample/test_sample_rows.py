"""Invented cases in both databases: the same rows from the same seed, lawful, marked, removable, never beside real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.scope import Scope, use_scope
from backoffice.errors import InvalidInputError, ScopeError
from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
    TransitionLog,
)
from backoffice.models.base import Model
from backoffice.models.states import DebtorRecordState, NonEnforceableState
from backoffice.queries.calendar import working_calendar
from backoffice.queries.rules import rule_book
from backoffice.sample import MARK, store
from backoffice.sample import make as make_module
from backoffice.sample.columns import COLUMNS, Batch
from backoffice.sample.make import SampleOptions, SampleRefusedError, make_sample, remove_sample
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.registry import WORKFLOWS

ACTOR = Actor.system("sample_data")
OPTIONS = SampleOptions(debtors=900, seed=7, as_of=date(2026, 11, 20), cases=2_600)
TABLES = (
    EnforcementCase,
    CaseParty,
    EnforcementObligation,
    EnforcementDecision,
    NonEnforceableDecision,
    DebtorRecord,
    TransitionLog,
)


def scalars(statement: Any) -> Sequence[Any]:
    """Read under the sample's scope."""
    with unit_of_work(ACTOR) as session:
        return session.scalars(statement).all()


def counts() -> list[int]:
    """How many rows each table has, in the order of TABLES; the import of data wrote no history of records."""
    records = TransitionLog.subject_type == "debtor_record"
    return [
        scalars(select(func.count()).select_from(table).where(records if table is TransitionLog else True))[0]
        for table in TABLES
    ]


def digest() -> str:
    """One hash over what the sample says, without ids and moments of insertion."""
    found = hashlib.sha256()
    with unit_of_work(ACTOR) as session:
        for row in session.execute(select(DebtorRecord.__table__).order_by(DebtorRecord.public_id)):
            found.update(repr([str(value) for value in row]).encode())
        for row in session.execute(select(EnforcementCase.case_number, EnforcementCase.state).order_by("id")):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


# Made once on SQLite and once on PostgreSQL; the tests below compare what each database kept.
DIGESTS: dict[str, str] = {}


def test_sample_is_whole_lawful_and_marked_when_made(country: Flask) -> None:
    seen: list[tuple[int, int]] = []
    summary = make_sample(OPTIONS, lambda done, total: seen.append((done, total)))
    assert (summary.debtors, summary.cases, summary.written) == (900, 2_600, 2_600)
    assert seen[-1] == (2_600, 2_600)
    assert counts()[0] == counts()[2] == counts()[3] == 2_600
    assert counts()[5] == 900
    drafted = NonEnforceableDecision.state == NonEnforceableState.DRAFTED
    assert counts()[4] == 900 + len(scalars(select(NonEnforceableDecision.id).where(drafted)))
    assert scalars(select(DebtorRecord.id).where(DebtorRecord.is_sample.is_(False))) == []
    assert all(MARK in address for address in scalars(select(CaseParty.address)))
    with use_scope(ACTOR.scope):
        _check_law()
        _check_histories()
        _check_paths()
    DIGESTS[country.config["OPENTHADS"].database_url[:6]] = digest()
    assert len(set(DIGESTS.values())) == 1


def _check_law() -> None:
    """Grounds are those in force on the day, deadlines those that the calendar gives, days are working days."""
    book, calendar = rule_book(), working_calendar()
    with unit_of_work(ACTOR) as session:
        pairs = session.execute(
            select(DebtorRecord, NonEnforceableDecision.decided_on).join(DebtorRecord.decision)
        ).all()
    for record, decided_on in pairs:
        assert book.find(record.reason_code, decided_on) is not None
        period = book.rule("publication.publish", decided_on)
        assert record.publish_due_on == calendar.add_working_days(decided_on, period.value or 0)
        for day in (decided_on, record.published_on, record.withdrawn_on, record.enforcement_decision_on):
            assert day is None or (calendar.is_working(day) and day <= OPTIONS.as_of)
        public = record.state in (DebtorRecordState.PUBLISHED, DebtorRecordState.WITHDRAWAL_DUE)
        assert not public or record.published_on is not None
        assert record.judgment_on < record.enforcement_decision_on < decided_on


def _check_histories() -> None:
    """Each record's log walks through its workflow to the record's state."""
    records = {record.id: record for record in scalars(select(DebtorRecord))}
    last: dict[int, str] = {}
    before: dict[int, datetime] = {}
    logs = (
        select(TransitionLog).where(TransitionLog.subject_type == "debtor_record").order_by(TransitionLog.id)
    )
    for row in scalars(logs):
        workflow = WORKFLOWS.version("debtor_record", row.at.date())
        step = next(s for s in (workflow.opening, *workflow.transitions) if s.name == row.transition)
        assert row.from_state == last.get(row.subject_id)
        assert row.from_state is None or row.from_state in step.sources
        assert row.to_state == step.target_from(row.from_state or "")
        assert before.get(row.subject_id, row.at) <= row.at
        before[row.subject_id] = row.at
        last[row.subject_id] = row.to_state
    assert last == {key: record.state for key, record in records.items()}


def _check_paths() -> None:
    """Rows carry the path of their agency, so that the scope of every officer is right."""
    with unit_of_work(ACTOR) as session:
        for cls in TABLES:
            wrong = (
                select(cls.id)
                .join(cls.agency)
                .where(cls.agency_path != cls.agency.property.mapper.class_.path)
            )
            assert session.scalars(wrong.limit(1)).all() == []


def test_public_ids_are_unique_and_well_formed_when_drawn_from_the_seed(country: Flask) -> None:
    make_sample(SampleOptions(40, 3, date(2026, 11, 20)))
    ids = scalars(select(DebtorRecord.public_id))
    assert len(set(ids)) == 40
    assert all(len(found) == 16 and set(found) <= set("0123456789abcdefghjkmnpqrstvwxyz") for found in ids)


def test_second_run_writes_nothing_when_all_is_there(country: Flask) -> None:
    options = SampleOptions(60, 3, date(2026, 11, 20))
    make_sample(options)
    before = digest()
    assert make_sample(options).written == 0
    assert digest() == before


def test_run_goes_on_when_an_earlier_one_was_killed(country: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_module, "_SLICE", 50)
    options = SampleOptions(100, 3, date(2026, 11, 20))
    make_sample(options)
    whole = digest_of_content()
    remove_sample()

    def stop(done: int, _total: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_sample(options, stop)
    assert make_sample(options).written == 100
    assert counts()[0] == 200
    assert digest_of_content() == whole


def digest_of_content() -> list[tuple[str, ...]]:
    """What records say, in the order of public ids."""
    with unit_of_work(ACTOR) as session:
        columns = (DebtorRecord.public_id, DebtorRecord.full_name, DebtorRecord.address, DebtorRecord.state)
        return [tuple(row) for row in session.execute(select(*columns).order_by(DebtorRecord.public_id))]


def test_other_seed_gives_other_people_and_the_same_seed_the_same(country: Flask) -> None:
    make_sample(SampleOptions(30, 1, date(2026, 11, 20)))
    first = digest_of_content()
    remove_sample()
    make_sample(SampleOptions(30, 2, date(2026, 11, 20)))
    assert not set(first) & set(digest_of_content())
    remove_sample()
    make_sample(SampleOptions(30, 1, date(2026, 11, 20)))
    assert digest_of_content() == first


@pytest.mark.parametrize(("debtors", "seed"), [(31, 1), (30, 2)])
def test_sample_is_refused_when_other_sample_rows_are_there(country: Flask, debtors: int, seed: int) -> None:
    make_sample(SampleOptions(30, 1, date(2026, 11, 20)))
    before = counts()
    with pytest.raises(SampleRefusedError):
        make_sample(SampleOptions(debtors, seed, date(2026, 11, 20)))
    assert counts() == before


def test_sample_is_refused_when_a_real_case_is_there(country: Flask) -> None:
    make_sample(SampleOptions(10, 1, date(2026, 11, 20)))
    with unit_of_work(ACTOR) as session:
        first = select(func.min(EnforcementCase.id)).scalar_subquery()
        session.execute(update(EnforcementCase).where(EnforcementCase.id == first).values(is_sample=False))
    with pytest.raises(SampleRefusedError):
        make_sample(SampleOptions(10, 1, date(2026, 11, 20)))


def test_sample_is_refused_when_the_agencies_are_missing(app: Flask) -> None:
    with app.app_context(), pytest.raises(SampleRefusedError):
        make_sample(SampleOptions(10, 1, date(2026, 11, 20)))


def test_removal_leaves_nothing_but_real_rows(country: Flask) -> None:
    make_sample(SampleOptions(50, 1, date(2026, 11, 20)))
    with unit_of_work(ACTOR) as session:
        first = select(func.min(EnforcementCase.id)).scalar_subquery()
        session.execute(update(EnforcementCase).where(EnforcementCase.id == first).values(is_sample=False))
    removed = remove_sample()
    assert removed == 99
    assert counts()[0] == counts()[2] == counts()[3] == 1


def test_writing_is_refused_outside_the_scope_of_the_sample(country: Flask) -> None:
    with (
        unit_of_work(Actor(None, "officer", frozenset(), Scope(("TC.",)))) as session,
        pytest.raises(ScopeError),
    ):
        store.write(session, Batch(Random(1), dict.fromkeys(COLUMNS, 0)))


@pytest.mark.parametrize(
    ("debtors", "cases", "as_of"),
    [
        (0, None, date(2026, 1, 1)),
        (5, 4, date(2026, 1, 1)),
        (5, None, date(2017, 12, 31)),
        (9_000_000, None, date(2026, 1, 1)),
    ],
)
def test_options_are_refused_when_they_make_no_sense(debtors: int, cases: int | None, as_of: date) -> None:
    with pytest.raises(InvalidInputError):
        SampleOptions(debtors, 1, as_of, cases)


def test_columns_name_every_column_of_their_tables_but_those_left_empty() -> None:
    # An invented telephone number could be somebody's, and invented free text says nothing. Nobody is away.
    left_empty = {
        "case_party": {"phone"},
        "enforcement_obligation": {"description"},
        "transition_log": {"acted_for_id"},
    }
    for table, columns in COLUMNS.items():
        known = {column.name for column in Model.metadata.tables[table].columns}
        assert known - set(columns) == left_empty.get(table, set())
        assert set(columns) <= known


def test_officer_sees_only_the_own_agency_when_sample_rows_fill_the_country(country: Flask) -> None:
    make_sample(SampleOptions(400, 1, date(2026, 11, 20)))
    with unit_of_work(Actor(None, "officer", frozenset(), Scope(("TC.C79.",)))) as session:
        seen = _paths(session)
    assert seen
    assert all(path.startswith("TC.C79.") for path in seen)
    with use_scope(Scope()), unit_of_work(Actor(None, "nobody", frozenset(), Scope())) as session:
        assert _paths(session) == set()


def _paths(session: Session) -> set[str]:
    return set(session.scalars(select(DebtorRecord.agency_path)))

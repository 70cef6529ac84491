"""Writing sample rows in bulk: COPY on PostgreSQL, executemany on SQLite; and removing them all again.

The only writes of the product past the ORM. They need `system_scope("sample_data")` and join the open unit of work;
on PostgreSQL also the role that owns the tables, because they move counters and remove rows of the log.
Not here: what the rows say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, text
from sqlalchemy.orm import Session

from backoffice.access.scope import current_scope
from backoffice.errors import ScopeError
from backoffice.models import (
    DebtorRecord,
    EnforcementCase,
    NonEnforceableDecision,
    OnlineRequest,
    RowChange,
    TransitionLog,
)
from backoffice.models.base import Model
from backoffice.sample.columns import COLUMNS, MOMENTS, Batch, Row

_DELETE_STEP = 2_000
# What hangs on a case, in the order in which it can be removed.
_PARTS = ("non_enforceable_decision", "enforcement_decision", "enforcement_obligation", "case_party")
# Names and public ids arrive in no order: a page cache that holds their indexes saves most of the time on SQLite.
_SQLITE_CACHE_KIB = 64 * 1024


def sample_count(session: Session) -> int:
    """How many sample cases there are."""
    return (
        session.scalar(select(func.count()).select_from(EnforcementCase).where(EnforcementCase.is_sample))
        or 0
    )


def has_real_cases(session: Session) -> bool:
    """Whether a case exists that is not invented."""
    found = select(EnforcementCase.id).where(EnforcementCase.is_sample.is_(False)).limit(1)
    return session.scalar(found) is not None


def holds(session: Session, batch: Batch) -> bool:
    """Whether the database has the last record of a batch, so that it was made from the same seed."""
    public_id = batch.rows["debtor_record"][-1][COLUMNS["debtor_record"].index("public_id")]
    return session.scalar(select(DebtorRecord.id).where(DebtorRecord.public_id == public_id)) is not None


def last_ids(session: Session) -> dict[str, int]:
    """The highest id of each table."""
    connection = _connection(session)
    return {
        table: connection.scalar(select(func.max(Model.metadata.tables[table].c.id))) or 0
        for table in COLUMNS
    }


def write(session: Session, batch: Batch) -> None:
    """Write all rows of a batch and move the counters of ids past them."""
    connection = _connection(session)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_SQLITE_CACHE_KIB}")
    for table, rows in batch.rows.items():
        if rows and connection.dialect.name == "postgresql":
            _copy(connection, table, rows)
        elif rows:
            _insert(connection, table, rows)
    if connection.dialect.name == "postgresql":
        _move_counters(connection, batch.last_ids)


def insert_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows whose ids the database gives; all have the same columns."""
    _connection(session).execute(insert(Model.metadata.tables[table]), list(rows))


def remove_some(session: Session) -> int:
    """Remove a few thousand sample cases with all that hangs on them; returns how many, 0 when none is left."""
    cases = select(EnforcementCase.id).where(EnforcementCase.is_sample)
    ids = list(session.scalars(cases.order_by(EnforcementCase.id).limit(_DELETE_STEP)))
    if ids:
        _remove_cases(_connection(session), ids)
    return len(ids)


def remove_requests(session: Session) -> int:
    """Remove all sample requests with words, files, appointments and history; returns how many there were.

    Times of desks stay, as agencies and accounts do; the daily upkeep sweeps files that nobody names any more.
    """
    connection, tables = _connection(session), Model.metadata.tables
    requests: Any = OnlineRequest.__table__.c
    chosen = select(requests.id).where(requests.is_sample)
    count = connection.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    document, appointment = tables["document"].c, tables["appointment"].c
    papers = (document.subject_type == OnlineRequest.__tablename__) & document.subject_id.in_(chosen)
    subjects = {
        OnlineRequest.__tablename__: chosen,
        "appointment": select(appointment.id).where(appointment.request_id.in_(chosen)),
        "document": select(document.id).where(papers),
    }
    _remove_history(connection, subjects)
    openings = tables["document_opening"]
    connection.execute(delete(openings).where(openings.c.document_id.in_(subjects["document"])))
    files = connection.scalars(select(document.file_id).where(papers)).all()
    connection.execute(delete(tables["document"]).where(papers))
    connection.execute(delete(tables["stored_file"]).where(tables["stored_file"].c.id.in_(files)))
    for table in reversed(Model.metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column is requests.id and table is not OnlineRequest.__table__:
                connection.execute(delete(table).where(key.parent.in_(chosen)))
    connection.execute(delete(tables[OnlineRequest.__tablename__]).where(requests.is_sample))
    # Numbers name no request: where every request was invented, the answers were.
    if connection.scalar(select(requests.id).limit(1)) is None:
        for name in ("survey_tally", "survey_comment"):
            connection.execute(delete(tables[name]))
    return count


def _remove_history(connection: Connection, subjects: Mapping[str, Select[Any]]) -> None:
    """Remove what was done with these rows, and what was noted under it of others."""
    for subject, keys in subjects.items():
        done = select(TransitionLog.id).where(
            TransitionLog.subject_type == subject, TransitionLog.subject_id.in_(keys)
        )
        connection.execute(delete(RowChange).where(RowChange.log_id.in_(done)))
    for history in (RowChange, TransitionLog):
        for subject, keys in subjects.items():
            connection.execute(
                delete(history).where(history.subject_type == subject, history.subject_id.in_(keys))
            )


def _remove_cases(connection: Connection, case_ids: Sequence[int]) -> None:
    tables = Model.metadata.tables
    first, last = case_ids[0], case_ids[-1]
    cases: Any = EnforcementCase.__table__.c
    chosen = select(cases.id).where(cases.id.between(first, last), cases.is_sample)
    decisions = select(NonEnforceableDecision.id).where(NonEnforceableDecision.case_id.in_(chosen))
    records = select(DebtorRecord.id).where(DebtorRecord.decision_id.in_(decisions))
    subjects = {"debtor_record": records, "enforcement_case": chosen}
    for table in _PARTS:
        subjects[table] = select(tables[table].c.id).where(tables[table].c.case_id.in_(chosen))
    _remove_history(connection, subjects)
    connection.execute(delete(DebtorRecord).where(DebtorRecord.decision_id.in_(decisions)))
    for table in _PARTS:
        connection.execute(delete(tables[table]).where(tables[table].c.case_id.in_(chosen)))
    connection.execute(delete(EnforcementCase).where(cases.id.between(first, last), cases.is_sample))


def _connection(session: Session) -> Connection:
    if current_scope().system != "sample_data":
        raise ScopeError("Sample rows are written under their own system scope alone.")
    return session.connection()


def _insert(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    columns = COLUMNS[table]
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 (our own names)
    connection.exec_driver_sql(statement, list(rows))


def _copy(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """COPY may not write to a table under row-level security, so the rows take a step over one that is not."""
    columns = COLUMNS[table]
    moments = {place for place, column in enumerate(columns) if column in MOMENTS}
    names, step = ", ".join(columns), f"sample_{table}"
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {step} AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {step} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [f"{value}+00" if place in moments and value else value for place, value in enumerate(row)]
            )
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) SELECT {names} FROM {step}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {step}")


def _move_counters(connection: Connection, ids: Mapping[str, int]) -> None:
    for table, last in ids.items():
        if last:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                {"table": table, "last": last},
            )

"""Collecting which rows a unit of work makes, changes and deletes, with their fields before and after.

Session listeners see every flush and every bulk update, so that no way of writing leaves a hole. Not here: keeping
what was collected (`row_change`). Not seen: statements past the ORM, which only the sample data uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from backoffice.models import EnforcementAgency, TransitionLog

# Columns that repeat others, count saves or are no facts: they would fill the history with echoes.
_ECHOES = frozenset({"id", "version", "created_at", "changed_at", "agency_path", "path", "is_sample"})
_ECHO_ENDS = ("_fold", "_sort", "_number_key")
_KEY = "changed_rows"
# The execution option of a bulk update whose change the caller notes by itself (`note_version`).
NOTED = "openthads_noted"


@dataclass
class ChangedRow:
    """One row that this transaction made, changed or deleted.

    `agency` is the id and path of its agency, empty for rows of the whole country. `is_counted` says that its
    version was raised, if only because a row that belongs to it was changed.
    """

    cls: type[Any]
    id: int
    agency: tuple[int, str] | None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    is_counted: bool = False
    is_creation: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """The table and the id."""
        return self.cls.__tablename__, self.id

    def copy(self) -> ChangedRow:
        """The same, apart from what is noted later."""
        return replace(self, before=dict(self.before), after=dict(self.after))

    def note(self, name: str, old: Any, new: Any) -> None:
        """Keep the first value before and the last one after."""
        self.before.setdefault(name, old)
        self.after[name] = new


@dataclass
class Collected:
    """What one transaction has touched, and the history entries it wrote, in order."""

    rows: dict[tuple[str, int], ChangedRow] = field(default_factory=dict)
    logs: list[TransitionLog] = field(default_factory=list)
    savepoints: dict[SessionTransaction, tuple[Any, Any]] = field(default_factory=dict)

    def row(self, cls: type[Any], key: int, agency: tuple[int, str] | None) -> ChangedRow:
        """The row's place in the collection, made at its first change."""
        return self.rows.setdefault((cls.__tablename__, key), ChangedRow(cls, key, agency))


def install(session_target: Any) -> None:
    """Attach the listeners to a session factory or class; a second call adds nothing."""
    if not event.contains(session_target, "before_flush", _before_flush):
        event.listen(session_target, "before_flush", _before_flush)
        event.listen(session_target, "after_flush", _after_flush)
        event.listen(session_target, "do_orm_execute", _before_bulk)
        event.listen(session_target, "after_transaction_create", _remember)
        event.listen(session_target, "after_soft_rollback", _forget)


@contextmanager
def collecting(session: Session) -> Iterator[None]:
    """Collect the changes of the block; outside it nothing is collected."""
    session.info[_KEY] = Collected()
    try:
        yield
    finally:
        session.info.pop(_KEY, None)


def collected(session: Session) -> Collected | None:
    """What the open block has collected so far; None outside a block."""
    found: Collected | None = session.info.get(_KEY)
    return found


def keeps_changes(cls: type[Any]) -> bool:
    """Whether the changes of this class's rows are kept."""
    return bool(getattr(cls, "__keeps_changes__", False))


def kept_columns(cls: type[Any]) -> list[str]:
    """The fields of a class whose values the history keeps, in the order of the table."""
    names = [attribute.key for attribute in inspect(cls).column_attrs]
    named: frozenset[str] | None = getattr(cls, "__kept_columns__", None)
    if named is not None:
        return [name for name in names if name in named]
    return [name for name in names if name not in _ECHOES and not name.endswith(_ECHO_ENDS)]


def note_version(session: Session, row: Any) -> None:
    """Note that a bulk update marked NOTED has raised the version of this row, and changed nothing else of it."""
    found = collected(session)
    if found is not None and keeps_changes(type(row)):
        changed = found.row(type(row), row.id, _agency_of(row))
        changed.version, changed.is_counted = row.version, True


def kept_lists(cls: type[Any]) -> tuple[str, ...]:
    """The lists of related rows of a class that the history keeps by their names, such as roles."""
    found: tuple[str, ...] = getattr(cls, "__kept_lists__", ())
    return found


def _remember(session: Session, transaction: SessionTransaction) -> None:
    """Keep what was collected when a savepoint begins."""
    found = collected(session)
    if found is not None and transaction.nested:
        found.savepoints[transaction] = {key: row.copy() for key, row in found.rows.items()}, list(found.logs)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    """Go back to it when the savepoint is undone: what followed never happened."""
    found = collected(session)
    if found is not None and transaction in found.savepoints:
        found.rows, found.logs = found.savepoints.pop(transaction)


def _before_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Note the values before and after of rows that exist already; a deleted row ends with no value at all."""
    found = collected(session)
    if found is None:
        return
    for row in session.dirty:
        if not keeps_changes(type(row)):
            continue
        if session.is_modified(row, include_collections=False):
            _note_update(session, found, row)
        _note_lists(found, row)
    for row in session.deleted:
        if keeps_changes(type(row)):
            changed = found.row(type(row), row.id, _agency_of(row))
            for name in kept_columns(type(row)):
                changed.note(name, getattr(row, name), None)


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    """Note new rows, which have their ids now, and the entries of the history."""
    found = collected(session)
    if found is None:
        return
    for row in session.new:
        if isinstance(row, TransitionLog):
            found.logs.append(row)
        elif keeps_changes(type(row)):
            changed = found.row(type(row), row.id, _agency_of(row))
            changed.is_creation = True
            changed.version = inspect(row).dict.get("version")
            for name in kept_columns(type(row)):
                changed.note(name, None, inspect(row).dict.get(name))
            for name in kept_lists(type(row)):
                changed.note(name, None, member_names(inspect(row).dict.get(name) or ()))


def _note_update(session: Session, found: Collected, row: Any) -> None:
    """The changed columns of one row. A value that was never loaded is read before it is overwritten."""
    state = inspect(row)
    is_counted = "version" in state.attrs and state.attrs["version"].history.has_changes()
    names = [name for name in kept_columns(type(row)) if state.attrs[name].history.has_changes()]
    if not (names or is_counted):
        return
    changed = found.row(type(row), row.id, _agency_of(row))
    if "version" in state.attrs:
        changed.version, changed.is_counted = row.version, changed.is_counted or is_counted
    for name in names:
        history = state.attrs[name].history
        old = history.deleted[0] if history.deleted else _stored(session, row, name)
        changed.note(name, old, history.added[0] if history.added else None)


def _note_lists(found: Collected, row: Any) -> None:
    """The kept lists of one row that lost or got members."""
    for name in kept_lists(type(row)):
        history = inspect(row).attrs[name].history
        if history.has_changes():
            same = history.unchanged or ()
            changed = found.row(type(row), row.id, _agency_of(row))
            changed.note(name, member_names([*same, *history.deleted]), member_names([*same, *history.added]))


def member_names(members: Iterable[Any]) -> list[str]:
    """What the history keeps of a list of related rows: their names in order."""
    return sorted(str(member.name) for member in members)


def _stored(session: Session, row: Any, name: str) -> Any:
    with session.no_autoflush:
        return session.scalar(select(getattr(type(row), name)).where(type(row).id == row.id))


def _before_bulk(state: ORMExecuteState) -> None:
    """Note what a bulk update is about to change: the rows are read, and on PostgreSQL locked, before it runs.

    Raises ValueError for a bulk statement whose differences nobody could tell: a delete, or a computed value.
    """
    mapper, found = state.bind_mapper, collected(state.session)
    is_bulk = state.is_update or state.is_delete or state.is_insert
    if found is None or mapper is None or not is_bulk or state.execution_options.get(NOTED):
        return
    cls = mapper.class_
    if not keeps_changes(cls):
        return
    if not state.is_update:
        raise ValueError(
            f"rows of {cls.__tablename__} are made and deleted one by one, or their history has holes"
        )
    wanted = {*kept_columns(cls), "version"}
    values = _plain_values(mapper, state.statement, wanted)
    if not values:
        return
    for row in _rows_of(state, cls, [name for name in values if name in kept_columns(cls)]):
        changed = found.row(cls, row["id"], _agency_in(state.session, cls, row))
        if "version" in values:
            changed.version, changed.is_counted = values["version"], True
        for name in set(values) & set(kept_columns(cls)):
            changed.note(name, row[name], values[name])


def _plain_values(mapper: Any, statement: Any, wanted: set[str]) -> dict[str, Any]:
    """The values that a bulk update sets, by attribute, of the wanted ones."""
    values = {}
    given = getattr(statement, "_values", None)
    if not given:
        raise ValueError("a bulk update without plain values keeps no history")
    for key, value in given.items():
        name = key if isinstance(key, str) else mapper.get_property_by_column(key).key
        if name not in wanted:
            continue
        is_plain = value is None or hasattr(value, "effective_value")
        if name == "version" and not is_plain:
            continue
        if not is_plain:
            raise ValueError(f"a bulk update sets {name} to a computed value: its history would have a hole")
        values[name] = None if value is None else value.effective_value
    return values


def _rows_of(state: ORMExecuteState, cls: type[Any], names: list[str]) -> list[Mapping[str, Any]]:
    """The rows that the statement will change, with the named fields as they are now."""
    own = [cls.id] + [
        getattr(cls, name) for name in ("agency_id", "agency_path", "path") if hasattr(cls, name)
    ]
    columns = {column.key: column for column in (*own, *(getattr(cls, name) for name in names))}
    statement = select(*columns.values()).where(*state.statement._where_criteria).with_for_update()  # type: ignore[attr-defined]
    return [dict(row) for row in state.session.execute(statement).mappings()]


def _agency_of(row: Any) -> tuple[int, str] | None:
    """The agency that a row belongs to; a person's is named by the person's own row."""
    if isinstance(row, EnforcementAgency):
        return row.id, row.path
    if getattr(row, "agency_path", None) is not None:
        return row.agency_id, row.agency_path
    agency = getattr(row, "agency", None)
    return (agency.id, agency.path) if agency is not None else None


def _agency_in(session: Session, cls: type[Any], row: Mapping[str, Any]) -> tuple[int, str] | None:
    """The same from columns; of a person, who carries no path, the path of the agency is read."""
    if cls is EnforcementAgency:
        return row["id"], row["path"]
    if row.get("agency_id") is None:
        return None
    path = row.get("agency_path") or session.scalar(
        select(EnforcementAgency.path).where(EnforcementAgency.id == row["agency_id"])
    )
    return (row["agency_id"], path) if path else None

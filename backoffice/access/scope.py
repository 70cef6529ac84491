"""The one rule of visibility: which agencies' rows this context may read and write.

A scope is a set of path prefixes. It is held by session listeners, so that every ORM read and write obeys it,
also where a framework forgets its filters. No scope means: nothing. Raw statements on scoped tables are refused
outside `system_scope`. On PostgreSQL row-level security stands under this (`access.row_security`); on SQLite this is
the only lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Alias,
    ColumnClause,
    ColumnElement,
    Select,
    Table,
    TextClause,
    TextualSelect,
    and_,
    event,
    false,
    inspect,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import (
    FromStatement,
    Mapper,
    ORMExecuteState,
    Session,
    UOWTransaction,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import MANYTOONE
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.visitors import iterate

from backoffice.connections import MADE_ONCE, PREPARED
from backoffice.errors import ScopeError
from backoffice.models.base import Model
from backoffice.models.confidence import may_be_confidential, open_path
from backoffice.models.enforcement_agency import EnforcementAgency

SYSTEM_SCOPES = frozenset(
    {"documents", "export", "intake", "jobs", "papers", "set_up", "sample_data", "sign_in", "reorganisation"}
)
# The character after the dot that ends every path: the end of the range of a subtree.
_AFTER_DOT = "/"


@dataclass(frozen=True)
class Scope:
    """The subtrees that may be seen; `system` names why everything may be seen instead.

    `confidential` are the prefixes of confidential rows that may be seen too, `barred` those of them that this person
    may not see whatever the others say (`models.confidence`).
    """

    prefixes: tuple[str, ...] = ()
    system: str | None = None
    confidential: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()

    def covers(self, path: str | None) -> bool:
        """Whether a row with this path may be seen and written."""
        if self.system is not None:
            return True
        return (
            path is not None
            and path.startswith(self.prefixes + self.confidential)
            and not path.startswith(self.barred)
        )

    def criterion(self, column: Any, *, confidential: bool = False) -> ColumnElement[bool]:
        """The same rule as a condition on a path column, of a table whose rows may be `confidential` or not."""
        seen = _in_ranges(column, self.prefixes + (self.confidential if confidential else ()))
        return and_(seen, not_(_in_ranges(column, self.barred))) if confidential and self.barred else seen


def _in_ranges(column: Any, prefixes: tuple[str, ...]) -> ColumnElement[bool]:
    """Ranges, so that the index serves."""
    ranges = [(column >= prefix) & (column < prefix[:-1] + _AFTER_DOT) for prefix in prefixes]
    return or_(*ranges) if ranges else false()


NOTHING = Scope()
_current: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current_scope() -> Scope:
    """The scope of this request or job; sees nothing when none was set."""
    return _current.get()


@contextmanager
def use_scope(scope: Scope) -> Iterator[Scope]:
    """Work under this scope inside the block. Prefixes must end with a dot."""
    if any(not prefix.endswith(".") for prefix in scope.prefixes + scope.confidential + scope.barred):
        raise ValueError("a scope prefix must end with a dot")
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def enter_scope(scope: Scope) -> None:
    """Set the scope of a whole request; each request has its own context, and `leave_scope` ends it."""
    _current.set(scope)


def leave_scope() -> None:
    """Forget the scope of the request that ends."""
    _current.set(NOTHING)


@contextmanager
def system_scope(name: str) -> Iterator[Scope]:
    """See everything, for one named deed of the system. Raises ValueError for an unknown name."""
    if name not in SYSTEM_SCOPES:
        raise ValueError(f"unknown system scope {name!r}")
    with use_scope(Scope(system=name)) as scope:
        yield scope


def scoped_classes() -> list[type[Any]]:
    """Every mapped class whose rows belong to an agency subtree."""
    return [mapper.class_ for mapper in Model.registry.mappers if hasattr(mapper.class_, "__scope_path__")]


def path_column(cls: type[Any]) -> Any:
    """The column of a scoped class that carries the path."""
    return getattr(cls, cls.__scope_path__)


def install_guard(session_target: Any) -> None:
    """Attach both listeners to a session factory or class; a second call adds nothing."""
    if not is_guarded(session_target):
        event.listen(session_target, "do_orm_execute", _guard_read)
        event.listen(session_target, "before_flush", _guard_write)


def is_guarded(session_target: Any) -> bool:
    """Whether the listeners are attached."""
    return event.contains(session_target, "do_orm_execute", _guard_read)


def remove_guard(session_target: Any) -> None:
    """Take both listeners off again: for tests that show what the database refuses by itself."""
    if is_guarded(session_target):
        event.remove(session_target, "do_orm_execute", _guard_read)
        event.remove(session_target, "before_flush", _guard_write)


def _guard_read(state: ORMExecuteState) -> None:
    scope = current_scope()
    if scope.system is not None or state.is_column_load:
        return
    if not state.is_orm_statement:
        _refuse_core(state.statement)
        return
    if state.execution_options.get(MADE_ONCE) and (state.is_select or not _is_scoped(state.bind_mapper)):
        state.statement = _narrowed(state.statement, scope)
        return
    if not state.is_relationship_load:
        _refuse_hidden_core(state.statement)
    if state.is_insert:
        _refuse_bulk_insert(state)
        return
    if state.is_update or state.is_delete:
        _refuse_scope_columns(state)
    state.statement = state.statement.options(*_criteria(scope))


@lru_cache(maxsize=512)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    """The conditions that narrow a statement to a scope, kept: making them anew costs more than most statements."""
    return tuple(
        with_loader_criteria(
            cls,
            scope.criterion(path_column(cls), confidential=may_be_confidential(cls)),
            include_aliases=True,
        )
        for cls in scoped_classes()
    )


@lru_cache(maxsize=1024)
def _narrowed(statement: Any, scope: Scope) -> Any:
    """A statement that is made once, checked and narrowed to a scope: kept, with its place in the cache of SQLAlchemy."""
    _refuse_hidden_core(statement)
    return statement.options(*_criteria(scope))


def _refuse_core(statement: Any) -> None:
    """Statements without entities cannot be narrowed, so they may not touch a scoped table."""
    tables = {cls.__table__ for cls in scoped_classes()}
    for element in iterate(statement):
        if isinstance(element, TextClause) or element in tables:
            raise ScopeError("A raw statement cannot be narrowed to your agencies.")


def _refuse_hidden_core(statement: Any) -> None:
    """A statement with entities may still carry text or bare tables, which the criteria would not narrow."""
    for element in iterate(statement):
        if isinstance(element, TextClause | TextualSelect | FromStatement):
            raise ScopeError("A raw statement cannot be narrowed to your agencies.")
        if isinstance(element, Select):
            shown: tuple[Any, ...] = (
                *element._raw_columns,
                *element._from_obj,
                *(join[0] for join in element._setup_joins),
            )
            if any(_is_bare_scoped(part) for root in shown for part in iterate(root)):
                raise ScopeError("A raw statement cannot be narrowed to your agencies.")


def _is_bare_scoped(element: Any) -> bool:
    """Whether this is a scoped table, or a column of one, that does not come from a mapped class."""
    if "parententity" in getattr(element, "_annotations", {}):
        return False
    source = element.table if isinstance(element, ColumnClause) else element
    if source is None or "parententity" in getattr(source, "_annotations", {}):
        return False
    while isinstance(source, Alias):
        source = source.element
    return isinstance(source, Table) and source in {cls.__table__ for cls in scoped_classes()}


def _refuse_bulk_insert(state: ORMExecuteState) -> None:
    if _is_scoped(state.bind_mapper):
        raise ScopeError("Rows that belong to an agency are added one by one.")


def _refuse_scope_columns(state: ORMExecuteState) -> None:
    """A bulk update may not move rows to another agency: the read criterion would not stop it."""
    mapper = state.bind_mapper
    if not state.is_update or mapper is None or not _is_scoped(mapper):
        return
    changed = {getattr(key, "key", key) for key in getattr(state.statement, "_values", None) or {}}
    fixed = {
        mapper.class_.__scope_path__,
        *(key for relation in _owners(mapper) for key in _local_keys(relation)),
    }
    if changed & fixed or not changed:
        raise ScopeError("A bulk change cannot move rows to another agency or to another file.")


def _is_scoped(mapper: Mapper[Any] | None) -> bool:
    return mapper is not None and hasattr(mapper.class_, "__scope_path__")


def _owners(mapper: Mapper[Any]) -> list[Any]:
    """The relations of a class that point to one scoped row each."""
    return [
        relation
        for relation in mapper.relationships
        if relation.direction is MANYTOONE and hasattr(relation.mapper.class_, "__scope_path__")
    ]


def _local_keys(relation: Any) -> list[str]:
    """The attributes that hold the foreign key of a relation."""
    return [relation.parent.get_property_by_column(column).key for column in relation.local_columns]


def _guard_write(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    scope = current_scope()
    if scope.system is not None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if hasattr(type(row), "__scope_path__"):
            _check_row(session, scope, row)


def _check_row(session: Session, scope: Scope, row: Any) -> None:
    """Refuse a row that is, was, or points outside the scope."""
    state = inspect(row)
    name = type(row).__scope_path__
    history = state.attrs[name].load_history()
    for path in (*history.added, *history.unchanged, *history.deleted):
        if not scope.covers(path):
            raise ScopeError
    if getattr(row, name) is None:
        raise ScopeError
    if name == "agency_path":
        _check_agency(session, row)
    for relation in _owners(cast("Mapper[Any]", state.mapper)):
        _check_target(session, scope, row, relation)


def _check_agency(session: Session, row: Any) -> None:
    """The path on the row must be the path of its agency, or the two would tell different stories."""
    if row.agency_id is None and row.agency is not None:
        path = row.agency.path
    else:
        path = _path_of(session, EnforcementAgency, row.agency_id)
    if path != (open_path(row.agency_path) if may_be_confidential(type(row)) else row.agency_path):
        raise ScopeError


def _check_target(session: Session, scope: Scope, row: Any, relation: Any) -> None:
    """Check the row that is loaded and the one that the key names: after a change the two may differ."""
    target = inspect(row).dict.get(relation.key)
    if target is not None and not scope.covers(getattr(target, type(target).__scope_path__)):
        raise ScopeError
    (key,) = _local_keys(relation)
    attribute = inspect(row).attrs[key]
    if attribute.value is None or not attribute.load_history().has_changes():
        return
    if not scope.covers(_path_of(session, relation.mapper.class_, attribute.value)):
        raise ScopeError


def _path_of(session: Session, cls: type[Any], key: Any) -> str | None:
    """The path of the row with this key; None when it is hidden, which the caller refuses like a foreign path.

    Those of agencies are asked for once a session: they never change, and one save meets the same agency often.
    """
    known: dict[Any, str] = session.info.setdefault("agency_paths", {}) if cls is EnforcementAgency else {}
    if key not in known:
        path = _path_read_before(session, cls, key)
        if path is None:
            statement = select(path_column(cls)).where(cls.id == key).execution_options(**PREPARED)
            with session.no_autoflush:
                path = cast("str | None", session.scalar(statement))
        if path is None:
            return None
        known[key] = path
    return known[key]


def _path_read_before(session: Session, cls: type[Any], key: Any) -> str | None:
    """The path of a row that this session holds as it is stored, when the present scope shows it."""
    row: Any = session.identity_map.get(identity_key(cls, key))
    name = cls.__scope_path__
    if row is None or name not in inspect(row).dict or inspect(row).attrs[name].history.has_changes():
        return None
    path: str = inspect(row).dict[name]
    return path if current_scope().covers(path) else None

"""Flask-AppBuilder's data interface over our services: it reads under the scope and never writes by itself.

Belongs here: reading pages, single rows and histories for screens with few queries, and handing changes to a
service. Not here: what a change means (the services), which columns a screen shows (the screens).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import ColumnElement, Select, bindparam, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only, selectinload
from sqlalchemy.orm.interfaces import MANYTOONE, LoaderOption

from backoffice.access.actor import Actor
from backoffice.connections import KEPT
from backoffice.errors import NotFoundError, NotPermittedError
from backoffice.models import StaffMember, TransitionLog
from backoffice.services.paging import (
    LARGEST_ID,
    PageRequest,
    RowPage,
    statement_of,
    whole_list,
    write_cursor,
)

COUNT_LIMIT = 1000
# People who are named together with another: who acted, and in whose place.
_WITH = {"actor": ("acted_for",)}

Deed = Callable[..., Any]
Facts = Callable[[], Mapping[str, tuple[Any, ColumnElement[bool]]]]
Beside = Callable[[], Mapping[str, tuple[Any, ColumnElement[bool], tuple[LoaderOption, ...]]]]

__all__ = ["COUNT_LIMIT", "PageRequest", "RowPage", "ServiceInterface"]


class ServiceInterface(SQLAInterface):
    """Reads one table for a screen; `change` and `create` are the services that write, if any.

    `facts` are questions whether another table has a row that fits, each with its condition: answered with the row
    itself, and set on it by their names. `beside` are rows of other tables, one or none each, that are read with it.
    """

    def __init__(
        self,
        obj: type[Any],
        *,
        change: Deed | None = None,
        create: Deed | None = None,
        facts: Facts | None = None,
        beside: Beside | None = None,
    ) -> None:
        super().__init__(obj)
        self._facts = facts or dict
        self._beside = beside or dict
        self._change = change
        self._create = create
        self._reads: dict[tuple[str, ...], Select[Any]] = {}

    def page(self, wanted: PageRequest, columns: Sequence[str]) -> RowPage:
        """The rows of one page, with the relations of the listed columns loaded, and the capped count."""
        statement = statement_of(self.obj, wanted).options(*self._loading(columns))
        found = list(self.session.scalars(statement).unique())
        is_further, rows = len(found) > wanted.size, found[: wanted.size]
        if wanted.is_backward:
            rows.reverse()
        if wanted.is_first and not is_further:
            return RowPage(rows, len(rows), is_more=False, start=1, states=_states(rows))
        has_before = is_further if wanted.is_backward else wanted.after is not None
        has_after = wanted.before is not None if wanted.is_backward else is_further
        total, states = self._counted(wanted.conditions)
        is_more = total > COUNT_LIMIT
        last_start = total - len(rows) + 1 if wanted.at_end and not is_more else None
        return RowPage(
            rows,
            min(total, COUNT_LIMIT),
            is_more,
            start=1 if wanted.is_first else last_start,
            before=write_cursor(wanted.order, rows[0]) if rows and has_before else None,
            after=write_cursor(wanted.order, rows[-1]) if rows and has_after else None,
            states=_states(rows) if is_more else states,
        )

    def _counted(self, conditions: Sequence[ColumnElement[bool]]) -> tuple[int, frozenset[str]]:
        """How many rows fit, counted no further than one past COUNT_LIMIT, and the states of those."""
        # Ids and not count(): the guard narrows entities, and a thousand ids cost less than counting a million.
        columns = [self.obj.id, *([self.obj.state] if hasattr(self.obj, "state") else [])]
        statement: Select[Any] = select(*columns).where(*conditions).limit(COUNT_LIMIT + 1)
        found = self.session.execute(statement).all()
        return len(found), frozenset(row[1] for row in found if len(row) > 1)

    def chosen(
        self, conditions: Sequence[ColumnElement[bool]], columns: Sequence[str], limit: int
    ) -> Sequence[Any]:
        """The rows that fit, in the order of their ids, no more than the limit."""
        statement = select(self.obj).where(*conditions).options(*self._loading(columns))
        rows: Sequence[Any] = (
            self.session.scalars(statement.order_by(self.obj.id).limit(limit)).unique().all()
        )
        return rows

    def stream(
        self,
        conditions: Sequence[ColumnElement[bool]],
        order: str,
        direction: str,
        columns: Sequence[str],
        portion: int,
    ) -> Generator[Any, None, None]:
        """All rows in the order of the list, from one statement that the server hands out in portions."""
        statement = whole_list(self.obj, conditions, order, direction).options(*self._loading(columns))
        yield from self.session.scalars(statement, execution_options={"yield_per": portion})

    def find(self, pk: int, columns: Sequence[str] = ()) -> Any:
        """The row, read anew under the scope. Raises NotFoundError for a row that is not there or not visible."""
        if not 0 < pk <= LARGEST_ID:
            raise NotFoundError
        found = self.session.execute(self._by_key(tuple(columns)), {"key": pk}).unique().one_or_none()
        if found is None:
            raise NotFoundError
        row = found[0]
        facts, beside = self._facts(), self._beside()
        for name, other in zip((*facts, *beside), found[1:], strict=True):
            setattr(row, name, other if name in beside else other is not None)
        return row

    def get(self, pk: Any, filters: Any = None, select_columns: Any = None) -> Any:  # noqa: ARG002
        """The row as the framework asks for it, or None."""
        try:
            return self.find(int(str(pk)[:20]) if str(pk).isdecimal() else 0)
        except NotFoundError:
            return None

    def history(self, row: Any, limit: int = 100) -> Sequence[TransitionLog]:
        """The newest entries of the row's history, newest first."""
        named = {"table": row.__tablename__, "key": row.id, "most": limit}
        entries: Sequence[TransitionLog] = self.session.scalars(_history(), named).unique().all()
        return entries

    def change(self, actor: Actor, row: Any, values: dict[str, Any], version: int) -> Any:
        """Let the service change the row. Raises what the service raises; NotPermittedError without a service."""
        if self._change is None:
            raise NotPermittedError
        return self._change(actor, row, values, version)

    def create(self, actor: Actor, values: dict[str, Any]) -> Any:
        """Let the service make a row. Raises what the service raises; NotPermittedError without a service."""
        if self._create is None:
            raise NotPermittedError
        return self._create(actor, values)

    def add(self, item: Any, raise_exception: bool = False) -> bool:  # noqa: ARG002
        """Refused: rows are made by services. Raises NotPermittedError."""
        raise NotPermittedError

    def edit(self, item: Any, raise_exception: bool = False) -> bool:  # noqa: ARG002
        """Refused: rows are changed by services. Raises NotPermittedError."""
        raise NotPermittedError

    def delete(self, item: Any, raise_exception: bool = False) -> bool:  # noqa: ARG002
        """Refused: nothing is deleted from a screen. Raises NotPermittedError."""
        raise NotPermittedError

    def _by_key(self, columns: tuple[str, ...]) -> Select[Any]:
        """The statement that reads one row with these columns, made once."""
        if columns not in self._reads:
            facts, beside = self._facts().values(), self._beside().values()
            others = (*(other.id for other, _condition in facts), *(other for other, *_more in beside))
            statement: Select[Any] = select(self.obj, *others)
            joins = [*facts, *((other, condition) for other, condition, _options in beside)]
            for other, condition in joins:
                statement = statement.outerjoin(other, condition)
            options = [option for *_join, more in beside for option in more]
            statement = statement.where(self.obj.id == bindparam("key"))
            statement = statement.options(*self._loading(columns), *options)
            # One line is enough to know whether there are other rows.
            statement = statement.limit(1) if others else statement
            self._reads[columns] = statement.execution_options(**KEPT)
        return self._reads[columns]

    def _loading(self, columns: Sequence[str]) -> list[LoaderOption]:
        """Load each relation that the columns name together with the rows, many-to-one by a join."""
        relations = inspect(self.obj).relationships
        options: list[LoaderOption] = []
        for name in dict.fromkeys(column.split(".", 1)[0] for column in columns):
            if name not in relations:
                continue
            if relations[name].mapper.class_ is StaffMember:
                for person in (name, *_WITH.get(name, ())):
                    options += _people(person, self.obj)
            else:
                options += _related(relations[name], getattr(self.obj, name), columns)
        return options


def _states(rows: Sequence[Any]) -> frozenset[str]:
    return frozenset(row.state for row in rows if hasattr(row, "state"))


def _related(relation: Any, attribute: Any, columns: Sequence[str]) -> list[LoaderOption]:
    """Load a relation, and the relations of its rows that dotted columns name."""

    def loading() -> Any:
        return joinedload(attribute) if relation.direction is MANYTOONE else selectinload(attribute)

    below = [column.partition(".")[2] for column in columns if column.startswith(f"{relation.key}.")]
    target = relation.mapper
    further = [name for name in below if name in target.relationships]
    return [loading().selectinload(getattr(target.class_, name)) for name in further] or [loading()]


def _people(name: str, model: type[Any]) -> list[LoaderOption]:
    """Load a person with what a name on a screen needs; never with the password."""
    attribute: InstrumentedAttribute[Any] = getattr(model, name)
    needed = (StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
    return [joinedload(attribute).options(load_only(*needed), joinedload(StaffMember.agency))]


@cache
def _history() -> Select[Any]:
    """The statement that reads the newest entries about one row, made once."""
    return (
        select(TransitionLog)
        .where(TransitionLog.subject_type == bindparam("table"), TransitionLog.subject_id == bindparam("key"))
        .options(*_people("actor", TransitionLog), *_people("acted_for", TransitionLog))
        .order_by(TransitionLog.id.desc())
        .limit(bindparam("most"))
        .execution_options(**KEPT)
    )

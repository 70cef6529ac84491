"""Keyset pages: the next rows after a row, at the same price at any depth. No page is ever found by counting off.

Belongs here: cursors and the statements of a page. Not here: reading addresses (`views.listing`), loading relations
(`services.interface`).

Rows stand in the order of one column and, where that is equal, of their ids. Rows without a value stand last in both
directions, on every database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    asc,
    desc,
    inspect,
    select,
    true,
    tuple_,
    union_all,
)

from backoffice.models.base import UtcDateTime

LARGEST_ID = 2**63 - 1
_MARK = "~"


@dataclass(frozen=True)
class Cursor:
    """A place between rows: the value of the order column and the id of the row that stands there."""

    value: Any
    id: int


@dataclass(frozen=True)
class PageRequest:
    """Which rows: conditions, an order, how many, and where: after a row, before a row, at the end or at the start."""

    conditions: Sequence[ColumnElement[bool]]
    order: str
    direction: str
    size: int
    after: Cursor | None = None
    before: Cursor | None = None
    at_end: bool = False

    @property
    def is_backward(self) -> bool:
        """Whether the page is read from its last row up."""
        return self.at_end or self.before is not None

    @property
    def is_first(self) -> bool:
        """Whether the page begins with the first row of all."""
        return self.after is None and not self.is_backward


@dataclass(frozen=True)
class RowPage:
    """One page of rows, and the cursors of the pages before and after it, where there are such.

    `total` is counted up to a limit, and `is_more` says that there are more than that. `start` is the number of the
    first row where it is known: on the first page, and on the last one when all rows were counted. `states` are the
    states of all counted rows, or of the rows of the page where there are more; empty for rows without states.
    """

    rows: Sequence[Any]
    total: int
    is_more: bool
    start: int | None = None
    states: frozenset[str] = frozenset()
    before: str | None = None
    after: str | None = None


def write_cursor(order: str, row: Any) -> str:
    """The place of a row, as it stands in an address: `value~id`, and the id alone where rows stand in its order."""
    if order == "id":
        return str(row.id)
    value = getattr(row, order)
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return f"{text}{_MARK}{row.id}"


def read_cursor(model: type[Any], order: str, text: str) -> Cursor:
    """The place that an address names. Raises ValueError for anything that no row of the table could give."""
    value, _mark, number = text.rpartition(_MARK)
    if (order == "id") == bool(_mark):
        raise ValueError("not a cursor of this order")
    key = _read_number(number)
    return Cursor(key if order == "id" else _read_value(model, order, value), key)


def _read_value(model: type[Any], order: str, text: str) -> Any:
    column = inspect(model).columns[order]
    if isinstance(column.type, String):
        if column.type.length is not None and len(text) > column.type.length:
            raise ValueError("longer than the column")
        return text
    if text == "":
        if not column.nullable:
            raise ValueError("the column is never empty")
        return None
    return _read_typed(column.type, text)


def _read_typed(kind: Any, text: str) -> Any:
    if isinstance(kind, Integer):
        return _read_number(text)
    value: date
    if isinstance(kind, Date):
        value = date.fromisoformat(text)
    elif isinstance(kind, UtcDateTime):
        value = datetime.fromisoformat(text)
    else:
        raise ValueError("no page stands on such a column")
    if value.isoformat() != text or (isinstance(value, datetime) and value.tzinfo is None):
        raise ValueError("not written as we write it")
    return value


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise ValueError("not a number that a row may have")
    return int(text)


def check_order(model: type[Any], order: str) -> None:
    """Raise ValueError for a column that pages cannot stand on: a text that may be missing is like an empty one."""
    column = inspect(model).columns[order]
    if column.nullable and isinstance(column.type, String):
        raise ValueError(f"rows cannot stand in the order of {order}: it may be missing")


def statement_of(model: type[Any], wanted: PageRequest) -> Select[Any]:
    """The rows of the page and one more, in the order of reading: from the last one up when it is backward."""
    column = getattr(model, wanted.order)
    is_rising = (wanted.direction == "asc") != wanted.is_backward
    way = asc if is_rising else desc
    parts = _parts(model, wanted, is_rising)
    ordered = (way(column), way(model.id)) if wanted.order != "id" else (way(model.id),)
    if len(parts) == 1:
        return select(model).where(*wanted.conditions, parts[0]).order_by(*ordered).limit(wanted.size + 1)
    # Two ranges of the index, one with values and one without: together they would not be one range.
    found = [
        select(model.id).where(*wanted.conditions, part).order_by(*ordered).limit(wanted.size + 1)
        for part in parts
    ]
    # Each inside a select of its own, because SQLite takes no limit in a part of a union.
    either = union_all(*(select(model.id).where(model.id.in_(ids)) for ids in found))
    missing = column.is_(None)
    whole = (missing.desc() if wanted.is_backward else missing.asc(), *ordered)
    return select(model).where(model.id.in_(either)).order_by(*whole).limit(wanted.size + 1)


def whole_list(
    model: type[Any], conditions: Sequence[ColumnElement[bool]], order: str, direction: str
) -> Select[Any]:
    """All rows in the order of the pages, those without a value last."""
    column, way = getattr(model, order), asc if direction == "asc" else desc
    return select(model).where(*conditions).order_by(column.is_(None), way(column), way(model.id))


def _parts(model: type[Any], wanted: PageRequest, is_rising: bool) -> list[ColumnElement[bool]]:
    """The ranges that the page may reach into, each one range of an index on (order column, id)."""
    column = getattr(model, wanted.order)
    place = wanted.before if wanted.is_backward else wanted.after
    if wanted.order == "id":
        return [true() if place is None else _beyond(model.id, place.id, is_rising)]
    if not inspect(model).columns[wanted.order].nullable:
        return [true() if place is None else _beyond_pair(model, column, place, is_rising)]
    valued, missing = column.is_not(None), column.is_(None)
    if place is None:
        return [valued, missing]
    if place.value is None:
        rest = missing & _beyond(model.id, place.id, is_rising)
        return [rest, valued] if wanted.is_backward else [rest]
    rest = valued & _beyond_pair(model, column, place, is_rising)
    return [rest] if wanted.is_backward else [rest, missing]


def _beyond(column: Any, value: Any, is_rising: bool) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column > value if is_rising else column < value
    return found


def _beyond_pair(model: type[Any], column: Any, place: Cursor, is_rising: bool) -> ColumnElement[bool]:
    pair = tuple_(column, model.id)
    there = tuple_(place.value, place.id)
    return pair > there if is_rising else pair < there

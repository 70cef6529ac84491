"""Reading the parameters of a list: place, size, order and filters, strictly.

Belongs here: from the address to a request for rows. Not here: kinds of filters (`filters`), getting the rows and
what a place in them is (`services.paging`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from backoffice.services.paging import Cursor, PageRequest, read_cursor
from backoffice.views.bad_query import BadQueryError
from backoffice.views.filters import ListFilter

PAGE_SIZE = 25
SIZES = (25, 50, 100)
LARGEST_SIZE = SIZES[-1]
# More rows than LARGEST_SIZE may be asked for, and are not given.
LARGEST_ASKED = 1_000_000_000
LAST = "last"
_PLACES = ("after", "before", "page")
_FRAME = frozenset({*_PLACES, "size", "order", "direction", "filter"})


@dataclass(frozen=True)
class ListShape:
    """What a screen lets its list be asked for: the table, the filters, the columns to sort by, the first order.

    `usual` are the filters that hold while an address says nothing.
    """

    model: type[Any]
    filters: Sequence[ListFilter]
    order_columns: Sequence[str]
    base_order: tuple[str, str]
    usual: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True)
class ListRequest:
    """What a list was asked for; `texts` are the filters as typed, for the form and for links to other pages."""

    shape: ListShape
    size: int
    order: str
    direction: str
    place: tuple[str, str] | None
    cursor: Cursor | None
    texts: Mapping[str, str]
    values: Mapping[str, Any]

    @property
    def is_usual(self) -> bool:
        """Whether it is filtered as the screen does it by itself, so that nobody asked for less than all."""
        return self.texts == self.shape.usual()

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions of the filters that were given."""
        return [
            item.condition(self.shape.model, self.values[item.name])
            for item in self.shape.filters
            if item.name in self.values
        ]

    def page_request(self, more: Sequence[ColumnElement[bool]] = ()) -> PageRequest:
        """The request for the rows, with further conditions of the screen."""
        kind = self.place[0] if self.place else ""
        return PageRequest(
            [*more, *self.conditions()],
            self.order,
            self.direction,
            self.size,
            after=self.cursor if kind == "after" else None,
            before=self.cursor if kind == "before" else None,
            at_end=kind == "page",
        )

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a link to this list that differs in a few of them; it begins with the first row."""
        base, way = self.shape.base_order
        own = {"size": self.size, "order": self.order, "direction": self.direction}
        wanted = {**self.texts, **own, **changes}
        if wanted["order"] == base and wanted["direction"] == way:
            del wanted["order"], wanted["direction"]
        found = {
            name: value for name, value in wanted.items() if value != "" and (name, value) != _USUAL_SIZE
        }
        # An address that says nothing would be filtered as usual.
        return found or ({"filter": "none"} if self.shape.usual() else {})

    def saved(self) -> dict[str, str]:
        """The filters and the order as they may be kept and read again."""
        return {name: str(value) for name, value in self.address().items()}


_USUAL_SIZE = ("size", PAGE_SIZE)


def read_list_request(args: MultiDict[str, str], shape: ListShape) -> ListRequest:
    """Read all parameters. Raises BadQueryError for one that is unknown, repeated or not readable."""
    refuse_unknown(args, _FRAME | {item.name for item in shape.filters})
    order = args.get("order") or shape.base_order[0]
    if order not in shape.order_columns:
        raise BadQueryError("order")
    direction = args.get("direction") or (shape.base_order[1] if order == shape.base_order[0] else "asc")
    if direction not in {"asc", "desc"}:
        raise BadQueryError("direction")
    if args.get("filter", "none") != "none":
        raise BadQueryError("filter")
    texts = {item.name: args[item.name] for item in shape.filters if args.get(item.name, "").strip()}
    place = _place(args)
    return ListRequest(
        shape=shape,
        size=min(_whole(args, "size", PAGE_SIZE, LARGEST_ASKED), LARGEST_SIZE),
        order=order,
        direction=direction,
        place=place,
        cursor=_cursor(shape.model, order, place),
        texts=texts,
        values={item.name: item.read(texts[item.name]) for item in shape.filters if item.name in texts},
    )


def _place(args: MultiDict[str, str]) -> tuple[str, str] | None:
    """Which page: at most one of after a row, before a row, the last one."""
    given = [(name, args[name]) for name in _PLACES if args.get(name)]
    if len(given) > 1 or (given and given[0][0] == "page" and given[0][1] != LAST):
        raise BadQueryError(given[-1][0])
    return given[0] if given else None


def _cursor(model: type[Any], order: str, place: tuple[str, str] | None) -> Cursor | None:
    if place is None or place[0] == "page":
        return None
    try:
        return read_cursor(model, order, place[1])
    except ValueError:
        raise BadQueryError(place[0]) from None


def refuse_unknown(args: MultiDict[str, str], known: frozenset[str] | set[str]) -> None:
    """Raise BadQueryError for a parameter that is not known or stands there twice."""
    for name, values in args.lists():
        if name not in known or len(values) != 1:
            raise BadQueryError(name)


def _whole(args: MultiDict[str, str], name: str, default: int, largest: int) -> int:
    text = args.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 1 <= int(text) <= largest):
        raise BadQueryError(name)
    return int(text)

"""Reading the parameters of a list: page, size, order and filters, strictly.

Belongs here: from the address to a request for rows. Not here: kinds of filters (`filters`), getting the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from backoffice.views.bad_query import BadQueryError
from backoffice.views.filters import ListFilter

PAGE_SIZE = 25
LARGEST_SIZE = 100
LARGEST_PAGE = 100_000
# More rows than LARGEST_SIZE may be asked for, and are not given.
LARGEST_ASKED = 1_000_000_000
_FRAME = frozenset({"page", "size", "order", "direction"})


@dataclass(frozen=True)
class ListRequest:
    """What a list was asked for; `texts` are the filters as typed, for the form and for links to other pages."""

    page: int
    size: int
    order: str
    direction: str
    texts: Mapping[str, str]
    values: Mapping[str, Any]

    def conditions(self, model: type[Any], filters: Sequence[ListFilter]) -> list[ColumnElement[bool]]:
        """The conditions of the filters that were given."""
        return [item.condition(model, self.values[item.name]) for item in filters if item.name in self.values]

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a link that differs from this list in a few of them."""
        own = {"page": self.page, "size": self.size, "order": self.order, "direction": self.direction}
        wanted = {**self.texts, **own, **changes}
        defaults = {"page": 1, "size": PAGE_SIZE}
        return {name: value for name, value in wanted.items() if value not in ("", defaults.get(name))}


def read_list_request(
    args: MultiDict[str, str],
    filters: Sequence[ListFilter],
    order_columns: Sequence[str],
    base_order: tuple[str, str],
) -> ListRequest:
    """Read all parameters. Raises BadQueryError for one that is unknown, repeated or not readable."""
    refuse_unknown(args, _FRAME | {item.name for item in filters})
    order = args.get("order") or base_order[0]
    if order not in order_columns:
        raise BadQueryError("order")
    direction = args.get("direction") or (base_order[1] if order == base_order[0] else "asc")
    if direction not in {"asc", "desc"}:
        raise BadQueryError("direction")
    texts = {item.name: args[item.name] for item in filters if args.get(item.name, "").strip()}
    return ListRequest(
        page=_whole(args, "page", 1, LARGEST_PAGE),
        size=min(_whole(args, "size", PAGE_SIZE, LARGEST_ASKED), LARGEST_SIZE),
        order=order,
        direction=direction,
        texts=texts,
        values={item.name: item.read(texts[item.name]) for item in filters if item.name in texts},
    )


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

"""A list as something to write to a file: the same filters and columns as on the screen, but all rows.

Not here: writing the file (`services.list_export`), showing the list (`base`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from backoffice.errors import NotFoundError
from backoffice.services.list_export import Column, ListSource, Value
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import is_coded, raw_value
from backoffice.views.formats import NOTHING
from backoffice.views.labels import LABELS
from backoffice.views.listing import ListRequest, read_list_request


def screen_named(name: str) -> Any:
    """The registered screen of this name that has a list, or figures to take away. Raises NotFoundError."""
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        is_list = isinstance(view, ScopedModelView) and "list" in view.include_route_methods
        if (is_list or has_figures(view)) and type(view).__name__ == name:
            return view
    raise NotFoundError


def has_figures(view: Any) -> bool:
    """Whether the screen writes files of its own in place of a list."""
    return hasattr(view, "report_of")


def read_address(view: Any, address: Mapping[str, str]) -> ListRequest:
    """The parameters of a list as they are kept with a task, read as strictly as from the address itself.

    Raises BadQueryError.
    """
    return read_list_request(MultiDict(address), view.shape)


def conditions_of(view: Any, wanted: ListRequest) -> list[Any]:
    """All conditions of the list, in the present scope."""
    found: list[Any] = view.base_conditions() + wanted.conditions()
    return found


def source_of(view: Any, address: Mapping[str, str]) -> ListSource:
    """The rows and columns of the list at this address. Raises BadQueryError."""
    wanted = read_address(view, address)
    columns = columns_of(view)
    return ListSource(
        view.datamodel,
        conditions_of(view, wanted),
        wanted.order,
        wanted.direction,
        columns,
        [Column(str(LABELS[column]), _value_of(view, column)) for column in columns],
    )


def columns_of(view: Any) -> list[str]:
    """The listed columns, with the row's identifier before them and the code of its agency after them."""
    more = ["agency.code"] if "agency" in view.list_columns else []
    return ["id", *view.list_columns, *view.export_columns, *more]


def _value_of(view: Any, column: str) -> Callable[[Any], Value]:
    """Days and numbers as they are, everything else as the screen words it."""
    name = column.rsplit(".", 1)[-1]

    def value(row: Any) -> Value:
        raw: Any = raw_value(row, column)
        is_number = isinstance(raw, int) and not isinstance(raw, bool)
        if isinstance(raw, date) or (is_number and not is_coded(row, name)):
            kept: Value = raw
            return kept
        text: str = view.cell(row, column).text
        return None if text == NOTHING else text

    return value

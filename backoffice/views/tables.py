"""Rows as tables and lists of facts, ready for a template: labels, cells and links, no logic left to decide.

Not here: what a single cell looks like (`cells`), getting rows (`services.interface`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backoffice.services.agency_directory import sees_one_agency
from backoffice.services.interface import RowPage
from backoffice.views.cells import Cell
from backoffice.views.formats import NOTHING
from backoffice.views.labels import LABELS

_LONG_NAME, _SHORT_NAME = "Thi hành án dân sự", "THADS"


@dataclass(frozen=True)
class Heading:
    """A column's label; `order` is the column it sorts by, if any."""

    column: str
    label: str
    order: str | None


@dataclass(frozen=True)
class TableRow:
    """The cells of one row, the address of its own page, and its id for choosing it."""

    cells: Sequence[Cell]
    url: str | None
    key: int

    def labelled(self, table: Table) -> Iterator[tuple[str, Cell]]:
        """Each cell with the label of its column, which narrow screens show before it."""
        return zip((heading.label for heading in table.headings), self.cells, strict=True)


@dataclass(frozen=True)
class Table:
    """Headings and rows."""

    headings: Sequence[Heading]
    rows: Sequence[TableRow]


@dataclass(frozen=True)
class Fact:
    """One labelled value of a shown row."""

    label: str
    cell: Cell


@dataclass(frozen=True)
class Tab:
    """Related rows under a shown row, with the address of the whole list, and of the form that adds one.

    One without table and page is fetched from `part` when somebody opens it.
    """

    title: Any
    url: str
    add: tuple[Any, str] | None = None
    table: Table | None = None
    page: RowPage | None = None
    part: str = ""
    key: str = ""


def table_of(view: Any, rows: Sequence[Any], *, under: str | None = None) -> Table:
    """The listed columns of the rows; `under` names the relation to a row that is shown above them already.

    Rows under another cannot be sorted, and do not repeat that row nor its agency. No row names its agency to
    people who see one agency only.
    """
    left_out = {"agency"} if under is not None or sees_one_agency() else set()
    columns = [column for column in view.list_columns if column not in {under, *left_out}]
    headings = [
        Heading(column, str(LABELS[column]), _order(view, column) if under is None else None)
        for column in columns
    ]
    has_page = "show" in view.include_route_methods
    return Table(
        headings,
        [
            TableRow(
                [_brief(view.cell(row, column), column) for column in columns],
                view.url_of(row.id) if has_page else None,
                row.id,
            )
            for row in rows
        ],
    )


def facts_of(view: Any, row: Any) -> list[tuple[Any, list[Fact]]]:
    """The shown columns of a row, in their groups; groups of which nothing is shown are left out."""
    groups = view.show_fieldsets or [("", {"fields": view.show_columns})]
    found = [(title, _facts(view, row, group["fields"])) for title, group in groups]
    return [(title, facts) for title, facts in found if facts]


def _facts(view: Any, row: Any, columns: Sequence[str]) -> list[Fact]:
    cells = [(column, view.cell(row, column)) for column in columns]
    return [
        Fact(str(LABELS[column]), found)
        for column, found in cells
        if found.text != NOTHING or column not in view.quiet_when_empty
    ]


def _order(view: Any, column: str) -> str | None:
    order: str = view.sort_by.get(column, column)
    return order if order in view.order_columns else None


def _brief(found: Cell, column: str) -> Cell:
    """In a table an agency bears the abbreviation that offices use; its own page and facts bear the full name."""
    if column not in {"agency", "parent"}:
        return found
    return replace(found, text=found.text.replace(_LONG_NAME, _SHORT_NAME), shape="long")

"""The registers of outgoing numbers: one page for each agency, series and year, and every number of them.

Not here: giving numbers (`services.document_number`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Integer, select

from backoffice.extensions import db
from backoffice.models import DocumentNumber, DocumentNumberBook
from backoffice.queries.document_numbers import bearer_of, gaps_between, numbers_of
from backoffice.services.interface import ServiceInterface
from backoffice.views.actions import StepMixin
from backoffice.views.bad_query import BadQueryError
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import ChoiceFilter, ListFilter
from backoffice.views.formats import NOTHING
from backoffice.views.paper_words import NUMBER_STATES, SERIES
from backoffice.views.work_filters import AgencyFilter, IdFilter

_MOST_GAPS = 200


@dataclass(frozen=True)
class YearFilter(ListFilter):
    """Rows of one year."""

    def read(self, text: str) -> int:
        """A year of four digits."""
        if not (text.isascii() and text.isdecimal() and len(text) == 4):
            raise BadQueryError(self.name)
        return int(text)

    def condition(self, model: type[Any], value: int) -> ColumnElement[bool]:
        """The year itself."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column) == value
        return found


@dataclass(frozen=True)
class BookFilter(IdFilter):
    """The numbers of one register, by its id; links carry it."""

    columns: tuple[str, ...] = ("agency_id", "series", "year")
    column_type: type[Integer] = field(default=Integer, init=False)

    def condition(self, model: type[Any], value: int) -> ColumnElement[bool]:
        """Agency, series and year of the register, when it may be seen."""
        book = DocumentNumberBook
        same = (book.agency_id == model.agency_id) & (book.series == model.series) & (book.year == model.year)
        found: ColumnElement[bool] = select(book.id).where(book.id == value, same).exists()
        return found


class DocumentNumberView(StepMixin, ScopedModelView):
    """One number a row, kept for ever."""

    route_base = "/document-numbers"
    datamodel = ServiceInterface(DocumentNumber)
    include_route_methods = frozenset({"list", "show", "step"})
    has_history = True
    list_title = _l("Numbers of papers")
    show_title = _l("Number of a paper")
    list_columns = ("number", "series", "issued_on", "state", "reason", "agency")
    order_columns = ("id", "issued_on", "number")
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("series", _l("Register"), ("series",), choices=SERIES),
        ChoiceFilter("state", _l("State"), ("state",), choices=NUMBER_STATES),
        YearFilter("year", _l("Year"), ("year",)),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        BookFilter("book", ""),
    )
    show_columns = ("number", "series", "year", "issued_on", "state", "source", "reason", "bearer", "agency")

    def cell(self, row: DocumentNumber, column: str) -> Cell:
        """The number as it is written, and the paper in use that bears it."""
        if column == "number":
            return Cell(str(row), "code")
        if column == "year":
            return Cell(str(row.year))
        if column == "bearer":
            bearer = bearer_of(db.session(), row.id)
            return cell(_Bearing(bearer), "bearer") if bearer is not None else Cell(NOTHING)
        return cell(row, column)


@dataclass(frozen=True)
class _Bearing:
    bearer: Any


class DocumentNumberBookView(ScopedModelView):
    """One register a row: what it has given, what is missing, what was cancelled."""

    route_base = "/document-registers"
    datamodel = ServiceInterface(DocumentNumberBook)
    list_title = _l("Registers of outgoing papers")
    show_title = _l("Register of outgoing papers")
    list_columns = ("series", "year", "last_number", "agency")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("series", _l("Register"), ("series",), choices=SERIES),
        YearFilter("year", _l("Year"), ("year",)),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
    )
    show_columns = ("series", "year", "last_number", "gaps", "agency")
    tabs = ((DocumentNumberView, "book"),)

    def title_of(self, row: DocumentNumberBook) -> str:
        """Which register of which year."""
        return f"{self.show_title}: {SERIES[row.series]}, {row.year}"

    def cell(self, row: DocumentNumberBook, column: str) -> Cell:
        """The year without thousands, and the missing numbers as ranges."""
        if column == "year":
            return Cell(str(row.year))
        if column == "gaps":
            found = gaps_between(numbers_of(db.session(), row), row.last_number)
            shown = [f"{first}–{last}" if last > first else str(first) for first, last in found[:_MOST_GAPS]]
            more = " …" if len(found) > _MOST_GAPS else ""
            return Cell(", ".join(shown) + more or NOTHING)
        return cell(row, column)

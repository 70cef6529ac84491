"""Filters that links carry to the list of requests: what a figure counts, and whose or what kind of requests.

Belongs here: filters that the form of the list does not ask for. Not here: the figures (`queries.request_figures`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement

from backoffice.models.request_states import RequestFamily, RequestOutcome
from backoffice.queries.request_figures import MEASURES, Span, kind_of_feedback
from backoffice.services.online_request import FEEDBACK_KINDS
from backoffice.views.bad_query import BadQueryError
from backoffice.views.filters import ChoiceFilter, ListFilter
from backoffice.views.request_figure_period import read_iso_day, span_of
from backoffice.views.work_filters import IdFilter

NOBODY = "none"


@dataclass(frozen=True)
class CountedFilter(ListFilter):
    """Exactly the requests that a figure counts: its name and its first and last day, joined by points."""

    columns: tuple[str, ...] = ("received_at",)
    control: str = field(default="hidden", init=False)

    def read(self, text: str) -> tuple[str, Span]:
        """The measure and its days."""
        measure, _, days = text.partition(".")
        first, _, last = days.partition(".")
        if measure not in MEASURES:
            raise BadQueryError(self.name)
        return measure, span_of(read_iso_day(self.name, first), read_iso_day(self.name, last), self.name)

    def condition(self, model: type[Any], value: tuple[str, Span]) -> ColumnElement[bool]:  # noqa: ARG002
        """The condition that the figure was counted with."""
        measure, span = value
        return MEASURES[measure](span)


@dataclass(frozen=True)
class OfficerFilter(IdFilter):
    """Requests that one officer has in support, or that nobody has."""

    def read(self, text: str) -> int:
        """A person's id; 0 for nobody."""
        return 0 if text == NOBODY else super().read(text)

    def condition(self, model: type[Any], value: int) -> ColumnElement[bool]:
        """The officer in charge."""
        (column,) = self.columns
        handler = getattr(model, column)
        found: ColumnElement[bool] = handler == value if value else handler.is_(None)
        return found


@dataclass(frozen=True)
class LinkedChoiceFilter(ChoiceFilter):
    """One of the codes, or that there is none."""

    control: str = field(default="hidden", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The code, or nothing."""
        (column,) = self.columns
        held = kind_of_feedback() if column == "classification" else getattr(model, column)
        found: ColumnElement[bool] = held.is_(None) if value == NOBODY else held == value
        return found


def counted(measure: str, first: date, last: date) -> str:
    """What the address of a list carries for a figure."""
    return f"{measure}.{first.isoformat()}.{last.isoformat()}"


def _codes(*codes: str) -> dict[str, str]:
    return dict.fromkeys((*codes, NOBODY), "")


REQUEST_LINKS: tuple[ListFilter, ...] = (
    IdFilter("case", "", ("case_id",)),
    IdFilter("at", "", ("agency_id",)),
    CountedFilter("counted", ""),
    OfficerFilter("handler", "", ("handler_id",)),
    LinkedChoiceFilter("family", "", ("family",), choices=_codes(*RequestFamily)),
    LinkedChoiceFilter("outcome", "", ("outcome",), choices=_codes(*RequestOutcome)),
    LinkedChoiceFilter("classified", "", ("classification",), choices=_codes(*FEEDBACK_KINDS)),
)

"""The filters a list may offer. Each reads its own parameter and fails closed: what cannot be read is a 400.

Belongs here: kinds of filters. Not here: which list has which (the screens), reading rows (`services.interface`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from backoffice import clock
from backoffice.access.scope import Scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.views.bad_query import BadQueryError
from exports.text import clean_text, fold_ascii

LARGEST_ID = 2**63 - 1
_SOON = timedelta(days=3)
_LONGEST = 200


@dataclass(frozen=True)
class ListFilter:
    """One filter: its parameter, its label, and the columns it looks at; `control` is how the form asks for it."""

    name: str
    label: Any
    columns: tuple[str, ...]
    control: str = field(default="text", init=False)

    def read(self, text: str) -> Any:
        """The value of the parameter. Raises BadQueryError when it cannot be read."""
        if len(text) > _LONGEST:
            raise BadQueryError(self.name)
        return text

    def condition(self, model: type[Any], value: Any) -> ColumnElement[bool]:
        """The condition on the rows."""
        raise NotImplementedError(self.name)

    def shown(self, text: str) -> str:
        """The value as the form shows it again."""
        return text


@dataclass(frozen=True)
class NameFilter(ListFilter):
    """Finds names with and without marks: every typed word must occur; a value without letters finds nothing."""

    control: str = field(default="search", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """All words, in any order, in the folded column."""
        found: ColumnElement[bool] | None = None
        for word in fold_ascii(value).split():
            part = or_(*(getattr(model, column).contains(word, autoescape=True) for column in self.columns))
            found = part if found is None else found & part
        return false() if found is None else found


@dataclass(frozen=True)
class TextFilter(ListFilter):
    """Finds a piece of a number or title, as typed or in capitals; `%` and `_` are plain signs."""

    control: str = field(default="search", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The piece in any of the columns."""
        text = clean_text(value)
        if not text:
            return false()
        return or_(
            *(
                getattr(model, column).contains(form, autoescape=True)
                for column in self.columns
                for form in {text, text.upper()}
            )
        )


@dataclass(frozen=True)
class ChoiceFilter(ListFilter):
    """Exactly one of the codes of a closed list."""

    choices: Mapping[str, Any] = field(default_factory=dict)
    control: str = field(default="choice", init=False)

    def read(self, text: str) -> str:
        """One of the codes."""
        if text not in self.choices:
            raise BadQueryError(self.name)
        return text

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The code itself."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column) == value
        return found


@dataclass(frozen=True)
class DayFilter(ListFilter):
    """Days from or up to a day; the day itself is in."""

    until: bool = False
    control: str = field(default="date", init=False)

    def read(self, text: str) -> date:
        """A day as yyyy-mm-dd, which is what browsers send."""
        try:
            return date.fromisoformat(text) if len(text) == 10 else _refuse(self.name)
        except ValueError:
            raise BadQueryError(self.name) from None

    def condition(self, model: type[Any], value: date) -> ColumnElement[bool]:
        """On or after the day, or on or before it."""
        (column,) = self.columns
        found: ColumnElement[bool] = (
            getattr(model, column) <= value if self.until else getattr(model, column) >= value
        )
        return found


@dataclass(frozen=True)
class DueFilter(ChoiceFilter):
    """What is late, or due within three days, among the rows in the states that wait for it."""

    states: tuple[str, ...] = ()

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The open step's day against today."""
        (column,) = self.columns
        due, today = getattr(model, column), clock.today()
        waiting = model.state.in_(self.states)
        found: ColumnElement[bool] = waiting & (
            (due < today) if value == "overdue" else due.between(today, today + _SOON)
        )
        return found


@dataclass(frozen=True)
class IdFilter(ListFilter):
    """Rows of one other row, by its id; the form does not ask for it, links carry it."""

    control: str = field(default="hidden", init=False)

    def read(self, text: str) -> int:
        """A positive number that a row may have."""
        if not (text.isascii() and text.isdecimal() and len(text) <= 19 and 0 < int(text) <= LARGEST_ID):
            raise BadQueryError(self.name)
        return int(text)

    def condition(self, model: type[Any], value: int) -> ColumnElement[bool]:
        """The id itself."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column) == value
        return found


@dataclass(frozen=True)
class AgencyFilter(ListFilter):
    """Rows of one agency and those below it, by its code; an agency outside the scope finds nothing."""

    control: str = field(default="search", init=False)

    def read(self, text: str) -> str:
        """A code of letters and digits."""
        code = text.strip().upper()
        if not (code.isascii() and code.isalnum() and len(code) <= 16):
            raise BadQueryError(self.name)
        return code

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The subtree of the agency as a range of paths."""
        (column,) = self.columns
        path = db.session.scalar(select(EnforcementAgency.path).where(EnforcementAgency.code == value))
        return false() if path is None else Scope((path,)).criterion(getattr(model, column))


def _refuse(name: str) -> date:
    raise BadQueryError(name)

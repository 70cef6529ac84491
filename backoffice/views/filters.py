"""The filters a list may offer. Each reads its own parameter and fails closed: what cannot be read is a 400.

Belongs here: filters over plain columns. Not here: those that know due dates, other rows or the agency tree
(`work_filters`), which list has which (the screens), reading rows (`services.interface`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from backoffice.views.bad_query import BadQueryError
from backoffice.views.days import read_day
from exports.text import clean_text, fold_ascii, number_key

_LONGEST = 200


@dataclass(frozen=True)
class ListFilter(ABC):
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

    @abstractmethod
    def condition(self, model: type[Any], value: Any) -> ColumnElement[bool]:
        """The condition on the rows."""


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
    control: str = field(default="day", init=False)

    def read(self, text: str) -> date:
        """A day as dd/mm/yyyy or yyyy-mm-dd."""
        day = read_day(text)
        if day is None:
            raise BadQueryError(self.name)
        return day

    def condition(self, model: type[Any], value: date) -> ColumnElement[bool]:
        """On or after the day, or on or before it."""
        (column,) = self.columns
        found: ColumnElement[bool] = (
            getattr(model, column) <= value if self.until else getattr(model, column) >= value
        )
        return found


@dataclass(frozen=True)
class NumberFilter(ListFilter):
    """Finds official numbers by how they begin, however they are typed; the form does not ask for it, links do."""

    control: str = field(default="hidden", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The beginning of the key in any of the columns; a value without a letter or digit finds nothing."""
        key = number_key(value)
        if not key:
            return false()
        columns = [getattr(model, column) for column in self.columns]
        # `~` sorts after every letter and digit of a key.
        return or_(*((column >= key) & (column < f"{key}~") for column in columns))

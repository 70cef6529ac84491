"""Filters that know other rows: rows of another row, rows of an agency and those below it.

Not here: what is due or waits for somebody (`queue_filters`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, false, select

from backoffice.access.scope import Scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.views.bad_query import BadQueryError
from backoffice.views.filters import ListFilter

LARGEST_ID = 2**63 - 1


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

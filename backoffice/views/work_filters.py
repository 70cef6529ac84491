"""Filters that know other rows: rows of another row, rows of an agency and those below it.

Not here: what is due or waits for somebody (`queue_filters`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, false, select

from backoffice.access.scope import Scope, current_scope
from backoffice.models import StaffMember
from backoffice.models.confidence import confidential_below, may_be_confidential
from backoffice.services.agency_directory import agency_directory, sees_one_agency
from backoffice.services.choices import LONGEST_TEXT, named_staff
from backoffice.views.bad_query import BadQueryError
from backoffice.views.filters import ListFilter
from exports.text import fold_ascii

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
class SelectFilter(ListFilter):
    """Rows of one other row that is chosen while typing; `source` is the kind of rows to choose from."""

    source: str = ""
    control: str = field(default="select", init=False)

    def label_of(self, _text: str) -> str:
        """What people read in place of the value, where it is known without asking the database."""
        return ""


@dataclass(frozen=True)
class SubjectFilter(IdFilter):
    """Rows that belong to a row of one of several tables; the filter bears the name of that table."""

    columns: tuple[str, ...] = ("subject_id",)

    def condition(self, model: type[Any], value: int) -> ColumnElement[bool]:
        """The table and the id."""
        found: ColumnElement[bool] = (model.subject_type == self.name) & (model.subject_id == value)
        return found


@dataclass(frozen=True)
class AgencyFilter(SelectFilter):
    """Rows of one agency and those below it, by its code; an agency outside the scope finds nothing."""

    source: str = "agencies"

    def read(self, text: str) -> str:
        """A code of letters and digits."""
        code = text.strip().upper()
        if not (code.isascii() and code.isalnum() and len(code) <= 16):
            raise BadQueryError(self.name)
        return code

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The subtree of the agency as a range of paths."""
        (column,) = self.columns
        agency = agency_directory().by_code.get(value)
        if agency is None or not current_scope().covers(agency.path):
            return false()
        below = Scope((agency.path,), confidential=confidential_below((agency.path,)))
        return below.criterion(getattr(model, column), confidential=may_be_confidential(model))

    def label_of(self, text: str) -> str:
        """The agency's name, when it may be seen."""
        agency = agency_directory().by_code.get(text.strip().upper())
        return agency.name if agency is not None and current_scope().covers(agency.path) else ""


def filters_for(view: Any, wanted: Any) -> list[ListFilter]:
    """The filters that the form of a list asks for; those by agency only of people who see several agencies."""
    is_alone = sees_one_agency()
    return [
        item
        for item in view.list_filters
        if item.control != "hidden"
        and (item.name in wanted.texts or not (is_alone and isinstance(item, AgencyFilter)))
    ]


@dataclass(frozen=True)
class AgencyNameFilter(ListFilter):
    """Agencies by code, today's name or their first one, with and without marks: every typed word must occur."""

    control: str = field(default="search", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The agencies whose names fit; the session narrows them to the scope."""
        words = fold_ascii(value).split()
        fitting = [
            agency.id
            for agency in agency_directory().by_id.values()
            if words and all(word in agency.fold for word in words)
        ]
        found: ColumnElement[bool] = model.id.in_(fitting)
        return found


@dataclass(frozen=True)
class StaffFilter(SelectFilter):
    """Rows of a colleague in scope, by user name; without scripts also of all whose names have the typed words."""

    source: str = "officers"

    def read(self, text: str) -> str:
        """A user name or words of a name."""
        if len(text) > LONGEST_TEXT:
            raise BadQueryError(self.name)
        return text

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The colleagues that the text names."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column).in_(
            select(StaffMember.id).where(named_staff(value))
        )
        return found

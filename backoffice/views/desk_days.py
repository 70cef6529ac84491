"""Which day of which agency and desk a page about appointments shows: read strictly from the address.

Not here: the pages (`appointment`, `slot_days`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_login import current_user

from backoffice import clock
from backoffice.access.scope import current_scope
from backoffice.errors import NotFoundError
from backoffice.queries.calendar import working_calendar
from backoffice.services.agency_directory import KnownAgency, agency_directory
from backoffice.services.slot_closing import DeskDay
from backoffice.services.slot_plan import DESK_LENGTH
from backoffice.views.bad_query import BadQueryError
from backoffice.views.days import read_day
from backoffice.workflow.calendar import FIRST_YEAR, LAST_YEAR, DayOff
from exports.text import clean_text


@dataclass(frozen=True)
class Around:
    """A day between the working days before and after it, and why nobody works on it, if nobody does."""

    day: date
    before: date
    after: date
    off: DayOff | None


@dataclass(frozen=True)
class Chosen:
    """What the address asks for."""

    agency: KnownAgency
    day: date
    desk: str

    @property
    def which(self) -> DeskDay:
        """The same for services."""
        return DeskDay(self.agency.id, self.day, self.desk)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a link to this day, or to one that differs in a few of them; the usual ones stay out."""
        found: dict[str, Any] = {"day": f"{self.day:%d/%m/%Y}", "desk": self.desk, **changes}
        if self.agency.id != current_user.agency_id:
            found["agency"] = self.agency.code
        return {name: value for name, value in found.items() if value}


def read_chosen() -> Chosen:
    """Day, agency and desk of the address; today, the own agency and every desk where it says nothing.

    Raises BadQueryError for what cannot be read, NotFoundError for an agency that is not there or not visible.
    """
    return Chosen(chosen_agency(request.args), _day(request.args), read_desk(request.args))


def chosen_agency(args: Mapping[str, str]) -> KnownAgency:
    """The agency of a code, the own one without a code. Raises BadQueryError, NotFoundError."""
    code = args.get("agency", "").strip().upper()
    if code and not (code.isascii() and code.isalnum() and len(code) <= 16):
        raise BadQueryError("agency")
    directory = agency_directory()
    found = directory.by_code.get(code) if code else directory.by_id.get(current_user.agency_id)
    if found is None or not current_scope().covers(found.path):
        raise NotFoundError
    return found


def read_desk(args: Mapping[str, str]) -> str:
    """The desk, empty for every desk. Raises BadQueryError for one that is too long."""
    desk = clean_text(args.get("desk", ""))
    if len(desk) > DESK_LENGTH:
        raise BadQueryError("desk")
    return desk


def days_around(day: date) -> Around:
    """The working days around a day."""
    calendar = working_calendar()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    while before.year >= FIRST_YEAR and not calendar.is_working(before):
        before -= timedelta(days=1)
    return Around(day, before, calendar.next_working_day(after).due_on, calendar.day_off(day))


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _day(args: Mapping[str, str]) -> date:
    text = args.get("day", "").strip()
    day = read_day(text) if text else clock.today()
    # A year's margin, so that the days and weeks around it are in the calendar too.
    if day is None or not FIRST_YEAR < day.year < LAST_YEAR:
        raise BadQueryError("day")
    return day

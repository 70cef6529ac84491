"""The period of a dashboard: whole months up to a month, read strictly from the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.queries.dashboards import month_number
from backoffice.views.bad_query import BadQueryError

LENGTHS: Mapping[int, Any] = {
    1: _l("One month"),
    3: _l("A quarter"),
    6: _l("Six months"),
    10: _l("Ten months"),
    12: _l("Twelve months"),
}
_USUAL = 12
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR = 1993
# How many months the form offers to end with.
_OFFERED = 36


@dataclass(frozen=True)
class Period:
    """Whole months: how many, and the number of the last one."""

    length: int
    last_month: int

    @property
    def months(self) -> list[int]:
        """The numbers of the months, oldest first."""
        return list(range(self.last_month - self.length + 1, self.last_month + 1))

    @property
    def first(self) -> date:
        """The first day."""
        return first_day(self.months[0])

    @property
    def last(self) -> date:
        """The last day."""
        return last_day(self.last_month)


def read_period(args: MultiDict[str, str]) -> Period:
    """The period that the address asks for; without one the twelve months up to this one.

    Raises BadQueryError for anything that is no period, or lies in the future.
    """
    now = month_number(clock.today())
    length, until = args.get("months") or str(_USUAL), args.get("until") or month_text(now)
    if length not in {str(number) for number in LENGTHS}:
        raise BadQueryError("months")
    found = _MONTH.fullmatch(until)
    if found is None or int(found.group(1)) < _FIRST_YEAR:
        raise BadQueryError("until")
    last_month = month_number(date(int(found.group(1)), int(found.group(2)), 1))
    if last_month > now:
        raise BadQueryError("until")
    return Period(int(length), last_month)


def offered_months(period: Period) -> list[int]:
    """The months that the form offers to end with, newest first."""
    now = month_number(clock.today())
    return sorted({*range(now - _OFFERED + 1, now + 1), period.last_month}, reverse=True)


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    return first_day(month + 1) - timedelta(days=1)


def month_text(month: int) -> str:
    """A month as an address and a chart carry it: `2026-07`."""
    return f"{first_day(month):%Y-%m}"


def month_label(month: int) -> str:
    """A month as people read it: `07/2026`."""
    return f"{first_day(month):%m/%Y}"

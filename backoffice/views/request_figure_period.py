"""The days that figures of requests are asked for: read strictly from the address, and the usual ones as links.

Here: any range of days, and the periods of the statistical year. Not here: whole months of dashboards
(`dashboard_period`), counting (`queries.request_figures`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.queries.dashboards import month_number
from backoffice.queries.request_figures import Span
from backoffice.views.bad_query import BadQueryError
from backoffice.views.dashboard_period import first_day, last_day
from backoffice.views.days import read_day
from backoffice.views.formats import day

_YEARS = range(2000, 2061)
# By month a table would become longer than anybody reads.
MOST_MONTHS = 24
# The statistical year begins on 1 October; its periods run from there (Joint Circular 12/2021 Art. 6; R66).
_OCTOBER = 10
_PERIODS: Mapping[int, Any] = {
    3: _l("3 months"),
    6: _l("6 months"),
    10: _l("10 months"),
    12: _l("The whole year"),
}


@dataclass(frozen=True)
class Preset:
    """A usual span, with its name."""

    label: Any
    span: Span


@dataclass(frozen=True)
class Presets:
    """Usual spans that belong together; those of a statistical year say which year that is and when it begins."""

    label: Any
    spans: Sequence[Preset]


def span_of(first: date, last: date, name: str) -> Span:
    """The span. Raises BadQueryError when it runs backwards or lies in years that nobody counts."""
    if first > last or first.year not in _YEARS or last.year not in _YEARS:
        raise BadQueryError(name)
    return Span(first, last)


def read_iso_day(name: str, text: str) -> date:
    """A day as links write it. Raises BadQueryError."""
    found = read_day(text) if "-" in text else None
    if found is None:
        raise BadQueryError(name)
    return found


def read_span(args: MultiDict[str, str]) -> Span:
    """The days of the address; without any those of the running statistical year up to today. Raises BadQueryError."""
    today = clock.today()
    days = {"from": _year_start(today), "to": today}
    for name in days:
        text = (args.get(name) or "").strip()
        if text:
            found = read_day(text)
            if found is None:
                raise BadQueryError(name)
            days[name] = found
    return span_of(days["from"], days["to"], "to")


def presets() -> list[Presets]:
    """This week, this month, and the periods of the running and of the former statistical year."""
    today = clock.today()
    monday, this = today - timedelta(days=today.weekday()), month_number(today)
    start = month_number(_year_start(today))
    near = [
        Preset(_l("This week"), Span(monday, monday + timedelta(days=6))),
        Preset(_l("This month"), Span(first_day(this), last_day(this))),
    ]
    periods = [
        Preset(label, Span(first_day(start), last_day(start + length - 1)))
        for length, label in _PERIODS.items()
    ]
    whole = Preset(_PERIODS[12], Span(first_day(start - 12), last_day(start - 1)))
    return [Presets("", near), _year_of(start, periods), _year_of(start - 12, [whole])]


def _year_of(start: int, items: Sequence[Preset]) -> Presets:
    """Spans of the statistical year that begins with this month; it is named after the year in which it ends."""
    first = first_day(start)
    words = _l("Statistical year %(year)s, from %(day)s", year=first.year + 1, day=day(first))
    return Presets(words, items)


def months_of(span: Span) -> list[Span]:
    """The months of a span, the first and the last cut where it begins and ends. Raises BadQueryError for too many."""
    numbers = range(month_number(span.first), month_number(span.last) + 1)
    if len(numbers) > MOST_MONTHS:
        raise BadQueryError("group")
    return [Span(max(span.first, first_day(number)), min(span.last, last_day(number))) for number in numbers]


def _year_start(on: date) -> date:
    year = on.year if on.month >= _OCTOBER else on.year - 1
    return date(year, _OCTOBER, 1)

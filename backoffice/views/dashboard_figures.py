"""The figures of a dashboard: labels, series of months, and the list that each figure opens.

Not here: counting (`queries.dashboards`), tables and drawings (`dashboard_parts`). Every figure is a list with filters; the
list shows exactly the rows that the figure counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.queries.dashboards import Figures
from backoffice.views.dashboard_period import Period
from backoffice.views.day_work import Figure, list_address
from backoffice.views.formats import NOTHING, percent

Values = Mapping[str, Any]

LABELS: Mapping[str, Any] = {
    "accepted": _l("Cases accepted"),
    "completed": _l("Cases fully enforced"),
    "terminated": _l("Cases terminated"),
    "open": _l("Cases open at the end"),
    "published": _l("Records published"),
    "withdrawn": _l("Publications ended"),
    "in_time": _l("Published in time"),
    "late": _l("Published late"),
    "overdue": _l("Records overdue today"),
}
_MONTHLY = ("accepted", "completed", "terminated", "open", "published", "withdrawn", "in_time", "late")


@dataclass(frozen=True)
class Board:
    """What one page shows: the counts, their period, and the filters that every list of it carries."""

    found: Figures
    period: Period
    more: Values

    def figure(self, key: str, number: int) -> Figure:
        """A number of the whole period."""
        return figure(key, number, self.period.first, self.period.last, self.more)


def figure(key: str, number: int, first: date, last: date, more: Values) -> Figure:
    """A number that opens its list."""
    screen, values = _LISTS[key](first, last)
    return Figure(key, LABELS[key], number, is_more=False, url=list_address(screen, {**values, **more}))


def monthly(board: Board) -> dict[str, list[int]]:
    """The series of the months; the open cases run on from those that were open before."""
    found, period = board.found, board.period
    series = {
        key: [found.by_month[key, month] for month in period.months] for key in _MONTHLY if key != "open"
    }
    running, opened = found.open_before, []
    for month in period.months:
        running += found.by_month["accepted", month] - found.by_month["ended", month]
        opened.append(running)
    return {**series, "open": opened}


def tiles(board: Board) -> list[Figure]:
    """The figures of the whole period."""
    series = monthly(board)
    totals = {key: sum(values) for key, values in series.items()} | {
        "open": series["open"][-1],
        "overdue": sum(number for (key, _path), number in board.found.by_agency.items() if key == "overdue"),
    }
    return [board.figure(key, totals[key]) for key in LABELS]


def share_in_time(board: Board) -> str:
    """The share of records that were published by their day, as a percentage; a dash when none was published."""
    series = monthly(board)
    in_time, late = sum(series["in_time"]), sum(series["late"])
    if not in_time + late:
        return NOTHING
    return percent(in_time / (in_time + late))


def _cases(column: str, **values: str) -> Callable[[date, date], tuple[str, Values]]:
    return lambda first, last: ("CaseView", {**_days(column, first, last), **values})


def _records(column: str, **values: str) -> Callable[[date, date], tuple[str, Values]]:
    return lambda first, last: ("DebtorRecordView", {**_days(column, first, last), **values})


def _days(column: str, first: date, last: date) -> dict[str, str]:
    return {f"{column}_from": first.isoformat(), f"{column}_to": last.isoformat()}


_LISTS: Mapping[str, Callable[[date, date], tuple[str, Values]]] = {
    "accepted": _cases("accepted"),
    "completed": _cases("ended", state="completed"),
    "terminated": _cases("ended", state="terminated"),
    "open": lambda _first, last: ("CaseView", {"open_on": last.isoformat()}),
    "published": _records("published"),
    "withdrawn": _records("withdrawn"),
    "in_time": _records("published", timeliness="in_time"),
    "late": _records("published", timeliness="late"),
    "overdue": lambda _first, _last: ("DebtorRecordView", {"overdue": "yes"}),
}

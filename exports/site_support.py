"""Figures of online support for the public site, from the published statistics: how many, how long people waited.

An installation whose packages are older than these figures has none, and its pages say so. Not here: what a figure
means (`statistics`), pages (`site/overrides`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from exports.catalog import Package
from exports.lookup import read_rows

RESOURCE = "request_figures"
COUNTS = ("submitted", "submitted_online", "received", "processed", "refused", "on_time", "late")
# A statistical year begins in October; its running figures go up to the last complete month.
_YEAR_BEGINS = "-10"
_FEWEST_MONTHS = 3


@dataclass(frozen=True)
class Waited:
    """What was filed under one procedure and how long it took, in working days; None is withheld or unknown."""

    counts: Mapping[str, int | None]
    median_days: int | None
    p90_days: int | None

    def share_online(self) -> int | None:
        """How many of a hundred were sent online."""
        return _share(self.counts.get("submitted_online"), self.counts.get("submitted"))

    def share_on_time(self) -> int | None:
        """How many of a hundred were settled on time."""
        on_time, late = self.counts.get("on_time"), self.counts.get("late")
        return None if on_time is None or late is None else _share(on_time, on_time + late)


@dataclass(frozen=True)
class Support:
    """The figures of one statistical year by agency and procedure; `period` is empty when there are none."""

    period: str = ""
    figures: Mapping[tuple[str, str], Waited] = field(default_factory=dict)

    @property
    def first_month(self) -> str:
        """The month in which the year began."""
        return self.period.split("/")[0]

    @property
    def last_month(self) -> str:
        """The last complete month."""
        return self.period.rsplit("/", 1)[-1]

    def of(self, agency: str, procedure: str) -> Waited | None:
        """The figures of an agency with all below it; None where there are none or they are withheld."""
        return self.figures.get((agency, procedure))

    def has(self, agency: str) -> bool:
        """Whether anything may be shown of an agency."""
        return any(found[0] == agency for found in self.figures)

    def total(self, agency: str, count: str, procedures: Iterable[str]) -> int | None:
        """The sum over the procedures of what may be shown; None where nothing may."""
        shown = [self.of(agency, procedure) for procedure in procedures]
        values = [found.counts.get(count) for found in shown if found is not None]
        known = [value for value in values if value is not None]
        return sum(known) if known else None


def load_support(statistics: Package) -> Support:
    """The figures of the year that is shown; nothing for a package that has no such figures."""
    if RESOURCE not in {resource["name"] for resource in statistics.resources}:
        return Support()
    rows = list(read_rows(statistics.directory, RESOURCE))
    shown = shown_year({row["period"] for row in rows})
    found = {
        (row["agency_code"], row["procedure_code"]): Waited(
            {name: _whole(row[name]) for name in COUNTS}, _whole(row["median_days"]), _whole(row["p90_days"])
        )
        for row in rows
        if row["period"] == shown
    }
    return Support(shown, found)


def shown_year(periods: Iterable[str]) -> str:
    """The running year of these periods, or in its first months the whole one before; empty when there is none.

    Of the periods that begin with a year the longest is the running year; a year of few months says little.
    """
    longest: dict[str, str] = {}
    for period in periods:
        first, last = _ends(period)
        if first.endswith(_YEAR_BEGINS):
            longest[first] = max(longest.get(first, ""), last)
    years = sorted(longest)
    if not years:
        return ""
    is_young = _month(longest[years[-1]]) - _month(years[-1]) + 1 < _FEWEST_MONTHS
    first = years[-2] if is_young and len(years) > 1 else years[-1]
    return first if longest[first] == first else f"{first}/{longest[first]}"


def _ends(period: str) -> tuple[str, str]:
    """The first and the last month of a period, which may be one month."""
    first, _, last = period.partition("/")
    return first, last or first


def _month(month: str) -> int:
    """A month as a number that grows by one from month to month."""
    return int(month[:4]) * 12 + int(month[5:7])


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _share(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)

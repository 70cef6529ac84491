"""The working calendar of Vietnamese state offices: which days work, and what a day off is called.

Belongs here: weekends, public holidays (package `holidays`), swapped days and the override table, and plain
counting in days, months and years after Civil Code articles 147 and 148.
Does not belong here: legal rules and pauses (`deadlines`), reading the override table (services).
"""

import hashlib
import json
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

import holidays

from backoffice.models.states import OverrideStatus
from backoffice.workflow.errors import CalendarDataError, CalendarRangeError
from backoffice.workflow.messages import Name

FIRST_YEAR = 2000
LAST_YEAR = 2060
_DAY = timedelta(days=1)
_WEEKEND = {5: Name("thứ Bảy", "Saturday"), 6: Name("Chủ nhật", "Sunday")}
_NEW_YEAR_OF_THE_MOON = "Tết Nguyên Đán"
_AMERICAN_DATE = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")


class OverrideRow(Protocol):
    """What the calendar needs of a row of the override table."""

    @property
    def day(self) -> date: ...
    @property
    def is_working(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def status(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of the override table: a day, whether offices work on it, why, and on what act it rests."""

    day: date
    is_working: bool
    name: str
    source: str
    status: OverrideStatus = OverrideStatus.CONFIRMED


class DayOffKind(StrEnum):
    """Why a day does not work."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which offices do not work, with the name to show for it."""

    day: date
    kind: DayOffKind
    name: Name


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The last day of a period, and the days off that were passed over to reach it."""

    due_on: date
    skipped: tuple[DayOff, ...] = ()


def never(_day: date) -> bool:
    """Return False: no day is paused."""
    return False


class WorkingCalendar:
    """Answers for every day from `first_year` to `last_year` whether state offices work.

    A confirmed row of the override table beats everything. A proposed row never makes a day off or a working
    day; and where the `holidays` package lists the same thing, its listing is set aside too, because it then
    rests on that very proposal. Such a day follows the weekday. For a day off this is the safe side:
    deadlines come out one day early rather than one day late.
    """

    def __init__(
        self,
        overrides: Iterable[OverrideRow] = (),
        *,
        first_year: int = FIRST_YEAR,
        last_year: int = LAST_YEAR,
    ) -> None:
        self.first_year, self.last_year = first_year, last_year
        rows = sorted(overrides, key=lambda row: row.day)
        self._confirmed = {row.day: row for row in rows if row.status == OverrideStatus.CONFIRMED}
        self._proposed = {row.day: row for row in rows if row.status == OverrideStatus.PROPOSED}
        self._holidays, self._make_up_days = self._settled(*_package_days(first_year, last_year))
        self.announced_through = self._announced_through()
        self.version = self._version()

    def day_off(self, day: date) -> DayOff | None:
        """Return why offices do not work on `day`, or None on a working day.

        Raises CalendarRangeError outside the years covered.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarRangeError(
                day=day.isoformat(), first_year=str(self.first_year), last_year=str(self.last_year)
            )
        if day in self._confirmed:
            return self._overridden(self._confirmed[day])
        if day in self._holidays:
            return DayOff(day, DayOffKind.HOLIDAY, self._holidays[day])
        if day.weekday() not in _WEEKEND or day in self._make_up_days:
            return None
        return DayOff(day, DayOffKind.WEEKEND, _WEEKEND[day.weekday()])

    def is_working(self, day: date) -> bool:
        """Return whether state offices work on `day`."""
        return self.day_off(day) is None

    def is_provisional(self, day: date) -> bool:
        """Return whether the year's holidays are not announced yet, so that the answer may still change.

        A year is announced when the override table confirms its lunar New Year's Day, or a later year's.
        """
        return self.announced_through is None or day.year > self.announced_through

    def proposals_between(self, after: date, until: date) -> tuple[OverrideRow, ...]:
        """Return the unconfirmed rows with `after` < day ≤ `until`: days that somebody has to settle."""
        return tuple(row for day, row in self._proposed.items() if after < day <= until)

    def next_working_day(self, day: date, *, pauses_on: Callable[[date], bool] = never) -> PeriodEnd:
        """Return `day` itself if it works, else the next working day (Civil Code article 148.5).

        Days on which `pauses_on` holds are passed over too, but not listed as days off.
        """
        skipped = []
        while (off := self.day_off(day)) or pauses_on(day):
            skipped += [off] if off else []
            day += _DAY
        return PeriodEnd(day, tuple(skipped))

    def working_days_after(
        self, start: date, count: int, *, pauses_on: Callable[[date], bool] = never
    ) -> PeriodEnd:
        """Return the end of `count` working days; the day of `start` is not counted (article 147.2).

        Days on which `pauses_on` holds are passed over too, but not listed as days off. Raises ValueError for
        a negative count; zero gives `start` itself.
        """
        _require_count(count)
        day, skipped = start, []
        while count:
            day += _DAY
            off = self.day_off(day)
            if off:
                skipped.append(off)
            elif not pauses_on(day):
                count -= 1
        return PeriodEnd(day, tuple(skipped))

    def add_working_days(self, start: date, count: int) -> date:
        """Return the last of `count` working days after `start`."""
        return self.working_days_after(start, count).due_on

    def add_days(self, start: date, count: int) -> date:
        """Return the end of `count` calendar days after `start`, moved to a working day."""
        _require_count(count)
        return self.next_working_day(start + count * _DAY).due_on

    def add_months(self, start: date, count: int) -> date:
        """Return the same date `count` months later (or the month's last day), moved to a working day."""
        return self.next_working_day(same_date_later(start, count)).due_on

    def add_years(self, start: date, count: int) -> date:
        """Return the same date `count` years later (or the month's last day), moved to a working day."""
        return self.next_working_day(same_date_later(start, 12 * count)).due_on

    def _settled(
        self, names: dict[date, Name], make_up_days: frozenset[date]
    ) -> tuple[dict[date, Name], frozenset[date]]:
        """Return the package's days without those that rest on a proposal of our own table."""
        proposed_off = {day for day, row in self._proposed.items() if not row.is_working}
        proposed_working = self._proposed.keys() - proposed_off
        settled = {day: name for day, name in names.items() if day not in proposed_off}
        return settled, make_up_days - proposed_working

    def _overridden(self, row: OverrideRow) -> DayOff | None:
        if row.is_working:
            return None
        known = self._holidays.get(row.day)
        return DayOff(row.day, DayOffKind.OVERRIDE, Name(row.name, known.en if known else row.name))

    def _announced_through(self) -> int | None:
        return max(
            (
                day.year
                for day, row in self._confirmed.items()
                if not row.is_working
                and day in self._holidays
                and self._holidays[day].vi == _NEW_YEAR_OF_THE_MOON
            ),
            default=None,
        )

    def _version(self) -> str:
        """Return a name for the whole content: equal content gives equal names, on every machine."""
        rows = [*self._confirmed.values(), *self._proposed.values()]
        content = {
            "years": [self.first_year, self.last_year],
            "holidays": sorted(day.isoformat() for day in self._holidays),
            "make_up_days": sorted(day.isoformat() for day in self._make_up_days),
            "overrides": sorted([row.day.isoformat(), row.is_working, str(row.status)] for row in rows),
        }
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return f"vn-{digest[:12]}"


def same_date_later(start: date, months: int) -> date:
    """Return the date `months` months later, or that month's last day (Civil Code article 148.3, 148.4)."""
    _require_count(months)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def load_override_rows(rows: Iterable[Mapping[str, str]]) -> list[CalendarDay]:
    """Return the rows of a calendar CSV (day, is_working, name, source, status), checked.

    Raises CalendarDataError for an unreadable day, flag or status, a missing name or source, or a day twice.
    """
    days: dict[date, CalendarDay] = {}
    for row in rows:
        parsed = _parse_override(row)
        if parsed.day in days:
            raise CalendarDataError(day=row["day"], detail="the day is listed twice")
        days[parsed.day] = parsed
    return list(days.values())


def _parse_override(row: Mapping[str, str]) -> CalendarDay:
    shown = row.get("day", "")
    try:
        day, status = date.fromisoformat(row["day"]), OverrideStatus(row["status"])
        is_working = {"true": True, "false": False}[row["is_working"]]
        name, source = row["name"].strip(), row["source"].strip()
    except (KeyError, ValueError) as error:
        raise CalendarDataError(day=shown, detail=f"cannot read {error}") from error
    if not name or not source:
        raise CalendarDataError(day=shown, detail="name and source must be given")
    return CalendarDay(day, is_working, name, source, status)


@lru_cache(maxsize=8)
def _package_days(first_year: int, last_year: int) -> tuple[dict[date, Name], frozenset[date]]:
    """Return the holidays with both names, and the weekend days that make up for swapped ones."""
    years = range(first_year, last_year + 1)
    vi = holidays.country_holidays("VN", years=years, language="vi")
    en = holidays.country_holidays("VN", years=years, language="en_US")
    names = {day: Name(vi[day], _AMERICAN_DATE.sub(r"\2/\1/\3", en[day])) for day in sorted(vi)}
    return names, frozenset(vi.weekend_workdays)


def _require_count(count: int) -> None:
    if count < 0:
        raise ValueError("a period cannot be negative")

"""Days as whole numbers: working days by index, so that a million deadlines cost no calendar walk.

Not here: which days work (`workflow.calendar`) and how many days the law gives (`workflow.rules`).
"""

from __future__ import annotations

from datetime import date
from random import Random

from backoffice.models.states import RuleUnit
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.rules import LegalRule, RuleBook


class Days:
    """The days from `first` to `last`, counted as `date.toordinal` counts them."""

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self._iso: list[str] = []
        self._working: list[int] = []
        self._count: list[int] = []
        for ordinal in range(self.first, self.last + 1):
            day = date.fromordinal(ordinal)
            self._iso.append(day.isoformat())
            if calendar.is_working(day):
                self._working.append(ordinal)
            self._count.append(len(self._working))

    def iso(self, day: int) -> str:
        """The day as ISO text."""
        return self._iso[day - self.first]

    def year(self, day: int) -> str:
        """The year of the day, as text."""
        return self._iso[day - self.first][:4]

    def moment(self, rng: Random, day: int) -> str:
        """A moment in office hours (9 to 17 o'clock in Viet Nam), as UTC text."""
        second = int(rng.random() * 28_800)
        hour, minute = 2 + second // 3600, second // 60 % 60
        return f"{self._iso[day - self.first]} {hour:02d}:{minute:02d}:{second % 60:02d}.000000"

    def working(self, day: int) -> int:
        """The day itself if offices work, else the next working day."""
        return self._working[self._count[day - self.first - 1]]

    def working_before(self, day: int) -> int:
        """The day itself if offices work, else the working day before."""
        return self._working[self._count[day - self.first] - 1]

    def after(self, day: int, count: int) -> int:
        """The end of `count` working days after the day, which is not counted itself."""
        return self._working[self._count[day - self.first] + count - 1] if count > 0 else day

    def between(self, day: int, until: int) -> int:
        """How many working days follow the day, up to `until`; negative when `until` comes first."""
        return self._count[until - self.first] - self._count[day - self.first]


class Periods:
    """The legal periods that the sample needs, from the dated rules, by code and day of the start event."""

    def __init__(self, book: RuleBook, days: Days) -> None:
        self._book = book
        self._days = days
        self._found: dict[tuple[str, int], LegalRule] = {}

    def rule(self, code: str, day: int) -> LegalRule:
        """The rule in force on the day."""
        key = (code, day)
        if key not in self._found:
            self._found[key] = self._book.rule(code, date.fromordinal(day))
        return self._found[key]

    def due(self, code: str, day: int) -> int:
        """The last day of a period in working days."""
        rule = self.rule(code, day)
        if rule.unit is not RuleUnit.WORKING_DAY or rule.value is None:
            raise ValueError(f"the rule {code} is not counted in working days")
        return self._days.after(day, rule.value)

    def months(self, code: str, day: int) -> int:
        """The months of an interval."""
        rule = self.rule(code, day)
        if rule.unit is not RuleUnit.MONTH or rule.value is None:
            raise ValueError(f"the rule {code} is not counted in months")
        return rule.value

    def legal_basis(self, code: str, day: int) -> str:
        """The article and law, as the history keeps them."""
        rule = self.rule(code, day)
        return f"{rule.article}, {rule.law}"

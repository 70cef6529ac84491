"""Reads of the working calendar: the table of overrides, and the calendar made from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import extract, select

from backoffice.models import CalendarOverride
from backoffice.models.states import OverrideStatus
from backoffice.queries.current import reading
from backoffice.workflow.calendar import CalendarDay, WorkingCalendar


def override_rows(year: int | None = None) -> Sequence[CalendarOverride]:
    """The stored overrides in the order of days, of one year when it is given."""
    statement = select(CalendarOverride).order_by(CalendarOverride.day)
    if year is not None:
        statement = statement.where(extract("year", CalendarOverride.day) == year)
    return reading().scalars(statement).all()


def working_calendar() -> WorkingCalendar:
    """The calendar of state offices with the stored overrides."""
    rows = reading().execute(select(*_DAY_COLUMNS).order_by(CalendarOverride.day))
    return _calendar_of(
        tuple(
            CalendarDay(day, works, name, source, OverrideStatus(state))
            for day, works, name, source, state in rows
        )
    )


# Bare columns, and one calendar for equal rows: a deed asks for it several times, and each costs as much as an insert.
_DAY_COLUMNS = (
    CalendarOverride.day,
    CalendarOverride.is_working,
    CalendarOverride.name,
    CalendarOverride.source,
    CalendarOverride.status,
)


@lru_cache(maxsize=4)
def _calendar_of(days: tuple[CalendarDay, ...]) -> WorkingCalendar:
    return WorkingCalendar(days)

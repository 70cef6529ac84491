"""Reads of the working calendar: the table of overrides, and the calendar made from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import extract, select

from backoffice.connections import KEPT
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
    return _calendar_of(tuple(tuple(row) for row in reading().execute(_DAYS)))


# Bare columns, and one calendar for equal rows: a deed asks for it several times, and each costs as much as an insert.
_DAY_COLUMNS = (
    CalendarOverride.day,
    CalendarOverride.is_working,
    CalendarOverride.name,
    CalendarOverride.source,
    CalendarOverride.status,
)
_DAYS = select(*_DAY_COLUMNS).order_by(CalendarOverride.day).execution_options(**KEPT)


@lru_cache(maxsize=4)
def _calendar_of(rows: tuple[tuple[Any, ...], ...]) -> WorkingCalendar:
    return WorkingCalendar(
        [
            CalendarDay(day, works, name, source, OverrideStatus(state))
            for day, works, name, source, state in rows
        ]
    )

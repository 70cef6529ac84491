"""Reads of the working calendar: the table of overrides, and the calendar made from it."""

from __future__ import annotations

from collections.abc import Sequence

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
    return WorkingCalendar(
        CalendarDay(row.day, row.is_working, row.name, row.source, OverrideStatus(row.status))
        for row in override_rows()
    )

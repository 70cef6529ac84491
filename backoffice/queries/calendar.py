"""Reads of the working calendar: the table of overrides, and the calendar made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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


def proposed_days(from_day: date) -> Sequence[CalendarOverride]:
    """The days from this one on that somebody still has to confirm."""
    statement = (
        select(CalendarOverride)
        .where(CalendarOverride.status == OverrideStatus.PROPOSED.value, CalendarOverride.day >= from_day)
        .order_by(CalendarOverride.day)
    )
    return reading().scalars(statement).all()

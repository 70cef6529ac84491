"""Filters of the lists about appointments: by day, by whether a time is free. Not here: the lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, true

from backoffice import clock
from backoffice.queries.appointments import held_slot_ids, is_on
from backoffice.views.activity import DayOfMomentFilter
from backoffice.views.appointment_words import CLOSED, FREE
from backoffice.views.filters import ChoiceFilter, DayFilter

__all__ = ["DayOfMomentFilter", "SlotStateFilter", "VisitDayFilter"]


@dataclass(frozen=True)
class VisitDayFilter(DayFilter):
    """Appointments from or up to a day; the day itself is in."""

    def condition(self, model: type[Any], value: date) -> ColumnElement[bool]:  # noqa: ARG002
        """By the time that the appointment holds or held."""
        if value == (date.max if self.until else date.min):
            return true()
        return is_on(value, until=self.until)


@dataclass(frozen=True)
class SlotStateFilter(ChoiceFilter):
    """Times that may still be chosen, that somebody holds, or that nobody can choose any more."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """By who holds it, and whether it is offered and lies ahead."""
        held = held_slot_ids()
        if value == FREE:
            return and_(model.is_open.is_(True), model.starts_at > clock.now(), not_(held))
        shut = or_(model.is_open.is_(False), model.starts_at <= clock.now())
        return and_(shut, not_(held)) if value == CLOSED else held

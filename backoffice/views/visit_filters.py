"""Filters of the lists about appointments: by whether a time is free, and from today on at first. Not here: the lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from backoffice import clock
from backoffice.queries.appointments import held_slot_ids
from backoffice.views.activity import DayOfMomentFilter
from backoffice.views.appointment_words import CLOSED, FREE
from backoffice.views.filters import ChoiceFilter
from backoffice.views.formats import day

__all__ = ["DayOfMomentFilter", "FromTodayMixin", "SlotStateFilter"]


class FromTodayMixin:
    """A list by time that begins with today; what is past is one press away, the newest first.

    It needs the filters `from` and `to`, and the time as its first order.
    """

    def usual_filters(self) -> dict[str, str]:
        """From today on."""
        return {"from": day(clock.today())}

    def past_address(self) -> dict[str, str]:
        """The parameters of the list of what is past."""
        return {"to": day(clock.today() - timedelta(days=1)), "direction": "desc"}


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

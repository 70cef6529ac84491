"""The week of times: what is free, taken and closed at each desk, day by day.

Not here: closing a day (`slot_days`), single times (`appointment_slot`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot
from backoffice.queries.appointments import slots_between
from backoffice.queries.calendar import working_calendar
from backoffice.services.agency_directory import sees_one_agency
from backoffice.services.slot_closing import day_edges
from backoffice.views.appointment_words import SLOT_STATES, SLOT_TONES, WEEKDAYS, state_of
from backoffice.views.desk_days import monday_of, read_chosen
from backoffice.views.formats import day as day_text
from backoffice.views.listing import refuse_unknown
from backoffice.workflow.calendar import DayOff

Found = Sequence[tuple[AppointmentSlot, Appointment | None]]
MOST_SHOWN = 900


@dataclass(frozen=True)
class WeekDay:
    """One day of a week: its times by desk as (time, state), how many of each state, why nobody works, if so."""

    day: date
    weekday: Any
    desks: dict[str, list[tuple[AppointmentSlot, str]]]
    counts: dict[str, int]
    off: DayOff | None
    is_ahead: bool


class SlotWeekMixin:
    """Adds the page of a week; the screen names `week` among its routes."""

    render_template: Any

    @expose("/week")
    @has_access
    @permission_name("list")
    def week(self) -> Any:
        """The times of a week; of this one and the own agency when the address says nothing else."""
        refuse_unknown(request.args, {"day", "agency", "desk"})
        chosen = read_chosen()
        monday = monday_of(chosen.day)
        begin, end = day_edges(monday)[0], day_edges(monday + timedelta(days=6))[1]
        found = slots_between(db.session(), chosen.agency.id, begin, end, limit=MOST_SHOWN, desk=chosen.desk)
        return self.render_template(
            "slot_week.html",
            title=_(
                "Times from %(first)s to %(last)s",
                first=day_text(monday),
                last=day_text(end.date() - timedelta(days=1)),
            ),
            view=self,
            chosen=chosen,
            days=_week(monday, found),
            desks=sorted({slot.desk for slot, _visit in found} | ({chosen.desk} - {""})),
            states=SLOT_STATES,
            tones=SLOT_TONES,
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            is_alone=sees_one_agency(),
            is_cut=len(found) == MOST_SHOWN,
        )


def counts_of(found: Found) -> dict[str, int]:
    """How many times of each state there are."""
    states = [state_of(slot, visit, clock.now()) for slot, visit in found]
    return {state: states.count(state) for state in SLOT_STATES}


def _week(monday: date, found: Found) -> list[WeekDay]:
    calendar, now, days = working_calendar(), clock.now(), []
    for number in range(7):
        day = monday + timedelta(days=number)
        own = [(slot, visit) for slot, visit in found if slot.starts_at.date() == day]
        desks: dict[str, list[tuple[AppointmentSlot, str]]] = {}
        for slot, visit in own:
            desks.setdefault(slot.desk, []).append((slot, state_of(slot, visit, now)))
        days.append(
            WeekDay(
                day,
                WEEKDAYS[number],
                dict(sorted(desks.items())),
                counts_of(own),
                calendar.day_off(day),
                day >= now.date(),
            )
        )
    return days

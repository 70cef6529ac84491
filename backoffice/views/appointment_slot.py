"""The times that desks offer: the list, one time, closing and opening it.

Not here: planning (`slot_planning`), weeks (`slot_week`), whole days (`slot_days`), who comes (`appointment`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import AppointmentSlot
from backoffice.queries.appointments import held_slots
from backoffice.services.interface import ServiceInterface
from backoffice.services.slot_closing import close_slot, open_slot
from backoffice.views.actions import read_step
from backoffice.views.appointment import AppointmentView
from backoffice.views.appointment_words import SLOT_STATES, SLOT_TONES, state_of
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import TextFilter
from backoffice.views.formats import NOTHING, moment
from backoffice.views.slot_days import SlotDaysMixin
from backoffice.views.slot_planning import SlotPlanningMixin
from backoffice.views.slot_week import SlotWeekMixin
from backoffice.views.visit_filters import DayOfMomentFilter, FromTodayMixin, SlotStateFilter
from backoffice.views.work_filters import AgencyFilter

_DEEDS = {"close": close_slot, "open": open_slot}


class AppointmentSlotView(FromTodayMixin, SlotPlanningMixin, SlotWeekMixin, SlotDaysMixin, ScopedModelView):
    """Times at desks, each for one person."""

    route_base = "/appointment-slots"
    datamodel = ServiceInterface(AppointmentSlot)
    include_route_methods = frozenset({"list", "show", "plan", "week", "day", "switch"})
    list_title = _l("Times for appointments")
    show_title = _l("Time for an appointment")
    empty_text = _l("No desk offers a time from today on. Plan times, so that applicants can choose one.")
    list_template = "slot_list.html"
    show_template = "slot.html"
    list_columns = ("starts_at", "ends_at", "desk", "is_open", "held_by", "agency")
    show_columns = ("starts_at", "ends_at", "desk", "is_open", "held_by", "agency")
    order_columns = ("starts_at", "id")
    base_order = ("starts_at", "asc")
    list_filters = (
        SlotStateFilter("state", _l("State"), ("is_open",), choices=SLOT_STATES),
        DayOfMomentFilter("from", _l("From"), ("starts_at",)),
        DayOfMomentFilter("to", _l("To"), ("starts_at",), until=True),
        TextFilter("desk", _l("Desk"), ("desk",)),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
    )
    tabs = ((AppointmentView, "slot"),)
    has_history = True

    def title_of(self, row: AppointmentSlot) -> str:
        """Its time and its desk."""
        return f"{moment(row.starts_at)}, {row.desk}"

    def read_names(self, rows: Sequence[Any]) -> None:
        """Who holds each time of the page, in one statement."""
        held = held_slots(db.session(), [row.id for row in rows]) if rows else {}
        for row in rows:
            row.visit = held.get(row.id)

    def cell(self, row: AppointmentSlot, column: str) -> Cell:
        """Whether it is free, in a word, and who has it."""
        visit = getattr(row, "visit", None)
        if column == "held_by":
            return Cell(NOTHING) if visit is None else cell(visit, "request")
        if column == "is_open":
            state = state_of(row, visit, clock.now())
            return Cell(str(SLOT_STATES[state]), "badge", SLOT_TONES[state])
        return cell(row, column)

    def _shown(self, row: AppointmentSlot, **more: Any) -> str:
        """One time with who has it, and the button that closes or opens it."""
        self.read_names([row])
        return str(super()._shown(row, **more))

    @expose("/switch/<int:pk>/<string:name>", methods=["POST"])
    @has_access
    @permission_name("plan")
    def switch(self, pk: int, name: str) -> Any:
        """Take one time out of the offer, or offer it again; whoever has it keeps it."""
        if name not in _DEEDS:
            raise NotFoundError
        asked = read_step()
        _DEEDS[name](current_actor(), pk, expected_version=asked.version, reason=asked.reason)
        flash(_("Done."), "good")
        return redirect(self.url_of(pk))

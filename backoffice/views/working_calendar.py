"""Days that work, or do not, against the general calendar: proposed by one, confirmed before they count."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.forms.calendar_override import CalendarOverrideForm
from backoffice.models import CalendarOverride
from backoffice.services.interface import ServiceInterface
from backoffice.services.working_calendar import (
    OverrideInput,
    confirm_override,
    edit_override,
    propose_override,
)
from backoffice.views.actions import read_step
from backoffice.views.base import ScopedModelView
from backoffice.views.editing import AddMixin, EditMixin
from backoffice.views.filters import ChoiceFilter, DayFilter
from backoffice.views.words import OVERRIDE_STATES


def _change(actor: Actor, row: CalendarOverride, values: dict[str, Any], version: int) -> CalendarOverride:
    return edit_override(actor, row.id, OverrideInput(**values), expected_version=version)


def _create(actor: Actor, values: dict[str, Any]) -> CalendarOverride:
    return propose_override(actor, OverrideInput(**values))


class CalendarView(EditMixin, AddMixin, ScopedModelView):
    """The editable table beside the public holidays: swapped days, and acts that came late."""

    route_base = "/calendar"
    datamodel = ServiceInterface(CalendarOverride, change=_change, create=_create)
    include_route_methods = frozenset({"list", "show", "edit", "add", "confirm"})
    list_title = _l("Working calendar")
    show_title = _l("Day of the calendar")
    add_title = _l("Add a day")
    edit_title = _l("Change a day of the calendar")
    intro = _l("Days that differ from the general rule. A proposed day counts only after it is confirmed.")
    form = create_form = CalendarOverrideForm
    list_columns = ("day", "is_working", "name", "source", "status")
    order_columns = ("day",)
    base_order = ("day", "desc")
    list_filters = (
        ChoiceFilter("status", _l("State"), ("status",), choices=OVERRIDE_STATES),
        DayFilter("from", _l("From"), ("day",)),
        DayFilter("to", _l("To"), ("day",), until=True),
    )
    show_columns = ("day", "is_working", "name", "source", "status", "changed_at")
    list_template = "calendar.html"
    show_template = "calendar_day.html"
    has_history = True

    def title_of(self, row: CalendarOverride) -> str:
        """The day itself."""
        return f"{self.show_title} {self.cell(row, 'day').text}"

    def short_title(self, row: CalendarOverride) -> str:
        """The day as people write it."""
        return self.cell(row, "day").text

    @expose("/confirm/<int:pk>", methods=["POST"])
    @has_access
    def confirm(self, pk: int) -> Any:
        """Let a proposed day count from now on."""
        asked = read_step()
        confirm_override(current_actor(), pk, expected_version=asked.version)
        flash(_("Done."), "good")
        return redirect(self.url_of(pk))

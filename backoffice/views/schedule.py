"""When exports and upkeep run by themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.forms.schedule import ScheduleForm
from backoffice.models import ExportSchedule
from backoffice.services.interface import ServiceInterface
from backoffice.services.schedule import SHORTEST_MINUTES, is_too_fast, next_moment, set_schedule
from backoffice.views import formats
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.editing import EditMixin
from backoffice.views.filters import ChoiceFilter
from backoffice.views.schedule_words import in_words
from backoffice.views.upkeep_words import UPKEEPS
from backoffice.views.words import PACKAGES

SCHEDULED = {**PACKAGES, **UPKEEPS}


def _change(actor: Actor, row: ExportSchedule, values: dict[str, Any], version: int) -> ExportSchedule:
    return set_schedule(
        actor, row.package_name, values["cron"], is_enabled=values["is_enabled"], expected_version=version
    )


class ScheduleView(EditMixin, ScopedModelView):
    """One schedule a package or upkeep; a change counts from the moment it is saved."""

    route_base = "/schedules"
    datamodel = ServiceInterface(ExportSchedule, change=_change)
    include_route_methods = frozenset({"list", "show", "edit"})
    form = ScheduleForm
    list_title = _l("Schedule of exports and upkeep")
    show_title = _l("Schedule")
    edit_title = _l("Change the schedule")
    show_template = "schedule.html"
    list_columns = ("scheduled", "cron", "is_enabled", "next_run_at")
    show_columns = ("scheduled", "cron", "is_enabled", "next_run_at", "starts_at", "changed_at")
    order_columns = ("id",)
    base_order = ("id", "asc")
    list_filters = (ChoiceFilter("package", _l("What runs"), ("package_name",), choices=SCHEDULED),)

    def cell(self, row: ExportSchedule, column: str) -> Cell:
        """What runs, and when it comes due next, so that a slip in the five fields is seen at once."""
        if column == "scheduled":
            return Cell(self.short_title(row))
        if column == "next_run_at":
            return Cell(formats.moment(next_moment(row)), "date")
        if column == "cron":
            words = in_words(row.cron)
            return Cell(words[:1].upper() + words[1:] or row.cron, "long", aside=row.cron if words else "")
        return cell(row, column)

    def _shown(self, row: ExportSchedule, **more: Any) -> str:
        """With a warning where runs would pile up, which a command can set and this screen cannot."""
        too_fast = SHORTEST_MINUTES if row.is_enabled and is_too_fast(row.cron) else 0
        page: str = super()._shown(row, too_fast=too_fast, **more)
        return page

    def short_title(self, row: ExportSchedule) -> str:
        """The package or upkeep in words."""
        return str(SCHEDULED.get(row.package_name, row.package_name))

    def title_of(self, row: ExportSchedule) -> str:
        """The package or upkeep in words."""
        return f"{self.show_title}: {self.short_title(row)}"

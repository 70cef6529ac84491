"""Staff of the agencies in scope, to read only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from backoffice.access.scope import current_scope
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.services.interface import ServiceInterface
from backoffice.views import queue_filters
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import TextFilter
from backoffice.views.words import ROLES


class StaffView(ScopedModelView):
    """Who works with the system in my agency and those below it. Accounts are not scoped rows: this screen narrows."""

    route_base = "/staff"
    datamodel = ServiceInterface(StaffMember)
    include_route_methods = frozenset({"list"})
    list_title = _l("Staff")
    show_title = _l("Staff member")
    list_columns = ("full_name", "username", "roles", "agency", "is_active")
    show_columns = ("full_name",)
    order_columns = ("username", "id")
    base_order = ("username", "asc")
    list_filters = (
        TextFilter("q", _l("Name or user name"), ("last_name", "first_name", "username")),
        queue_filters.to_look_at,
    )

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Only people of agencies in scope; people without an agency are nobody's staff."""
        within = current_scope().criterion(EnforcementAgency.path)
        return [StaffMember.agency_id.in_(select(EnforcementAgency.id).where(within))]

    def cell(self, row: StaffMember, column: str) -> Cell:
        """The whole name, and roles as words."""
        if column == "full_name":
            return Cell(row.get_full_name())
        if column == "roles":
            return Cell(", ".join(str(ROLES.get(role.name, role.name)) for role in row.roles), "long")
        return cell(row, column)

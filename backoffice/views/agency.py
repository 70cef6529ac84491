"""Enforcement agencies: the tree that a person may see, with past and successor agencies."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.models import EnforcementAgency
from backoffice.queries.agencies import level_name_on
from backoffice.services.agency_directory import agency_name_today
from backoffice.services.interface import ServiceInterface
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import ChoiceFilter
from backoffice.views.formats import NOTHING
from backoffice.views.words import AGENCY_LEVELS
from backoffice.views.work_filters import AgencyFilter, AgencyNameFilter, IdFilter


class AgencyView(ScopedModelView):
    """Agencies are made by an import and a reorganisation, never on a screen."""

    route_base = "/agencies"
    datamodel = ServiceInterface(EnforcementAgency)
    list_title = _l("Enforcement agencies")
    show_title = _l("Agency")
    list_columns = ("code", "name", "level", "parent", "valid_to")
    order_columns = ("path", "code")
    sort_by: ClassVar[dict[str, str]] = {"name": "path"}
    base_order = ("path", "asc")
    tab_titles: ClassVar[dict[str, Any]] = {"AgencyView.parent": _l("Agencies directly below")}
    tabs_with_rows = frozenset({"AgencyView.parent"})
    list_filters = (
        AgencyNameFilter("q", _l("Name or code"), ("name", "code")),
        ChoiceFilter("level", _l("Level"), ("level",), choices=AGENCY_LEVELS),
        AgencyFilter("under", _l("Agency code, with those below"), ("path",)),
        IdFilter("parent", "", ("parent_id",)),
    )

    show_fieldsets = (
        (_l("Agency"), {"fields": ["code", "name", "level", "level_name", "parent", "province_code"]}),
        (_l("Validity"), {"fields": ["valid_from", "valid_to", "successor", "legal_basis"]}),
    )

    def cell(self, row: EnforcementAgency, column: str) -> Cell:
        """The name in force today, by which people know the agency; the name of its kind while it existed."""
        if column == "name":
            return Cell(agency_name_today(row), "long")
        return Cell(_level_name(row), "long") if column == "level_name" else cell(row, column)

    def title_of(self, row: EnforcementAgency) -> str:
        """Its name in force today, which says already that it is an agency."""
        return agency_name_today(row)


def _level_name(row: EnforcementAgency) -> str:
    """What such agencies are called today, or were on the last day of one that has ended."""
    today = clock.today()
    name = level_name_on(row.level, min(row.valid_to, today) if row.valid_to else today)
    if name is None:
        return NOTHING
    return name.name_en if str(get_locale()) == "en" else name.name_vi


AgencyView.tabs = ((AgencyView, "parent"),)

"""The dashboards: a subtree and a period in figures, each of which opens its list.

Not here: counting (`queries.dashboards`), the parts of the page (`dashboard_parts`).
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.access.scope import Scope
from backoffice.errors import NotFoundError
from backoffice.models import EnforcementAgency
from backoffice.queries.agencies import agency_by_code
from backoffice.queries.dashboards import dashboard_figures
from backoffice.queries.work_counts import agencies_at
from backoffice.views import dashboard_parts as parts
from backoffice.views.dashboard_figures import Board, share_in_time, tiles
from backoffice.views.dashboard_period import (
    LENGTHS,
    last_day,
    month_label,
    month_text,
    offered_months,
    read_period,
)
from backoffice.views.listing import refuse_unknown
from backoffice.views.work_filters import AgencyFilter

_PARAMETERS = frozenset({"months", "until", "agency"})
_AGENCY = AgencyFilter("agency", "", ("agency_path",))


class DashboardView(BaseView):
    """What happened in the person's agencies, or in one of them, over some months."""

    route_base = "/dashboards"
    default_view = "index"
    list_title = _l("Dashboards")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The figures of the period, with their charts and tables."""
        refuse_unknown(request.args, _PARAMETERS)
        period = read_period(request.args)
        agency = self._agency(request.args.get("agency", ""))
        tops = Scope((agency.path,)) if agency else current_actor().scope
        figures = dashboard_figures(
            period.first, period.last, last_day(period.months[0] - 1), tops.criterion if agency else None
        )
        board = Board(figures, period, {"agency": agency.code} if agency else {})
        asked = {"months": period.length, "until": month_text(period.last_month)}
        below = agencies_at(parts.child_paths(figures, tops))
        return self.render_template(
            "dashboard.html",
            title=_l("Dashboards"),
            agency=agency,
            period=period,
            lengths=LENGTHS,
            until=[(month_text(month), month_label(month)) for month in offered_months(period)],
            span=(month_label(period.months[0]), month_label(period.last_month)),
            asked=asked,
            tiles=tiles(board),
            share=share_in_time(board),
            parts=[
                parts.case_part(board),
                parts.record_part(board),
                parts.agency_part(board, tops, below, asked),
                parts.ground_part(board),
            ],
        )

    def _agency(self, text: str) -> EnforcementAgency | None:
        """The agency that the address names; a foreign one is a missing one. Raises NotFoundError."""
        if not text.strip():
            return None
        found = agency_by_code(_AGENCY.read(text))
        if found is None:
            raise NotFoundError
        return found

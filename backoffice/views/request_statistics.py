"""The figures of citizens' requests over any days (R15, R64 to R66, R68), each of which opens its requests.

Not here: counting (`queries.request_figures`), lines and links (`request_figure_table`), the days
(`request_figure_period`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.access.scope import Scope
from backoffice.errors import NotFoundError
from backoffice.models import EnforcementAgency
from backoffice.models.request_states import RequestFamily
from backoffice.queries.agencies import agency_by_code
from backoffice.views.bad_query import BadQueryError
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_figure_period import presets, read_span
from backoffice.views.request_figure_table import GROUP_WORDS, Asked, table_of
from backoffice.views.request_words import REQUEST_CHANNELS
from backoffice.views.work_filters import AgencyFilter
from backoffice.workflow.permissions import Permission

_AGENCY = AgencyFilter("agency", "", ("agency_path",))
FAMILY_WORDS = {
    "": _l("All requests"),
    RequestFamily.FEEDBACK.value: _l("Petitions, complaints, denunciations"),
}
_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "procedure": PROCEDURE_WORDS,
    "channel": {"": _l("Every channel"), **REQUEST_CHANNELS},
    "family": FAMILY_WORDS,
}
_PARAMETERS = frozenset({"from", "to", "group", "agency", *_CHOICES})
_WITHOUT_DAYS = ("group", "agency", *_CHOICES)


class RequestStatisticsView(BaseView):
    """What became of the requests to the person's agencies, or to one of them, over any days."""

    route_base = "/request-statistics"
    default_view = "index"
    list_title = _l("Statistics of online support")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The figures of the days, by what they are grouped by."""
        refuse_unknown(request.args, _PARAMETERS)
        asked = read_asked(request.args)
        kept = {name: value for name in _WITHOUT_DAYS if (value := request.args.get(name, ""))}
        return self.render_template(
            "request_statistics.html",
            title=self.list_title,
            asked=asked,
            table=table_of(asked),
            groups=GROUP_WORDS,
            choices=_CHOICES,
            presets=presets(),
            kept=kept,
            days={"from": asked.span.first.isoformat(), "to": asked.span.last.isoformat()},
        )


def read_asked(args: MultiDict[str, str]) -> Asked:
    """What an address asks for. Raises BadQueryError, NotFoundError for an agency that may not be seen."""
    group = args.get("group") or "agency"
    if group not in GROUP_WORDS:
        raise BadQueryError("group")
    choices: dict[str, str] = {}
    for name, words in _CHOICES.items():
        value = args.get(name, "")
        if value not in words:
            raise BadQueryError(name)
        choices |= {name: value} if value else {}
    actor, agency = current_actor(), _agency(args.get("agency", ""))
    # What single officers do is seen by those who lead them, and by each of themselves (R65).
    sees_officers = group != "officer" or actor.may(Permission.OFFICER_STATISTICS_READ)
    return Asked(
        read_span(args),
        group,
        Scope((agency.path,)) if agency else actor.scope,
        agency,
        choices,
        None if sees_officers else actor.user_id,
    )


def _agency(text: str) -> EnforcementAgency | None:
    """The agency that the address names; a foreign one is a missing one. Raises NotFoundError."""
    if not text.strip():
        return None
    found = agency_by_code(_AGENCY.read(text))
    if found is None:
        raise NotFoundError
    return found

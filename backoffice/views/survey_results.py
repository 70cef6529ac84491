"""The results of the survey: a quarter, an agency, a procedure; each question in a sentence, a drawing and tables.

Not here: counting and withholding (`services.survey_results`), drawing (`drawings`).
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError
from backoffice.services.agency_directory import KnownAgency, agency_directory
from backoffice.services.survey_results import ALL, comments_in, results_of
from backoffice.views.bad_query import BadQueryError
from backoffice.views.listing import refuse_unknown
from backoffice.views.survey_parts import Asked, part_of, quarter_label
from backoffice.views.survey_words import PROCEDURES
from backoffice.views.work_filters import AgencyFilter
from backoffice.workflow.permissions import Permission
from backoffice.workflow.survey import ended_quarters, read_quarter

_PARAMETERS = frozenset({"quarter", "procedure", "agency"})
_AGENCY = AgencyFilter("agency", "", ("agency_path",))
# As far back as the form offers; an address may ask for any quarter.
_OFFERED = 12


class SurveyResultsView(BaseView):
    """What citizens answered to the person's agencies, or to one of them, in a quarter."""

    route_base = "/survey-results"
    default_view = "index"
    list_title = _l("Survey results")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The results of the newest quarter that has ended, or of the one that the address names."""
        refuse_unknown(request.args, _PARAMETERS)
        asked = _asked()
        actor = current_actor()
        results = results_of(actor, asked.quarter, asked.procedure)
        may_read = actor.may(Permission.SURVEY_COMMENTS.value)
        return self.render_template(
            "survey_results.html",
            title=self.list_title,
            asked=asked,
            quarters=_offered(asked.quarter),
            procedures=PROCEDURES,
            quarter=quarter_label(asked.quarter),
            parts=[part_of(result, asked) for result in results],
            may_read=may_read,
            comments=comments_in(actor, asked.quarter, asked.path) if may_read else None,
        )


def _asked() -> Asked:
    """What the address asks for. Raises BadQueryError, NotFoundError for an agency that is not seen."""
    newest = ended_quarters(clock.today(), 1)[0]
    quarter = read_quarter(request.args.get("quarter") or newest)
    if quarter is None or quarter > newest:
        raise BadQueryError("quarter")
    procedure = request.args.get("procedure", "")
    if procedure and procedure not in PROCEDURES:
        raise BadQueryError("procedure")
    agency = _agency(request.args.get("agency", ""))
    prefixes = current_actor().scope.prefixes
    path = agency.path if agency else prefixes[0] if len(prefixes) == 1 else ALL
    return Asked(quarter, procedure, agency, path)


def _agency(text: str) -> KnownAgency | None:
    if not text.strip():
        return None
    found = agency_directory().by_code.get(_AGENCY.read(text))
    if found is None or not current_actor().scope.covers(found.path):
        raise NotFoundError
    return found


def _offered(quarter: str) -> list[tuple[str, str]]:
    """The quarters that the form offers, the newest first, and the one that is shown."""
    found = sorted({*ended_quarters(clock.today(), _OFFERED), quarter}, reverse=True)
    return [(one, quarter_label(one)) for one in found]

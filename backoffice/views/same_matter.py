"""“Maybe the same”: hints beside a request and beside the form of the desk, as a page and as JSON for the script.

Not here: what is alike (`services.same_matter`), merging (`request_forms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import jsonify, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.services.same_matter import (
    APPLICANT,
    IDENTITY,
    MATTER,
    NAME,
    SIMILAR,
    Alike,
    Match,
    find_alike,
    sought_of,
)
from backoffice.views.bad_query import BadQueryError
from backoffice.views.formats import day
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_words import REQUEST_STATES
from backoffice.views.words import PARTY_ROLES

_REASONS = {
    IDENTITY: _l("the same identity number"),
    MATTER: _l("the same judgment or decision"),
    NAME: _l("the same name"),
    SIMILAR: _l("a similar name"),
}
_ROLES = {**PARTY_ROLES, APPLICANT: _l("Applicant")}


@dataclass(frozen=True)
class Hint:
    """One line: which request, where it is, why it may be the same."""

    label: str
    url: str
    why: str


class SameMatterMixin:
    """Adds the page of hints to the screen of requests; the screen names `same` among its routes."""

    datamodel: Any
    render_template: Any
    url_of: Any
    list_title: Any
    endpoint: str

    @expose("/same/<int:pk>")
    @has_access
    @permission_name("show")
    def same(self, pk: int) -> Any:
        """Requests that may be the same as this one; with `as=json` for the page's script."""
        refuse_unknown(request.args, {"as"})
        wanted = request.args.get("as", "")
        if wanted not in ("", "json"):
            raise BadQueryError("as")
        row = self.datamodel.find(pk)
        hints = hints_of(find_alike(current_actor(), sought_of(row)))
        if wanted:
            return json_of(hints)
        return self.render_template(
            "request_same.html",
            title=_("Maybe the same as %(number)s", number=row.request_number),
            view=self,
            row=row,
            hints=hints,
        )


def hints_of(found: Sequence[Alike]) -> list[Hint]:
    """The requests as lines."""
    return [
        Hint(
            " · ".join(
                (
                    one.request_number,
                    one.applicant_name,
                    str(PROCEDURE_WORDS.get(one.procedure, one.procedure)),
                    str(REQUEST_STATES.get(one.state, one.state)),
                    day(one.received_on),
                )
            ),
            url_for("OnlineRequestView.show", pk=one.request_id),
            "; ".join(map(_why, one.matches)),
        )
        for one in found
    ]


def _why(match: Match) -> str:
    """A reason, with the person whose name or number it is and the part that person has there."""
    reason = str(_REASONS[match.reason])
    return f"{reason}: {match.name} ({_ROLES[match.role]})" if match.name else reason


def json_of(hints: Sequence[Hint]) -> Any:
    """The lines for a script."""
    return jsonify(found=[{"label": hint.label, "url": hint.url, "why": hint.why} for hint in hints])

"""Answers to a field that asks what may be chosen: a few rows as JSON, for whoever may read that kind of rows.

Not here: how rows are found (`services.choices`), the field itself (`forms.select`, `static/select.js`).
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import gettext as _

from backoffice.access.identity import current_actor
from backoffice.access.policy import require
from backoffice.errors import NotFoundError
from backoffice.services.choices import LONGEST_TEXT, MOST_CHOICES, SOURCES, Choice
from backoffice.views.bad_query import BadQueryError
from backoffice.views.formats import day
from backoffice.views.listing import refuse_unknown


class ChoicesView(BaseView):
    """One address a kind of rows; every kind asks for its own permission beside that of the screen."""

    route_base = "/choices"
    default_view = "find"

    @expose("/<string:name>")
    @has_access
    def find(self, name: str) -> Any:
        """The first rows that fit the typed text `q`, in the person's scope; with `more` when there are others."""
        refuse_unknown(request.args, {"q"})
        source = SOURCES.get(name)
        if source is None:
            raise NotFoundError
        require(current_actor(), source.permission)
        text = request.args.get("q", "")
        if len(text) > LONGEST_TEXT:
            raise BadQueryError("q")
        found = source.find(text, MOST_CHOICES + 1)
        shown = [
            {"value": item.value, "label": item.label, "hint": _hint(item)} for item in found[:MOST_CHOICES]
        ]
        return jsonify(choices=shown, more=len(found) > MOST_CHOICES)


def _hint(item: Choice) -> str:
    """The small words beside a choice; of people also that they are away."""
    away = _("away up to and including %(day)s", day=day(item.away_on)) if item.away_on else ""
    return " · ".join(filter(None, (item.hint, away)))

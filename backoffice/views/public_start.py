"""The first pages of citizens: what can be done here, and choosing what a request is about.

Not here: the steps of a request (`public_filing`), the look (`templates/public`).
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.services.agency_choice import open_agency
from backoffice.services.agency_directory import KnownAgency
from backoffice.services.request_draft import Draft
from backoffice.services.request_forms import forms_in_force
from backoffice.views.public_draft import begin, filing, step_url
from backoffice.workflow.request_form import RequestForm

Answer = Response | tuple[str, int] | str


def start() -> Answer:
    """The first page: what can be done here."""
    return render_template("public/start.html", forms=forms_in_force(clock.today()))


def procedure() -> Answer:
    """Choose what the request is about; on POST begin it."""
    return _procedure(forms_in_force(clock.today()), None)


def procedure_at(code: str) -> Answer:
    """The same for an agency whose own page led here: only what it takes, and it is chosen already."""
    place = open_agency(code)
    return _procedure([form for form in forms_in_force(clock.today()) if place.level in form.levels], place)


def _procedure(forms: Sequence[RequestForm], place: KnownAgency | None) -> Answer:
    if request.method != "POST":
        return render_template("public/procedure.html", forms=forms, error="", chosen="", place=place)
    chosen = request.form.get("procedure", "")
    form = next((form for form in forms if form.code == chosen), None)
    if form is None:
        error = _("Choose one of the answers.")
        page = render_template("public/procedure.html", forms=forms, error=error, chosen=chosen, place=place)
        return page, 400
    if place is None:
        return redirect(url_for("public.agency", number=begin(form)))
    draft = Draft(form.code, form.version, agency=place.code)
    return redirect(step_url(begin(form, draft), filing(draft).next_step()))

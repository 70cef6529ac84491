"""The own absence: entering it with a deputy, coming back early. Not here: absences of others (`absence`)."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import ConflictError, NotFoundError, StateError
from backoffice.forms.absence import AbsenceForm
from backoffice.models import Absence
from backoffice.queries.absences import absences_of
from backoffice.services.absence import end_early, may_end
from backoffice.views.absence_form import filled_form, planned_from
from backoffice.views.absence_words import ABSENCE_STANDINGS, STANDING_TONES, standing_of
from backoffice.views.actions import read_step
from backoffice.views.cells import Cell, staff_name
from backoffice.views.errors import sentence, status_of
from backoffice.views.listing import refuse_unknown
from backoffice.views.standing_in import stood_in_for


class OwnAbsenceView(BaseView):
    """When the signed-in person is away, and who stands in."""

    route_base = "/account/absence"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def index(self) -> Any:
        """Show the own absences; on POST enter one."""
        refuse_unknown(request.args, set())
        _member, form = filled_form(current_user.id, request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._page(form)
        if planned_from(current_user.id, form) is None:
            return self._page(form, 400)
        return redirect(url_for("OwnAbsenceView.index"))

    @expose("/end/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("index")
    def end(self, pk: int) -> Any:
        """Be back today, or take an absence back that has not begun."""
        if pk not in {absence.id for absence in absences_of(current_user.id)}:
            raise NotFoundError
        try:
            end_early(current_actor(), pk, expected_version=read_step().version)
        except (ConflictError, StateError) as error:
            flash(sentence(error), "bad")
            return self._page(filled_form(current_user.id, None)[1], status_of(error))
        flash(_("Done."), "good")
        return redirect(url_for("OwnAbsenceView.index"))

    def _page(self, form: AbsenceForm, status: int = 200) -> Any:
        page = self.render_template(
            "own_absence.html",
            title=_l("My absence"),
            form=form,
            absences=[(absence, *_shown(absence)) for absence in absences_of(current_user.id)],
            standing_in=list(stood_in_for().values()),
            name_of=staff_name,
        )
        return make_response(page, status)


def _shown(absence: Absence) -> tuple[Cell, bool]:
    """How an absence stands, and whether it can still be ended."""
    today = clock.today()
    code = standing_of(absence, today)
    tone = STANDING_TONES.get(code, "plain")
    return Cell(str(ABSENCE_STANDINGS[code]), "badge", tone), may_end(absence, today)

"""Absences of staff for heads and administrators: who is away when, who stands in; entering and ending them.

Not here: the own absence (`own_absence`), what a deputy sees of the work (`standing_in`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.forms.absence import AbsenceForm, EndForm
from backoffice.models import Absence, StaffMember
from backoffice.queries.absences import is_running
from backoffice.services.absence import end_early, may_end
from backoffice.services.interface import ServiceInterface
from backoffice.views.absence_form import filled_form, planned_from
from backoffice.views.absence_words import ABSENCE_REASONS, ABSENCE_STANDINGS, STANDING_TONES, standing_of
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell, staff_name
from backoffice.views.editing import RowFormMixin
from backoffice.views.filters import ChoiceFilter, DayFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.row_forms import Page, RowForm
from backoffice.views.work_filters import AgencyFilter, IdFilter
from backoffice.workflow.permissions import Permission


@dataclass(frozen=True)
class StandingFilter(ChoiceFilter):
    """Absences that run today, are still to come, or are over."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The days against today."""
        today, counts = clock.today(), model.cancelled_at.is_(None)
        if value == "cancelled":
            found: ColumnElement[bool] = model.cancelled_at.is_not(None)
        elif value == "running":
            found = is_running(today, model)
        else:
            found = and_(counts, model.from_on > today if value == "ahead" else model.to_on < today)
        return found


def _end(actor: Actor, row: Absence, _values: dict[str, Any], version: int) -> Absence:
    return end_early(actor, row.id, expected_version=version)


def _is_open(row: Absence) -> bool:
    return may_end(row, clock.today())


END_FORM = RowForm(
    _l("Back early"),
    EndForm,
    _end,
    (Permission.ABSENCE_PLAN,),
    offered=_is_open,
    intro=_l("From today on the person has the own work again. An absence that has not begun is taken back."),
    template="absence_end.html",
)


class AbsenceView(RowFormMixin, ScopedModelView):
    """One absence a row."""

    route_base = "/absences"
    datamodel = ServiceInterface(Absence)
    include_route_methods = frozenset({"list", "show", "add", "row_form"})
    row_forms: ClassVar[dict[str, RowForm]] = {"end": END_FORM}
    has_history = True
    list_title, show_title = _l("Absences"), _l("Absence")
    intro = _l("Who is away and who stands in. A new absence is entered on the person's page under Staff.")
    empty_text = _l("No absence has been entered yet.")
    list_columns = ("absentee", "from_on", "to_on", "standing", "deputy", "agency")
    show_columns = (
        "absentee",
        "from_on",
        "to_on",
        "standing",
        "reason_kind",
        "deputy",
        "passes_on",
        "made_by",
        "agency",
    )
    order_columns, base_order = ("from_on", "id"), ("from_on", "desc")
    list_filters = (
        StandingFilter("standing", _l("Standing"), ("from_on",), choices=ABSENCE_STANDINGS),
        DayFilter("from", _l("Last day from"), ("to_on",)),
        DayFilter("to", _l("First day until"), ("from_on",), until=True),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("member", "", ("member_id",)),
    )

    def cell(self, row: Absence, column: str) -> Cell:
        """How it stands today, and its reason in words."""
        if column == "standing":
            code = standing_of(row, clock.today())
            return Cell(str(ABSENCE_STANDINGS[code]), "badge", STANDING_TONES.get(code, "plain"))
        if column == "reason_kind":
            return Cell(str(ABSENCE_REASONS[row.reason_kind]))
        if column == "passes_on":
            return Cell(_("Yes") if row.passes_on else _("No"))
        return cell(row, column)

    def title_of(self, row: Absence) -> str:
        """Who is away and when."""
        return f"{self.show_title}: {staff_name(row.absentee)}, {row}"

    def adding_under(self, row: Any) -> tuple[Any, str] | None:
        """The form of a new absence of a member of staff, for people who may."""
        if not self.appbuilder.sm.has_access("can_add", self.class_permission_name):
            return None
        return _("Enter an absence"), url_for("AbsenceView.add", pk=row.id)

    @expose("/add/<int:pk>", methods=["GET", "POST"])
    @has_access
    def add(self, pk: int) -> Any:
        """The form of a new absence of a member of staff; on POST enter it."""
        refuse_unknown(request.args, set())
        member, form = filled_form(pk, request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._add_page(member, form)
        planned = planned_from(pk, form)
        if planned is None:
            return self._add_page(member, form, 400)
        return redirect(self.url_of(planned.absence.id))

    def reshow_add(self, typed: MultiDict[str, str], note: str, pk: int) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        return self._add_page(*filled_form(pk, typed), note=note)

    def _add_page(
        self, member: StaffMember, form: AbsenceForm, status: int = 200, note: str = ""
    ) -> Response:
        page = self.render_template(
            "edit.html",
            title=_("Enter an absence: %(name)s", name=staff_name(member)),
            view=self,
            row=None,
            form=form,
            spec=None,
            seen=0,
            conflict=None,
            page=Page(url_for("AbsenceView.add", pk=member.id), status, note=note),
            back=url_for("StaffView.show", pk=member.id),
        )
        return make_response(page, status)

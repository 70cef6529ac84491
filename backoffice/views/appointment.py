"""Appointments: the day list with who comes when, noting who came, all appointments as a list.

Not here: the times that desks offer (`appointment_slot`), booking and moving on a request's page (`visit_forms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import ConflictError, StateError
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot
from backoffice.models.request_states import AppointmentPurpose, AppointmentState
from backoffice.queries.appointments import misses_of, papers_to_bring, slots_between
from backoffice.services.agency_directory import agency_directory, sees_one_agency
from backoffice.services.interface import ServiceInterface
from backoffice.services.slot_closing import day_edges
from backoffice.services.transition import available_steps
from backoffice.views import queue_filters
from backoffice.views.actions import StepMixin, read_step
from backoffice.views.appointment_words import FREE, PURPOSES, WEEKDAYS, state_of
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.deeds import DEEDS
from backoffice.views.desk_days import Chosen, chosen_agency, days_around, read_chosen, read_desk
from backoffice.views.errors import sentence
from backoffice.views.filters import ChoiceFilter
from backoffice.views.formats import day as day_text
from backoffice.views.formats import moment
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_words import APPOINTMENT_STATES
from backoffice.views.visit_filters import DayOfMomentFilter, FromTodayMixin
from backoffice.views.work_filters import AgencyFilter, IdFilter
from backoffice.workflow.errors import TransitionNotFoundError

MOST_SHOWN = 400


@dataclass(frozen=True)
class DayLine:
    """One appointment of a day: the row, its time, what is to be brought, the misses before, what may be noted."""

    visit: Appointment
    slot: AppointmentSlot
    procedure: str
    papers: Sequence[str]
    misses: int
    steps: frozenset[str]

    @property
    def may_keep(self) -> bool:
        """From the day itself on."""
        return self.slot.starts_at.date() <= clock.today()

    @property
    def may_miss(self) -> bool:
        """When the time has come."""
        return self.slot.starts_at <= clock.now()


class AppointmentView(FromTodayMixin, StepMixin, ScopedModelView):
    """Who comes when, and who did not come."""

    route_base = "/appointments"
    default_view = "day"
    datamodel = ServiceInterface(Appointment)
    include_route_methods = frozenset({"list", "show", "step", "day", "note"})
    list_title = _l("Appointments")
    show_title = _l("Appointment")
    empty_text = _l("Nobody has an appointment from today on.")
    list_template = "appointment_list.html"
    list_columns = ("slot", "request", "request.applicant_name", "purpose", "state", "reminded_at", "agency")
    show_columns = list_columns
    order_columns, base_order = ("starts_at", "id"), ("starts_at", "asc")
    sort_by: ClassVar[dict[str, str]] = {"slot": "starts_at"}
    list_filters = (
        ChoiceFilter("state", _l("State"), ("state",), choices=APPOINTMENT_STATES),
        DayOfMomentFilter("from", _l("From"), ("starts_at",)),
        DayOfMomentFilter("to", _l("To"), ("starts_at",), until=True),
        queue_filters.visits_to_note,
        ChoiceFilter("purpose", _l("Purpose"), ("purpose",), choices=PURPOSES),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("request", "", ("request_id",)),
        IdFilter("slot", "", ("slot_id",)),
    )
    has_history = True

    def title_of(self, row: Appointment) -> str:
        """Its time."""
        return f"{self.show_title} {moment(row.slot.starts_at)}"

    def cell(self, row: Appointment, column: str) -> Cell:
        """The time with its desk, and codes in words."""
        if column == "slot":
            return Cell(f"{moment(row.slot.starts_at)} · {row.slot.desk}")
        if column == "purpose":
            return Cell(str(PURPOSES.get(row.purpose, row.purpose)))
        return cell(row, column)

    @expose("/day")
    @has_access
    @permission_name("list")
    def day(self) -> Any:
        """Who comes on a day to an agency; today and the own agency when the address says nothing else."""
        refuse_unknown(request.args, {"day", "agency", "desk"})
        chosen = read_chosen()
        # Every desk is read, so that one can be chosen.
        found = slots_between(db.session(), chosen.agency.id, *day_edges(chosen.day), limit=MOST_SHOWN)
        visits = [(slot, visit) for slot, visit in found if visit and chosen.desk in ("", slot.desk)]
        desks = sorted({slot.desk for slot, _visit in found})
        return self.render_template(
            "appointment_day.html",
            title=_("Appointments on %(day)s", day=day_text(chosen.day)),
            view=self,
            chosen=chosen,
            around=days_around(chosen.day),
            weekday=WEEKDAYS[chosen.day.weekday()],
            lines=_lines(visits),
            desks=desks,
            free=sum(state_of(slot, visit, clock.now()) == FREE for slot, visit in found),
            is_today=chosen.day == clock.today(),
            purposes=PURPOSES,
            visit_states=APPOINTMENT_STATES,
            may_plan=self.appbuilder.sm.has_access("can_plan", "AppointmentSlotView"),
            is_alone=sees_one_agency(),
            is_cut=len(found) == MOST_SHOWN,
        )

    @expose("/note/<int:pk>/<string:name>", methods=["POST"])
    @has_access
    @permission_name("act")
    def note(self, pk: int, name: str) -> Any:
        """Note on the day list whether somebody came, or take that back; then the day again."""
        row, desk = self.datamodel.find(pk, ("slot",)), read_desk(request.form)
        deed = DEEDS.get((row.__tablename__, name))
        if deed is None:
            raise TransitionNotFoundError(workflow=row.__tablename__, transition=name)
        code, day = agency_directory().by_id[row.agency_id].code, row.slot.starts_at.date()
        chosen = Chosen(chosen_agency({"agency": code}), day, desk)
        try:
            deed.service(current_actor(), pk, expected_version=read_step().version, reason=None)
        except (ConflictError, StateError) as error:
            flash(sentence(error), "bad")
        else:
            flash(_("Done."), "good")
        return redirect(f"{url_for('AppointmentView.day', **chosen.address())}#visit-{pk}")


def _lines(visits: Sequence[tuple[AppointmentSlot, Appointment]]) -> list[DayLine]:
    session, keys = db.session(), {visit.request_id for _slot, visit in visits}
    misses = misses_of(session, keys) if keys else {}
    papers = papers_to_bring(session, keys) if keys else {}
    actor = current_actor()
    return [
        DayLine(
            visit,
            slot,
            str(PROCEDURE_WORDS.get(visit.request.procedure, "")) if visit.request else "",
            papers.get(visit.request_id, ()) if visit.purpose == AppointmentPurpose.ORIGINALS else (),
            misses.get(visit.request_id, 0) - (visit.state == AppointmentState.MISSED),
            frozenset(step.name for step in available_steps(actor, visit) if visit.request),
        )
        for slot, visit in visits
    ]

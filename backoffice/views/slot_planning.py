"""Planning times: the form, what the plan would open day by day, and opening it.

Nothing is opened before the person has seen what will be: the button that opens carries the sum of what was shown.
Not here: what a plan is (`services.slot_plan`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.forms.appointment import SlotPlanForm
from backoffice.queries.calendar import working_calendar
from backoffice.services.agency_directory import agency_directory, sees_one_agency
from backoffice.services.slot_plan import PlannedDay, SlotPlan, plan_slots, preview_plan
from backoffice.views.appointment_words import WEEKDAYS
from backoffice.views.desk_days import Chosen, monday_of
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.workflow.messages import N_


class SlotPlanningMixin:
    """Adds the form that plans times; the screen names `plan` among its routes."""

    render_template: Any

    @expose("/plan", methods=["GET", "POST"])
    @has_access
    def plan(self) -> Any:
        """The form; on POST what it would open, and when that was seen, opening it."""
        refuse_unknown(request.args, set())
        if request.method != "POST":
            return self._plan_page(_form(None))
        form = _form(request.form)
        if not form.validate():
            return self._plan_page(form, 400)
        try:
            plan = _plan(form)
            days = preview_plan(current_actor(), plan)
            if request.form.get("seen", "") != sum_of(plan, days):
                return self._plan_page(form, days=days, plan=plan, is_changed="seen" in request.form)
            count = plan_slots(current_actor(), plan)
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except OpenThadsError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("Times opened: %(count)s.", count=count), "good")
            chosen = Chosen(agency_directory().by_id[plan.agency_id], plan.first_on, "")
            return redirect(url_for("AppointmentSlotView.week", **chosen.address()))
        return self._plan_page(form, 400)

    def reshow_plan(self, typed: MultiDict[str, str], note: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is opened."""
        return self._plan_page(_form(typed), note=note)

    def _plan_page(
        self,
        form: SlotPlanForm,
        status: int = 200,
        *,
        days: Sequence[PlannedDay] = (),
        plan: SlotPlan | None = None,
        **more: Any,
    ) -> Response:
        page = self.render_template(
            "slot_plan.html",
            title=_l("Plan times"),
            view=self,
            form=form,
            address=url_for("AppointmentSlotView.plan"),
            days=days,
            total=sum(len(day.starts) for day in days),
            left_out=sum(day.left_out for day in days),
            seen=sum_of(plan, days) if plan else "",
            weekdays=WEEKDAYS,
            is_alone=sees_one_agency(),
            **{"note": "", "is_changed": False, **more},
        )
        return make_response(page, status)


def sum_of(plan: SlotPlan, days: Sequence[PlannedDay]) -> str:
    """A short sum of what a plan would open: when it differs, something else was shown."""
    starts = "|".join(start.isoformat() for day in days for start in day.starts)
    return hashlib.sha256(f"{plan.agency_id}|{plan.desk}|{plan.minutes}|{starts}".encode()).hexdigest()[:16]


def _form(typed: MultiDict[str, str] | None) -> SlotPlanForm:
    """The form with what was typed; else the coming working day and usual office hours to start from."""
    first = working_calendar().next_working_day(clock.today() + timedelta(days=1)).due_on
    usual = {
        "agency_id": current_user.agency_id,
        "first_on": first,
        "last_on": monday_of(first) + timedelta(days=13),
        "weekdays": list(WEEKDAYS),
        "opens_at": time(8),
        "closes_at": time(16, 30),
        "break_from": time(11, 30),
        "break_to": time(13, 30),
        "minutes": 30,
    }
    form = SlotPlanForm(typed, **usual)
    if typed is None or sees_one_agency():
        # Where there is no choice, the field is not on the page.
        form.agency_id.process_data(current_user.agency_id)
        form.agency_id.raw_data = [str(current_user.agency_id)]
        form.agency_id.process_errors = []
    form.weekdays.choices = [(number, str(words)) for number, words in WEEKDAYS.items()]
    return form


def _plan(form: SlotPlanForm) -> SlotPlan:
    values = form.values()
    begins, ends = values.pop("break_from"), values.pop("break_to")
    if (begins is None) != (ends is None):
        raise InvalidInputError("break_to", N_("Give both ends of the break, or none."))
    weekdays = frozenset(values.pop("weekdays") or ())
    return SlotPlan(**values, weekdays=weekdays, pause=(begins, ends) if begins else None)

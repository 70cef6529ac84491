"""Closing and opening the times of a whole day, with those who were to come.

Not here: single times (`appointment_slot`), weeks (`slot_week`), who comes on a day (`appointment`).
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import ConflictError, InvalidInputError, OpenThadsError
from backoffice.extensions import db
from backoffice.forms.appointment import DayDeedForm
from backoffice.models.request_states import AppointmentState
from backoffice.queries.appointments import slots_between
from backoffice.services.slot_closing import close_day, day_edges, open_day
from backoffice.views.appointment_words import (
    CANCEL,
    DAY_DEEDS,
    OPEN,
    SLOT_STATES,
    SLOT_TONES,
)
from backoffice.views.desk_days import Chosen, days_around, read_chosen
from backoffice.views.errors import sentence
from backoffice.views.formats import day as day_text
from backoffice.views.listing import refuse_unknown
from backoffice.views.slot_week import MOST_SHOWN, counts_of
from backoffice.workflow.permissions import Permission

_PARAMETERS = {"day", "agency", "desk"}


class SlotDaysMixin:
    """Adds the page of a day on which it is closed or opened; the screen names `day` among its routes."""

    render_template: Any
    appbuilder: Any

    @expose("/day", methods=["GET", "POST"])
    @has_access
    @permission_name("plan")
    def day(self) -> Any:
        """A day with those who are booked, and what may become of it; on POST that is done."""
        refuse_unknown(request.args, _PARAMETERS)
        chosen = read_chosen()
        form = _day_form(request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._day_page(chosen, form)
        if not form.validate():
            return self._day_page(chosen, form, 400)
        try:
            said = _done(chosen, form)
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except ConflictError:
            form.add_error("", _("Somebody booked or gave back a time meanwhile. Look at the list again."))
            return self._day_page(chosen, form, 409)
        except OpenThadsError as error:
            form.add_error("", sentence(error))
        else:
            flash(said, "good")
            return redirect(url_for("AppointmentSlotView.week", **chosen.address()))
        return self._day_page(chosen, form, 400)

    def reshow_day(self, typed: MultiDict[str, str], note: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is done."""
        return self._day_page(read_chosen(), _day_form(typed), note=note)

    def _day_page(self, chosen: Chosen, form: DayDeedForm, status: int = 200, note: str = "") -> Response:
        found = slots_between(
            db.session(), chosen.agency.id, *day_edges(chosen.day), limit=MOST_SHOWN, desk=chosen.desk
        )
        ahead = [(slot, visit) for slot, visit in found if slot.starts_at > clock.now()]
        booked = [(slot, visit) for slot, visit in ahead if visit and visit.state == AppointmentState.BOOKED]
        page = self.render_template(
            "slot_day.html",
            title=_("Close or open the times of %(day)s", day=day_text(chosen.day)),
            view=self,
            chosen=chosen,
            around=days_around(chosen.day),
            form=form,
            note=note,
            booked=booked,
            counts=counts_of(ahead),
            states=SLOT_STATES,
            tones=SLOT_TONES,
            address=url_for("AppointmentSlotView.day", **chosen.address()),
            desks=sorted({slot.desk for slot, _visit in found} | ({chosen.desk} - {""})),
        )
        return make_response(page, status)


def _day_form(typed: MultiDict[str, str] | None) -> DayDeedForm:
    form = DayDeedForm(typed)
    actor = current_actor()
    may_cancel = actor.may(Permission.APPOINTMENT_BOOK.value)
    form.deed.choices = [
        (code, str(words)) for code, words in DAY_DEEDS.items() if may_cancel or code != CANCEL
    ]
    if typed is not None:
        form.process(typed)
    return form


def _done(chosen: Chosen, form: DayDeedForm) -> str:
    actor, deed = current_actor(), form.deed.data
    if deed == OPEN:
        return str(_("Offered again: %(count)s.", count=open_day(actor, chosen.which)))
    done = close_day(
        actor,
        chosen.which,
        cancels=deed == CANCEL,
        expected_booked=form.version.data,
        reason=form.reason.data,
    )
    return str(
        _(
            "Times closed: %(closed)s; appointments cancelled: %(cancelled)s.",
            closed=done.closed,
            cancelled=done.cancelled,
        )
    )

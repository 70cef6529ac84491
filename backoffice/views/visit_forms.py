"""The forms on a request about its appointment: booking, moving, giving back. Not here: other forms (`request_forms`)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.extensions import db
from backoffice.forms.appointment import CancelVisitForm, VisitForm
from backoffice.forms.base import StaffForm
from backoffice.models import Appointment, OnlineRequest
from backoffice.models.request_states import AppointmentState
from backoffice.queries.appointments import free_slots
from backoffice.services.appointment import book_visit, cancel_appointment, move_appointment, purpose_of
from backoffice.services.citizen_request import OFFERED
from backoffice.views.appointment_words import WEEKDAYS
from backoffice.views.row_forms import RowForm
from backoffice.workflow.permissions import Permission

_SHOWN = 300
_BOOK = (Permission.APPOINTMENT_BOOK,)


def visit_facts() -> dict[str, Any]:
    """Whether a request has an appointment that stands, asked together with the row."""
    stands = and_(
        Appointment.request_id == OnlineRequest.id, Appointment.state == AppointmentState.BOOKED.value
    )
    return {"has_visit": (Appointment, stands)}


def _book(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:  # noqa: ARG001
    book_visit(actor, row.id, values["slot_id"])
    return row  # type: ignore[no-any-return]


def _move(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:  # noqa: ARG001
    move_appointment(actor, row.id, values["slot_id"])
    return row  # type: ignore[no-any-return]


def _cancel(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:  # noqa: ARG001
    cancel_appointment(actor, row.id, reason=values["reason"])
    return row  # type: ignore[no-any-return]


def offer_times(form: StaffForm, row: Any) -> None:
    """Let a form choose among the free times of the request's agency."""
    now = clock.now()
    found = free_slots(db.session(), row.agency_id, now, now + OFFERED, _SHOWN)
    form["slot_id"].choices = [
        (slot.id, f"{WEEKDAYS[slot.starts_at.weekday()]} {slot} – {slot.desk}") for slot in found
    ]
    if not found:
        form["slot_id"].description = _l("No desk offers a free time. Plan times first.")


def _may_book(row: Any) -> bool:
    return purpose_of(row) is not None and not row.has_visit


def _has_visit(row: Any) -> bool:
    return bool(row.has_visit)


VISIT_FORMS = {
    "book-visit": RowForm(
        _l("Book an appointment"), VisitForm, _book, _BOOK, offered=_may_book, prepare=offer_times
    ),
    "move-visit": RowForm(
        _l("Move the appointment"), VisitForm, _move, _BOOK, offered=_has_visit, prepare=offer_times
    ),
    "cancel-visit": RowForm(
        _l("Cancel the appointment"), CancelVisitForm, _cancel, _BOOK, offered=_has_visit
    ),
}

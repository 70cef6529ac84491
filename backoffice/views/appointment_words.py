"""Words of appointments and of the times that desks offer. Not here: words of requests (`request_words`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.models import Appointment, AppointmentSlot

PURPOSES: Mapping[str, Any] = {
    "originals": _l("Bring the originals"),
    "result": _l("Collect the result"),
}
FREE, TAKEN, CLOSED = "free", "taken", "closed"
SLOT_STATES: Mapping[str, Any] = {
    FREE: _l("Free"),
    TAKEN: _l("Taken"),
    CLOSED: _l("Not offered"),
}
SLOT_TONES: Mapping[str, str] = {FREE: "good", TAKEN: "busy", CLOSED: "plain"}
# As Python numbers them.
WEEKDAYS: Mapping[int, Any] = {
    0: _l("Monday"),
    1: _l("Tuesday"),
    2: _l("Wednesday"),
    3: _l("Thursday"),
    4: _l("Friday"),
    5: _l("Saturday"),
    6: _l("Sunday"),
}
KEEP, CANCEL, OPEN = "keep", "cancel", "open"
DAY_DEEDS: Mapping[str, Any] = {
    KEEP: _l("Close what is free; those who are booked come as agreed"),
    CANCEL: _l("Close the day and cancel its appointments; each applicant gets a letter"),
    OPEN: _l("Offer what is closed again"),
}


def state_of(slot: AppointmentSlot, visit: Appointment | None, now: datetime) -> str:
    """Whether a time is free, taken or closed; nobody can choose one that has begun."""
    if visit is not None:
        return TAKEN
    return FREE if slot.is_open and slot.starts_at > now else CLOSED

"""Taking times out of the offer and putting them back: one, or a whole day with those who were to come.

Not here: planning (`slot_plan`), single appointments (`appointment`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import ConflictError, InvalidInputError
from backoffice.models import Appointment, AppointmentSlot, EnforcementAgency, OnlineRequest
from backoffice.models.request_states import AppointmentState
from backoffice.queries.appointments import held_slots, locked_slots
from backoffice.services.appointment import give_back
from backoffice.services.rows import check_version, hold_row, load_row
from backoffice.services.slot_plan import moment
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission


@dataclass(frozen=True)
class DeskDay:
    """A day of one desk of an agency; of all its desks when none is named."""

    agency_id: int
    day: date
    desk: str = ""


@dataclass(frozen=True)
class Closing:
    """What closing a day did: how many times are out of the offer now, how many appointments were cancelled."""

    closed: int
    cancelled: int


def close_slot(
    actor: Actor, slot_id: int, *, expected_version: int, reason: str | None = None
) -> AppointmentSlot:
    """Take a time out of the offer; whoever has it keeps it. Raises NotPermittedError, NotFoundError, ConflictError."""
    return _set_open(actor, slot_id, expected_version, reason, is_open=False)


def open_slot(
    actor: Actor, slot_id: int, *, expected_version: int, reason: str | None = None
) -> AppointmentSlot:
    """Offer a time again. Raises as `close_slot`."""
    return _set_open(actor, slot_id, expected_version, reason, is_open=True)


def close_day(
    actor: Actor, which: DeskDay, *, cancels: bool, expected_booked: int, reason: str | None = None
) -> Closing:
    """Take what is left of a day out of the offer; with `cancels`, those who were to come are told that they need not.

    Times that have passed stay as they are. Raises NotPermittedError, NotFoundError, InvalidInputError for a day that
    has passed or a missing reason, ConflictError when another number of people is booked than the person saw.
    """
    require(actor, Permission.APPOINTMENT_PLAN)
    if cancels:
        require(actor, Permission.APPOINTMENT_BOOK)
    why = clean_reason(reason)
    if cancels and why is None:
        raise InvalidInputError("reason", N_("Say why: those who were to come read it."))
    with unit_of_work(actor) as session:
        agency, slots = _ahead(session, which)
        booked = _booked(session, slots)
        if len(booked) != expected_booked:
            raise ConflictError
        if cancels and any(one.request is None for one in booked):
            raise InvalidInputError(
                "deed", N_("Somebody is booked whose request you may not open. Close only what is free.")
            )
        for slot in slots:
            if slot.is_open:
                check_version(session, slot, slot.version, {"is_open": False})
        entry = LogEntry("close_day", "closed", reason=why)
        write_log(session, actor, agency, entry, owner=agency)
        for appointment in booked if cancels else ():
            request = hold_row(session, OnlineRequest, appointment.request_id)
            give_back(session, actor, request, appointment, why)
        return Closing(len(slots), len(booked) if cancels else 0)


def open_day(actor: Actor, which: DeskDay) -> int:
    """Offer again what is closed of a day and lies ahead; how many times. Raises as `close_day`."""
    require(actor, Permission.APPOINTMENT_PLAN)
    with unit_of_work(actor) as session:
        agency, slots = _ahead(session, which)
        closed = [slot for slot in slots if not slot.is_open]
        for slot in closed:
            check_version(session, slot, slot.version, {"is_open": True})
        write_log(session, actor, agency, LogEntry("open_day", "open"), owner=agency)
        return len(closed)


def day_edges(day: date) -> tuple[datetime, datetime]:
    """The begin of a day, and that of the next."""
    begin = moment(day, time())
    return begin, begin + timedelta(days=1)


def _set_open(
    actor: Actor, slot_id: int, version: int, reason: str | None, *, is_open: bool
) -> AppointmentSlot:
    require(actor, Permission.APPOINTMENT_PLAN)
    with unit_of_work(actor) as session:
        slot = load_row(session, AppointmentSlot, slot_id)
        before, after = ("closed", "open") if is_open else ("open", "closed")
        check_version(session, slot, version, {"is_open": is_open})
        name = "open_slot" if is_open else "close_slot"
        entry = LogEntry(name, after, from_state=before, reason=clean_reason(reason))
        write_log(session, actor, slot, entry)
        return slot


def _ahead(session: Session, which: DeskDay) -> tuple[EnforcementAgency, Sequence[AppointmentSlot]]:
    """The agency, and the times of the day that have not begun, held until the transaction ends."""
    if which.day < clock.today():
        raise InvalidInputError("day", N_("This day has passed."))
    agency = load_row(session, EnforcementAgency, which.agency_id)
    begin, end = day_edges(which.day)
    return agency, locked_slots(session, agency.id, max(begin, clock.now()), end, which.desk)


def _booked(session: Session, slots: Sequence[AppointmentSlot]) -> list[Appointment]:
    found = held_slots(session, [slot.id for slot in slots]).values()
    return [one for one in found if one.state == AppointmentState.BOOKED]

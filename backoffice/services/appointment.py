"""Appointments: who comes when. No time is ever given twice: the database refuses it.

Belongs here: booking, moving, cancelling, noting who came. Not here: the times that desks offer (`slot_plan`,
`slot_closing`), why somebody shall come (`online_request`), words (`appointment_letters`).
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import Appointment, AppointmentSlot, OnlineRequest
from backoffice.models.confidence import open_path
from backoffice.models.request_states import AppointmentPurpose, RequestState
from backoffice.queries.appointments import booked_appointment, locked_slot
from backoffice.services.appointment_letters import tell_booked, tell_cancelled, tell_moved
from backoffice.services.request_clock import forget_step_due, set_step_due
from backoffice.services.rows import LARGEST_ID, hold_row, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.services.transition_log import clean_reason
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_
from backoffice.workflow.request_guards import to_be_collected

# Why somebody comes, by where the request stands; in other states nobody has to come.
COMES_FOR: Mapping[RequestState, AppointmentPurpose] = {
    RequestState.AWAITING_ORIGINALS: AppointmentPurpose.ORIGINALS,
    RequestState.DRAFTED: AppointmentPurpose.ORIGINALS,
    RequestState.SIGNED: AppointmentPurpose.RESULT,
}


def purpose_of(request: OnlineRequest) -> AppointmentPurpose | None:
    """What the applicant comes for now; nothing while another request stands for this one."""
    if request.duplicate_of_id is not None:
        return None
    if to_be_collected(request) is None:
        return AppointmentPurpose.RESULT
    return COMES_FOR.get(RequestState(request.state))


def book(
    session: Session, actor: Actor, request: OnlineRequest, slot_id: int, purpose: AppointmentPurpose
) -> Appointment:
    """Give a time to a request, in the open transaction; its deadline of comparing counts from that day.

    Leaves no letter: the deed that it belongs to does. Raises InvalidInputError for a time that is gone, closed, past
    or of another agency.
    """
    slot = _free(session, request, slot_id)
    appointment = Appointment(
        agency_id=request.agency_id,
        # That a time is taken everybody at the desk must see; by whom, only those who see the request.
        agency_path=open_path(request.agency_path),
        request_id=request.id,
        slot_id=slot.id,
        slot=slot,
        starts_at=slot.starts_at,
        purpose=purpose.value,
        public_key=uuid4().hex,
    )
    try:
        open_subject(session, actor, appointment)
    except IntegrityError as error:
        raise InvalidInputError("slot_id", N_("This time was just taken. Choose another one.")) from error
    if purpose is AppointmentPurpose.ORIGINALS:
        set_step_due(request, "support.compare", StartEvent.APPOINTMENT_DAY, slot.starts_at.date())
    return appointment


def hold_time(session: Session, slot_id: int | None) -> None:
    """Hold a time that a request shall have, before the request itself; whether it may have it is asked by `book`.

    Closing a day holds its times first and the requests then. The other way round, two would wait for each other.
    """
    if slot_id is not None and 0 < slot_id <= LARGEST_ID:
        locked_slot(session, slot_id)


def book_visit(actor: Actor, request_id: int, slot_id: int) -> Appointment:
    """Give a time to a request whose applicant has to come and has none; the applicant gets a letter.

    Raises NotPermittedError, NotFoundError, StateError where no visit is due or one is booked, InvalidInputError as
    `book`.
    """
    with unit_of_work(actor) as session:
        request = _with_time(session, request_id, slot_id)
        purpose = purpose_of(request)
        if purpose is None:
            raise StateError(N_("No visit is due for this request at present."))
        if booked_appointment(session, request.id) is not None:
            raise StateError(N_("This request has an appointment already. Move it instead."))
        appointment = book(session, actor, request, slot_id, purpose)
        tell_booked(session, request, appointment)
        return appointment


def move_appointment(actor: Actor, request_id: int, slot_id: int) -> Appointment:
    """Give a request another time instead of the one it has; the applicant gets a letter.

    Raises NotFoundError, NotPermittedError, StateError without an appointment, InvalidInputError as `book`.
    """
    with unit_of_work(actor) as session:
        request = _with_time(session, request_id, slot_id)
        former = _booked(session, request)
        if former.slot_id == slot_id:
            raise InvalidInputError("slot_id", N_("This is the time that was booked already."))
        purpose = AppointmentPurpose(former.purpose)
        apply_transition(session, actor, former, Step("move"))
        appointment = book(session, actor, request, slot_id, purpose)
        tell_moved(session, request, former, appointment)
        return appointment


def cancel_appointment(actor: Actor, request_id: int, *, reason: str | None = None) -> Appointment:
    """Give the time of a request back; the applicant gets a letter. Raises as `move_appointment`."""
    with unit_of_work(actor) as session:
        request = hold_row(session, OnlineRequest, request_id)
        appointment = _booked(session, request)
        give_back(session, actor, request, appointment, reason)
        return appointment


def give_back(
    session: Session,
    actor: Actor,
    request: OnlineRequest,
    appointment: Appointment,
    reason: str | None = None,
) -> None:
    """Give a booked time back in the open transaction, with the letter that says so; the request is held."""
    apply_transition(session, actor, appointment, Step("cancel", reason=reason))
    _settle(request, appointment)
    tell_cancelled(session, request, appointment, clean_reason(reason))


def note_visit(actor: Actor, request_id: int, *, came: bool) -> Appointment:
    """Note whether the applicant came. Raises as `move_appointment`, StateError before the day, or the time, has come."""
    with unit_of_work(actor) as session:
        appointment = _booked(session, hold_row(session, OnlineRequest, request_id))
        return _note(session, actor, appointment, came=came, version=appointment.version)


def keep_appointment(
    actor: Actor, appointment_id: int, *, expected_version: int, reason: str | None = None
) -> Appointment:
    """Note that the person came. Raises NotFoundError, NotPermittedError, StateError, ConflictError."""
    return _noted(actor, appointment_id, expected_version, reason, came=True)


def miss_appointment(
    actor: Actor, appointment_id: int, *, expected_version: int, reason: str | None = None
) -> Appointment:
    """Note that nobody came. Raises as `keep_appointment`, StateError before the time has come."""
    return _noted(actor, appointment_id, expected_version, reason, came=False)


def take_note_back(
    actor: Actor, appointment_id: int, *, expected_version: int, reason: str | None = None
) -> Appointment:
    """Undo on the same day what was noted by mistake. Raises as `keep_appointment`."""
    with unit_of_work(actor) as session:
        appointment = load_row(session, Appointment, appointment_id)
        request = hold_row(session, OnlineRequest, appointment.request_id)
        day = appointment.slot.starts_at.astimezone(clock.VIETNAM).date()
        if day != clock.today():
            raise StateError(N_("What was noted can be taken back on the day of the appointment only."))
        if booked_appointment(session, request.id) is not None:
            raise StateError(N_("This request has an appointment already. Move it instead."))
        step = Step("take_back", reason=reason, expected_version=expected_version)
        apply_transition(session, actor, appointment, step)
        if _compares(request, appointment):
            set_step_due(request, "support.compare", StartEvent.APPOINTMENT_DAY, day)
        return appointment


def _noted(actor: Actor, appointment_id: int, version: int, reason: str | None, *, came: bool) -> Appointment:
    with unit_of_work(actor) as session:
        appointment = load_row(session, Appointment, appointment_id)
        # Whoever may not see the request sees only that the time is taken.
        hold_row(session, OnlineRequest, appointment.request_id)
        return _note(session, actor, appointment, came=came, version=version, reason=reason)


def _note(
    session: Session,
    actor: Actor,
    appointment: Appointment,
    *,
    came: bool,
    version: int,
    reason: str | None = None,
) -> Appointment:
    starts, now = appointment.slot.starts_at, clock.now()
    # Who comes is often early; that nobody came is known at the time itself.
    if starts.astimezone(clock.VIETNAM).date() > now.date() if came else starts > now:
        raise StateError(N_("The time of this appointment has not come yet."))
    step = Step("keep" if came else "miss", reason=reason, expected_version=version)
    apply_transition(session, actor, appointment, step)
    if not came:
        _settle(appointment.request, appointment)
    return appointment


def _settle(request: OnlineRequest, appointment: Appointment) -> None:
    """Without an appointment nothing is compared: the step's day that counted from it is gone."""
    if _compares(request, appointment):
        forget_step_due(request)


def _compares(request: OnlineRequest, appointment: Appointment) -> bool:
    """Whether the present step of the request is the one that counts from this appointment."""
    is_due = COMES_FOR.get(RequestState(request.state)) is AppointmentPurpose.ORIGINALS
    return is_due and appointment.purpose == AppointmentPurpose.ORIGINALS


def _with_time(session: Session, request_id: int, slot_id: int) -> OnlineRequest:
    """The request, held until the transaction ends, and the wanted time before it: everybody holds them in this order."""
    load_row(session, OnlineRequest, request_id)
    hold_time(session, slot_id)
    return hold_row(session, OnlineRequest, request_id)


def _booked(session: Session, request: OnlineRequest) -> Appointment:
    found = booked_appointment(session, request.id)
    if found is None:
        raise StateError(N_("This request has no appointment."))
    return found


def _free(session: Session, request: OnlineRequest, slot_id: int) -> AppointmentSlot:
    """The slot, held, if this request may have it; that it is held by nobody is left to the database."""
    slot = locked_slot(session, slot_id) if 0 < slot_id <= LARGEST_ID else None
    is_offered = slot is not None and slot.agency_id == request.agency_id and slot.is_open
    if slot is None or not is_offered or slot.starts_at <= clock.now():
        raise InvalidInputError("slot_id", N_("This time is not offered any more. Choose another one."))
    return slot

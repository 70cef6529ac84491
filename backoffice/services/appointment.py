"""Appointments: times that desks offer, and who has which. No time is ever given twice: the database refuses it.

Belongs here: planning, booking, moving, cancelling, noting who came. Not here: why somebody shall come
(`online_request`), letters (`request_letters`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import Appointment, AppointmentSlot, EnforcementAgency, OnlineRequest
from backoffice.models.confidence import open_path
from backoffice.models.request_states import AppointmentPurpose
from backoffice.queries.appointments import booked_appointment, slot_moments
from backoffice.queries.calendar import working_calendar
from backoffice.services.public_fields import checked_text
from backoffice.services.request_clock import set_step_due
from backoffice.services.request_letters import meeting_values, send_letter
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_
from backoffice.workflow.notice_events import NoticeEvent
from backoffice.workflow.permissions import Permission

LONGEST_PLAN = timedelta(days=92)
_MOST_A_DAY = 60


@dataclass(frozen=True)
class SlotPlan:
    """Times of one desk, each `minutes` long, from `opens_at` to `closes_at` on every working day of a span."""

    agency_id: int
    desk: str
    first_on: date
    last_on: date
    opens_at: time
    closes_at: time
    minutes: int


def plan_slots(actor: Actor, plan: SlotPlan) -> int:
    """Open the times of a plan; days off are left out and times that are there stay. Returns how many are new.

    Raises NotPermittedError, NotFoundError for an agency out of scope, InvalidInputError with the field at fault.
    """
    require(actor, Permission.APPOINTMENT_PLAN)
    _check(plan)
    with unit_of_work(actor) as session:
        agency = load_row(session, EnforcementAgency, plan.agency_id)
        desk = checked_text("desk", plan.desk, 60)
        span = [plan.first_on + timedelta(days=n) for n in range((plan.last_on - plan.first_on).days + 1)]
        ends = _moment(plan.last_on, time()) + timedelta(days=1)
        known = slot_moments(session, agency.id, desk, _moment(plan.first_on, time()), ends)
        calendar = working_calendar()
        wanted = [start for day in span if calendar.is_working(day) for start in _starts(day, plan)]
        fresh = [start for start in wanted if start not in known and start > clock.now()]
        for start in fresh:
            session.add(
                AppointmentSlot(
                    agency_id=agency.id,
                    agency_path=agency.path,
                    desk=desk,
                    starts_at=start,
                    ends_at=start + timedelta(minutes=plan.minutes),
                )
            )
        write_log(session, actor, agency, LogEntry("plan_slots", "planned"), owner=agency)
        return len(fresh)


def close_slot(actor: Actor, slot_id: int, *, expected_version: int) -> AppointmentSlot:
    """Take a time out of the offer; whoever has it keeps it. Raises NotPermittedError, NotFoundError, ConflictError."""
    require(actor, Permission.APPOINTMENT_PLAN)
    with unit_of_work(actor) as session:
        slot = load_row(session, AppointmentSlot, slot_id)
        check_version(session, slot, expected_version, {"is_open": False})
        write_log(session, actor, slot, LogEntry("close_slot", "closed", from_state="open"))
        return slot


def book(
    session: Session, actor: Actor, request: OnlineRequest, slot_id: int, purpose: AppointmentPurpose
) -> Appointment:
    """Give a time to a request, in the open transaction; its deadline of comparing counts from that day.

    Raises InvalidInputError for a time that is gone, closed, past or of another agency.
    """
    slot = _free(session, request, slot_id)
    appointment = Appointment(
        agency_id=request.agency_id,
        # That a time is taken everybody at the desk must see; by whom, only those who see the request.
        agency_path=open_path(request.agency_path),
        request_id=request.id,
        slot_id=slot.id,
        slot=slot,
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


def move_appointment(actor: Actor, request_id: int, slot_id: int) -> Appointment:
    """Give a request another time instead of the one it has; the applicant gets a letter.

    Raises NotFoundError, NotPermittedError, StateError without an appointment, InvalidInputError as `book`.
    """
    with unit_of_work(actor) as session:
        request = load_row(session, OnlineRequest, request_id)
        former = _booked(session, request)
        if former.slot_id == slot_id:
            raise InvalidInputError("slot_id", N_("This is the time that was booked already."))
        before, purpose = meeting_values(former)["appointment_at"], AppointmentPurpose(former.purpose)
        apply_transition(session, actor, former, Step("move"))
        appointment = book(session, actor, request, slot_id, purpose)
        values = {**meeting_values(appointment), "former_appointment_at": before}
        key = f"moved:{appointment.public_key}"
        send_letter(session, request, NoticeEvent.APPOINTMENT_CHANGED, key, values, appointment)
        return appointment


def cancel_appointment(actor: Actor, request_id: int, *, reason: str | None = None) -> Appointment:
    """Give the time of a request back. Raises as `move_appointment`."""
    return _end(actor, request_id, "cancel", reason)


def note_visit(actor: Actor, request_id: int, *, came: bool) -> Appointment:
    """Note whether the applicant came; nobody can have come before the time. Raises as `move_appointment`."""
    return _end(actor, request_id, "keep" if came else "miss", None)


def _end(actor: Actor, request_id: int, name: str, reason: str | None) -> Appointment:
    with unit_of_work(actor) as session:
        appointment = _booked(session, load_row(session, OnlineRequest, request_id))
        if name == "miss" and appointment.slot.starts_at > clock.now():
            raise StateError(N_("The time of this appointment has not come yet."))
        apply_transition(session, actor, appointment, Step(name, reason=reason))
        return appointment


def _booked(session: Session, request: OnlineRequest) -> Appointment:
    found = booked_appointment(session, request.id)
    if found is None:
        raise StateError(N_("This request has no appointment."))
    return found


def _free(session: Session, request: OnlineRequest, slot_id: int) -> AppointmentSlot:
    """The slot, if this request may have it; that it is held by nobody is left to the database."""
    gone = InvalidInputError("slot_id", N_("This time is not offered any more. Choose another one."))
    try:
        slot = load_row(session, AppointmentSlot, slot_id)
    except NotFoundError:
        raise gone from None
    if slot.agency_id != request.agency_id or not slot.is_open or slot.starts_at <= clock.now():
        raise gone
    return slot


def _check(plan: SlotPlan) -> None:
    if plan.first_on < clock.today():
        raise InvalidInputError("first_on", N_("This day has passed."))
    if not plan.first_on <= plan.last_on <= plan.first_on + LONGEST_PLAN:
        raise InvalidInputError(
            "last_on", N_("Choose a span of at most %(days)s days."), days=LONGEST_PLAN.days
        )
    if not 5 <= plan.minutes <= 240:
        raise InvalidInputError("minutes", N_("Choose from 5 to 240 minutes."))
    if not 0 < len(_starts(plan.first_on, plan)) <= _MOST_A_DAY:
        raise InvalidInputError(
            "closes_at", N_("Choose hours in which from 1 to %(most)s times fit."), most=_MOST_A_DAY
        )


def _starts(day: date, plan: SlotPlan) -> Sequence[datetime]:
    start, closes, step = (
        _moment(day, plan.opens_at),
        _moment(day, plan.closes_at),
        timedelta(minutes=plan.minutes),
    )
    found = []
    while start + step <= closes:
        found.append(start)
        start += step
    return found


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.VIETNAM)

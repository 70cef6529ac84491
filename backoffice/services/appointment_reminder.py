"""The round of each working morning about appointments: who comes soon is reminded, who did not come is told.

A row a day proves that the round was asked for, the mark on each appointment that its reminder was left, and the key of
each letter that it was left, so that any number of schedulers and any death make one letter. What was moved, cancelled
or kept meanwhile is left out, because each appointment is looked at again when its letter is left.

Not here: the words (`data/notice_templates`), quiet hours and sending (`notice`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError
from backoffice.models import Appointment
from backoffice.models.request_states import AppointmentState
from backoffice.queries.appointments import (
    booked_appointment,
    missed_visits,
    visits_to_remind,
)
from backoffice.queries.calendar import working_calendar
from backoffice.queries.notices import take_slot
from backoffice.services import outbox
from backoffice.services.appointment import COMES_FOR
from backoffice.services.appointment_letters import tell_missed, tell_reminder
from backoffice.services.notice import notice_settings
from backoffice.services.rows import hold_row
from backoffice.services.slot_plan import moment
from backoffice.services.transaction import send, unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.notice_events import NoticeEvent

JOB = "appointment.remind"
# After a standstill the round is still made until the evening; then it is the next morning's.
_LATEST = timedelta(hours=12)
# So far back may the visit lie of somebody who is told that nobody came: it may be noted days later.
_NOTED_WITHIN = timedelta(days=14)


def ask_for_reminders(actor: Actor, now: datetime | None = None) -> bool:
    """Ask for today's round when its time has come on a working day, once; whether this call did."""
    at = (now or clock.now()).astimezone(clock.VIETNAM)
    begin = moment(at.date(), notice_settings().digest_at)
    if not begin <= at < begin + _LATEST or not working_calendar().is_working(at.date()):
        return False
    with unit_of_work(actor) as session:
        if not take_slot(session, NoticeEvent.APPOINTMENT_REMINDER.value, at.date()):
            return False
        send(session, JOB, day=at.date().isoformat())
        return True


def remind(actor: Actor, message_id: str, day: date) -> None:
    """Leave the letters of a day's round, and end its message. Letters that were left already stay one."""
    with unit_of_work(actor) as session:
        soon = visits_to_remind(session, *days_to_remind_of(day))
        missed = missed_visits(session, moment(day, time()) - _NOTED_WITHIN, moment(day, time()))
    for appointment_id in soon:
        with unit_of_work(actor) as session:
            _remind(session, actor, appointment_id)
    for appointment_id in missed:
        with unit_of_work(actor) as session:
            _invite_again(session, appointment_id)
    outbox.run_once(actor, message_id, lambda _session: None)


def days_to_remind_of(day: date) -> tuple[datetime, datetime]:
    """From the end of a day to the end of the working day, so many after it, of which that day reminds.

    Days off that lie between are in, so that nobody is forgotten whom an agency receives on one.
    """
    last = working_calendar().add_working_days(day, notice_settings().remind_days)
    begin = moment(day, time()) + timedelta(days=1)
    return begin, max(begin, moment(last, time()) + timedelta(days=1))


def _remind(session: Session, actor: Actor, appointment_id: int) -> None:
    appointment = _held(session, appointment_id)
    if appointment is None or appointment.reminded_at is not None:
        return
    if appointment.state != AppointmentState.BOOKED or appointment.slot.starts_at <= clock.now():
        return
    if tell_reminder(session, appointment.request, appointment):
        appointment.reminded_at = clock.now()
        write_log(session, actor, appointment, LogEntry("remind", appointment.state, appointment.state))


def _invite_again(session: Session, appointment_id: int) -> None:
    """Tell somebody who did not come, unless the request goes on without a visit or has another time."""
    appointment = _held(session, appointment_id)
    if appointment is None or appointment.state != AppointmentState.MISSED:
        return
    request = appointment.request
    if request.state in COMES_FOR and booked_appointment(session, request.id) is None:
        tell_missed(session, request, appointment)


def _held(session: Session, appointment_id: int) -> Appointment | None:
    """The appointment, held until the transaction ends on either database; None when it is gone."""
    try:
        return hold_row(session, Appointment, appointment_id)
    except NotFoundError:
        return None

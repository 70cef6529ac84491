"""Letters about appointments: booked, moved, cancelled, not kept. The reminder is a round (`appointment_reminder`).

Not here: how a letter is left (`request_letters`), its words (`data/notice_templates`).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.models import Appointment, OnlineRequest
from backoffice.services.request_letters import meeting_values, send_letter
from backoffice.workflow.notice_events import NoticeEvent

# What the letter says where a request has come to its end, or its applicant gave the time back.
_NO_REASON = {"vi": "Lịch hẹn này không còn cần thiết.", "en": "This appointment is no longer needed."}


def tell_booked(session: Session, request: OnlineRequest, appointment: Appointment) -> None:
    """Confirm a time that was chosen by itself; one that goes with an answer stands in the letter of that answer."""
    key, values = f"booked:{appointment.public_key}", meeting_values(appointment)
    send_letter(session, request, NoticeEvent.APPOINTMENT_BOOKED, key, values, appointment)


def tell_moved(
    session: Session, request: OnlineRequest, former: Appointment, appointment: Appointment
) -> None:
    """Tell the new time, and which one it takes the place of."""
    key, values = f"moved:{appointment.public_key}", {**meeting_values(appointment), **_former(former)}
    send_letter(session, request, NoticeEvent.APPOINTMENT_CHANGED, key, values, appointment)


def tell_cancelled(
    session: Session, request: OnlineRequest, appointment: Appointment, reason: str | None
) -> None:
    """Tell that a time was given back; the file takes it out of the applicant's calendar."""
    key = f"cancelled:{appointment.public_key}"
    values = {**_former(appointment), "guidance": reason or _NO_REASON[request.locale]}
    send_letter(session, request, NoticeEvent.APPOINTMENT_CANCELLED, key, values, appointment)


def tell_missed(session: Session, request: OnlineRequest, appointment: Appointment) -> bool:
    """Tell somebody who did not come that another time may be chosen; whether this call left the letter."""
    key = f"missed:{appointment.public_key}"
    return send_letter(session, request, NoticeEvent.APPOINTMENT_MISSED, key, _former(appointment))


def tell_reminder(session: Session, request: OnlineRequest, appointment: Appointment) -> bool:
    """Remind of a time that is near; whether this call left the letter."""
    key, values = f"reminder:{appointment.public_key}", meeting_values(appointment)
    return send_letter(session, request, NoticeEvent.APPOINTMENT_REMINDER, key, values, appointment)


def _former(appointment: Appointment) -> dict[str, str]:
    return {"former_appointment_at": meeting_values(appointment)["appointment_at"]}

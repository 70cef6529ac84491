"""What agency and citizen write to each other about a request: kept sealed, and sent when that was asked (R29).

Belongs here: the messages and the letters that carry them. Not here: the words of letters (`notice_content`), steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.models import Appointment, OnlineRequest, RequestMessage
from backoffice.models.request_states import RequestMessageKind
from backoffice.queries.rules import rule_book
from backoffice.services.declared import clean_lines
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.intake import LOOK_UP_PATH
from backoffice.services.notice import Letter, Recipient, notice_settings, notify
from backoffice.services.notice_hooks import vietnamese_day
from backoffice.services.procedures import procedure_book
from backoffice.services.request_seal import seal, unseal
from backoffice.workflow.messages import N_
from backoffice.workflow.notice_events import NoticeEvent
from exports.calendar_files import MEDIA_TYPE, appointment_file
from exports.calendar_files import Appointment as CalendarEntry

TEXT_LENGTH = 4000
# What a message keeps of how it was sent; one that a citizen wrote keeps nothing.
BY_EMAIL, IN_SOFTWARE = "email", "software"
_MASK = "••••-••••-••••-••"


@dataclass(frozen=True)
class Reply:
    """What an officer writes to the applicant, and whether it also goes by e-mail; it is always kept."""

    text: str
    by_email: bool = True


@dataclass(frozen=True)
class Written:
    """A message as its readers see it; `values` are what was kept beside the text, such as a day."""

    kind: str
    text: str
    values: Mapping[str, str]
    at: date
    is_from_citizen: bool

    @property
    def until(self) -> str:
        """The day by which something was asked for, as people write it; nothing when no day was set."""
        day = self.values.get("until")
        return vietnamese_day(date.fromisoformat(day)) if day else ""

    @property
    def came_on(self) -> str:
        """The day on which it came, where an officer took it in for the applicant."""
        day = self.values.get("on")
        return vietnamese_day(date.fromisoformat(day)) if day else ""


def address_of_applicant(request: OnlineRequest) -> str:
    """Where letters go; empty where the applicant gave no address. Raises KeyMissingError, FileDamagedError."""
    return unseal(request).get("email", "")


def known_address(request: OnlineRequest) -> str:
    """The same for a form; nowhere when the seal of the request does not open, which its own page says."""
    try:
        return address_of_applicant(request)
    except (KeyMissingError, FileDamagedError):
        return ""


def write_reply(
    session: Session,
    actor: Actor,
    request: OnlineRequest,
    kind: RequestMessageKind,
    reply: Reply,
    **values: str,
) -> RequestMessage:
    """Keep an officer's words, and whether they also went by e-mail (R29). Raises as `write_message`."""
    mailed = reply.by_email and address_of_applicant(request)
    return write_message(
        session, actor, request, kind, reply.text, sent=BY_EMAIL if mailed else IN_SOFTWARE, **values
    )


def write_message(
    session: Session, actor: Actor, request: OnlineRequest, kind: RequestMessageKind, text: str, **values: str
) -> RequestMessage:
    """Keep what was written, sealed. Raises InvalidInputError for no text or too long a one."""
    words = clean_lines(text)
    if not words:
        raise InvalidInputError("text", N_("This must not be empty."))
    if len(words) > TEXT_LENGTH:
        raise InvalidInputError("text", N_("Use at most %(limit)s characters."), limit=TEXT_LENGTH)
    message = RequestMessage(
        agency_id=request.agency_id,
        agency_path=request.agency_path,
        request_id=request.id,
        public_key=uuid4().hex,
        kind=kind.value,
        author_id=actor.user_id,
        at=clock.now(),
    )
    seal(message, {"text": words, **values})
    session.add(message)
    session.flush()
    return message


def read_message(message: RequestMessage) -> Written:
    """The words of a message. Raises KeyMissingError, FileDamagedError."""
    values = unseal(message)
    text = values.pop("text")
    citizens = {RequestMessageKind.ANSWER, RequestMessageKind.WITHDRAWAL, RequestMessageKind.REOPENING}
    return Written(message.kind, text, values, message.at.date(), message.kind in citizens)


def send_letter(
    session: Session,
    request: OnlineRequest,
    event: NoticeEvent,
    key: str,
    values: Mapping[str, str],
    appointment: Appointment | None = None,
) -> bool:
    """Leave a letter to the applicant, if an address was given; whether this call did. The code is in none but the first."""
    address = unseal(request).get("email")
    if not address:
        return False
    title = procedure_book().procedure(request.procedure, request.received_on).title
    found = {
        "agency_name": request.agency.name,
        "recipient_name": request.applicant_name,
        "request_code": masked_code(request),
        "procedure_name": title.in_language(request.locale),
        "received_on": vietnamese_day(request.received_on),
        "link": f"{notice_settings().base_url}{LOOK_UP_PATH}",
        **values,
    }
    files = (
        ((calendar_name(appointment), MEDIA_TYPE, _calendar(request, appointment)),) if appointment else ()
    )
    letter = Letter(request, found, f"{request.public_key}:{key}", request.procedure, files)
    return notify(session, event, Recipient(address, locale=request.locale), letter) is not None


def send_answer(
    session: Session,
    request: OnlineRequest,
    event: NoticeEvent,
    key: str,
    values: Mapping[str, str],
    appointment: Appointment | None = None,
) -> None:
    """Leave the letter of a step that was just taken; accepted twice, after reopening, is two letters."""
    send_letter(session, request, event, f"{key}:{request.version}", values, appointment)


def masked_code(request: OnlineRequest) -> str:
    """The code as letters and papers speak of it: its last two characters, enough for whoever has it."""
    return f"{_MASK}{request.code_ending}"


def meeting_values(appointment: Appointment) -> dict[str, str]:
    """Time and place of an appointment as letters write them, and who receives the applicant, where that is known."""
    starts = appointment.slot.starts_at.astimezone(clock.VIETNAM)
    person = appointment.request.handler or appointment.request.examiner
    return {
        "appointment_at": f"{starts:%H:%M %d/%m/%Y}",
        "appointment_place": appointment.slot.desk,
        "officer_name": person.get_full_name() if person is not None else appointment.slot.desk,
    }


def invitation(request: OnlineRequest, appointment: Appointment | None) -> dict[str, str]:
    """The same for the letter of a step, which the officer in charge signs; nothing without an appointment."""
    if appointment is None:
        return {}
    officer = request.handler.get_full_name() if request.handler is not None else ""
    return {**meeting_values(appointment), "officer_name": officer}


def citation(code: str | None, on: date) -> str:
    """Article and law of the rule in force on the day; nothing for none."""
    rule = rule_book(code).find(code, on) if code else None
    return f"{rule.article}, {rule.law}" if rule else ""


def calendar_name(appointment: Appointment) -> str:
    """The name of the calendar file of an appointment."""
    return f"lich-hen-{appointment.public_key[:8]}.ics"


def calendar_entry(request: OnlineRequest, appointment: Appointment) -> CalendarEntry:
    """The appointment for a calendar program.

    Appointments of one request for one purpose are one entry whose number grows, so that a new time takes the place of
    the former one in the applicant's calendar.
    """
    host = notice_settings().base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return CalendarEntry(
        uid=f"{request.public_key}-{appointment.purpose}@{host}",
        sequence=appointment.id * 10 + min(appointment.version, 9),
        starts_at=appointment.slot.starts_at,
        ends_at=appointment.slot.ends_at,
        title=request.agency.name,
        place=appointment.slot.desk,
        text="",
        organiser=request.agency.name,
        organiser_address=notice_settings().sender,
        written_at=clock.now(),
        is_cancelled=appointment.state in ("cancelled", "moved"),
    )


def _calendar(request: OnlineRequest, appointment: Appointment) -> str:
    return appointment_file(calendar_entry(request, appointment)).decode()

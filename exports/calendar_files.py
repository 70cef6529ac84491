"""Calendar files (iCalendar, RFC 5545): appointments that may move or be cancelled, and days by which work is due.

Belongs here: the file. A calendar program knows an appointment by its UID and takes the highest SEQUENCE, so the
caller keeps both. Not here: which appointments there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vText

from exports.text import clean_text

MEDIA_TYPE = "text/calendar"
_MAKER = "-//OpenTHADS//Civil judgment enforcement//VI"
ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)
# Since this day Viet Nam has kept one time without summer time.
_SINCE = datetime(1975, 6, 13)  # noqa: DTZ001 (local time, as the format wants it)
LONGEST = 2000


@dataclass(frozen=True)
class Appointment:
    """One meeting; moments are aware. `sequence` grows with every change, the cancellation included."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    text: str
    organiser: str
    organiser_address: str
    written_at: datetime
    is_cancelled: bool = False


@dataclass(frozen=True)
class DueDay:
    """Work that is due by a day."""

    uid: str
    due_on: date
    title: str
    url: str = ""


def appointment_file(appointment: Appointment) -> bytes:
    """The file of one appointment; METHOD is PUBLISH, or CANCEL for one that does not take place."""
    calendar = _calendar("CANCEL" if appointment.is_cancelled else "PUBLISH")
    calendar.add_component(_zone())
    event = _event(appointment.uid, appointment.title, appointment.written_at)
    event.add("sequence", appointment.sequence)
    _add_local(event, "dtstart", appointment.starts_at)
    _add_local(event, "dtend", appointment.ends_at)
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")
    event.add("location", _cleaned(appointment.place))
    event.add("description", _cleaned(appointment.text))
    organiser = vCalAddress(f"mailto:{appointment.organiser_address}")
    organiser.params["cn"] = vText(_cleaned(appointment.organiser).replace('"', "'"))
    event.add("organizer", organiser)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def media_type_of(appointment: Appointment) -> str:
    """The media type of the file, with its method, as mail programs want it."""
    return f"{MEDIA_TYPE}; method={'CANCEL' if appointment.is_cancelled else 'PUBLISH'}; charset=utf-8"


def due_days_file(days: Sequence[DueDay], title: str, written_at: datetime) -> bytes:
    """The file of days by which work is due, each a whole day that does not block the calendar."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", _cleaned(title))
    for day in days:
        event = _event(day.uid, day.title, written_at)
        event.add("dtstart", day.due_on)
        event.add("dtend", day.due_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        if day.url:
            event.add("url", day.url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(uid: str, title: str, written_at: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("summary", _cleaned(title))
    return event


def _zone() -> Timezone:
    """The zone by hand: one rule without changes, the same bytes whatever zone data a machine has."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", _SINCE)
    standard.add("tzoffsetfrom", _OFFSET)
    standard.add("tzoffsetto", _OFFSET)
    standard.add("tzname", "+07")
    zone.add_component(standard)
    return zone


def _add_local(event: Event, name: str, moment: datetime) -> None:
    """A moment as local time with the zone's name."""
    local = (moment.astimezone(UTC) + _OFFSET).replace(tzinfo=None)
    event.add(name, local, parameters={"tzid": ZONE})


def _cleaned(text: str) -> str:
    return clean_text(text)[:LONGEST]

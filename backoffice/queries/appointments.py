"""Slots and appointments as the deeds and screens need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from backoffice import clock
from backoffice.models import Appointment, AppointmentSlot, Document, EnforcementAgency, OnlineRequest
from backoffice.models.request_states import AppointmentState
from backoffice.models.states import DocumentState

_HOLDING = (AppointmentState.BOOKED, AppointmentState.KEPT, AppointmentState.MISSED)


def free_slots(
    session: Session, agency_id: int, after: datetime, before: datetime, limit: int = 500
) -> Sequence[AppointmentSlot]:
    """The open slots of an agency between two moments that nobody holds, the first first."""
    held = select(Appointment.slot_id).where(Appointment.state.in_(_HOLDING))
    statement = select(AppointmentSlot).where(
        AppointmentSlot.agency_id == agency_id,
        AppointmentSlot.is_open.is_(True),
        AppointmentSlot.starts_at > after,
        AppointmentSlot.starts_at < before,
        AppointmentSlot.id.not_in(held),
    )
    return session.scalars(
        statement.order_by(AppointmentSlot.starts_at, AppointmentSlot.id).limit(limit)
    ).all()


def slot_spans(
    session: Session, agency_id: int, desk: str, after: datetime, before: datetime
) -> Sequence[tuple[datetime, datetime]]:
    """Begin and end of the slots of a desk that begin between two moments."""
    statement = select(AppointmentSlot.starts_at, AppointmentSlot.ends_at).where(
        AppointmentSlot.agency_id == agency_id,
        AppointmentSlot.desk == desk,
        AppointmentSlot.starts_at >= after,
        AppointmentSlot.starts_at < before,
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def lock_agency(session: Session, agency_id: int) -> None:
    """Wait until nobody else plans for this agency, and hold others back until the transaction ends."""
    # Not a full lock: rows that point to the agency may be written meanwhile.
    held = select(EnforcementAgency.id).where(EnforcementAgency.id == agency_id)
    session.execute(held.with_for_update(key_share=True))


def locked_slot(session: Session, slot_id: int) -> AppointmentSlot | None:
    """The slot as it stands now, held until the transaction ends; None for one that is not there or not visible."""
    statement = select(AppointmentSlot).where(AppointmentSlot.id == slot_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def slots_between(
    session: Session, agency_id: int, after: datetime, before: datetime, *, limit: int, desk: str = ""
) -> Sequence[tuple[AppointmentSlot, Appointment | None]]:
    """The slots of an agency that begin between two moments, each with who holds it and the request, by time and desk."""
    holds = (Appointment.slot_id == AppointmentSlot.id) & Appointment.state.in_(_HOLDING)
    statement = (
        select(AppointmentSlot, Appointment)
        .join(Appointment, holds, isouter=True)
        .options(joinedload(Appointment.request))
        .where(
            AppointmentSlot.agency_id == agency_id,
            AppointmentSlot.starts_at >= after,
            AppointmentSlot.starts_at < before,
        )
        .order_by(AppointmentSlot.starts_at, AppointmentSlot.desk, AppointmentSlot.id)
        .limit(limit)
    )
    if desk:
        statement = statement.where(AppointmentSlot.desk == desk)
    return [(row[0], row[1]) for row in session.execute(statement).unique()]


def locked_slots(
    session: Session, agency_id: int, after: datetime, before: datetime, desk: str
) -> Sequence[AppointmentSlot]:
    """The slots of an agency, of one desk where it is named, between two moments, held until the transaction ends."""
    statement = select(AppointmentSlot).where(
        AppointmentSlot.agency_id == agency_id,
        AppointmentSlot.starts_at >= after,
        AppointmentSlot.starts_at < before,
    )
    if desk:
        statement = statement.where(AppointmentSlot.desk == desk)
    held = statement.order_by(AppointmentSlot.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).all()


def held_slots(session: Session, slot_ids: Collection[int]) -> Mapping[int, Appointment]:
    """Who holds these slots, by the slot's id, with the request."""
    statement = select(Appointment).where(Appointment.slot_id.in_(slot_ids), is_holding())
    found = session.scalars(statement.options(joinedload(Appointment.request)))
    return {appointment.slot_id: appointment for appointment in found}


def is_holding() -> ColumnElement[bool]:
    """Appointments that hold their slot."""
    return Appointment.state.in_(_HOLDING)


def held_slot_ids() -> ColumnElement[bool]:
    """Slots that somebody holds."""
    return AppointmentSlot.id.in_(select(Appointment.slot_id).where(is_holding()))


def is_to_note() -> ColumnElement[bool]:
    """Appointments of which nobody has noted by the end of the day whether the person came."""
    begun = datetime.combine(clock.today(), time(), clock.VIETNAM)
    return (Appointment.state == AppointmentState.BOOKED) & (Appointment.starts_at < begun)


def misses_of(session: Session, request_ids: Collection[int]) -> Mapping[int, int]:
    """How often nobody came, by the request's id; requests without a miss are left out."""
    statement = select(Appointment.request_id, func.count(Appointment.id)).where(
        Appointment.request_id.in_(request_ids), Appointment.state == AppointmentState.MISSED
    )
    return {row[0]: row[1] for row in session.execute(statement.group_by(Appointment.request_id))}


def papers_to_bring(session: Session, request_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The titles of what was attached to these requests, whose originals are due, by the request's id."""
    statement = select(Document.subject_id, Document.title).where(
        Document.subject_type == OnlineRequest.__tablename__,
        Document.subject_id.in_(request_ids),
        Document.state != DocumentState.REMOVED,
    )
    found: dict[int, list[str]] = {}
    for request_id, title in session.execute(statement.order_by(Document.id)):
        found.setdefault(request_id, []).append(title)
    return found


def visits_to_remind(session: Session, after: datetime, before: datetime) -> Sequence[int]:
    """The ids of the appointments between two moments that nobody was reminded of."""
    statement = select(Appointment.id).where(
        Appointment.state == AppointmentState.BOOKED,
        Appointment.reminded_at.is_(None),
        Appointment.starts_at >= after,
        Appointment.starts_at < before,
    )
    return session.scalars(statement.order_by(Appointment.id)).all()


def missed_visits(session: Session, after: datetime, before: datetime) -> Sequence[int]:
    """The ids of the appointments between two moments to which nobody came."""
    statement = select(Appointment.id).where(
        Appointment.state == AppointmentState.MISSED,
        Appointment.starts_at >= after,
        Appointment.starts_at < before,
    )
    return session.scalars(statement.order_by(Appointment.id)).all()


def booked_appointment(session: Session, request_id: int) -> Appointment | None:
    """The appointment that stands for a request, with its slot."""
    return session.scalar(
        select(Appointment)
        .where(Appointment.request_id == request_id, Appointment.state == AppointmentState.BOOKED)
        .options(joinedload(Appointment.slot))
    )

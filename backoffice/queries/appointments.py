"""Slots and appointments as the deeds and screens need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.models import Appointment, AppointmentSlot
from backoffice.models.request_states import AppointmentState

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


def slot_moments(
    session: Session, agency_id: int, desk: str, after: datetime, before: datetime
) -> set[datetime]:
    """When the slots of a desk begin, between two moments."""
    statement = select(AppointmentSlot.starts_at).where(
        AppointmentSlot.agency_id == agency_id,
        AppointmentSlot.desk == desk,
        AppointmentSlot.starts_at >= after,
        AppointmentSlot.starts_at < before,
    )
    return set(session.scalars(statement))


def booked_appointment(session: Session, request_id: int) -> Appointment | None:
    """The appointment that stands for a request, with its slot."""
    statement = select(Appointment).where(
        Appointment.request_id == request_id, Appointment.state == AppointmentState.BOOKED
    )
    return session.scalar(statement.options(joinedload(Appointment.slot)))

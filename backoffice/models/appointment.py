"""Times at which an agency's desks receive people, and who comes when.

Not here: the working calendar (`legal_rule`), the requests (`online_request`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    UtcDateTime,
    bytewise,
    state_check,
)
from backoffice.models.request_states import AppointmentPurpose, AppointmentState

_HOLDS_SLOT = text("state IN ('booked', 'kept', 'missed')")
_BOOKED = text("state = 'booked'")


class AppointmentSlot(Timestamped, AgencyScoped, Model):
    """A time at one desk for one person. A closed slot takes no further appointment."""

    __tablename__ = "appointment_slot"
    __constraints__ = (
        UniqueConstraint("agency_id", "desk", "starts_at", name="uq_appointment_slot"),
        CheckConstraint("ends_at > starts_at", name="ck_appointment_slot_order"),
        Index("ix_appointment_slot_starts_at", "starts_at", "id"),
    )

    id: Mapped[PrimaryKey]
    desk: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    def __repr__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y %H:%M}"


class Appointment(Timestamped, AgencyScoped, Model):
    """One visit for one request. The database itself lets nobody have a slot, or a request a visit, twice.

    `starts_at` is the slot's, which never changes: kept here too, because lists stand in its order.
    """

    __tablename__ = "appointment"
    __constraints__ = (
        state_check("state", AppointmentState, "appointment"),
        state_check("purpose", AppointmentPurpose, "appointment"),
        Index(
            "uq_appointment_slot_held",
            "slot_id",
            unique=True,
            sqlite_where=_HOLDS_SLOT,
            postgresql_where=_HOLDS_SLOT,
        ),
        Index(
            "uq_appointment_request_booked",
            "request_id",
            unique=True,
            sqlite_where=_BOOKED,
            postgresql_where=_BOOKED,
        ),
        Index("ix_appointment_request", "request_id", "id"),
        Index("ix_appointment_starts_at", "starts_at", "id"),
    )

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("online_request.id"))
    slot_id: Mapped[int] = mapped_column(BigId, ForeignKey("appointment_slot.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    purpose: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    public_key: Mapped[str] = mapped_column(bytewise(32), unique=True)

    request: Mapped[Any] = relationship("OnlineRequest")
    slot: Mapped[AppointmentSlot] = relationship("AppointmentSlot")

    def __repr__(self) -> str:
        return str(self.id)

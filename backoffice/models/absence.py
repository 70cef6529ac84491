"""When a member of staff is away, and who stands in. Not here: what follows from it (`queries.absences`, services)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import (
    AgencyScoped,
    Model,
    PrimaryKey,
    Timestamped,
    UtcDateTime,
    state_check,
)


class AbsenceReason(StrEnum):
    """Why somebody is away, in kinds: nothing more is kept about it."""

    LEAVE = "leave"
    ILLNESS = "illness"
    MISSION = "mission"
    TRAINING = "training"
    OTHER = "other"


class Absence(Timestamped, AgencyScoped, Model):
    """One member of staff away from a first to a last day, both included, with the deputy of these days.

    Whoever comes back early moves `to_on`; one that never begins bears `cancelled_at`. With `passes_on` the deputy
    of an absent deputy stands in as well, and nobody further on. A deputy gets no right from it: only what is shown
    as whose work, and in whose place a deed is written down.
    """

    __tablename__ = "absence"
    __constraints__ = (
        state_check("reason_kind", AbsenceReason, "absence"),
        CheckConstraint("to_on >= from_on", name="ck_absence_order"),
        CheckConstraint("deputy_id <> member_id", name="ck_absence_deputy"),
        Index("ix_absence_member", "member_id", "to_on"),
        Index("ix_absence_deputy", "deputy_id", "to_on"),
        Index("ix_absence_from_on", "from_on", "id"),
    )

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    reason_kind: Mapped[str] = mapped_column(String(16))
    passes_on: Mapped[bool] = mapped_column(Boolean, default=False)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    absentee: Mapped[Any] = relationship("StaffMember", foreign_keys=[member_id])
    deputy: Mapped[Any] = relationship("StaffMember", foreign_keys=[deputy_id])
    made_by: Mapped[Any] = relationship("StaffMember", foreign_keys=[made_by_id])

    def __repr__(self) -> str:
        return f"{self.from_on:%d/%m/%Y} – {self.to_on:%d/%m/%Y}"

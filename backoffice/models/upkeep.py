"""What upkeep that runs by itself found and did. Not here: when it runs (`job.ExportSchedule`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice import clock
from backoffice.models.base import BigId, Model, PrimaryKey, UtcDateTime


class UpkeepRun(Model):
    """One run that has ended, well or not; written once.

    `faults` are the first of `fault_count` pairs of code and address in the store. A run is bad that found faults or
    could not be done (`error_code`).
    """

    __tablename__ = "upkeep_run"

    id: Mapped[PrimaryKey]
    upkeep: Mapped[str] = mapped_column(String(40), index=True)
    slot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("schedule_slot.id"), unique=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    faults: Mapped[list[list[str]]] = mapped_column(JSON)
    fault_count: Mapped[int] = mapped_column(Integer, default=0)
    is_bad: Mapped[bool] = mapped_column(Boolean, default=False)
    error_code: Mapped[str | None] = mapped_column(String(40))

    requested_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return f"{self.started_at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"

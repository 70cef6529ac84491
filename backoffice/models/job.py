"""Background work as rows: outbox, effects, schedules with their slots, and export runs.

These rows belong to the system, not to an agency; screens ask for a permission instead of a scope.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice import clock
from backoffice.models.base import BigId, Model, PrimaryKey, Timestamped, UtcDateTime, state_check
from backoffice.models.states import ExportRunState, OutboxState, RunTrigger

_AT_WORK = text("state IN ('running', 'publishing')")


def new_message_id() -> str:
    """The idempotency key of one message."""
    return uuid4().hex


class OutboxMessage(Model):
    """A job that left a transaction: pending until the relay has enqueued it, done when its effect is committed.

    `arguments` holds ids only. `queued_for` groups messages of one subject for the staff screens.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        state_check("state", OutboxState, "outbox_message"),
        Index("ix_outbox_message_open", "state", "not_before"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_message_id)
    job: Mapped[str] = mapped_column(String(80))
    queue: Mapped[str] = mapped_column(String(20))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default=OutboxState.PENDING.value)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class JobEffect(Model):
    """The idempotency key of a job whose effect is committed; a second run finds it and does nothing."""

    __tablename__ = "job_effect"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ExportSchedule(Timestamped, Model):
    """When an export, or the upkeep of that name, runs by itself. `cron` is five fields in Viet Nam's time."""

    __tablename__ = "export_schedule"
    __keeps_changes__: ClassVar[bool] = True

    id: Mapped[PrimaryKey]
    package_name: Mapped[str] = mapped_column(String(40), unique=True)
    cron: Mapped[str] = mapped_column(String(60))
    is_enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    def __repr__(self) -> str:
        return self.package_name


class ScheduleSlot(Model):
    """One moment of a schedule that was taken; unique, so any number of tickers take it once."""

    __tablename__ = "schedule_slot"
    __table_args__ = (UniqueConstraint("schedule_id", "slot_at", name="uq_schedule_slot"),)

    id: Mapped[PrimaryKey]
    schedule_id: Mapped[int] = mapped_column(BigId, ForeignKey("export_schedule.id"))
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    schedule: Mapped[ExportSchedule] = relationship("ExportSchedule")

    def __repr__(self) -> str:
        return f"{self.slot_at:%d/%m/%Y %H:%M}"


class ExportRun(Timestamped, Model):
    """One attempt to publish a package, with its progress and its validation report for staff."""

    __tablename__ = "export_run"
    __table_args__ = (
        state_check("state", ExportRunState, "export_run"),
        state_check("triggered_by", RunTrigger, "export_run"),
        CheckConstraint("progress_done >= 0", name="ck_export_run_progress"),
        # Two workers cannot work on one package at once, whatever they believe.
        Index(
            "uq_export_run_active",
            "package_name",
            unique=True,
            sqlite_where=_AT_WORK,
            postgresql_where=_AT_WORK,
        ),
    )

    id: Mapped[PrimaryKey]
    package_name: Mapped[str] = mapped_column(String(40), index=True)
    triggered_by: Mapped[str] = mapped_column(String(16))
    slot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("schedule_slot.id"), unique=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    progress_done: Mapped[int] = mapped_column(BigInteger, default=0)
    progress_total: Mapped[int | None] = mapped_column(BigInteger)
    progress_label: Mapped[str | None] = mapped_column(String(80))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    package_version: Mapped[str | None] = mapped_column(String(80))
    row_counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error_code: Mapped[str | None] = mapped_column(String(40))

    slot: Mapped[ScheduleSlot | None] = relationship("ScheduleSlot")
    requested_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return f"{self.package_name} #{self.id}"

"""Reads of export schedules and the slots they took. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.models import ExportSchedule, ScheduleSlot


def schedules(session: Session) -> Sequence[ExportSchedule]:
    """All schedules by package name."""
    return session.scalars(select(ExportSchedule).order_by(ExportSchedule.package_name)).all()


def enabled_schedule_ids(session: Session) -> Sequence[int]:
    """The schedules that a ticker looks after."""
    return session.scalars(select(ExportSchedule.id).where(ExportSchedule.is_enabled).order_by("id")).all()


def schedule_of(session: Session, package_name: str) -> ExportSchedule | None:
    """The schedule of a package, if it has one."""
    return session.scalar(select(ExportSchedule).where(ExportSchedule.package_name == package_name))


def latest_slot_at(session: Session, schedule_id: int) -> datetime | None:
    """The newest moment that was taken, None before the first."""
    return session.scalar(
        select(func.max(ScheduleSlot.slot_at)).where(ScheduleSlot.schedule_id == schedule_id)
    )

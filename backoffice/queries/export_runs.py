"""Reads of export runs for services, screens and commands. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.models import ExportRun
from backoffice.models.states import ExportRunState

AT_WORK = (ExportRunState.RUNNING, ExportRunState.PUBLISHING)
OPEN = (ExportRunState.QUEUED, *AT_WORK)


def export_runs(session: Session, limit: int = 20) -> Sequence[ExportRun]:
    """The newest runs first."""
    return session.scalars(select(ExportRun).order_by(ExportRun.id.desc()).limit(limit)).all()


def waiting_run(session: Session, package: str) -> ExportRun | None:
    """The run of a package that is queued and has not begun."""
    waiting = select(ExportRun).where(
        ExportRun.package_name == package, ExportRun.state == ExportRunState.QUEUED
    )
    return session.scalar(waiting.order_by(ExportRun.id).limit(1))


def queued_runs(session: Session) -> Sequence[ExportRun]:
    """The runs that wait to be started."""
    waiting = select(ExportRun).where(ExportRun.state == ExportRunState.QUEUED)
    return session.scalars(waiting.order_by(ExportRun.id)).all()


def lost_runs(session: Session, silent_since: datetime) -> Sequence[ExportRun]:
    """Runs at work that gave no sign of life since that moment."""
    return session.scalars(
        select(ExportRun).where(ExportRun.state.in_(AT_WORK), ExportRun.changed_at < silent_since)
    ).all()

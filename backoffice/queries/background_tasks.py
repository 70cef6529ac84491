"""Reads of background tasks and their rows. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.models import BackgroundTask, BackgroundTaskRow, OutboxMessage
from backoffice.models.states import BackgroundTaskState, OutboxState, RowOutcome, TaskKind

OPEN = (BackgroundTaskState.QUEUED, BackgroundTaskState.RUNNING)


def open_tasks_of(session: Session, person_id: int) -> Sequence[int]:
    """The ids of a person's tasks that wait or work."""
    mine = (BackgroundTask.requested_by_id == person_id, BackgroundTask.state.in_(OPEN))
    return session.scalars(select(BackgroundTask.id).where(*mine)).all()


def open_tasks_of_kind(session: Session, kind: TaskKind) -> Sequence[BackgroundTask]:
    """All tasks of a kind that wait or work."""
    found = (BackgroundTask.kind == kind, BackgroundTask.state.in_(OPEN))
    return session.scalars(select(BackgroundTask).where(*found)).all()


def stranded_tasks(session: Session) -> Sequence[BackgroundTask]:
    """Tasks that wait or work although no message will make a worker go on with them."""
    alive = exists().where(
        OutboxMessage.id == BackgroundTask.message_id,
        OutboxMessage.state.in_((OutboxState.PENDING, OutboxState.SENT)),
    )
    return session.scalars(select(BackgroundTask).where(BackgroundTask.state.in_(OPEN), ~alive)).all()


def old_files(session: Session, finished_before: datetime) -> Sequence[BackgroundTask]:
    """Tasks whose file was made before that moment and is still kept."""
    kept = (BackgroundTask.file_key.is_not(None), BackgroundTask.finished_at < finished_before)
    return session.scalars(select(BackgroundTask).where(*kept).order_by(BackgroundTask.id)).all()


def kept_files(session: Session) -> set[str]:
    """The keys of all files that a task still names."""
    keys = session.scalars(select(BackgroundTask.file_key).where(BackgroundTask.file_key.is_not(None)))
    return {key for key in keys if key}


def pending_rows(session: Session, task_id: int) -> Sequence[int]:
    """The ids of the rows of a task that have no outcome yet, in the order in which they were chosen."""
    waiting = (BackgroundTaskRow.task_id == task_id, BackgroundTaskRow.outcome == RowOutcome.PENDING)
    return session.scalars(select(BackgroundTaskRow.id).where(*waiting).order_by(BackgroundTaskRow.id)).all()


def done_rows(session: Session, task_id: int) -> Sequence[BackgroundTaskRow]:
    """The rows of a task on which the step was taken."""
    done = (BackgroundTaskRow.task_id == task_id, BackgroundTaskRow.outcome == RowOutcome.DONE)
    return session.scalars(select(BackgroundTaskRow).where(*done).order_by(BackgroundTaskRow.id)).all()


def outcomes(session: Session, task_id: int) -> dict[str, int]:
    """How many rows of a task have each outcome."""
    found = session.scalars(
        select(BackgroundTaskRow.outcome).where(BackgroundTaskRow.task_id == task_id)
    ).all()
    return {outcome.value: found.count(outcome.value) for outcome in RowOutcome}


def task_rows(session: Session, task_id: int, offset: int, limit: int) -> Sequence[BackgroundTaskRow]:
    """A piece of the rows of a task, those that were refused first."""
    return session.scalars(
        select(BackgroundTaskRow)
        .where(BackgroundTaskRow.task_id == task_id)
        .order_by(BackgroundTaskRow.outcome.desc(), BackgroundTaskRow.id)
        .offset(offset)
        .limit(limit)
    ).all()

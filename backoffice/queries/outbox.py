"""Reads of the outbox for the screens and commands that watch it. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.models import OutboxMessage
from backoffice.models.states import OutboxState


def message_counts(session: Session) -> dict[str, int]:
    """How many messages stand in each state; every state is named."""
    rows = session.execute(
        select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state).order_by(OutboxMessage.state)
    )
    found = {state: count for state, count in rows}
    return {state.value: found.get(state.value, 0) for state in OutboxState}


def failed_messages(session: Session, limit: int = 20) -> Sequence[OutboxMessage]:
    """The newest messages that were given up."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.FAILED)
        .order_by(OutboxMessage.created_at.desc())
        .limit(limit)
    ).all()


def has_waiting(session: Session, job: str) -> bool:
    """Whether a message of this job has not left the outbox yet."""
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.job == job, OutboxMessage.state == OutboxState.PENDING
    )
    return session.scalar(waiting.limit(1)) is not None


def open_messages(session: Session, job: str) -> Sequence[OutboxMessage]:
    """Messages of this job that are neither done nor given up."""
    return session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.job == job, OutboxMessage.state.in_((OutboxState.PENDING, OutboxState.SENT))
        )
    ).all()

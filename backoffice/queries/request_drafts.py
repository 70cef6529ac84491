"""Drafts of citizens' requests, as the service needs them. Not here: opening what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.models import RequestDraft, RequestDraftFile

_AS_IS = {"synchronize_session": False}


def lock_draft(session: Session, token: str, *, is_for_change: bool) -> RequestDraft | None:
    """The row under this token; held until the transaction ends, with its version raised, when it is to be changed."""
    if is_for_change:
        # A write first: on SQLite nothing else makes the second of two changes wait for the first.
        raised = {"version": RequestDraft.version + 1}
        session.execute(
            update(RequestDraft).where(RequestDraft.token == token).values(raised), execution_options=_AS_IS
        )
    statement = select(RequestDraft).where(RequestDraft.token == token)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def expired_drafts(session: Session, now: datetime, limit: int) -> Sequence[RequestDraft]:
    """The oldest drafts whose time is over and that nobody else is deleting."""
    statement = select(RequestDraft).where(RequestDraft.expires_at <= now).order_by(RequestDraft.expires_at)
    return session.scalars(statement.limit(limit).with_for_update(skip_locked=True)).all()


def files_of_draft(session: Session, draft_id: int) -> Sequence[RequestDraftFile]:
    """What the draft holds of the store."""
    return session.scalars(select(RequestDraftFile).where(RequestDraftFile.draft_id == draft_id)).all()

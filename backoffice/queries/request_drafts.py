"""Drafts of citizens' requests, as the service needs them. Not here: opening what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from backoffice.connections import KEPT
from backoffice.models import RequestDraft, RequestDraftFile

_AS_IS = {"synchronize_session": False}
_BY_TOKEN = (
    select(RequestDraft)
    .where(RequestDraft.token == bindparam("token"))
    .execution_options(populate_existing=True, **KEPT)
)
_HELD = (
    delete(RequestDraftFile)
    .where(RequestDraftFile.draft_id == bindparam("of_draft"))
    .execution_options(**KEPT, **_AS_IS)
)
_CLOSED = (
    update(RequestDraft)
    .where(RequestDraft.id == bindparam("of_draft"), RequestDraft.version == bindparam("read"))
    .values(sealed=bindparam("content"), expires_at=bindparam("until"), version=RequestDraft.version + 1)
    .execution_options(**KEPT, **_AS_IS)
)


def lock_draft(session: Session, token: str, *, is_for_change: bool) -> RequestDraft | None:
    """The row under this token; held until the transaction ends, with its version raised, when it is to be changed."""
    if is_for_change:
        # A write first: on SQLite nothing else makes the second of two changes wait for the first.
        raised = {"version": RequestDraft.version + 1}
        session.execute(
            update(RequestDraft).where(RequestDraft.token == token).values(raised), execution_options=_AS_IS
        )
    return session.scalars(_BY_TOKEN, {"token": token}).one_or_none()


def close_draft_row(session: Session, stored: tuple[int, int], sealed: str, until: datetime) -> bool:
    """Write the content if the draft (its id) is still of this version, and let it hold no file; whether it was.

    For files that belong to something else now: nobody asks whether they are used.
    """
    row_id, version = stored
    with session.no_autoflush:
        session.execute(_HELD, {"of_draft": row_id})
        done = session.execute(
            _CLOSED, {"of_draft": row_id, "read": version, "content": sealed, "until": until}
        )
    return cast("CursorResult[Any]", done).rowcount == 1


def expired_drafts(session: Session, now: datetime, limit: int) -> Sequence[RequestDraft]:
    """The oldest drafts whose time is over and that nobody else is deleting."""
    statement = select(RequestDraft).where(RequestDraft.expires_at <= now).order_by(RequestDraft.expires_at)
    return session.scalars(statement.limit(limit).with_for_update(skip_locked=True)).all()


def files_of_draft(session: Session, draft_id: int) -> Sequence[RequestDraftFile]:
    """What the draft holds of the store."""
    return session.scalars(select(RequestDraftFile).where(RequestDraftFile.draft_id == draft_id)).all()

"""Reads of what signing in left behind, for the person it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backoffice.models import SignInEvent, StaffSession
from backoffice.queries.current import reading


def recent_events(member_id: int, limit: int = 20) -> Sequence[SignInEvent]:
    """The newest tries to sign in with this person's name, newest first."""
    statement = select(SignInEvent).where(SignInEvent.member_id == member_id)
    return reading().scalars(statement.order_by(SignInEvent.id.desc()).limit(limit)).all()


def open_sessions(member_id: int) -> Sequence[StaffSession]:
    """The sessions of this person that were not ended, the last used first."""
    statement = select(StaffSession).where(StaffSession.member_id == member_id)
    return reading().scalars(statement.order_by(StaffSession.last_seen_at.desc()).limit(20)).all()

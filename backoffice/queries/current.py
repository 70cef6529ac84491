"""The session that reads use: the one of the unit of work that is open, or the request's own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.extensions import db


def reading() -> Session:
    """The session of this thread, typed."""
    session: Session = db.session()
    return session

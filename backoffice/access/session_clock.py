"""When a session was last used: read with the person, written past the request.

The moment stands in the database and not in the cookie: a page that is only read sets no cookie, and a copied
cookie cannot say how old it is. It is written at most once a minute and through a connection of its own, so that
reading a page opens no transaction that writes and waits for nobody.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import Engine, NullPool, create_engine, update
from sqlalchemy.exc import SQLAlchemyError

from backoffice.models import StaffSession
from config import Settings

_WRITTEN_EVERY = timedelta(minutes=1)
_PATIENCE = 0.2
log = logging.getLogger(__name__)


def is_idle(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session was left alone for longer than this installation allows; also when the clock went back."""
    idle = timedelta(seconds=_settings().idle_timeout)
    return not timedelta(seconds=-60) <= now - last_seen_at <= idle


def note_use(session_id: int, last_seen_at: datetime, now: datetime) -> None:
    """Write that the session is in use, unless that was done within the last minute."""
    if now - last_seen_at < _WRITTEN_EVERY:
        return
    statement = update(StaffSession).where(StaffSession.id == session_id).values(last_seen_at=now)
    try:
        with _engine(_settings()).begin() as connection:
            connection.execute(statement)
    except SQLAlchemyError as error:
        # A busy database costs this session a minute of its rest, not the person the page.
        log.info("the use of a session was not noted: %s", type(error).__name__)


@cache
def _engine(settings: Settings) -> Engine:
    """Connections that are opened for one statement; few, because each session writes once a minute."""
    wait = {"timeout": _PATIENCE} if settings.is_sqlite else {"connect_timeout": 2}
    return create_engine(settings.database_url, poolclass=NullPool, connect_args=wait)


def _settings() -> Settings:
    settings: Settings = current_app.config["OPENTHADS"]
    return settings

"""Citizens' requests as the deeds and screens need them. Not here: searches of lists (`views`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.models import LookUpTry, OnlineRequest, RequestMessage

_BATCH = 200
_Row = TypeVar("_Row", OnlineRequest, RequestMessage)


def request_by_client_key(session: Session, client_key: str) -> OnlineRequest | None:
    """The request that this sending made, in the present scope."""
    return session.scalar(select(OnlineRequest).where(OnlineRequest.client_key == client_key))


def request_by_keys(session: Session, code_key: str, identity_key: str) -> OnlineRequest | None:
    """The request with this code and this identity number: one question for both, so that no part can be tried."""
    return session.scalar(
        select(OnlineRequest).where(
            OnlineRequest.code_key == code_key, OnlineRequest.identity_key == identity_key
        )
    )


def failed_look_ups(session: Session, code_key: str, since: datetime) -> int:
    """How often this code was tried in vain since that moment."""
    tries = select(func.count(LookUpTry.id)).where(LookUpTry.code_key == code_key, LookUpTry.at >= since)
    return session.scalar(tries) or 0


def all_failed_look_ups(session: Session, since: datetime) -> int:
    """How often any code was tried in vain since that moment."""
    return session.scalar(select(func.count(LookUpTry.id)).where(LookUpTry.at >= since)) or 0


def sealed_rows(session: Session, *, not_under: str) -> Iterator[OnlineRequest | RequestMessage]:
    """Every request and message in scope that is not under this master key."""
    yield from _not_under(session, OnlineRequest, not_under)
    yield from _not_under(session, RequestMessage, not_under)


def _not_under(session: Session, cls: type[_Row], key_id: str) -> Iterator[_Row]:
    after = 0
    statement = select(cls).where(cls.key_id != key_id).order_by(cls.id).limit(_BATCH)
    while rows := session.scalars(statement.where(cls.id > after)).all():
        yield from rows
        after = rows[-1].id

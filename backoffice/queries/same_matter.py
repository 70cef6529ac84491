"""Requests in the present scope that may be of the same person or about the same matter. Not here: judging likeness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from backoffice.models import OnlineRequest, RequestParty
from backoffice.queries.current import reading

_MOST_WORDS = 6


def requests_with_identity(identity_key: str, besides: int, limit: int) -> Sequence[OnlineRequest]:
    """Requests of, or naming, the person whose number has this sum, newest first."""
    named = select(RequestParty.request_id).where(RequestParty.identity_key == identity_key)
    found = or_(OnlineRequest.identity_key == identity_key, OnlineRequest.id.in_(named))
    return _newest(found, besides, limit)


def requests_naming(
    names: Sequence[Sequence[str]], since: datetime, besides: int, limit: int
) -> Sequence[OnlineRequest]:
    """Requests since a moment that name somebody with these words, one word of three or more left out at will.

    Those of the very name come first: so many share all words but one of a common name that they would be crowded out.
    """
    parties = select(RequestParty.request_id).where(_named(RequestParty.name_fold, names))
    found = or_(_named(OnlineRequest.name_fold, names), OnlineRequest.id.in_(parties))
    whole = [" ".join(words) for words in names]
    party = select(RequestParty.request_id).where(RequestParty.name_fold.in_(whole))
    same = or_(OnlineRequest.name_fold.in_(whole), OnlineRequest.id.in_(party))
    return _newest(found & (OnlineRequest.received_at >= since), besides, limit, same.desc())


def _newest(
    condition: ColumnElement[bool], besides: int, limit: int, *first: ColumnElement[bool]
) -> Sequence[OnlineRequest]:
    statement = (
        select(OnlineRequest)
        .where(condition, OnlineRequest.id != besides)
        .options(selectinload(OnlineRequest.parties))
        .order_by(*first, OnlineRequest.id.desc())
        .limit(limit)
    )
    return reading().scalars(statement).all()


def _named(column: Any, names: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = or_(*(_words(column, words[:_MOST_WORDS]) for words in names))
    return found


def _words(column: Any, words: Sequence[str]) -> ColumnElement[bool]:
    needed = len(words) - 1 if len(words) > 2 else len(words)
    found: ColumnElement[bool] = or_(
        *(
            and_(*(column.contains(word, autoescape=True) for word in some))
            for some in combinations(words, needed)
        )
    )
    return found

"""Finding rows of many tables by one typed text, in one statement.

Belongs here: the shape of such a search. Not here: what is searched and how it is typed (`views.search_sources`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, load_only

from backoffice.models import CaseParty, EnforcementAgency, StaffMember, TransitionLog
from backoffice.queries.current import reading
from exports.text import fold_ascii

SHOWN = 6
# What the history calls a look-up by identity number.
LOOK_UP = "look_up_identity"


@dataclass(frozen=True)
class Leg:
    """One table to search: the rows that fit, the columns to show, which of them fit exactly and which come first.

    `case` is the column that names the case whose debtors shall be told, if any.
    """

    key: str
    model: type[Any]
    conditions: Sequence[ColumnElement[bool]]
    title: Any
    detail: Any
    state: Any = None
    exact: ColumnElement[bool] | None = None
    order: Any = None
    case: Any = None


@dataclass(frozen=True)
class Hit:
    """One row that was found."""

    key: str
    id: int
    title: str
    detail: str
    state: str | None
    agency_id: int | None
    is_exact: bool
    case_id: int | None = None
    debtors: str = ""


def hits(legs: Sequence[Leg]) -> list[Hit]:
    """The first rows of each leg, one more than SHOWN where there are more; exact ones first."""
    if not legs:
        return []
    rows: Sequence[Any] = reading().execute(union_all(*map(_leg, legs))).all()
    found = [Hit(row[0], row[1], row[2], row[3] or "", row[4], row[5], bool(row[6]), row[7]) for row in rows]
    return sorted(found, key=lambda hit: (not hit.is_exact, hit.title, hit.id))


def agencies_in_scope() -> Mapping[int, EnforcementAgency]:
    """Every agency in the present scope by id, with what a search shows of it."""
    wanted = (
        EnforcementAgency.code,
        EnforcementAgency.name,
        EnforcementAgency.path,
        EnforcementAgency.valid_to,
    )
    statement = select(EnforcementAgency).options(load_only(*wanted)).order_by(EnforcementAgency.path)
    return {agency.id: agency for agency in reading().scalars(statement)}


def agencies_named(agencies: Mapping[int, EnforcementAgency], text: str) -> list[EnforcementAgency]:
    """The agencies whose name has all words of the text, with or without marks; those in force first."""
    words = fold_ascii(text).split()
    found = [
        agency
        for agency in agencies.values()
        if words and all(word in _folded(agency.name) for word in words)
    ]
    return sorted(found, key=lambda agency: (agency.valid_to is not None, agency.path))


def parties_with_identity(number: str, limit: int) -> Sequence[CaseParty]:
    """The parties in the present scope with exactly this identity number, newest first."""
    statement = select(CaseParty).where(CaseParty.identity_number == number)
    return reading().scalars(statement.order_by(CaseParty.id.desc()).limit(limit)).all()


def looked_up_since(session: Session, person_id: int, moment: datetime) -> Sequence[datetime]:
    """When this person looked an identity number up since that moment, the first first; refused ones do not count."""
    mine = (TransitionLog.actor_id == person_id, TransitionLog.subject_type == StaffMember.__tablename__)
    lookups = (TransitionLog.transition == LOOK_UP, TransitionLog.to_state.in_(("found", "not_found")))
    statement = select(TransitionLog.at).where(*mine, *lookups, TransitionLog.at > moment)
    return session.scalars(statement.order_by(TransitionLog.at)).all()


def staff_named(text: str) -> ColumnElement[bool]:
    """People whose whole name has all typed words, with or without marks, or whose user name has them in one."""
    words = fold_ascii(text).split()
    if not words:
        return false()
    named = and_(*(StaffMember.name_fold.contains(word, autoescape=True) for word in words))
    return or_(named, StaffMember.username.contains("".join(words), autoescape=True))


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold_ascii(name)


def _leg(leg: Leg) -> Select[Any]:
    """The ids are found under the limit first: a union cannot limit its parts."""
    model = leg.model
    exact = case((leg.exact, 1), else_=0) if leg.exact is not None else literal(0)
    ids = select(model.id).where(*leg.conditions)
    if leg.order is not None:
        ids = ids.order_by(leg.order)
    return select(
        literal(leg.key),
        model.id,
        cast(leg.title, String),
        cast(leg.detail, String),
        cast(null() if leg.state is None else leg.state, String),
        model.agency_id,
        exact,
        cast(null() if leg.case is None else leg.case, BigInteger),
    ).where(model.id.in_(ids.limit(SHOWN + 1)))

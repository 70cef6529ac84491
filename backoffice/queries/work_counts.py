"""How much work waits: many counts in one statement, and the same by agency in one more.

Belongs here: counting rows that fit conditions. Not here: which conditions make a queue (`views.queues`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, literal, null, select, union_all

from backoffice.models import EnforcementAgency
from backoffice.models.confidence import open_path
from backoffice.queries.current import reading

COUNT_LIMIT = 1000


@dataclass(frozen=True)
class Pile:
    """Rows to count: their table, what they fit, and the column of the day by which they are due, if any."""

    key: str
    model: type[Any]
    conditions: Sequence[ColumnElement[bool]]
    due: str | None = None


@dataclass(frozen=True)
class PileCount:
    """How many rows a pile has, counted no further than one past COUNT_LIMIT, and the earliest day among them."""

    count: int
    oldest_on: date | None


NONE = PileCount(0, None)


def pile_counts(piles: Sequence[Pile]) -> Mapping[str, PileCount]:
    """The counts of all piles in one statement, by key."""
    if not piles:
        return {}
    rows: Sequence[Any] = reading().execute(union_all(*map(_counting, piles))).all()
    return {key: PileCount(count, oldest) for key, count, oldest in rows}


def pile_counts_by_agency(piles: Sequence[Pile]) -> Sequence[tuple[str, str, int]]:
    """(key, path of the agency, count) of the piles in one statement; agencies without rows are left out."""
    if not piles:
        return []
    legs = [
        select(literal(pile.key), pile.model.agency_path, func.count(pile.model.id))
        .where(*pile.conditions)
        .group_by(pile.model.agency_path)
        for pile in piles
    ]
    return [(row[0], open_path(row[1]), row[2]) for row in reading().execute(union_all(*legs)).all()]


def agencies_at(paths: Sequence[str]) -> Sequence[EnforcementAgency]:
    """The agencies with these paths, in the order of the tree."""
    statement = select(EnforcementAgency).where(EnforcementAgency.path.in_(paths))
    return reading().scalars(statement.order_by(EnforcementAgency.path)).all()


def first_rows(pile: Pile, limit: int) -> Sequence[Any]:
    """The first rows of a pile: those due earliest, then those without a day, else those made first."""
    # Databases differ in where they put rows without a value.
    order = [getattr(pile.model, pile.due).asc().nulls_last()] if pile.due else []
    statement = select(pile.model).where(*pile.conditions).order_by(*order, pile.model.id).limit(limit)
    return reading().scalars(statement).all()


def _counting(pile: Pile) -> Select[tuple[str, int, date | None]]:
    """One leg: the ids are found under the limit first, so that a full pile costs no more than a capped one."""
    due = getattr(pile.model, pile.due) if pile.due else None
    ids = select(pile.model.id).where(*pile.conditions).limit(COUNT_LIMIT + 1)
    capped = ids if due is None else ids.order_by(due.asc().nulls_last())
    oldest = cast(null(), Date) if due is None else func.min(due)
    return select(literal(pile.key), func.count(pile.model.id), oldest).where(pile.model.id.in_(capped))

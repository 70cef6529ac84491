"""Reads of the history: entries of deeds and field differences of a row. Not here: what they are called on a screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, load_only

from backoffice.models import RowChange, StaffMember, TransitionLog
from backoffice.queries.current import reading

NEWEST = 200


def changes_of(row: Any, *, after: datetime | None = None) -> Sequence[RowChange]:
    """What was changed of the row, newest first: the newest changes, or all of those after a moment."""
    statement = (
        select(RowChange)
        .where(RowChange.subject_type == row.__tablename__, RowChange.subject_id == row.id)
        .order_by(RowChange.id.desc())
    )
    statement = statement.limit(NEWEST) if after is None else statement.where(RowChange.at >= after)
    return reading().scalars(statement).all()


def first_change_of(row: Any) -> RowChange | None:
    """The oldest change that is kept of the row; None when there is none."""
    return reading().scalar(
        select(RowChange)
        .where(RowChange.subject_type == row.__tablename__, RowChange.subject_id == row.id)
        .order_by(RowChange.id)
        .limit(1)
    )


def changes_since(row: Any, version: int) -> Sequence[RowChange]:
    """The saves that raised the row's version above this one, oldest first."""
    statement = select(RowChange).where(
        RowChange.subject_type == row.__tablename__,
        RowChange.subject_id == row.id,
        RowChange.version > version,
    )
    return reading().scalars(statement.order_by(RowChange.id)).all()


def changes_under(entry_ids: Collection[int]) -> Sequence[RowChange]:
    """What the deeds of these entries changed, of whichever row, oldest first; no more than a page can show.

    An import is one deed and may change thousands of rows.
    """
    statement = select(RowChange).where(RowChange.log_id.in_(entry_ids)).order_by(RowChange.id).limit(NEWEST)
    return reading().scalars(statement).all() if entry_ids else ()


def entries_of(row: Any, entry_ids: Collection[int]) -> Sequence[TransitionLog]:
    """The newest entries about the row, and those of deeds that changed it along with another, newest first."""
    own = (TransitionLog.subject_type == row.__tablename__) & (TransitionLog.subject_id == row.id)
    statement = (
        select(TransitionLog)
        .where(or_(own, TransitionLog.id.in_(entry_ids)))
        .options(*_with_people())
        .order_by(TransitionLog.id.desc())
        .limit(NEWEST)
    )
    return reading().scalars(statement).unique().all()


def entries_by_id(entry_ids: Collection[int]) -> Sequence[TransitionLog]:
    """These entries with the people who acted, oldest first."""
    statement = select(TransitionLog).where(TransitionLog.id.in_(entry_ids)).options(*_with_people())
    return reading().scalars(statement.order_by(TransitionLog.id)).unique().all() if entry_ids else ()


def rows_by_id(cls: type[Any], ids: Collection[int]) -> dict[int, Any]:
    """The rows of a class with these ids that the scope shows; of people only what a name needs."""
    statement = select(cls).where(cls.id.in_(ids))
    if cls is StaffMember:
        needed = (StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
        statement = statement.options(load_only(*needed), joinedload(StaffMember.agency))
    return {row.id: row for row in reading().scalars(statement).unique()} if ids else {}


def _with_people() -> tuple[Any, ...]:
    needed = (StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
    return tuple(
        joinedload(person).options(load_only(*needed), joinedload(StaffMember.agency))
        for person in (TransitionLog.actor, TransitionLog.acted_for)
    )

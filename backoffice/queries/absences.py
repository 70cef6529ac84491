"""Reads of absences: who is away on a day, who stands in for whom, what overlaps. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, load_only

from backoffice import clock
from backoffice.models import Absence, EnforcementCase, StaffMember
from backoffice.queries.current import reading


def is_running(day: date | ColumnElement[date], absence: Any = Absence) -> ColumnElement[bool]:
    """Absences that hold on the day, or on that of a parameter: their last day included, the day after not."""
    found: ColumnElement[bool] = and_(
        absence.from_on <= day, absence.to_on >= day, absence.cancelled_at.is_(None)
    )
    return found


def running_around(person_id: int, day: date) -> Sequence[Absence]:
    """The absences of the day in which this person is away or stands in, with the names of both.

    A person stands in where named, and where the named deputy is away too, has named the person, and that was
    allowed: one step further and no more, so that nothing goes in circles.
    """
    next_one = aliased(Absence)
    absent_deputies = select(next_one.member_id).where(
        next_one.deputy_id == person_id, is_running(day, next_one)
    )
    passed_on = and_(
        Absence.passes_on.is_(True), Absence.member_id != person_id, Absence.deputy_id.in_(absent_deputies)
    )
    statement = (
        select(Absence)
        .where(
            is_running(day), or_(Absence.deputy_id == person_id, Absence.member_id == person_id, passed_on)
        )
        .options(*named(Absence.absentee), *named(Absence.deputy))
        .order_by(Absence.to_on, Absence.id)
    )
    return reading().scalars(statement).unique().all()


def stands_in(deputy_id: int, day: date) -> Sequence[Absence]:
    """The absences in which this person stands in on the day."""
    return [absence for absence in running_around(deputy_id, day) if absence.member_id != deputy_id]


def absence_of_officer() -> Mapping[str, tuple[Any, ColumnElement[bool], tuple[Any, ...]]]:
    """Beside a case: today's absence of its officer, with the names of both."""
    # The statement is made once, the day is read each time.
    today = is_running(bindparam("day", callable_=clock.today))
    whose = Absence.member_id == EnforcementCase.officer_id
    return {
        "officer_absence": (Absence, and_(whose, today), (*named(Absence.absentee), *named(Absence.deputy)))
    }


def deputies_on(day: date) -> Collection[int]:
    """Everybody who is named as somebody's deputy on the day, in the present scope."""
    return set(reading().scalars(select(Absence.deputy_id).where(is_running(day))))


def running_absences(member_ids: Collection[int], day: date) -> Sequence[Absence]:
    """Which of these people are away on the day, with the names of both."""
    statement = select(Absence).where(Absence.member_id.in_(member_ids), is_running(day))
    loaded = statement.options(*named(Absence.absentee), *named(Absence.deputy)).order_by(Absence.id)
    return reading().scalars(loaded).unique().all() if member_ids else ()


def overlapping(session: Session, person: ColumnElement[bool], first: date, last: date) -> Sequence[Absence]:
    """The absences of a person, or those in which a person stands in, that have a day from the first to the last."""
    statement = select(Absence).where(
        person, Absence.from_on <= last, Absence.to_on >= first, Absence.cancelled_at.is_(None)
    )
    loaded = statement.options(*named(Absence.absentee), *named(Absence.deputy))
    return session.scalars(loaded.order_by(Absence.from_on, Absence.id)).unique().all()


def absences_of(member_id: int, limit: int = 20) -> Sequence[Absence]:
    """The newest absences of a person, the latest first."""
    statement = select(Absence).where(Absence.member_id == member_id).options(*named(Absence.deputy))
    return reading().scalars(statement.order_by(Absence.from_on.desc(), Absence.id.desc()).limit(limit)).all()


def named(relation: Any) -> tuple[Any, ...]:
    """Load a person with what a name on a screen needs; never with the password."""
    needed = (StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
    return (joinedload(relation).options(load_only(*needed), joinedload(StaffMember.agency)),)

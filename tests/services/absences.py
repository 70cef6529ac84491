"""What tests of absences share: entering one, and in whose place somebody works. Not here: fixtures of people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope, use_scope
from backoffice.extensions import db
from backoffice.models import Absence
from backoffice.queries.absences import stands_in
from backoffice.services.absence import NewAbsence, Planned, plan_absence

TODAY = date(2026, 10, 5)
DAY = timedelta(days=1)


def new(deputy: Actor, first: int = 0, last: int = 4, **more: Any) -> NewAbsence:
    """An absence from so many days after today to so many, with this deputy."""
    return NewAbsence(
        TODAY + first * DAY, TODAY + last * DAY, deputy.user_id or 0, more.pop("reason", "leave"), **more
    )


def plan(actor: Actor, deputy: Actor, first: int = 0, last: int = 4, **more: Any) -> Planned:
    """The actor's own absence."""
    return plan_absence(actor, actor.user_id or 0, new(deputy, first, last, **more))


def count(model: type[Any] = Absence) -> int:
    """How many rows are stored."""
    with system_scope("set_up"):
        return db.session.scalar(select(func.count(model.id))) or 0


def covers(deputy: Actor, on: date = TODAY) -> list[int]:
    """In whose place somebody works on a day."""
    with use_scope(deputy.scope):
        return [absence.member_id for absence in stands_in(deputy.user_id or 0, on)]

"""Absences of the demonstration: one that holds today, with work that waits for the deputy, and one that lies ahead.

Not here: accounts (`users`), whose requests they are (`request_deeds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import Absence
from backoffice.models.absence import AbsenceReason
from backoffice.services.absence import NewAbsence, plan_absence
from backoffice.services.transaction import unit_of_work

# The absent one, the deputy, the first and the last day counted from today, the kind of reason.
_PLANNED = (
    ("hotro2.badinh", "hotro.badinh", 0, 4, AbsenceReason.TRAINING),
    ("hotro.badinh", "hotro2.badinh", 14, 18, AbsenceReason.LEAVE),
)


def make_absences(people: Mapping[str, Actor]) -> int:
    """Let both officers of one desk enter an absence, unless they ever did; returns how many were entered."""
    made = 0
    for absent, deputy, first, last, reason in _PLANNED:
        member, other = people.get(absent), people.get(deputy)
        if member is None or other is None or member.user_id is None or _has_any(member.user_id):
            continue
        today = clock.today()
        days = (today + timedelta(days=first), today + timedelta(days=last))
        plan_absence(member, member.user_id, NewAbsence(*days, other.user_id or 0, reason.value))
        made += 1
    return made


def _has_any(member_id: int) -> bool:
    with unit_of_work(Actor.system("sample_data")) as session:
        return session.scalar(select(Absence.id).where(Absence.member_id == member_id).limit(1)) is not None

"""Reads of cases: by number, their last event, and who may be given a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backoffice.models import (
    CaseParty,
    EnforcementAgency,
    EnforcementCase,
    EnforcementObligation,
    StaffMember,
    TransitionLog,
)
from backoffice.models.states import CaseState
from backoffice.queries.current import reading
from exports.text import number_key

ENDED = (CaseState.COMPLETED, CaseState.TERMINATED, CaseState.RETURNED, CaseState.DELEGATED)
_NEWEST = 50
# Only while a case stands so may its debtors be public.
WITHOUT_CONDITIONS = (CaseState.NON_ENFORCEABLE, CaseState.SEPARATE_LEDGER)


def case_by_number(agency_id: int, case_number: str) -> EnforcementCase | None:
    """The case of an agency with this number, or None when there is none in the present scope."""
    return reading().scalar(
        select(EnforcementCase).where(
            EnforcementCase.agency_id == agency_id, EnforcementCase.case_number == case_number
        )
    )


def next_case_number(agency_id: int, year: int) -> str:
    """The number after the greatest of the agency's newest cases of the year, if they are numbered `12/2026`."""
    mine = select(EnforcementCase.case_number).where(
        EnforcementCase.agency_id == agency_id, EnforcementCase.case_number.endswith(f"/{year}")
    )
    newest = reading().scalars(mine.order_by(EnforcementCase.id.desc()).limit(_NEWEST)).all()
    numbers = [int(head) for head in (number.partition("/")[0] for number in newest) if head.isdecimal()]
    following = max(numbers, default=0) + 1
    while case_by_number(agency_id, f"{following}/{year}") is not None:
        following += 1
    return f"{following}/{year}"


def cases_of_judgment(judgment_number: str, judgment_on: date, limit: int = 5) -> Sequence[EnforcementCase]:
    """The cases in the present scope on the judgment of this number and day, however the number is written."""
    statement = select(EnforcementCase).where(
        EnforcementCase.judgment_number_key == number_key(judgment_number),
        EnforcementCase.judgment_on == judgment_on,
    )
    return reading().scalars(statement.order_by(EnforcementCase.id.desc()).limit(limit)).all()


def last_event_on(case: EnforcementCase) -> date | None:
    """The latest day from which a deadline of the case was counted, as its history keeps it; None without one."""
    statement = select(TransitionLog.deadline).where(
        TransitionLog.subject_type == case.__tablename__,
        TransitionLog.subject_id == case.id,
        TransitionLog.deadline.is_not(None),
    )
    days = (kept.get("started_on") for kept in reading().scalars(statement) if kept)
    return max((date.fromisoformat(day) for day in days if day), default=None)


def member_with_agency(member_id: int, role_name: str) -> tuple[StaffMember, EnforcementAgency] | None:
    """An active person who holds the role, with the agency; None when the present scope hides that agency."""
    statement = (
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(
            StaffMember.id == member_id,
            StaffMember.active.is_(True),
            StaffMember.roles.any(StoredRole.name == role_name),
        )
    )
    found = reading().execute(statement).first()
    return (found[0], found[1]) if found else None


def obligations_of(case_id: int) -> Sequence[EnforcementObligation]:
    """The obligations of a case with their debtors, oldest first."""
    statement = select(EnforcementObligation).where(EnforcementObligation.case_id == case_id)
    loaded = statement.options(joinedload(EnforcementObligation.debtor)).order_by(EnforcementObligation.id)
    return reading().scalars(loaded).all()


def parties_of(case_id: int) -> Sequence[CaseParty]:
    """The parties of a case, oldest first."""
    statement = select(CaseParty).where(CaseParty.case_id == case_id).order_by(CaseParty.id)
    return reading().scalars(statement).all()

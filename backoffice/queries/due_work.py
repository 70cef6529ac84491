"""Work with a day by which it is due, by officer: requests, verifications and steps of publication of their cases.

Not here: the queues of the first page (`views.queues`), which count by role and not by person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from backoffice.models import DebtorRecord, EnforcementCase, NonEnforceableDecision, OnlineRequest
from backoffice.models.request_states import RequestState
from backoffice.models.states import CaseState, DebtorRecordState
from backoffice.queries.cases import ENDED

VERIFICATION, PUBLISH, AMEND, WITHDRAW = "verification", "publish", "amend", "withdraw"
REQUEST = "request"
_RUNNING = tuple(state.value for state in CaseState if state not in ENDED)
# The column of the day, and the states in which the step is open.
_STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    PUBLISH: ("publish_due_on", (DebtorRecordState.DRAFT.value, DebtorRecordState.APPROVED.value)),
    AMEND: ("amend_due_on", (DebtorRecordState.PUBLISHED.value,)),
    WITHDRAW: ("withdraw_due_on", (DebtorRecordState.WITHDRAWAL_DUE.value,)),
}
# Where a request lies with the one who supports it, and where with the one who examines it. While the citizen
# completes it no day counts.
_REQUESTS: dict[str, tuple[str, ...]] = {
    "handler_id": (
        RequestState.RECEIVED.value,
        RequestState.AWAITING_ORIGINALS.value,
        RequestState.DRAFTED.value,
        RequestState.SIGNED.value,
    ),
    "examiner_id": (RequestState.IN_EXAMINATION.value,),
}


@dataclass(frozen=True)
class DueWork:
    """One piece of work: whose, what, by when, and the row; `number` is what people call it by."""

    officer_id: int
    kind: str
    number: str
    due_on: date
    subject_id: int


@dataclass(frozen=True)
class Wanted:
    """Whose work, up to which day, and how much of it; None for all."""

    officer_ids: Collection[int] | None = None
    until: date | None = None
    limit: int | None = None


def due_work(
    session: Session,
    *,
    officer_ids: Collection[int] | None = None,
    until: date | None = None,
    limit: int | None = None,
) -> Sequence[DueWork]:
    """The work of these officers or of all, what is due first at the front; `until` leaves out later days."""
    wanted = Wanted(officer_ids, until, limit)
    found = _verifications(session, wanted)
    for column, states in _REQUESTS.items():
        found += _requests(session, getattr(OnlineRequest, column), states, wanted)
    for kind, (column, states) in _STEPS.items():
        found += _steps(session, kind, getattr(DebtorRecord, column), states, wanted)
    return sorted(found, key=lambda work: (work.due_on, work.kind, work.subject_id))[:limit]


def _verifications(session: Session, wanted: Wanted) -> list[DueWork]:
    case: Any = EnforcementCase
    due = case.next_verification_due_on
    statement = (
        select(case.officer_id, case.case_number, due, case.id)
        .where(case.state.in_(_RUNNING), due.is_not(None), *_fitting(case.officer_id, due, wanted))
        .order_by(due)
        .limit(wanted.limit)
    )
    return [DueWork(row[0], VERIFICATION, row[1], row[2], row[3]) for row in session.execute(statement)]


def _steps(session: Session, kind: str, due: Any, states: tuple[str, ...], wanted: Wanted) -> list[DueWork]:
    case: Any = EnforcementCase
    decision, record = NonEnforceableDecision, DebtorRecord
    statement = (
        select(case.officer_id, record.enforcement_decision_number, due, record.id)
        .select_from(record)
        .join(decision, decision.id == record.decision_id)
        .join(case, case.id == decision.case_id)
        .where(record.state.in_(states), due.is_not(None), *_fitting(case.officer_id, due, wanted))
        .order_by(due)
        .limit(wanted.limit)
    )
    return [DueWork(row[0], kind, row[1], row[2], row[3]) for row in session.execute(statement)]


def _requests(session: Session, officer: Any, states: tuple[str, ...], wanted: Wanted) -> list[DueWork]:
    """Requests that stand on their own; one that is treated with another is the other's work."""
    request, due = OnlineRequest, OnlineRequest.due_on
    statement = (
        select(request)
        .where(request.state.in_(states), due.is_not(None), *_fitting(officer, due, wanted))
        .where(request.duplicate_of_id.is_(None))
        .order_by(due)
        .limit(wanted.limit)
        .options(load_only(request.received_at, request.due_on, officer))
    )
    return [
        DueWork(getattr(row, officer.key), REQUEST, row.request_number, row.due_on, row.id)
        for row in session.scalars(statement)
        if row.due_on is not None
    ]


def _fitting(officer: Any, due: Any, wanted: Wanted) -> tuple[Any, ...]:
    whose = officer.is_not(None) if wanted.officer_ids is None else officer.in_(wanted.officer_ids)
    return (whose,) if wanted.until is None else (whose, due <= wanted.until)

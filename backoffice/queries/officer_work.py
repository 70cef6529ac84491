"""Open work that is given to one person: requests supported and examined, cases in charge; whose, and how much.

Not here: work by role and day (`work_counts`), what is due (`due_work`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all

from backoffice.models import EnforcementCase, OnlineRequest
from backoffice.models.states import CaseState
from backoffice.queries.cases import ENDED
from backoffice.queries.current import reading
from backoffice.workflow.online_request import OPEN_STATES

SUPPORT, EXAMINATION, CASES = "support", "examination", "cases"
_RUNNING = tuple(state.value for state in CaseState if state not in ENDED)


@dataclass(frozen=True)
class Load:
    """How much open work somebody has: requests supported, requests examined, cases in charge."""

    support: int = 0
    examination: int = 0
    cases: int = 0

    @property
    def requests(self) -> int:
        """Requests in either duty; one that somebody both supports and examines counts twice, as it is twice the work."""
        return self.support + self.examination

    @property
    def is_any(self) -> bool:
        """Whether there is any."""
        return bool(self.support or self.examination or self.cases)


def open_requests_of(officer_id: int, works: Collection[str], limit: int) -> Sequence[OnlineRequest]:
    """The open requests that somebody supports or examines, what is due first at the top."""
    given = []
    if SUPPORT in works:
        given.append(OnlineRequest.handler_id == officer_id)
    if EXAMINATION in works:
        given.append(OnlineRequest.examiner_id == officer_id)
    if not given:
        return ()
    statement = select(OnlineRequest).where(or_(*given), OnlineRequest.state.in_(sorted(OPEN_STATES)))
    ordered = statement.order_by(OnlineRequest.due_on.is_(None), OnlineRequest.due_on, OnlineRequest.id)
    return reading().scalars(ordered.limit(limit)).all()


def running_cases_of(officer_id: int, limit: int) -> Sequence[EnforcementCase]:
    """The cases in somebody's charge that have not ended, the oldest first."""
    statement = select(EnforcementCase).where(
        EnforcementCase.officer_id == officer_id, EnforcementCase.state.in_(_RUNNING)
    )
    return reading().scalars(statement.order_by(EnforcementCase.id).limit(limit)).all()


def loads_of(people: Collection[int]) -> Mapping[int, Load]:
    """The open work of these people in the present scope, in one statement; all of them are named."""
    if not people:
        return {}
    counted: dict[int, dict[str, int]] = {person: {} for person in people}
    for person, work, count in reading().execute(union_all(*_legs(people))).all():
        counted[person][work] = count
    return {person: Load(**found) for person, found in counted.items()}


def _legs(people: Collection[int]) -> list[Any]:
    request, case = OnlineRequest, EnforcementCase
    is_open, is_running = request.state.in_(sorted(OPEN_STATES)), case.state.in_(_RUNNING)
    return [
        _leg(SUPPORT, request.handler_id, request.id, is_open, people),
        _leg(EXAMINATION, request.examiner_id, request.id, is_open, people),
        _leg(CASES, case.officer_id, case.id, is_running, people),
    ]


def _leg(work: str, officer: Any, key: Any, open_rows: ColumnElement[bool], people: Collection[int]) -> Any:
    mine = (officer.in_(people), open_rows)
    return select(officer, literal(work), func.count(key)).where(*mine).group_by(officer)

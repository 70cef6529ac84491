"""The figures of the dashboards: how many rows a month, an agency and a ground, in one statement.

Belongs here: what is counted, as one table. Not here: charts and sentences (`views.dashboard_parts`), the public
statistics (`queries.export`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)

from backoffice import clock
from backoffice.models import DebtorRecord, EnforcementCase, NonEnforceableDecision
from backoffice.models.states import CaseState, NonEnforceableState
from backoffice.queries.current import reading
from backoffice.queries.debtor_records import UNPUBLISHED

Condition = ColumnElement[bool]
# From the column of a path to the condition that it lies in a part of the tree.
Part = Callable[[Any], Condition]
BEFORE = "before"


@dataclass(frozen=True)
class Flow:
    """Rows that came to be something on a day: the column of the day, and a further condition."""

    key: str
    model: type[Any]
    column: Any
    condition: Callable[[], Condition] | None = None


def _ended_as(state: CaseState) -> Callable[[], Condition]:
    return lambda: EnforcementCase.state == state.value


def published_in_time() -> Condition:
    """Records that were published by their day."""
    return DebtorRecord.published_on <= DebtorRecord.publish_due_on


def published_late() -> Condition:
    """Records that were published after their day."""
    return DebtorRecord.published_on > DebtorRecord.publish_due_on


FLOWS: tuple[Flow, ...] = (
    Flow("accepted", EnforcementCase, EnforcementCase.accepted_on),
    Flow("ended", EnforcementCase, EnforcementCase.ended_on),
    Flow("completed", EnforcementCase, EnforcementCase.ended_on, _ended_as(CaseState.COMPLETED)),
    Flow("terminated", EnforcementCase, EnforcementCase.ended_on, _ended_as(CaseState.TERMINATED)),
    Flow("published", DebtorRecord, DebtorRecord.published_on),
    Flow("withdrawn", DebtorRecord, DebtorRecord.withdrawn_on),
    Flow("in_time", DebtorRecord, DebtorRecord.published_on, published_in_time),
    Flow("late", DebtorRecord, DebtorRecord.published_on, published_late),
)


@dataclass(frozen=True)
class Figures:
    """Counts by (key, number of the month), by (key, path of the agency) and by ground."""

    by_month: Counter[tuple[str, int]]
    by_agency: Counter[tuple[str, str]]
    by_ground: Counter[str]
    open_before: int


def month_number(day: date) -> int:
    """One number a month, rising by one: what figures are grouped by."""
    return day.year * 12 + day.month - 1


def open_on(day: date) -> Condition:
    """Cases that were accepted by the end of the day and had not ended then."""
    running = or_(EnforcementCase.ended_on.is_(None), EnforcementCase.ended_on > day)
    return and_(EnforcementCase.accepted_on <= day, running)


def overdue_now() -> Condition:
    """Records that should be public already, or should no longer be."""
    today = clock.today()
    return or_(
        and_(DebtorRecord.state.in_(UNPUBLISHED), DebtorRecord.publish_due_on < today),
        and_(DebtorRecord.state == "withdrawal_due", DebtorRecord.withdraw_due_on < today),
    )


def dashboard_figures(first: date, last: date, before: date, part: Part | None = None) -> Figures:
    """Everything that happened from the first day to the last, in the present scope or a part of it.

    `before` is the day before the first: the cases open at its end are where the running count begins.
    """
    rows: Sequence[Any] = reading().execute(union_all(*_legs(first, last, before, part))).all()
    found = Figures(Counter(), Counter(), Counter(), 0)
    opened = 0
    for group, key, label, count in rows:
        if group == "month":
            found.by_month[key, int(label)] += count
        elif group == "agency":
            found.by_agency[key, label] += count
        elif group == "ground":
            found.by_ground[label] += count
        else:
            opened = count
    return Figures(found.by_month, found.by_agency, found.by_ground, opened)


def _legs(first: date, last: date, before: date, part: Part | None) -> list[Any]:
    legs = []
    for flow in FLOWS:
        within = [flow.column.between(first, last), *_inside(flow.model, part)]
        within += [flow.condition()] if flow.condition else []
        month = extract("year", flow.column) * 12 + extract("month", flow.column) - 1
        legs.append(_leg("month", flow.key, flow.model, cast(cast(month, Integer), String), within))
        legs.append(_leg("agency", flow.key, flow.model, flow.model.agency_path, within))
    cases, records, decisions = EnforcementCase, DebtorRecord, NonEnforceableDecision
    legs.append(_leg("agency", "open", cases, cases.agency_path, [open_on(last), *_inside(cases, part)]))
    legs.append(
        _leg("agency", "overdue", records, records.agency_path, [overdue_now(), *_inside(records, part)])
    )
    signed = [
        decisions.decided_on.between(first, last),
        decisions.state == NonEnforceableState.SIGNED.value,
        *_inside(decisions, part),
    ]
    legs.append(_leg("ground", "", decisions, decisions.ground_code, signed))
    was_open = select(literal(BEFORE), literal(""), literal(""), func.count(cases.id))
    return [*legs, was_open.where(open_on(before), *_inside(cases, part))]


def _leg(group: str, key: str, model: type[Any], label: Any, conditions: Sequence[Condition]) -> Any:
    counted = select(literal(group), literal(key), cast(label, String), func.count(model.id))
    return counted.where(*conditions).group_by(label)


def _inside(model: type[Any], part: Part | None) -> list[Condition]:
    return [] if part is None else [part(model.agency_path)]

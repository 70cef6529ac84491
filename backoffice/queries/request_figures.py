"""The figures of citizens' requests over any days: how many came, were taken up, settled, and are left, each looked at once.

Belongs here: what each figure counts, as one condition that lists use too. Not here: tables and links
(`views.request_figure_table`), the public figures (`request_export`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.sql.functions import count

from backoffice import clock
from backoffice.models import OnlineRequest, StaffMember
from backoffice.models.request_states import RequestState
from backoffice.queries.current import reading

Condition = ColumnElement[bool]
_DAY = timedelta(days=1)
_R = OnlineRequest
MONTH = "month"


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date


@dataclass
class Figures:
    """Counts by (measure, group), and of the processed requests of a group how many took how many working days."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def groups(self) -> list[str]:
        """The groups in which anything is counted."""
        return sorted({group for _measure, group in self.counts})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM)


def _submitted(span: Span) -> Condition:
    return and_(_R.received_at >= _midnight(span.first), _R.received_at < _midnight(span.last + _DAY))


def _received(span: Span) -> Condition:
    return _R.taken_on.between(span.first, span.last)


def _settled(span: Span) -> Condition:
    return _R.settled_on.between(span.first, span.last)


def _processed(span: Span) -> Condition:
    return and_(_settled(span), _R.state != RequestState.WITHDRAWN.value)


def _refused(span: Span) -> Condition:
    return and_(_settled(span), _R.state == RequestState.REFUSED.value)


def _on_time(span: Span) -> Condition:
    return and_(_processed(span), _R.settled_on <= _R.total_due_on)


def _late(span: Span) -> Condition:
    return and_(_processed(span), _R.settled_on > _R.total_due_on)


def _withdrawn(span: Span) -> Condition:
    return and_(_settled(span), _R.state == RequestState.WITHDRAWN.value)


def _open(span: Span) -> Condition:
    """Came by the end of the last day, and was not settled then."""
    still = or_(_R.settled_on.is_(None), _R.settled_on > span.last)
    return and_(_R.received_at < _midnight(span.last + _DAY), still)


def _overdue(span: Span) -> Condition:
    """Open, and the last day of the whole was over. Today is not over, and no day runs on the applicant's turn."""
    over = min(span.last, clock.today() - _DAY)
    # A comparison with no day is unknown, and its opposite would be too.
    late = and_(_R.total_due_on.is_not(None), _R.total_due_on <= over, _R.paused_on.is_(None))
    return and_(_open(span), late)


def _pending(span: Span) -> Condition:
    over = min(span.last, clock.today() - _DAY)
    in_time = or_(_R.total_due_on.is_(None), _R.total_due_on > over, _R.paused_on.is_not(None))
    return and_(_open(span), in_time)


def _alone(measure: Callable[[Span], Condition]) -> Callable[[Span], Condition]:
    """The measure without requests that are treated together with another one: that one is counted for both."""
    return lambda span: and_(measure(span), _R.duplicate_of_id.is_(None))


_MEASURES: Mapping[str, Callable[[Span], Condition]] = {
    "submitted": _submitted,
    "received": _received,
    "processed": _processed,
    "refused": _refused,
    "on_time": _on_time,
    "late": _late,
    "withdrawn": _withdrawn,
    "open": _open,
    "pending": _pending,
    "overdue": _overdue,
}
MEASURES = {name: _alone(measure) for name, measure in _MEASURES.items()}
# What stands at the end of a span; everything else happened in it.
STOCKS = frozenset({"open", "pending", "overdue"})


def kind_of_feedback() -> Any:
    """The kind that a petition was classified as; nothing for all other requests."""
    return _R.classification.op("->>")(literal_column("'kind'"))


GROUPS: Mapping[str, Callable[[], Any]] = {
    "agency": lambda: _R.agency_id,
    "procedure": lambda: _R.procedure,
    "officer": lambda: _R.handler_id,
    "channel": lambda: _R.channel,
    "classification": kind_of_feedback,
    "outcome": lambda: _R.outcome,
}


def request_figures(
    group: str, span: Span, spans: Sequence[Span], conditions: Sequence[Condition]
) -> Figures:
    """Everything that the measures count in the present scope, by a group of GROUPS or by month.

    `spans` are the months of the span, in order, and matter by month alone; their first days then name the groups.
    """
    found = Figures()
    if group != MONTH:
        label = GROUPS[group]()
        _count(found, label, span, list(MEASURES), conditions)
        _count_days(found, label, span, conditions)
        return found
    by_column: dict[Any, list[str]] = {_R.received_at: [], _R.taken_on: [], _R.settled_on: []}
    for name in MEASURES.keys() - STOCKS:
        by_column[{"submitted": _R.received_at, "received": _R.taken_on}.get(name, _R.settled_on)].append(
            name
        )
    for column, names in by_column.items():
        _count(found, _month_of(column, spans), span, names, conditions)
    _count_stocks(found, spans, conditions)
    _count_days(found, _month_of(_R.settled_on, spans), span, conditions)
    return found


def names_of_staff(ids: Sequence[int]) -> dict[int, str]:
    """The names of the people with these ids; namesakes bear their user names."""
    people = reading().scalars(select(StaffMember).where(StaffMember.id.in_(ids))).unique().all()
    times = Counter(person.get_full_name() for person in people)
    return {
        person.id: name if times[name := person.get_full_name()] == 1 else f"{name} ({person.username})"
        for person in people
    }


def _count(
    found: Figures, label: Any, span: Span, measures: Sequence[str], conditions: Sequence[Condition]
) -> None:
    """Count the measures by group, looking at each request once."""
    wanted = [MEASURES[name](span) for name in measures]
    counted = select(cast(label, String), *(count(case((condition, 1))) for condition in wanted))
    for key, *numbers in reading().execute(
        counted.select_from(_R).where(or_(*wanted), *conditions).group_by(label)
    ):
        for name, number in zip(measures, numbers, strict=True):
            if number:
                found.counts[name, key or ""] += number


def _count_stocks(found: Figures, spans: Sequence[Span], conditions: Sequence[Condition]) -> None:
    """Count what stood at the end of each month, looking at each request once."""
    keys = [(name, month) for month in spans for name in sorted(STOCKS)]
    counted = select(*(count(case((MEASURES[name](month), 1))) for name, month in keys))
    came = _R.received_at < _midnight(spans[-1].last + _DAY)
    still = or_(_R.settled_on.is_(None), _R.settled_on > spans[0].last)
    numbers = reading().execute(counted.select_from(_R).where(came, still, *conditions)).one()
    for (name, month), number in zip(keys, numbers, strict=True):
        if number:
            found.counts[name, month.first.isoformat()] += number


def _count_days(found: Figures, label: Any, span: Span, conditions: Sequence[Condition]) -> None:
    """Count how many of the processed requests of each group took how many working days."""
    known = (_processed(span), _R.working_days.is_not(None), *conditions)
    counted = select(cast(label, String), _R.working_days, count(_R.id)).where(*known)
    for key, days, number in reading().execute(counted.group_by(label, _R.working_days)):
        found.days[key or ""][days or 0] += number


def _month_of(column: Any, spans: Sequence[Span]) -> Any:
    """The first day of the month of a day or moment within the spans."""
    is_moment = column is _R.received_at
    *others, last = spans
    if not others:
        return literal(last.first.isoformat())
    ends = [(_midnight(span.last + _DAY) if is_moment else span.last + _DAY) for span in others]
    names = [span.first.isoformat() for span in others]
    return case(
        *((column < end, name) for end, name in zip(ends, names, strict=True)), else_=last.first.isoformat()
    )

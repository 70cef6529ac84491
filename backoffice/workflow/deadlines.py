"""Due dates that explain themselves: a rule, an event and the calendar give a date and the reasons for it.

Belongs here: counting a rule's period, pauses, and the lines that tell a person why this date.
Does not belong here: which days work (`calendar`), which rule applies (`rules`), storing or showing dates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backoffice.models.states import RuleKind, RuleUnit
from backoffice.workflow.calendar import DayOffKind, PeriodEnd, WorkingCalendar, same_date_later
from backoffice.workflow.errors import DeadlineError
from backoffice.workflow.events import START_MESSAGES, StartEvent
from backoffice.workflow.messages import N_, Line, Name
from backoffice.workflow.rules import LegalRule

_DAY = timedelta(days=1)

_PERIOD_MESSAGES: dict[RuleUnit, str] = {
    RuleUnit.AT_ONCE: N_("%(title)s: at once (%(article)s, %(law)s)."),
    RuleUnit.HOUR: N_("%(title)s: %(value)s hours (%(article)s, %(law)s)."),
    RuleUnit.WORKING_DAY: N_("%(title)s: %(value)s working days (%(article)s, %(law)s)."),
    RuleUnit.DAY: N_("%(title)s: %(value)s days (%(article)s, %(law)s)."),
    RuleUnit.MONTH: N_("%(title)s: %(value)s months (%(article)s, %(law)s)."),
    RuleUnit.YEAR: N_("%(title)s: %(value)s years (%(article)s, %(law)s)."),
}
_PERIODS_OF_ONE: dict[RuleUnit, str] = {
    RuleUnit.HOUR: N_("%(title)s: 1 hour (%(article)s, %(law)s)."),
    RuleUnit.WORKING_DAY: N_("%(title)s: 1 working day (%(article)s, %(law)s)."),
    RuleUnit.DAY: N_("%(title)s: 1 day (%(article)s, %(law)s)."),
    RuleUnit.MONTH: N_("%(title)s: 1 month (%(article)s, %(law)s)."),
    RuleUnit.YEAR: N_("%(title)s: 1 year (%(article)s, %(law)s)."),
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Days, both ends included, that do not count, and why; for example a postponement.

    A pause that still runs has no end and so gives no due date: compute the deadline once it has ended.
    """

    started_on: date
    ended_on: date
    reason: Name

    def __post_init__(self) -> None:
        if self.ended_on < self.started_on:
            raise DeadlineError(rule="pause", detail="it ends before it begins")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date with all that it rests on: due at the end of `due_on` (Civil Code article 148.6)."""

    rule_code: str
    rule_set: str
    article: str
    law: str
    start_event: StartEvent
    started_on: date
    due_on: date
    calendar_version: str
    is_provisional: bool
    pauses: tuple[Pause, ...]
    steps: tuple[Line, ...]

    def explanation(self) -> tuple[Line, ...]:
        """Return the sentences that say why it is this date, in order; the screen translates them."""
        return self.steps

    def as_explained_record(self) -> dict[str, Any]:
        """Return `as_record` with the sentences, so that they can be shown when rule or calendar have changed."""
        return {**self.as_record(), "explanation": [line.as_record() for line in self.steps]}

    def as_record(self) -> dict[str, Any]:
        """Return what to keep beside the due date, as plain JSON values with ISO dates."""
        return {
            "rule_code": self.rule_code,
            "rule_set": self.rule_set,
            "article": self.article,
            "law": self.law,
            "start_event": str(self.start_event),
            "started_on": self.started_on.isoformat(),
            "due_on": self.due_on.isoformat(),
            "calendar_version": self.calendar_version,
            "is_provisional": self.is_provisional,
            "pauses": [
                {"started_on": pause.started_on.isoformat(), "ended_on": pause.ended_on.isoformat()}
                for pause in self.pauses
            ],
        }


def compute_deadline(
    rule: LegalRule,
    start_event: StartEvent,
    started_on: date,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """Return the due date of the rule's period, counted from the day of the event, with its explanation.

    The day of the event is not counted. Working days inside a pause do not count; a period in days, months or
    years grows by the days that were paused and ends on a working day. Duties due at once or in hours are
    urgent by nature: neither days off nor pauses move them, and hours end with the day in which they run out.

    Raises DeadlineError when the rule is no period, does not count from this event, or (deadlines and
    intervals) was not in force on its day; CalendarRangeError when the period leaves the calendar.
    """
    _check(rule, start_event, started_on)
    relevant = tuple(pause for pause in pauses if pause.ended_on > started_on)
    nominal, end = _count(rule, started_on, calendar, _paused_days(relevant))
    used = tuple(pause for pause in relevant if pause.started_on <= end.due_on and _is_counted(rule))
    is_provisional = _is_counted(rule) and calendar.is_provisional(end.due_on)
    # Only days that are counted one by one can be in doubt: all of them, or those at a period's end.
    doubtful_after = started_on if rule.unit is RuleUnit.WORKING_DAY else nominal - _DAY
    return Deadline(
        rule_code=rule.code,
        rule_set=rule.rule_set,
        article=rule.article,
        law=rule.law,
        start_event=start_event,
        started_on=started_on,
        due_on=end.due_on,
        calendar_version=calendar.version,
        is_provisional=is_provisional,
        pauses=used,
        steps=(
            _rule_line(rule),
            Line(START_MESSAGES[start_event], {"day": started_on}),
            *_pause_lines(used),
            *_calendar_lines(rule, started_on, nominal, end, calendar),
            Line(N_("Due at the end of %(day)s."), {"day": end.due_on}),
            *_doubt_lines(calendar, doubtful_after, end.due_on, is_provisional=is_provisional),
        ),
    )


def working_days_between(
    started_on: date, ended_on: date, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()
) -> int:
    """Return how many working days it took: those after the first day up to and with the last, without the pauses.

    So what ends on the last of n working days took n. Raises CalendarRangeError outside the years of the calendar.
    """
    pauses_on = _paused_days(pauses)
    days = (started_on + n * _DAY for n in range(1, (ended_on - started_on).days + 1))
    return sum(calendar.is_working(day) and not pauses_on(day) for day in days)


def _check(rule: LegalRule, start_event: StartEvent, started_on: date) -> None:
    if rule.unit not in _PERIOD_MESSAGES:
        raise DeadlineError(rule=rule.code, detail="it is not a period of time")
    if start_event not in rule.start_events:
        raise DeadlineError(rule=rule.code, detail=f"it does not count from {start_event}")
    # Conditions and limitations are asked today about a start that may lie under the law before.
    if rule.kind in (RuleKind.DEADLINE, RuleKind.INTERVAL) and not rule.is_in_force(started_on):
        raise DeadlineError(rule=rule.code, detail=f"it is not in force on {started_on.isoformat()}")


def _is_counted(rule: LegalRule) -> bool:
    return rule.unit not in (RuleUnit.AT_ONCE, RuleUnit.HOUR)


def _paused_days(pauses: Sequence[Pause]) -> Callable[[date], bool]:
    return lambda day: any(pause.started_on <= day <= pause.ended_on for pause in pauses)


def _count(
    rule: LegalRule, started_on: date, calendar: WorkingCalendar, pauses_on: Callable[[date], bool]
) -> tuple[date, PeriodEnd]:
    """Return the day on which the bare period ends, and the end after days off and pauses."""
    value = rule.value or 0
    if rule.unit is RuleUnit.WORKING_DAY:
        end = calendar.working_days_after(started_on, value, pauses_on=pauses_on)
        return end.due_on, end
    if not _is_counted(rule):
        due_on = started_on + -(-value // 24) * _DAY
        return due_on, PeriodEnd(due_on)
    months = {RuleUnit.MONTH: value, RuleUnit.YEAR: 12 * value}.get(rule.unit)
    bare = started_on + value * _DAY if months is None else same_date_later(started_on, months)
    nominal = _grown_by_pauses(started_on, bare, pauses_on)
    return nominal, calendar.next_working_day(nominal, pauses_on=pauses_on)


def _grown_by_pauses(started_on: date, bare: date, pauses_on: Callable[[date], bool]) -> date:
    """Return the bare end moved on by one day for every paused day before it, also those it moves over."""
    day, to_move = started_on, (bare - started_on).days
    while to_move:
        day += _DAY
        to_move -= not pauses_on(day)
    return day


def _rule_line(rule: LegalRule) -> Line:
    messages = {**_PERIOD_MESSAGES, **(_PERIODS_OF_ONE if rule.value == 1 else {})}
    return Line(
        messages[rule.unit],
        {"title": rule.title, "value": rule.value, "article": rule.article, "law": rule.law},
    )


def _pause_lines(pauses: Sequence[Pause]) -> list[Line]:
    return [
        Line(
            N_("Days from %(first)s to %(last)s do not count: %(reason)s."),
            {"first": pause.started_on, "last": pause.ended_on, "reason": pause.reason},
        )
        for pause in pauses
    ]


def _calendar_lines(
    rule: LegalRule, started_on: date, nominal: date, end: PeriodEnd, calendar: WorkingCalendar
) -> list[Line]:
    if not _is_counted(rule):
        return []
    lines = [Line(N_("The day of the event is not counted."))]
    if rule.unit is not RuleUnit.WORKING_DAY:
        if end.due_on != nominal:
            lines.append(
                Line(
                    N_("The period would end on %(day)s and moves to the next working day."), {"day": nominal}
                )
            )
        return lines + _skipped_lines(end)
    return lines + _skipped_lines(end) + _make_up_lines(started_on, end.due_on, calendar)


def _skipped_lines(end: PeriodEnd) -> list[Line]:
    weekend_days = sum(off.kind is DayOffKind.WEEKEND for off in end.skipped)
    lines = [
        Line(N_("%(day)s is not a working day: %(name)s."), {"day": off.day, "name": off.name})
        for off in end.skipped
        if off.kind is not DayOffKind.WEEKEND
    ]
    if weekend_days:
        lines.append(Line(N_("Weekend days passed over: %(count)s."), {"count": weekend_days}))
    return lines


def _make_up_lines(started_on: date, due_on: date, calendar: WorkingCalendar) -> list[Line]:
    days = (started_on + n * _DAY for n in range(1, (due_on - started_on).days + 1))
    return [
        Line(N_("%(day)s is a weekend day on which offices work."), {"day": day})
        for day in days
        if day.weekday() >= 5 and calendar.is_working(day)
    ]


def _doubt_lines(calendar: WorkingCalendar, after: date, due_on: date, *, is_provisional: bool) -> list[Line]:
    lines = [
        Line(
            N_(
                "%(day)s (%(name)s) is only proposed, not confirmed; the proposal was not taken into account."
            ),
            {"day": row.day, "name": row.name},
        )
        for row in calendar.proposals_between(after, due_on)
    ]
    if is_provisional:
        lines.append(
            Line(
                N_("The holidays of %(year)s are not announced yet; the date may change."),
                {"year": due_on.year},
            )
        )
    return lines

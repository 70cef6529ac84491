"""Due dates from the stored rules and the stored calendar, each with its explanation."""

from __future__ import annotations

from datetime import date

from backoffice.queries.calendar import working_calendar
from backoffice.queries.rules import rule_book
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import Deadline, compute_deadline
from backoffice.workflow.events import StartEvent
from backoffice.workflow.rules import RuleBook


def deadline_from(
    rule_code: str,
    day: date,
    *events: StartEvent,
    book: RuleBook | None = None,
    calendar: WorkingCalendar | None = None,
) -> Deadline:
    """The due date of the rule in force on the day, counted from the first of the events that it knows.

    Several events name one happening in the words of different rule sets. Raises RuleNotFoundError when no
    such rule is in force, DeadlineError when it counts from none of the events.
    """
    rule = (book or rule_book(rule_code)).rule(rule_code, day)
    known = next((event for event in events if event in rule.start_events), events[0])
    return compute_deadline(rule, known, day, calendar or working_calendar())

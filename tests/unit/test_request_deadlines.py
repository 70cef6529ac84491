"""The days of a request: each rule around its borders, over Tết and swapped days, and while the citizen completes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backoffice.models.request_states import RequestFamily
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import compute_deadline
from backoffice.workflow.errors import DeadlineError, RuleNotFoundError
from backoffice.workflow.events import StartEvent
from backoffice.workflow.online_request import DRAFT, LAW, PROCESS, VALIDITY
from backoffice.workflow.request_deadlines import pause_between, total_rule
from backoffice.workflow.rules import RuleBook

STEP_RULES = {
    "support.receive": "request_received",
    "support.check": "step_finished",
    "support.compare": "appointment_day",
    "support.examine": "step_finished",
    "support.sign": "step_finished",
    "support.classify": "step_finished",
    "support.assign": "step_finished",
    "support.propose": "step_finished",
    "support.answer": "step_finished",
}


def due(book: RuleBook, calendar: WorkingCalendar, code: str, event: str, start: date) -> date:
    """The last day of the rule in force on the day."""
    return compute_deadline(book.rule(code, start), StartEvent(event), start, calendar).due_on


@pytest.mark.parametrize("code", STEP_RULES)
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2021, 3, 1), date(2021, 3, 2)),
        # a Friday, and a Saturday on which somebody filed
        (date(2021, 3, 5), date(2021, 3, 8)),
        (date(2021, 3, 6), date(2021, 3, 8)),
        # the last working day before Tết 2026
        (date(2026, 2, 13), date(2026, 2, 23)),
        (date(2026, 2, 16), date(2026, 2, 23)),
        # Friday 2 January 2026 was swapped for Saturday 10 January
        (date(2025, 12, 31), date(2026, 1, 5)),
        (date(2026, 1, 9), date(2026, 1, 10)),
        (date(2026, 1, 10), date(2026, 1, 12)),
        # the last day of the process
        (date(2026, 6, 30), date(2026, 7, 1)),
    ],
)
def test_step_is_due_on_the_next_working_day_when_the_process_counts(
    book: RuleBook, calendar: WorkingCalendar, code: str, start: date, expected: date
) -> None:
    assert due(book, calendar, code, STEP_RULES[code], start) == expected


@pytest.mark.parametrize("code", STEP_RULES)
def test_step_rules_begin_and_end_when_draft_process_and_law_change(book: RuleBook, code: str) -> None:
    for version in (DRAFT, PROCESS):
        first, last = VALIDITY[version]
        assert last is not None
        assert book.rule(code, first).law == book.rule(code, last).law
    assert book.rule(code, date(2020, 11, 10)).law != book.rule(code, date(2020, 11, 11)).law
    for outside in (date(2018, 12, 31), date(2026, 7, 1)):
        with pytest.raises(RuleNotFoundError):
            book.rule(code, outside)


@pytest.mark.parametrize(
    ("code", "event", "start", "expected"),
    [
        # enforcement decision: five working days from request and judgment, over the swapped Saturday of August
        ("decision.on_request", "request_and_judgment_received", date(2026, 8, 18), date(2026, 8, 24)),
        ("decision.on_request", "request_and_judgment_received", date(2026, 8, 27), date(2026, 9, 8)),
        # confirmation: five days until June 2026, three from July
        ("result.confirm", "request_received", date(2026, 6, 29), date(2026, 7, 6)),
        ("result.confirm", "request_received", date(2026, 6, 30), date(2026, 7, 7)),
        ("result.confirm", "request_received", date(2026, 7, 1), date(2026, 7, 6)),
        ("result.confirm", "request_received", date(2026, 2, 13), date(2026, 2, 27)),
        # asking to complete: one working day, on the swapped Saturday too
        ("request.incomplete_notice", "request_received", date(2026, 8, 21), date(2026, 8, 22)),
        ("request.incomplete_notice", "request_received", date(2026, 8, 22), date(2026, 8, 24)),
        ("request.incomplete_notice", "request_received", date(2026, 8, 28), date(2026, 9, 3)),
        ("request.incomplete_notice", "supplement_received", date(2026, 7, 3), date(2026, 7, 6)),
        ("feedback.handle", "feedback_received", date(2026, 6, 30), date(2026, 7, 7)),
        ("feedback.handle", "feedback_received", date(2026, 7, 1), date(2026, 7, 8)),
        ("complaint.accept_first", "complaint_received", date(2026, 6, 30), date(2026, 7, 7)),
        # the second complaint: five working days before, ten days since
        ("complaint.accept_second", "complaint_received", date(2026, 6, 30), date(2026, 7, 7)),
        ("complaint.accept_second", "complaint_received", date(2026, 7, 1), date(2026, 7, 13)),
        ("complaint.decide_first", "complaint_accepted", date(2026, 7, 1), date(2026, 7, 16)),
        ("complaint.decide_second", "complaint_accepted", date(2026, 7, 1), date(2026, 7, 31)),
        ("denunciation.decide", "denunciation_accepted", date(2026, 8, 3), date(2026, 9, 3)),
        ("support.total", "request_received", date(2020, 1, 22), date(2020, 2, 5)),
    ],
)
def test_whole_is_due_on_the_day_of_the_law_when_days_off_lie_between(
    book: RuleBook, calendar: WorkingCalendar, code: str, event: str, start: date, expected: date
) -> None:
    assert due(book, calendar, code, event, start) == expected


@pytest.mark.parametrize(
    ("procedure", "family", "version", "step", "rule"),
    [
        ("enforcement_request", "enforcement", DRAFT, "register", "support.total"),
        ("enforcement_request", "enforcement", PROCESS, "register", None),
        ("enforcement_request", "enforcement", PROCESS, "compare_originals", "decision.on_request"),
        ("enforcement_request", "enforcement", PROCESS, "accept_with_originals", "decision.on_request"),
        ("enforcement_request", "enforcement", LAW, "register", "decision.on_request"),
        ("enforcement_request", "enforcement", LAW, "compare_originals", "decision.on_request"),
        ("enforcement_request", "enforcement", LAW, "submit_draft", None),
        ("result_confirmation", "confirmation", LAW, "register", "result.confirm"),
        ("feedback", "feedback", PROCESS, "register", "feedback.handle"),
        ("feedback", "feedback", PROCESS, "classify", None),
        ("complaint", "feedback", LAW, "register", "complaint.accept_second"),
        ("complaint", "feedback", LAW, "classify", "complaint.decide_second"),
        ("denunciation", "feedback", LAW, "classify", "denunciation.decide"),
        ("denunciation", "feedback", PROCESS, "classify", None),
        ("officer_change", "one_stop", LAW, "register", None),
    ],
)
def test_rule_of_the_whole_follows_procedure_and_version_when_a_step_is_taken(
    procedure: str, family: str, version: str, step: str, rule: str | None
) -> None:
    found = total_rule(procedure, family, version, step, {"complaint_level": "second"})
    assert (found[0] if found else None) == rule


@pytest.mark.parametrize("version", [DRAFT, PROCESS, LAW])
@pytest.mark.parametrize("family", RequestFamily)
def test_rules_of_the_whole_count_from_their_event_when_the_version_is_in_force(
    book: RuleBook, version: str, family: RequestFamily
) -> None:
    first, last = VALIDITY[version]
    procedures = ("enforcement_request", "result_confirmation", "feedback", "complaint", "denunciation")
    for procedure in procedures:
        for step in ("register", "classify", "compare_originals", "accept_with_originals"):
            found = total_rule(procedure, family.value, version, step, {})
            for day in (first, last or date(2031, 1, 1)):
                assert found is None or found[1] in book.rule(found[0], day).start_events


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        # asked and answered on one day: nothing is won
        (date(2026, 10, 6), date(2026, 10, 6), date(2026, 10, 12)),
        (date(2026, 10, 6), date(2026, 10, 7), date(2026, 10, 13)),
        # a weekend of waiting wins nothing but its working day
        (date(2026, 10, 9), date(2026, 10, 12), date(2026, 10, 13)),
        (date(2026, 10, 6), date(2026, 10, 16), date(2026, 10, 22)),
    ],
)
def test_whole_grows_by_the_working_days_that_the_citizen_took(
    book: RuleBook, calendar: WorkingCalendar, asked: date, answered: date, expected: date
) -> None:
    pause = pause_between(asked, answered)
    rule = book.rule("decision.on_request", date(2026, 10, 5))
    event = StartEvent.REQUEST_AND_JUDGMENT_RECEIVED
    found = compute_deadline(rule, event, date(2026, 10, 5), calendar, (pause,) if pause else ())
    assert found.due_on == expected
    assert any("waiting for the applicant" in line.text() for line in found.explanation()) is bool(pause)


def test_step_rule_refuses_when_it_is_asked_to_count_from_another_event(
    book: RuleBook, calendar: WorkingCalendar
) -> None:
    with pytest.raises(DeadlineError):
        due(book, calendar, "support.compare", "request_received", date(2021, 3, 1))


# Every rule that a step or the whole of a request counts by, with the event it counts from.
EVERY_RULE = {
    **STEP_RULES,
    "support.total": "request_received",
    "request.incomplete_notice": "request_received",
    "result.confirm": "request_received",
    "feedback.handle": "feedback_received",
    "complaint.accept_first": "complaint_received",
    "complaint.accept_second": "complaint_received",
    "complaint.decide_first": "complaint_accepted",
    "complaint.decide_second": "complaint_accepted",
    "denunciation.decide": "denunciation_accepted",
}
# Tết 2020, 2021 and 2026, the swapped Saturdays of January and August 2026, 30 April, 2 September, the year's end.
WINDOWS = (
    (date(2020, 1, 15), 20),
    (date(2021, 2, 1), 20),
    (date(2025, 12, 22), 25),
    (date(2026, 2, 5), 25),
    (date(2026, 4, 20), 16),
    (date(2026, 8, 14), 24),
)


def counted_by_hand(calendar: WorkingCalendar, start: date, amount: int, unit: str) -> date:
    """The last day, found by walking a day at a time: working days are counted, calendar days end on a working one."""
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        left -= unit == "day" or calendar.is_working(day)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("code", EVERY_RULE)
def test_rule_is_due_on_the_day_that_walking_finds_when_days_off_lie_around(
    book: RuleBook, calendar: WorkingCalendar, code: str
) -> None:
    tried = 0
    for first, count in WINDOWS:
        for start in (first + timedelta(days=number) for number in range(count)):
            rule = book.find(code, start)
            if rule is None:
                continue
            found = due(book, calendar, code, EVERY_RULE[code], start)
            assert found == counted_by_hand(calendar, start, rule.value or 0, rule.unit.value), (code, start)
            assert calendar.is_working(found)
            assert found > start
            tried += 1
    assert tried >= 20


@pytest.mark.parametrize(
    "code", [code for code in EVERY_RULE if code not in STEP_RULES and code != "support.total"]
)
def test_rule_follows_the_law_of_the_day_when_that_changed(book: RuleBook, code: str) -> None:
    before, on, after = date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2)
    assert book.rule(code, on) == book.rule(code, after)
    former = book.find(code, before)
    assert former is None or former.valid_to == before


def test_deadline_is_refused_when_the_rule_is_not_in_force_yet(
    book: RuleBook, calendar: WorkingCalendar
) -> None:
    for code, day in (("denunciation.decide", date(2026, 6, 30)), ("support.total", date(2020, 11, 11))):
        with pytest.raises(RuleNotFoundError):
            due(book, calendar, code, EVERY_RULE[code], day)

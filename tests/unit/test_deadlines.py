"""Due dates: both laws around their border, pauses, urgent duties, explanations, and properties."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.models.states import RuleKind, RuleUnit
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import Pause, compute_deadline
from backoffice.workflow.errors import CalendarRangeError, DeadlineError
from backoffice.workflow.events import START_MESSAGES, StartEvent
from backoffice.workflow.messages import Line, Name
from backoffice.workflow.rules import LegalRule

PLAIN = WorkingCalendar()
STORM = Name("bão lụt", "storm and flood")
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
counted_units = st.sampled_from([RuleUnit.WORKING_DAY, RuleUnit.DAY, RuleUnit.MONTH, RuleUnit.YEAR])


def period(value, unit, **changes):
    values = {
        "code": "period",
        "rule_set": "test",
        "kind": RuleKind.DEADLINE,
        "value": value,
        "unit": unit,
        "article": "Điều 1",
        "law": "Luật",
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "title_vi": "Thời hạn thử",
        "title_en": "Period on trial",
        "parameters": {"start_events": ["ground_found"]},
    }
    return LegalRule(**(values | changes))


def due(value, unit, start, *pauses, calendar=PLAIN):
    return compute_deadline(period(value, unit), StartEvent.GROUND_FOUND, start, calendar, pauses).due_on


def pause(first, last):
    return Pause(first, last, STORM)


@pytest.mark.parametrize(
    ("code", "event", "start", "expected"),
    [
        # publication: five working days from signature, over the swapped Saturday and National Day
        ("publication.publish", "non_enforceable_signed", date(2026, 6, 30), date(2026, 7, 7)),
        ("publication.publish", "non_enforceable_signed", date(2026, 7, 1), date(2026, 7, 8)),
        ("publication.publish", "non_enforceable_signed", date(2026, 8, 19), date(2026, 8, 25)),
        ("publication.publish", "non_enforceable_signed", date(2026, 8, 27), date(2026, 9, 8)),
        # take-down: two working days until 30 June 2026, three from 1 July
        ("publication.withdraw", "termination_decided", date(2026, 6, 29), date(2026, 7, 1)),
        ("publication.withdraw", "termination_decided", date(2026, 6, 30), date(2026, 7, 2)),
        ("publication.withdraw", "termination_decided", date(2026, 7, 1), date(2026, 7, 6)),
        ("publication.withdraw", "non_enforceable_withdrawn", date(2026, 7, 2), date(2026, 7, 7)),
        # confirmation of the result: five, then three working days
        ("result.confirm", "request_received", date(2026, 6, 30), date(2026, 7, 7)),
        ("result.confirm", "request_received", date(2026, 7, 1), date(2026, 7, 6)),
        # first verification: ten, then nine days, moved off the weekend
        ("verification.first", "voluntary_period_ended", date(2026, 6, 30), date(2026, 7, 10)),
        ("verification.first", "voluntary_period_ended", date(2026, 7, 2), date(2026, 7, 13)),
        ("voluntary_period", "notice_given", date(2026, 2, 6), date(2026, 2, 23)),
        ("verification.repeat", "last_verified", date(2026, 8, 31), date(2027, 3, 1)),
        ("limitation.request", "judgment_in_force", date(2021, 2, 17), date(2026, 2, 23)),
        ("ledger.age", "non_enforceable_signed", date(2026, 7, 15), date(2028, 7, 17)),
    ],
)
def test_deadline_of_the_law_falls_on_the_known_day_when_counted(
    calendar, book, code, event, start, expected
):
    deadline = compute_deadline(book.rule(code, start), StartEvent(event), start, calendar)
    assert deadline.due_on == expected
    assert (deadline.rule_code, deadline.started_on) == (code, start)
    assert deadline.calendar_version == calendar.version


def test_age_condition_counts_from_before_the_new_law_when_asked_under_it(calendar, book):
    rule = book.rule("ledger.age", date(2026, 8, 1))
    deadline = compute_deadline(rule, StartEvent.NON_ENFORCEABLE_SIGNED, date(2025, 3, 3), calendar)
    assert deadline.due_on == date(2027, 3, 3)
    assert deadline.is_provisional


def test_urgent_duty_stays_on_its_day_when_the_day_is_off(calendar, book):
    saturday = date(2026, 7, 4)
    at_once = compute_deadline(
        book.rule("decision.interim_measure", saturday), StartEvent.JUDGMENT_RECEIVED, saturday, calendar
    )
    assert at_once.due_on == saturday
    in_hours = compute_deadline(
        book.rule("decision.delegate_interim", saturday),
        StartEvent.GROUND_FOUND,
        saturday,
        calendar,
        [pause(saturday, date(2026, 7, 10))],
    )
    assert in_hours.due_on == date(2026, 7, 5)
    assert in_hours.pauses == ()


@pytest.mark.parametrize(("hours", "expected"), [(1, 2), (24, 2), (25, 3), (48, 3)])
def test_hours_end_with_the_day_in_which_they_run_out(hours, expected):
    assert due(hours, RuleUnit.HOUR, date(2026, 6, 1)) == date(2026, 6, expected)


@pytest.mark.parametrize(
    ("value", "unit", "pauses", "expected"),
    [
        (5, RuleUnit.WORKING_DAY, [], date(2026, 6, 8)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 6, 2), date(2026, 6, 3))], date(2026, 6, 10)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 5, 1), date(2026, 6, 2))], date(2026, 6, 9)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 6, 8), date(2026, 6, 8))], date(2026, 6, 9)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 6, 9), date(2026, 6, 30))], date(2026, 6, 8)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 6, 6), date(2026, 6, 7))], date(2026, 6, 8)),
        (5, RuleUnit.WORKING_DAY, [(date(2026, 6, 2), date(2026, 6, 3))] * 2, date(2026, 6, 10)),
        (10, RuleUnit.DAY, [], date(2026, 6, 11)),
        (10, RuleUnit.DAY, [(date(2026, 6, 2), date(2026, 6, 6))], date(2026, 6, 16)),
        (10, RuleUnit.DAY, [(date(2026, 6, 11), date(2026, 6, 12))], date(2026, 6, 15)),
        (1, RuleUnit.MONTH, [(date(2026, 6, 10), date(2026, 6, 19))], date(2026, 7, 13)),
        (1, RuleUnit.YEAR, [(date(2027, 6, 1), date(2027, 6, 1))], date(2027, 6, 2)),
    ],
)
def test_pause_moves_the_due_date_when_it_touches_the_period(value, unit, pauses, expected):
    assert due(value, unit, date(2026, 6, 1), *[pause(*ends) for ends in pauses]) == expected


def test_due_date_skips_a_pause_when_the_move_off_the_weekend_would_end_in_it():
    monday_paused = pause(date(2026, 6, 8), date(2026, 6, 9))
    assert due(5, RuleUnit.DAY, date(2026, 6, 1), monday_paused) == date(2026, 6, 10)


def test_explanation_names_rule_event_days_off_and_result_when_a_holiday_intervenes(calendar, book):
    start = date(2025, 12, 31)
    rule = book.rule("publication.publish", start)
    deadline = compute_deadline(rule, StartEvent.NON_ENFORCEABLE_SIGNED, start, calendar)
    assert [line.text("en") for line in deadline.explanation()] == [
        "Publication of a debtor without conditions: 5 working days (Điều 11 khoản 1, "
        "Nghị định 62/2015/NĐ-CP (sửa đổi 33/2020/NĐ-CP, 152/2024/NĐ-CP)).",
        "The decision on not yet having conditions was signed on 2025-12-31.",
        "The day of the event is not counted.",
        "2026-01-01 is not a working day: New Year's Day.",
        "2026-01-02 is not a working day: Nghỉ hoán đổi dịp Tết Dương lịch.",
        "Weekend days passed over: 2.",
        "Due at the end of 2026-01-09.",
    ]
    assert deadline.explanation()[3].localised("vi")["name"] == "Tết Dương lịch"


def test_explanation_speaks_of_one_day_when_the_period_is_one(calendar):
    deadline = compute_deadline(
        period(1, RuleUnit.WORKING_DAY), StartEvent.GROUND_FOUND, date(2026, 8, 19), calendar
    )
    first = deadline.explanation()[0].text("en")
    assert "1 working day (" in first
    assert "working days" not in first


def test_explanation_names_make_up_saturday_and_pause_when_they_count(calendar):
    deadline = compute_deadline(
        period(5, RuleUnit.WORKING_DAY),
        StartEvent.GROUND_FOUND,
        date(2026, 8, 19),
        calendar,
        [pause(date(2026, 8, 24), date(2026, 8, 25)), pause(date(2026, 8, 1), date(2026, 8, 19))],
    )
    texts = [line.text("vi") for line in deadline.explanation()]
    assert "Days from 2026-08-24 to 2026-08-25 do not count: bão lụt." in texts
    assert "2026-08-22 is a weekend day on which offices work." in texts
    assert [(p.started_on, p.ended_on) for p in deadline.pauses] == [(date(2026, 8, 24), date(2026, 8, 25))]


def test_explanation_says_where_the_period_would_have_ended_when_it_moves(calendar):
    deadline = compute_deadline(period(10, RuleUnit.DAY), StartEvent.GROUND_FOUND, date(2026, 2, 6), calendar)
    texts = [line.text() for line in deadline.explanation()]
    assert "The period would end on 2026-02-16 and moves to the next working day." in texts
    assert "2026-02-17 is not a working day: Lunar New Year." in texts
    assert not any("proposed" in text or "announced" in text for text in texts)


def test_explanation_warns_when_a_proposal_or_an_unannounced_year_is_touched(calendar):
    over_proposal = compute_deadline(
        period(2, RuleUnit.WORKING_DAY), StartEvent.GROUND_FOUND, date(2026, 11, 23), calendar
    )
    assert over_proposal.due_on == date(2026, 11, 25)
    assert not over_proposal.is_provisional
    assert "2026-11-24 (Ngày Văn hóa Việt Nam) is only proposed" in over_proposal.explanation()[-1].text()
    next_year = compute_deadline(
        period(1, RuleUnit.MONTH), StartEvent.GROUND_FOUND, date(2026, 12, 1), calendar
    )
    assert next_year.due_on == date(2027, 1, 4)
    assert next_year.is_provisional
    assert next_year.explanation()[-1].text().startswith("The holidays of 2027 are not announced yet")


def test_record_of_a_deadline_is_plain_json_when_kept(calendar):
    deadline = compute_deadline(
        period(5, RuleUnit.WORKING_DAY),
        StartEvent.GROUND_FOUND,
        date(2026, 6, 1),
        calendar,
        [pause(date(2026, 6, 2), date(2026, 6, 3))],
    )
    record = json.loads(json.dumps(deadline.as_record()))
    assert record["due_on"] == "2026-06-10"
    assert record["start_event"] == "ground_found"
    assert record["pauses"] == [{"started_on": "2026-06-02", "ended_on": "2026-06-03"}]
    assert record["calendar_version"] == calendar.version


def test_kept_explanation_reads_the_same_when_it_comes_back_from_the_history(calendar):
    deadline = compute_deadline(
        period(5, RuleUnit.WORKING_DAY),
        StartEvent.GROUND_FOUND,
        date(2026, 8, 28),
        calendar,
        [pause(date(2026, 9, 3), date(2026, 9, 4))],
    )
    kept = json.loads(json.dumps(deadline.as_explained_record()))
    lines = tuple(Line.from_record(record) for record in kept["explanation"])
    assert lines == deadline.explanation()
    assert len(lines) > 4
    assert "explanation" not in deadline.as_record()
    for language in ("vi", "en"):
        assert [line.text(language) for line in lines] == [line.text(language) for line in deadline.steps]


def test_every_start_event_has_a_sentence_with_its_day():
    assert set(START_MESSAGES) == set(StartEvent)
    assert all("%(day)s" in message for message in START_MESSAGES.values())


@pytest.mark.parametrize("unit", [RuleUnit.VND, RuleUnit.COUNT, RuleUnit.NONE])
def test_compute_deadline_refuses_when_the_rule_is_no_period(unit):
    with pytest.raises(DeadlineError, match="not a period"):
        due(5, unit, date(2026, 6, 1))


def test_compute_deadline_refuses_when_the_event_is_not_one_of_the_rule(calendar, book):
    rule = book.rule("publication.withdraw", date(2026, 6, 30))
    with pytest.raises(DeadlineError, match="does not count from"):
        compute_deadline(rule, StartEvent.NON_ENFORCEABLE_WITHDRAWN, date(2026, 6, 30), calendar)


@pytest.mark.parametrize("start", [date(2026, 6, 30), date(2015, 8, 31)])
def test_compute_deadline_refuses_when_the_rule_was_not_in_force_on_the_day(calendar, book, start):
    rule = book.rule("publication.publish", date(2026, 7, 1))
    with pytest.raises(DeadlineError, match="not in force"):
        compute_deadline(rule, StartEvent.NON_ENFORCEABLE_SIGNED, start, calendar)


def test_compute_deadline_refuses_when_the_period_leaves_the_calendar():
    with pytest.raises(CalendarRangeError):
        due(5, RuleUnit.YEAR, date(2058, 6, 1))


def test_pause_refuses_when_it_ends_before_it_begins():
    with pytest.raises(DeadlineError, match="ends before"):
        pause(date(2026, 6, 2), date(2026, 6, 1))


@given(days, days, st.integers(1, 20), counted_units)
def test_due_date_works_and_never_falls_when_the_event_comes_later(one, other, value, unit):
    early, late = sorted([one, other])
    first, second = due(value, unit, early), due(value, unit, late)
    assert first <= second
    assert PLAIN.is_working(first)
    assert first > early


@given(days, st.integers(1, 15), st.integers(1, 40), st.integers(0, 40), counted_units)
def test_due_date_is_outside_every_pause_when_one_is_made(start, value, first, length, unit):
    held = pause(start + timedelta(first), start + timedelta(first + length))
    day = due(value, unit, start, held)
    assert PLAIN.is_working(day)
    assert not held.started_on <= day <= held.ended_on
    assert day >= due(value, unit, start)


@given(days, st.integers(1, 15), st.integers(1, 20), st.integers(0, 20))
def test_pause_of_k_working_days_moves_by_k_working_days_when_it_lies_in_the_period(
    start, value, first, length
):
    without = due(value, RuleUnit.WORKING_DAY, start)
    held = pause(start + timedelta(first), start + timedelta(first + length))
    inside = [held.started_on + timedelta(n) for n in range(length + 1)]
    k = sum(PLAIN.is_working(day) for day in inside)
    moved = due(value, RuleUnit.WORKING_DAY, start, held)
    expected = PLAIN.add_working_days(without, k) if held.started_on <= without else without
    assert moved == expected

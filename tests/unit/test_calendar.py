"""The working calendar: known days, overrides, counting rules of the Civil Code, and its version name."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.models.states import OverrideStatus
from backoffice.workflow.calendar import (
    CalendarDay,
    DayOffKind,
    WorkingCalendar,
    load_override_rows,
    same_date_later,
)
from backoffice.workflow.errors import CalendarDataError, CalendarRangeError

CULTURE_DAY = date(2026, 11, 24)
PLAIN = WorkingCalendar()
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def override(day, *, is_working, status=OverrideStatus.CONFIRMED):
    return CalendarDay(day, is_working, "Ngày thử", "Văn bản thử", status)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2025, 4, 24), date(2025, 5, 5)),
        (date(2025, 12, 31), date(2026, 1, 9)),
        (date(2026, 8, 27), date(2026, 9, 8)),
        # Tết: last day before, first day off, last day off
        (date(2026, 2, 13), date(2026, 2, 27)),
        (date(2026, 2, 16), date(2026, 2, 27)),
        (date(2026, 2, 22), date(2026, 2, 27)),
        (date(2026, 2, 23), date(2026, 3, 2)),
        # around the swapped Saturdays of 26 April 2025, 10 January 2026 and 22 August 2026
        (date(2025, 4, 25), date(2025, 5, 6)),
        (date(2026, 1, 5), date(2026, 1, 10)),
        (date(2026, 1, 9), date(2026, 1, 15)),
        (date(2026, 8, 21), date(2026, 8, 27)),
        (date(2026, 6, 1), date(2026, 6, 8)),
    ],
)
def test_five_working_days_end_on_the_known_day_when_holidays_and_swaps_intervene(calendar, start, due):
    assert calendar.add_working_days(start, 5) == due


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 4, 29),
        date(2025, 1, 27),
        date(2025, 1, 31),
        date(2025, 4, 7),
        date(2025, 5, 2),
        date(2025, 9, 1),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 2, 16),
        date(2026, 2, 20),
        date(2026, 4, 26),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 8, 31),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ],
)
def test_offices_are_closed_when_the_day_is_a_holiday_swap_or_weekend(calendar, day):
    assert not calendar.is_working(day)
    assert calendar.day_off(day).name.vi


@pytest.mark.parametrize(
    "day",
    [
        date(2019, 5, 4),
        date(2024, 5, 4),
        date(2025, 4, 26),
        date(2025, 2, 3),
        date(2026, 1, 5),
        date(2026, 1, 10),
        date(2026, 2, 13),
        date(2026, 2, 23),
        date(2026, 4, 28),
        date(2026, 8, 22),
        date(2026, 9, 3),
    ],
)
def test_offices_work_when_a_saturday_makes_up_or_a_holiday_is_over(calendar, day):
    assert calendar.is_working(day)


def test_culture_day_works_until_an_administrator_confirms_it(calendar, rows):
    assert calendar.is_working(CULTURE_DAY)
    assert [row.day for row in calendar.proposals_between(date(2026, 11, 23), CULTURE_DAY)] == [CULTURE_DAY]
    assert calendar.proposals_between(CULTURE_DAY, date(2026, 11, 30)) == ()
    others = [row for row in rows if row.day != CULTURE_DAY]
    confirmed = WorkingCalendar([*others, override(CULTURE_DAY, is_working=False)])
    assert not confirmed.is_working(CULTURE_DAY)
    assert confirmed.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert confirmed.version != calendar.version


def test_culture_day_is_off_when_only_the_package_is_asked():
    off = WorkingCalendar().day_off(CULTURE_DAY)
    assert off.kind is DayOffKind.HOLIDAY
    assert off.name.vi == "Ngày Văn hóa Việt Nam"


def test_confirmed_rows_win_when_they_contradict_holiday_weekday_and_weekend():
    holiday, weekday, saturday = date(2026, 9, 2), date(2026, 6, 3), date(2026, 6, 6)
    calendar = WorkingCalendar(
        [
            override(holiday, is_working=True),
            override(weekday, is_working=False),
            override(saturday, is_working=True),
        ]
    )
    assert calendar.is_working(holiday)
    assert calendar.day_off(weekday).kind is DayOffKind.OVERRIDE
    assert calendar.is_working(saturday)


@pytest.mark.parametrize(
    ("day", "is_working", "works"),
    [
        (date(2026, 6, 3), False, True),
        (date(2026, 6, 6), True, False),
        (date(2026, 9, 2), True, False),
        (date(2026, 8, 22), True, False),
        (date(2026, 9, 2), False, True),
    ],
    ids=["day-off", "saturday", "work-on-holiday", "listed-make-up", "listed-holiday"],
)
def test_proposed_row_changes_nothing_but_its_own_listing_when_unconfirmed(day, is_working, works):
    proposal = override(day, is_working=is_working, status=OverrideStatus.PROPOSED)
    assert WorkingCalendar([proposal]).is_working(day) is works


def test_provisional_starts_with_the_first_year_whose_tet_is_not_confirmed(calendar):
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))
    assert WorkingCalendar().is_provisional(date(2020, 6, 1))
    assert calendar.add_working_days(date(2027, 2, 3), 1) == date(2027, 2, 11)


def test_swapped_day_off_carries_both_names_when_shown(calendar):
    name = calendar.day_off(date(2026, 8, 31)).name
    assert name.vi == "Nghỉ hoán đổi dịp Quốc khánh"
    assert name.en == "Day off (substituted from 22/08/2026)"


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_same_date_later_stays_in_the_month_when_the_month_is_short(start, months, due):
    assert same_date_later(start, months) == due


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (("days", date(2026, 6, 1), 10), date(2026, 6, 11)),
        (("days", date(2026, 6, 3), 10), date(2026, 6, 15)),
        (("days", date(2026, 2, 6), 10), date(2026, 2, 23)),
        (("days", date(2026, 8, 12), 10), date(2026, 8, 22)),
        (("months", date(2026, 1, 31), 1), date(2026, 3, 2)),
        (("months", date(2026, 3, 1), 6), date(2026, 9, 3)),
        (("years", date(2021, 2, 17), 5), date(2026, 2, 23)),
        (("years", date(2024, 2, 29), 2), date(2026, 3, 2)),
    ],
)
def test_period_moves_to_the_next_working_day_when_its_last_day_is_off(calendar, due, expected):
    unit, start, count = due
    assert getattr(calendar, f"add_{unit}")(start, count) == expected


@pytest.mark.parametrize("deed", ["add_working_days", "add_days", "add_months", "add_years"])
def test_counting_refuses_when_the_period_is_negative(calendar, deed):
    with pytest.raises(ValueError, match="negative"):
        getattr(calendar, deed)(date(2026, 1, 5), -1)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2061, 1, 1)])
def test_calendar_refuses_when_the_year_is_not_covered(calendar, day):
    with pytest.raises(CalendarRangeError) as caught:
        calendar.is_working(day)
    assert caught.value.params["day"] == day.isoformat()


def test_counting_refuses_when_it_runs_over_the_last_year():
    short = WorkingCalendar(last_year=2026)
    with pytest.raises(CalendarRangeError):
        short.add_working_days(date(2026, 12, 30), 5)


def test_version_names_the_content_when_rows_come_in_any_order(rows, calendar):
    assert WorkingCalendar(reversed(rows)).version == calendar.version
    assert WorkingCalendar(rows[:-1]).version != calendar.version
    assert WorkingCalendar(rows, last_year=2050).version != calendar.version


@given(days, st.integers(0, 40))
def test_working_day_count_matches_the_days_between_when_counted_back(start, count):
    calendar = PLAIN
    end = calendar.working_days_after(start, count)
    between = [start + timedelta(n) for n in range(1, (end.due_on - start).days + 1)]
    assert sum(map(calendar.is_working, between)) == count
    assert [off.day for off in end.skipped] == [day for day in between if not calendar.is_working(day)]


@given(days, days, st.integers(1, 30))
def test_due_day_works_and_never_falls_when_the_start_comes_later(one, other, count):
    calendar = PLAIN
    early, late = sorted([one, other])
    for add in (calendar.add_working_days, calendar.add_days, calendar.add_months):
        assert add(early, count) <= add(late, count)
        assert calendar.is_working(add(late, count))
        assert add(late, count) < add(late, count + 31)


def test_override_file_carries_a_source_and_a_known_status_in_every_row(rows):
    assert {row.day for row in rows if row.status is OverrideStatus.PROPOSED} >= {CULTURE_DAY}
    assert all(len(row.name) <= 200 and len(row.source) <= 300 for row in rows)
    assert [row.day for row in rows] == sorted(row.day for row in rows)


GOOD = {
    "day": "2026-01-02",
    "is_working": "false",
    "name": "Nghỉ",
    "source": "Văn bản",
    "status": "confirmed",
}


@pytest.mark.parametrize(
    "change",
    [
        {"day": "02/01/2026"},
        {"day": "2026-02-30"},
        {"is_working": "no"},
        {"status": "perhaps"},
        {"name": " "},
        {"source": ""},
    ],
    ids=str,
)
def test_load_override_rows_refuses_when_a_cell_cannot_be_read(change):
    with pytest.raises(CalendarDataError):
        load_override_rows([GOOD | change])


@pytest.mark.parametrize("column", list(GOOD))
def test_load_override_rows_refuses_when_a_column_is_missing(column):
    with pytest.raises(CalendarDataError):
        load_override_rows([{key: value for key, value in GOOD.items() if key != column}])


def test_load_override_rows_refuses_when_a_day_is_listed_twice():
    with pytest.raises(CalendarDataError, match="twice"):
        load_override_rows([GOOD, GOOD | {"is_working": "true"}])

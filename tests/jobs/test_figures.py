"""The published figures count what their definitions say, and the past does not change with the present."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from backoffice.models import EnforcementCase, EnforcementObligation, NonEnforceableDecision
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs import packages
from tests.jobs import rows

MONTH = "2026-01"


def published(settings: Settings) -> dict[str, tuple[int, int | None]]:
    """Cases and money of the whole country in January by indicator, freshly built."""
    result = packages.build(settings, "statistics", as_of=rows.AS_OF)
    return figures_in(result.directory)


def figures_in(directory: Path) -> dict[str, tuple[int, int | None]]:
    with (directory / "data" / "period_figures.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["indicator_code"]: (int(row["case_count"]), int(row["amount_vnd"] or 0) or None)
            for row in csv.DictReader(file)
            if (row["period"], row["agency_code"]) == (MONTH, "TC")
        }


def test_month_stays_as_published_when_a_debt_is_paid_later(ready: Settings) -> None:
    rows.add_records(10)
    before = published(ready)
    assert before["non_enforceable"] == (10, 10_000_045)
    with unit_of_work(rows.SAMPLE) as session:
        for obligation in session.query(EnforcementObligation):
            obligation.outstanding_amount_vnd = 0
    assert published(ready) == before


def test_case_counts_by_its_day_of_acceptance_when_its_decision_is_of_another_month(ready: Settings) -> None:
    rows.add_records(10)
    with unit_of_work(rows.SAMPLE) as session:
        for case in session.query(EnforcementCase).order_by("id").limit(6):
            case.accepted_on = rows.date(2026, 1, 31)
    # Their enforcement decisions are of November 2025.
    assert published(ready)["accepted"] == (6, 6_000_015)


@pytest.mark.parametrize(("state", "counted"), [("drafted", 4), ("withdrawn", 10)])
def test_decision_is_left_out_when_it_was_never_signed(ready: Settings, state: str, counted: int) -> None:
    rows.add_records(10)
    with unit_of_work(rows.SAMPLE) as session:
        for decision in session.query(NonEnforceableDecision).order_by("id").limit(6):
            decision.state = state
    assert published(ready)["non_enforceable"][0] == counted


def test_open_cases_carry_no_money_when_there_are_many(ready: Settings) -> None:
    rows.add_records(10)
    assert published(ready)["open_at_end"] == (10, None)

"""The published figures of requests are those of a plain recount, to the byte, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest
from config import Settings
from exports.request_statistics import RequestFlow, months_of_years, request_figures
from jobs import packages
from tests.jobs import rows
from tests.request_samples import merge_some, random_row, save_requests

FIRST, LAST = date(2025, 9, 20), date(2026, 8, 31)


def recount() -> list[RequestFlow]:
    """Every request looked at by itself."""
    found: Counter[tuple[str, str, str, str, int, str, int | None]] = Counter()
    with system_scope("set_up"):
        for row in db.session.query(OnlineRequest).filter_by(duplicate_of_id=None):
            agency, procedure = row.agency.code, row.procedure
            came = row.received_at.astimezone(clock.VIETNAM)
            found[
                "submitted", f"{came:%Y-%m}", agency, procedure, int(row.channel == "online"), "", None
            ] += 1
            if row.taken_on:
                found["received", f"{row.taken_on:%Y-%m}", agency, procedure, 0, "", None] += 1
            if row.settled_on and row.state != "withdrawn":
                flag = int(row.outcome == "refused")
                due = row.total_due_on
                timely = "" if due is None else "on_time" if row.settled_on <= due else "late"
                month = f"{row.settled_on:%Y-%m}"
                found["processed", month, agency, procedure, flag, timely, row.working_days] += 1
    return [(*key, count) for key, count in found.items()]


def fill(count: int) -> None:
    """Random requests of the two districts and of the province, always the same."""
    rng = random.Random(5)
    with system_scope("set_up"):
        agencies = db.session.query(EnforcementAgency).order_by("code").all()
    merge_some(save_requests([random_row(rng, FIRST, LAST) for _ in range(count)], agencies))


def published(settings: Settings) -> str:
    result = packages.build(settings, "statistics", as_of=rows.AS_OF)
    return (result.directory / "data" / "request_figures.csv").read_text(encoding="utf-8")


def test_published_figures_are_those_of_a_recount_when_requests_are_in_every_state(ready: Settings) -> None:
    fill(900)
    with system_scope("set_up"):
        tree = [
            (row.code, row.parent.code if row.parent else None) for row in db.session.query(EnforcementAgency)
        ]
    months = months_of_years("2023-09", "2026-08")
    expected = b"".join(request_figures(recount(), tree, months)).decode()
    text = published(ready)
    assert text.split("\n", 1)[1] == expected
    assert len(expected.splitlines()) > 80


def test_request_counts_by_the_day_in_viet_nam_when_it_came_at_midnight(ready: Settings) -> None:
    row = random_row(random.Random(1), FIRST, FIRST) | {
        "procedure": "feedback", "family": "feedback", "state": "submitted", "outcome": None, "ground_code": None,
        "taken_on": None, "settled_on": None, "working_days": None, "classification": None, "channel": "online",
    }  # fmt: skip
    with system_scope("set_up"):
        agencies = db.session.query(EnforcementAgency).filter_by(code="CC001").all()
    midnight = datetime(2026, 3, 1, tzinfo=clock.VIETNAM)
    save_requests([{**row, "received_at": midnight - timedelta(seconds=1)}] * 5, agencies)
    save_requests([{**row, "received_at": midnight}] * 6, agencies)
    found = [line.split(",") for line in published(ready).splitlines()]
    assert {(line[0], line[3]) for line in found if line[1] == "CC001"} == {
        ("2026-02", "5"), ("2026-03", "6"), ("2025-10/2026-08", "11"),
    }  # fmt: skip


def test_no_figure_of_requests_is_published_when_nobody_came(ready: Settings) -> None:
    assert published(ready).count("\n") == 1

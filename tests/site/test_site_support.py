"""What the site says of online support: the year that is shown, shares, periods by law, where filing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports.catalog import Package
from exports.site_procedures import KINDS, load_procedures
from exports.site_support import Support, Waited, load_support, shown_year


@pytest.mark.parametrize(
    ("periods", "shown"),
    [
        ((), ""),
        (("2026-05", "2026-03/2026-05"), ""),
        (("2025-10", "2025-10/2025-11", "2025-10/2026-05", "2026-05"), "2025-10/2026-05"),
        (("2025-10", "2025-10/2026-09", "2026-10", "2026-10/2026-11"), "2025-10/2026-09"),
        (("2025-10", "2025-10/2026-09", "2026-10/2026-12"), "2026-10/2026-12"),
        (("2026-10",), "2026-10"),
    ],
)
def test_year_is_the_running_one_or_the_whole_one_before_when_it_is_young(
    periods: tuple[str, ...], shown: str
) -> None:
    assert shown_year(periods) == shown


def test_nothing_is_shown_when_the_package_is_older_than_the_figures() -> None:
    support = load_support(Package("statistics", Path("none"), {"resources": []}, ()))
    assert (support.period, support.first_month, support.last_month) == ("", "", "")
    assert support.of("TC", "enforcement_request") is None
    assert not support.has("TC")
    assert support.total("TC", "submitted", ["enforcement_request"]) is None


def test_nothing_is_divided_when_a_figure_is_withheld() -> None:
    waited = Waited({"submitted": 20, "submitted_online": None, "on_time": None, "late": 3}, None, None)
    assert (waited.share_online(), waited.share_on_time()) == (None, None)
    assert Waited({"on_time": 0, "late": 0}, None, None).share_on_time() is None
    full = Waited({"submitted": 20, "submitted_online": 15, "on_time": 9, "late": 1}, 4, None)
    assert (full.share_online(), full.share_on_time()) == (75, 90)
    support = Support("2025-10", {("TC", "a"): full, ("TC", "b"): waited})
    assert support.total("TC", "on_time", ["a", "b"]) == 9


@pytest.mark.parametrize(("day", "days"), [("2026-06-30", 5), ("2026-07-01", 3), ("", 3)])
def test_period_follows_the_law_when_the_day_is_the_last_of_the_old_one(day: str, days: int) -> None:
    found = {procedure.form: procedure for procedure in load_procedures(day)}
    assert found["result_confirmation"].periods[0].value == days


def test_every_form_in_force_has_a_page_with_its_papers_when_it_is_read() -> None:
    found = load_procedures("2026-07-01")
    assert [procedure.form for procedure in found] == list(KINDS)
    assert len({procedure.page for procedure in found}) == len(found)
    assert all(procedure.needed and procedure.papers and procedure.legal_basis for procedure in found)
    judgment = found[0].papers[0]
    assert judgment.is_required
    # An authorisation is needed of some people only.
    assert not next(paper for paper in found[0].papers if "đại diện" in paper.title["vi"]).is_required


def test_no_procedure_is_shown_when_no_law_was_in_force() -> None:
    assert load_procedures("1990-01-01") == []

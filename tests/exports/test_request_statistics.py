"""Figures of requests: sums, running years, and that no small group can be worked out over tree, time and builds."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.package import build_package
from exports.request_statistics import (
    POPULATIONS,
    REQUEST_COLUMNS,
    RequestFlow,
    months_of_years,
    rank,
    request_figures,
)
from exports.schema import load_codes
from exports.withholding import StatisticsError
from tests.exports.samples import AGENCIES, sources

TREE = [("TC", None), ("C1", "TC"), ("C2", "TC"), ("A", "C1"), ("B", "C1"), ("E", "C2")]
MONTHS = months_of_years("2025-09", "2026-03")
Rows = dict[tuple[str, str, str], dict[str, str]]


def figures(flows: list[RequestFlow], months: list[str] = MONTHS, tree: Any = TREE) -> Rows:
    """The published rows by key."""
    text = b"".join(request_figures(flows, tree, months)).decode()
    rows = [dict(zip(REQUEST_COLUMNS, line.split(","), strict=True)) for line in text.splitlines()]
    return {(row["period"], row["agency_code"], row["procedure_code"]): row for row in rows}


def came(month: str, agency: str, count: int, procedure: str = "feedback") -> RequestFlow:
    """Requests that came online."""
    return ("submitted", month, agency, procedure, 1, "", None, count)


def done(month: str, agency: str, days: int, count: int, **more: Any) -> RequestFlow:
    """Requests that were settled in so many days."""
    procedure = more.get("procedure", "feedback")
    flag, timeliness = int(more.get("refused", False)), more.get("timeliness", "on_time")
    return ("processed", month, agency, procedure, flag, timeliness, days, count)


def test_statistical_years_begin_in_october_when_months_are_taken():
    assert MONTHS[0] == "2025-10"
    assert MONTHS[-1] == "2026-03"
    assert months_of_years("2023-11", "2024-09") == []


def test_row_carries_the_subtree_and_its_days_when_the_groups_are_large():
    flows = [
        came("2025-10", "A", 6),
        ("submitted", "2025-10", "B", "feedback", 0, "", None, 5),
        ("received", "2025-10", "A", "feedback", 0, "", None, 6),
        done("2025-10", "A", 1, 5),
        done("2025-10", "A", 9, 1, timeliness="late"),
        done("2025-10", "B", 3, 5, refused=True, timeliness=""),
    ]
    row = figures(flows)["2025-10", "C1", "feedback"]
    assert list(row.values())[3:] == ["11", "6", "6", "11", "5", "5", "1", "3", "3"]
    assert figures(flows)["2025-10", "A", "feedback"]["p90_days"] == ""
    assert figures(flows)["2025-10", "A", "feedback"]["median_days"] == "1"


@pytest.mark.parametrize(
    ("days", "tenths", "found"),
    [({}, 5, None), ({3: 1}, 5, 3), ({1: 1, 9: 1}, 5, 1), ({1: 9, 9: 1}, 9, 1), ({1: 8, 9: 2}, 9, 9)],
)
def test_rank_is_the_fewest_days_that_suffice(days, tenths, found):
    assert rank(Counter(days), tenths) == found


def test_month_is_put_together_with_the_next_when_the_whole_country_is_a_small_group():
    flows = [came("2025-10", "A", 3), came("2025-11", "A", 2), came("2025-12", "A", 8)]
    rows = figures(flows)
    assert {key[0]: row["submitted"] for key, row in rows.items() if key[1] == "TC"} == {
        "2025-10/2025-11": "5",
        "2025-12": "8",
        "2025-10/2026-03": "13",
    }


def test_month_stays_unpublished_when_its_year_ends_with_a_small_group():
    months = months_of_years("2025-10", "2026-11")
    rows = figures([came("2026-09", "A", 3), came("2026-10", "A", 9)], months)
    assert {key[0] for key in rows} == {"2026-10", "2026-10/2026-11"}


def test_small_group_and_one_beside_it_are_withheld_when_they_could_be_subtracted():
    flows = [came("2025-10", "A", 3), came("2025-10", "B", 20), came("2025-10", "E", 9)]
    rows = figures(flows, ["2025-10"])
    assert {key[1]: row["submitted"] for key, row in rows.items()} == {
        "C1": "23",
        "C2": "9",
        "E": "9",
        "TC": "32",
    }


def test_running_year_is_withheld_when_one_of_its_months_is():
    flows = [came("2025-10", "C1", 50), came("2025-11", "C1", 50), came("2025-11", "A", 30)]
    flows += [came("2025-10", "A", 2), came("2025-10", "B", 7)]
    rows = figures(flows)
    assert ("2025-11", "A", "feedback") in rows
    assert ("2025-10/2026-03", "A", "feedback") not in rows
    assert rows["2025-10/2026-03", "C1", "feedback"]["submitted"] == "139"


def test_processed_is_empty_when_only_it_is_small():
    flows = [came("2025-10", "A", 30), done("2025-10", "A", 2, 3), done("2025-10", "B", 2, 9)]
    row = figures(flows)["2025-10", "A", "feedback"]
    assert (row["submitted"], row["processed"], row["on_time"], row["median_days"]) == ("30", "", "", "")


def test_complaints_stop_at_the_provinces_and_denunciations_at_the_country():
    flows = [came("2025-10", "A", 30, name) for name in ("complaint", "denunciation", "feedback")]
    flows += [done("2025-10", "A", 2, 30, procedure=name) for name in ("complaint", "denunciation")]
    rows = figures(flows, ["2025-10"])
    found = defaultdict(set)
    for _period, agency, procedure in rows:
        found[procedure].add(agency)
    assert found == {"complaint": {"TC", "C1"}, "denunciation": {"TC"}, "feedback": {"TC", "C1", "A"}}
    row = rows["2025-10", "TC", "denunciation"]
    assert list(row.values())[3:] == ["30", "", "0", "30", "", "", "", "", ""]


def test_figures_are_refused_when_their_agency_is_unknown():
    with pytest.raises(StatisticsError, match="XX"):
        figures([came("2025-10", "XX", 9)])


def test_order_of_the_counts_does_not_change_the_bytes():
    flows = [came(month, agency, n + 2) for n, month in enumerate(MONTHS) for agency in ("A", "B", "E")]
    flows += [done(month, "A", n, 3) for n, month in enumerate(MONTHS)]
    shuffled = random.Random(3).sample(flows, len(flows))
    assert figures(flows) == figures(shuffled, tree=TREE[::-1])


def test_package_is_valid_when_the_figures_come_from_here(tmp_path: Path):
    tree = [(row[0], row[3]) for row in AGENCIES]
    flows = [came(month, "CC001", 12) for month in MONTHS] + [done("2025-12", "CC002", 4, 30)]
    tables = sources("statistics") | {"request_figures": request_figures(flows, tree, MONTHS)}
    result = build_package("statistics", tables, root=tmp_path)
    path = result.directory / "data" / "request_figures.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == result.row_counts["request_figures"] > 0
    assert rows[-1] | {"submitted": "12"} == rows[-1]


def test_every_procedure_of_the_law_has_its_code():
    data = Path(__file__).resolve().parents[2] / "backoffice" / "data" / "procedures.csv"
    rows = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    known = {(row["code"], row["title_vi"], row["title_en"]) for row in rows}
    assert {(c["code"], c["label"], c["label_en"]) for c in load_codes("procedure_code")} == known


@st.composite
def worlds(draw):
    """A tree, and own counts of its agencies by population and month."""
    size = draw(st.integers(1, 9))
    tree = [("N0", None)] + [(f"N{i}", f"N{draw(st.integers(0, i - 1))}") for i in range(1, size)]
    counts = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20])
    own = {
        (population, month, code): draw(counts)
        for population in POPULATIONS
        for month in MONTHS[:4]
        for code, _ in tree
    }
    return tree, own


def flows_of(own: dict[tuple[str, str, str], int]) -> list[RequestFlow]:
    """The counts as the database gives them."""
    return [
        (name, month, code, "feedback", 0, "", None, count)
        for (name, month, code), count in own.items()
        if count
    ]


def parts(tree, own, rows: Rows, population: str) -> list[int]:
    """People in each smallest part that published numbers tell apart: own counts that stand in the same numbers.

    Whatever anybody adds and subtracts, it takes such a part as a whole.
    """
    above = dict(tree)
    lines: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for (period, agency, _), row in rows.items():
        if not row[population]:
            continue
        first, _, last = period.partition("/")
        for name, month, code in own:
            here: str | None = code
            while here not in (None, agency):
                here = above[here]
            if name == population and here == agency and first <= month <= (last or first):
                lines[month, code].add((period, agency))
    found: Counter[frozenset[tuple[str, str]]] = Counter()
    for (month, code), stands_in in lines.items():
        found[frozenset(stands_in)] += own[population, month, code]
    return list(found.values())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(worlds())
def test_no_small_group_follows_from_all_builds_when_tree_and_counts_are_arbitrary(world):
    tree, own = world
    seen: Rows = {}
    for count in range(1, 5):
        months = MONTHS[:count]
        rows = figures(flows_of({key: n for key, n in own.items() if key[1] in months}), months, tree)
        # What one build has published no later one contradicts.
        assert all(seen[key] == row for key, row in rows.items() if key in seen)
        seen |= rows
        for population in POPULATIONS:
            assert all(not 1 <= people <= 4 for people in parts(tree, own, seen, population))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(worlds())
def test_shown_numbers_are_the_true_sums_when_tree_and_counts_are_arbitrary(world):
    tree, own = world
    above = dict(tree)
    for (period, agency, _), row in figures(flows_of(own), MONTHS[:4], tree).items():
        first, _, last = period.partition("/")
        for population in POPULATIONS:
            total = 0
            for (name, month, code), count in own.items():
                here: str | None = code
                while here not in (None, agency):
                    here = above[here]
                total += count if here and name == population and first <= month <= (last or first) else 0
            assert row[population] in ("", str(total))


def test_schema_names_the_columns_that_come_from_here():
    schema = json.loads(
        (Path(__file__).resolve().parents[2] / "schemas" / "request_figures.json").read_text()
    )
    assert tuple(field["name"] for field in schema["fields"]) == REQUEST_COLUMNS

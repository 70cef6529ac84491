"""The roll-up: sums over the tree, key order, and that no small group's amount can be worked out."""

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.queries.export import leaf_figures
from exports.package import build_package
from exports.statistics import indicators, period_figures
from exports.withholding import StatisticsError
from tests.exports.samples import AGENCIES, ROWS, table

TREE = [("TC", None), ("C1", "TC"), ("C2", "TC"), ("A", "C1"), ("B", "C1"), ("D", "C1"), ("E", "C2")]
Rows = dict[tuple[str, str, str], tuple[int, int | None]]


def figures(leaf, tree=TREE) -> Rows:
    """The published rows by key."""
    text = b"".join(period_figures(leaf, tree)).decode()
    rows = [line.split(",") for line in text.splitlines()]
    return {tuple(row[:3]): (int(row[3]), int(row[4]) if row[4] else None) for row in rows}


def month(*leaf: tuple[str, int, int | None]) -> dict[str, tuple[int, int | None]]:
    """The rows of one month and indicator by agency."""
    rows = figures([("2026-07", agency, "accepted", cases, amount) for agency, cases, amount in leaf])
    return {agency: row for (_, agency, _), row in rows.items()}


def test_every_agency_carries_its_subtree():
    assert month(("A", 10, 100), ("B", 20, 200), ("C1", 5, 7), ("E", 6, 1000)) == {
        "A": (10, 100),
        "B": (20, 200),
        "C1": (35, 307),
        "C2": (6, 1000),
        "E": (6, 1000),
        "TC": (41, 1307),
    }


def test_months_and_indicators_stay_apart_and_rows_come_in_key_order():
    leaf = [
        ("2026-08", "A", "completed", 5, 1),
        ("2026-07", "A", "completed", 6, 2),
        ("2026-07", "A", "accepted", 7, 3),
        ("2026-07", "A", "accepted", 8, 4),
    ]
    rows = figures(leaf)
    assert list(rows) == sorted(rows)
    assert {key: row for key, row in rows.items() if key[1] == "A"} == {
        ("2026-07", "A", "accepted"): (15, 7),
        ("2026-07", "A", "completed"): (6, 2),
        ("2026-08", "A", "completed"): (5, 1),
    }


def test_order_of_the_leaf_rows_does_not_change_the_bytes():
    leaf = [
        (f"2026-0{m}", a, i, n, n * 3) for m in (1, 2) for a in "ABDE" for i in ("x", "y") for n in (2, 4)
    ]
    shuffled = leaf[:]
    random.Random(7).shuffle(shuffled)
    assert b"".join(period_figures(leaf, TREE)) == b"".join(period_figures(shuffled, TREE[::-1]))


@pytest.mark.parametrize(("cases", "shown"), [(1, None), (4, None), (5, 500), (6, 500)])
def test_amount_is_withheld_when_the_group_has_one_to_four_cases(cases, shown):
    assert month(("E", cases, 500))["E"] == (cases, shown)
    assert month(("E", cases, 500))["TC"] == (cases, shown)


def test_smallest_sibling_is_withheld_too_when_one_group_is_small():
    rows = month(("A", 3, 30), ("B", 50, 500), ("D", 20, 200))
    assert rows["A"] == (3, None)
    assert rows["D"] == (20, None)
    assert rows["B"] == (50, 500)
    assert rows["C1"] == (73, 730)


def test_sibling_is_withheld_when_the_small_group_is_the_agency_itself():
    rows = month(("C1", 2, 20), ("A", 50, 500), ("B", 60, 600))
    assert rows["A"] == (50, None)
    assert rows["B"] == (60, 600)


def test_no_sibling_is_withheld_when_small_groups_hide_each_other():
    rows = month(("A", 3, 30), ("B", 4, 40), ("D", 20, 200))
    assert (rows["A"][1], rows["B"][1], rows["D"][1], rows["C1"][1]) == (None, None, 200, 270)


def test_amount_stays_empty_when_the_cases_are_not_about_money():
    assert month(("A", 9, None), ("B", 9, None))["TC"] == (18, None)
    assert month(("A", 9, None), ("B", 9, 5))["TC"] == (18, 5)


def test_rows_of_agencies_without_cases_are_left_out():
    assert month(("A", 0, None), ("B", 9, 9)).keys() == {"B", "C1", "TC"}


@st.composite
def trees_and_leaves(draw):
    size = draw(st.integers(1, 14))
    tree = [("N0", None)] + [(f"N{i}", f"N{draw(st.integers(0, i - 1))}") for i in range(1, size)]
    counts = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20])
    return tree, {code: draw(counts) for code, _ in tree}


def regions(tree, own, rows) -> list[int]:
    """Cases in each smallest part whose amount the shown amounts give: a subtree without shown subtrees."""
    above = dict(tree)
    cases = defaultdict(int)
    for code, count in own.items():
        here = code
        while here is not None and rows.get(here, (0, None))[1] is None:
            here = above[here]
        if here is not None:
            cases[here] += count
    return list(cases.values())


@settings(max_examples=600, deadline=None, derandomize=True)
@given(trees_and_leaves())
def test_no_small_group_follows_by_subtraction_when_the_tree_is_arbitrary(case):
    tree, own = case
    rows = figures([("2026-07", code, "x", count, count) for code, count in own.items() if count], tree)
    by_agency = {agency: row for (_, agency, _), row in rows.items()}
    below = defaultdict(int)
    for code, count in own.items():
        here = code
        while here is not None:
            below[here] += count
            here = dict(tree)[here]
    assert {agency: row[0] for agency, row in by_agency.items()} == {c: n for c, n in below.items() if n}
    # `regions` asks for shown agencies, so a shown zero must not look withheld: no zero row exists.
    assert all(not 1 <= count <= 4 for count in regions(tree, own, by_agency))
    if below["N0"] >= 5:
        assert by_agency["N0"][1] == below["N0"]


@st.composite
def flows_of_two_months(draw):
    counts = st.sampled_from([0, 1, 2, 4, 5, 6, 20])
    return [
        (month, agency, flow, draw(counts) + (30 if month == "2026-06" and flow == "accepted" else 0), 1000)
        for month in ("2026-06", "2026-07", "2026-08")
        for agency in ("A", "B", "C1", "E")
        for flow in ("accepted", "ended", "completed")
    ]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(flows_of_two_months())
def test_stock_tells_no_amount_when_two_months_are_subtracted(flows):
    rows = figures(leaf_figures(flows, "2026-07", "2026-08"))
    stock = {key: row for key, row in rows.items() if key[2] == "open_at_end"}
    assert {month for month, _, _ in stock} == {"2026-07", "2026-08"}
    assert {amount for _, amount in stock.values()} == {None}
    for agency in dict(TREE):
        moved = sum(
            cases if flow == "accepted" else -cases
            for month, here, flow, cases, _ in flows
            if flow != "completed" and month == "2026-08" and agency in above(here)
        )
        july, august = (stock.get((f"2026-0{m}", agency, "open_at_end"), (0, None))[0] for m in (7, 8))
        assert august - july == moved


def test_stock_carries_no_amount_when_its_source_brings_one():
    rows = figures([("2026-07", "E", "open_at_end", 50, 500), ("2026-07", "E", "accepted", 50, 500)])
    assert rows["2026-07", "E", "open_at_end"] == (50, None)
    assert rows["2026-07", "E", "accepted"] == (50, 500)


def above(agency: str) -> list[str]:
    """The agency and those above it."""
    line: list[str] = []
    here: str | None = agency
    while here is not None:
        line.append(here)
        here = dict(TREE)[here]
    return line


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ([("A", "B")], "not in the tree"),
        ([("A", "B"), ("B", "A")], "below itself"),
        ([("A", "A")], "below itself"),
    ],
)
def test_tree_is_refused_when_it_has_a_gap_or_a_circle(tree, words):
    with pytest.raises(StatisticsError, match=words):
        period_figures([], tree)


def test_figures_are_refused_when_their_agency_is_unknown():
    with pytest.raises(StatisticsError, match="XX"):
        period_figures([("2026-07", "XX", "accepted", 1, 1)], TREE)


def test_statistics_package_is_published_when_figures_and_indicators_come_from_here(tmp_path):
    tree = [(row[0], row[3]) for row in AGENCIES]
    leaf = [(f"2026-{m:02d}", a, "accepted", 3 * m, m) for m in (7, 8, 9) for a in ("CC001", "CC002", "KV01")]
    sources = {
        "period_figures": period_figures(leaf, tree),
        "indicators": indicators(),
        **{
            name: table(name, ROWS["statistics"][name])
            for name in ("request_figures", "survey_figures", "survey_options")
        },
        "agencies": table("agencies", ROWS["statistics"]["agencies"]),
    }
    result = build_package("statistics", sources, root=tmp_path)
    assert result.row_counts == {
        "period_figures": 18,
        "request_figures": 4,
        "indicators": 7,
        "survey_figures": 5,
        "survey_options": 2,
        "agencies": 6,
    }
    text = (result.directory / "data" / "period_figures.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == "2026-07,C01,accepted,42,14"

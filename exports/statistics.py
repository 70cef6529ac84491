"""Monthly figures rolled up the tree of agencies, with the amounts of small groups withheld.

Here: from the figures of each agency's own cases to rows of `period_figures`, and the rows of `indicators`. Not here:
counting cases (the caller's SQL), which amounts are withheld (`withholding`), writing and checking (`assembly`).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from exports.schema import SCHEMAS_DIRECTORY, load_codes
from exports.sources import BLOCK_BYTES, Table
from exports.withholding import Group, StatisticsError, Tree
from exports.writer import csv_row

# A stock carries no money: this month's less last month's is what single cases brought in or took out.
STOCKS = frozenset({"open_at_end"})

LeafFigure = tuple[str, str, str, int, int | None]
"""Month, agency, indicator, cases, đồng (None: the cases are not about money) of an agency's own cases."""

FIGURE_COLUMNS = ("period", "agency_code", "indicator_code", "case_count", "amount_vnd")
INDICATOR_COLUMNS = ("code", "title_vi", "title_en", "unit", "definition_vi", "definition_en", "position")


def period_figures(leaf: Iterable[LeafFigure], agencies: Iterable[tuple[str, str | None]]) -> Table:
    """The rows of `period_figures` in key order, from own figures in any order and the tree of agencies.

    Every agency carries its subtree; a missing row means zero. Amounts of 1 to 4 cases are empty, and so are
    as many others as are needed so that none follows by subtraction; the stocks have none at all, because the
    stocks of two months would tell the flows between them. Raises StatisticsError.
    """
    tree = Tree.of(agencies)
    months = _collected(leaf, tree)
    for groups in months.values():
        for group in groups.values():
            group.roll_up(tree)
    return Table(FIGURE_COLUMNS, _blocks(months, tree))


def indicators(directory: Path = SCHEMAS_DIRECTORY) -> Table:
    """The rows of `indicators`: the words of the code list, sorted by code, positions from 1."""
    rows = [
        csv_row(
            [
                code["code"],
                code["label"],
                code["label_en"],
                "cases_and_vnd",
                code["definition"],
                code["definition_en"],
                position,
            ]
        )
        for position, code in enumerate(load_codes("indicator_code", directory), start=1)
    ]
    return Table(INDICATOR_COLUMNS, [b"".join(sorted(rows))])


def _collected(leaf: Iterable[LeafFigure], tree: Tree) -> dict[str, dict[str, Group]]:
    """Own figures by month and indicator."""
    positions = {code: index for index, code in enumerate(tree.codes)}
    months: dict[str, dict[str, Group]] = {}
    for month, agency, indicator, cases, amount in leaf:
        index = positions.get(agency)
        if index is None:
            raise StatisticsError(f"figures of an agency that is not in the tree: {agency!r}")
        groups = months.setdefault(month, {})
        group = groups.get(indicator)
        if group is None:
            group = groups[indicator] = Group(len(tree.codes))
        group.add(index, cases, None if indicator in STOCKS else amount)
    return months


def _blocks(months: Mapping[str, Mapping[str, Group]], tree: Tree) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for row in _rows(months, tree):
        waiting.append(row)
        size += len(row)
        if size >= BLOCK_BYTES:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()


def _rows(months: Mapping[str, Mapping[str, Group]], tree: Tree) -> Iterator[str]:
    agencies = sorted((code, index) for index, code in enumerate(tree.codes))
    spelled = [(_cell(code), index) for code, index in agencies]
    for month, groups in sorted(months.items()):
        named = [
            (_cell(name), group.cases, group.amounts, group.shown) for name, group in sorted(groups.items())
        ]
        start = _cell(month)
        for code, index in spelled:
            for name, cases, amounts, shown in named:
                if cases[index]:
                    amount = amounts[index] if shown[index] else None
                    yield f"{start},{code},{name},{cases[index]},{'' if amount is None else amount}\n"


def _cell(value: str) -> str:
    return csv_row([value]).decode().rstrip("\n")

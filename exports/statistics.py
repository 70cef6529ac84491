"""Monthly figures rolled up the tree of agencies, with the amounts of small groups withheld.

Here: pure arithmetic from the figures of each agency's own cases to rows of `period_figures`, and the rows of
`indicators`. Not here: counting cases (the caller's SQL), writing and checking (`assembly`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exports.schema import SCHEMAS_DIRECTORY, load_codes
from exports.sources import BLOCK_BYTES, Table
from exports.writer import csv_row

# The amount of a group of 1 to 4 cases could tell what one person owes.
SMALLEST_SHOWN_GROUP = 5
# A stock carries no money: this month's less last month's is what single cases brought in or took out.
STOCKS = frozenset({"open_at_end"})

LeafFigure = tuple[str, str, str, int, int | None]
"""Month, agency, indicator, cases, đồng (None: the cases are not about money) of an agency's own cases."""

FIGURE_COLUMNS = ("period", "agency_code", "indicator_code", "case_count", "amount_vnd")
INDICATOR_COLUMNS = ("code", "title_vi", "title_en", "unit", "definition_vi", "definition_en", "position")


class StatisticsError(Exception):
    """The figures and the tree of agencies do not fit together."""


@dataclass(frozen=True)
class Tree:
    """The agencies with every one before the agency above it; `parents` and `children` hold positions."""

    codes: tuple[str, ...]
    parents: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, agencies: Iterable[tuple[str, str | None]]) -> "Tree":
        """The tree from pairs of code and parent's code. Raises StatisticsError for a gap or a circle."""
        above = dict(agencies)
        codes = sorted(above, key=lambda code: (-_depth(code, above), code))
        position = {code: index for index, code in enumerate(codes)}
        parents = [-1 if (parent := above[code]) is None else position[parent] for code in codes]
        children: list[list[int]] = [[] for _ in codes]
        for index, place in enumerate(parents):
            if place >= 0:
                children[place].append(index)
        return cls(tuple(codes), tuple(parents), tuple(tuple(below) for below in children))


class Group:
    """One month and indicator over the whole tree: own figures first, then `roll_up` adds them upwards."""

    def __init__(self, size: int) -> None:
        self.cases = [0] * size
        self.amounts: list[int | None] = [None] * size
        self.shown = [False] * size
        # Cases whose amount follows from the amount of this agency minus the amounts shown below it.
        self._remainders = [0] * size

    def add(self, index: int, cases: int, amount: int | None) -> None:
        """Add own figures of one agency."""
        self.cases[index] += cases
        if amount is not None:
            self.amounts[index] = (self.amounts[index] or 0) + amount

    def roll_up(self, tree: Tree) -> None:
        """Let every agency carry its subtree, and choose which amounts are shown.

        An amount is shown when nobody can subtract shown amounts so that 1 to 4 cases remain: the cases of
        an agency without those of the shown agencies below it are none or at least five.
        """
        cases, amounts, remainders = self.cases, self.amounts, self._remainders
        remainders[:] = cases
        for index, parent in enumerate(tree.parents):
            count = cases[index]
            if not count:
                continue
            if count >= SMALLEST_SHOWN_GROUP:
                self.shown[index] = True
                if 0 < remainders[index] < SMALLEST_SHOWN_GROUP:
                    self._withhold_more(index, tree)
            if parent >= 0:
                cases[parent] += count
                if not self.shown[index]:
                    remainders[parent] += remainders[index]
                amount = amounts[index]
                if amount is not None:
                    amounts[parent] = (amounts[parent] or 0) + amount

    def _withhold_more(self, index: int, tree: Tree) -> None:
        """Withhold amounts below an agency, the smallest first, until what remains of it is large enough."""
        candidates = list(self._shown_below(index, tree))
        while 0 < self._remainders[index] < SMALLEST_SHOWN_GROUP:
            # One with cases of its own ends the search; without one, look further down.
            chosen = min(candidates, key=lambda i: (not self._remainders[i], self.cases[i], tree.codes[i]))
            candidates.remove(chosen)
            candidates += self._shown_below(chosen, tree)
            self.shown[chosen] = False
            self._remainders[index] += self._remainders[chosen]

    def _shown_below(self, index: int, tree: Tree) -> Iterator[int]:
        """The topmost agencies below one whose amounts are shown."""
        for child in tree.children[index]:
            if self.shown[child]:
                yield child
            elif self.cases[child]:
                yield from self._shown_below(child, tree)


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


def _depth(code: str, above: Mapping[str, str | None]) -> int:
    depth = 0
    here: str | None = code
    while here is not None:
        if here not in above:
            raise StatisticsError(f"agency {code!r} is below an agency that is not in the tree: {here!r}")
        if depth > len(above):
            raise StatisticsError(f"agency {code!r} is below itself")
        here, depth = above[here], depth + 1
    return depth

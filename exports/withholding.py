"""Which figures of small groups are withheld, over the tree of agencies, so that none follows by subtraction.

Here: pure arithmetic, also for screens. Not here: the tables that are published (`statistics`, `survey`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# The amount of a group of 1 to 4 cases could tell what one person owes.
SMALLEST_SHOWN_GROUP = 5
# How far down the tree a procedure is shown, the top being 0. A complaint or denunciation concerns few officials, who
# could tell from the figures of a small office that somebody has complained.
LOWEST_SHOWN: Mapping[str, int] = {"complaint": 1, "denunciation": 0}


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


def depths_of(tree: Tree) -> list[int]:
    """How far below the top each agency stands."""
    depths = [0] * len(tree.codes)
    for index in range(len(tree.codes) - 1, -1, -1):
        parent = tree.parents[index]
        depths[index] = depths[parent] + 1 if parent >= 0 else 0
    return depths


def answers_by_agency(own: Iterable[tuple[str, str, int]], tree: Tree) -> dict[str, Mapping[str, int] | None]:
    """How often each choice was made at each agency with all below it; None where few answered, and nothing for none.

    `own` are agency, choice and number of the answers that an agency itself was given to one question. Raises
    StatisticsError for an agency that is not in the tree.
    """
    positions = {code: index for index, code in enumerate(tree.codes)}
    group = Group(len(tree.codes))
    counts: list[Counter[str]] = [Counter() for _code in tree.codes]
    for agency, choice, number in own:
        index = positions.get(agency)
        if index is None:
            raise StatisticsError(f"answers to an agency that is not in the tree: {agency!r}")
        group.add(index, number, None)
        counts[index][choice] += number
    group.roll_up(tree)
    for index, parent in enumerate(tree.parents):
        if parent >= 0:
            counts[parent].update(counts[index])
    return {
        code: counts[index] if group.shown[index] else None
        for index, code in enumerate(tree.codes)
        if group.cases[index]
    }


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

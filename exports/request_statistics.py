"""Figures of citizens' requests by month and running year, rolled up the tree of agencies, small groups withheld.

Here: pure arithmetic from each agency's own counts to rows of `request_figures`. Not here: counting requests (the
caller's SQL), the roll-up of one group (`withholding`), writing and checking (`assembly`).

Nobody can add and subtract published numbers so that 1 to 4 people remain. Within one block of months that is what
`Group.roll_up` sees to, for each of the three populations. Blocks do not overlap, and a running year is shown only
where it is the sum of shown blocks, so that it tells nothing new; leaving out more rows makes what remains larger.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from exports.sources import Table
from exports.withholding import LOWEST_SHOWN, SMALLEST_SHOWN_GROUP, Group, StatisticsError, Tree, depths_of
from exports.writer import csv_row

RequestFlow = tuple[str, str, str, str, int, str, int | None, int]
"""Population, month, agency, procedure, flag (sent online; refused), timeliness, working days, how many requests."""

POPULATIONS = ("submitted", "received", "processed")
ONLINE, REFUSED, ON_TIME, LATE = "submitted_online", "refused", "on_time", "late"
REQUEST_COLUMNS = (
    "period",
    "agency_code",
    "procedure_code",
    "submitted",
    "submitted_online",
    "received",
    "processed",
    "refused",
    "on_time",
    "late",
    "median_days",
    "p90_days",
)
# The statistical year begins on 1 October (Joint Circular 12/2021 Art. 6).
_FIRST_MONTH_OF_YEAR = "10"
# Nine tenths of fewer people is the slowest of them, one person's own wait.
_SMALLEST_FOR_P90 = 10
# Of a denunciation no outcome is told.
_WITHOUT_DETAILS = frozenset({"denunciation"})

_Own = tuple[str, int, int, str, int | None, int]


class Block:
    """Requests under one procedure in some months over the whole tree: own counts first, then rolled up."""

    def __init__(self, size: int) -> None:
        self.groups = {name: Group(size) for name in POPULATIONS}
        self.details = {name: [0] * size for name in (ONLINE, REFUSED, ON_TIME, LATE)}
        self.days: list[Counter[int]] = [Counter() for _ in range(size)]

    def add(self, rows: Iterable[_Own]) -> None:
        """Add own counts of agencies."""
        for population, index, flag, timeliness, days, count in rows:
            self.groups[population].add(index, count, None)
            if flag:
                self.details[ONLINE if population == "submitted" else REFUSED][index] += count
            if timeliness:
                self.details[timeliness][index] += count
            if days is not None:
                self.days[index][days] += count

    @property
    def is_safe(self) -> bool:
        """Whether no population of the whole country is a small group."""
        return all(not 0 < sum(group.cases) < SMALLEST_SHOWN_GROUP for group in self.groups.values())

    def roll_up(self, tree: Tree) -> None:
        """Let every agency carry its subtree, and choose what is shown."""
        for group in self.groups.values():
            group.roll_up(tree)
        for index, parent in enumerate(tree.parents):
            if parent >= 0:
                for values in self.details.values():
                    values[parent] += values[index]
                self.days[parent].update(self.days[index])

    def shows(self, population: str, index: int) -> bool:
        """Whether the number of an agency is shown; nothing is always shown."""
        group = self.groups[population]
        return group.shown[index] or not group.cases[index]


@dataclass
class _Year:
    """The closed blocks of one statistical year, and what is added up of them."""

    total: Block
    hidden: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in POPULATIONS})
    first: str = ""
    last: str = ""
    blocks: int = 0

    def close(self, block: Block, first: str, last: str) -> None:
        """Add a rolled-up block; what it withholds the year withholds too."""
        self.first, self.last, self.blocks = self.first or first, last, self.blocks + 1
        for name, group in block.groups.items():
            for index, cases in enumerate(group.cases):
                self.total.groups[name].cases[index] += cases
                if not block.shows(name, index):
                    self.hidden[name].add(index)
        for name, values in block.details.items():
            self.total.details[name] = [
                old + new for old, new in zip(self.total.details[name], values, strict=True)
            ]
        for kept, days in zip(self.total.days, block.days, strict=True):
            kept.update(days)

    def finish(self) -> Block:
        """The whole, with what is shown of it."""
        for name, group in self.total.groups.items():
            group.shown = [index not in self.hidden[name] for index in range(len(group.cases))]
        return self.total


def request_figures(
    flows: Iterable[RequestFlow], agencies: Iterable[tuple[str, str | None]], months: Sequence[str]
) -> Table:
    """The rows of `request_figures` in key order, from own counts in any order, the tree, and the complete months.

    Every agency carries its subtree. A month in which some population of the whole country is 1 to 4 people is put
    together with those that follow in its statistical year. An empty cell is withheld; a missing row is none, or
    withheld. `months` begins with an October. Raises StatisticsError.
    """
    tree = Tree.of(agencies)
    depths = depths_of(tree)
    found: list[tuple[str, str, str, str]] = []
    for procedure, own in _collected(flows, tree, frozenset(months)).items():
        lowest = LOWEST_SHOWN.get(procedure, len(tree.codes))
        shown = [index for index, depth in enumerate(depths) if depth <= lowest]
        for period, block in _periods(own, tree, months):
            for index in shown:
                cells = _cells(block, index, details=procedure not in _WITHOUT_DETAILS)
                if cells:
                    found.append((period, tree.codes[index], procedure, cells))
    found.sort()
    return Table(
        REQUEST_COLUMNS, [b"".join(csv_row(row[:3])[:-1] + b"," + row[3].encode() + b"\n" for row in found)]
    )


def months_of_years(first: str, last: str) -> list[str]:
    """The months of `first` to `last` from the first October on, so that every period is the same in every build."""
    year, month = int(first[:4]), int(first[5:])
    found: list[str] = []
    while (text := f"{year:04d}-{month:02d}") <= last:
        if found or text.endswith(_FIRST_MONTH_OF_YEAR):
            found.append(text)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def rank(days: Counter[int], tenths: int) -> int | None:
    """The fewest working days within which at least so many tenths of the requests were settled; None without any."""
    wanted, reached = days.total() * tenths, 0
    for number in sorted(days):
        reached += days[number]
        if reached * 10 >= wanted and reached:
            return number
    return None


def _collected(
    flows: Iterable[RequestFlow], tree: Tree, months: frozenset[str]
) -> dict[str, dict[str, list[_Own]]]:
    """Own counts by procedure and month, those of the months alone."""
    positions = {code: index for index, code in enumerate(tree.codes)}
    found: dict[str, dict[str, list[_Own]]] = {}
    for population, month, agency, procedure, flag, timeliness, days, count in flows:
        index = positions.get(agency)
        if index is None:
            raise StatisticsError(f"requests of an agency that is not in the tree: {agency!r}")
        if month in months:
            row = (population, index, flag, timeliness, days, count)
            found.setdefault(procedure, {}).setdefault(month, []).append(row)
    return found


def _periods(own: dict[str, list[_Own]], tree: Tree, months: Sequence[str]) -> Iterator[tuple[str, Block]]:
    """Closed blocks of months, and after those of a year the running year, unless it is one block itself."""
    size = len(tree.codes)
    year, block, first = _Year(Block(size)), Block(size), ""
    for month in months:
        if month.endswith(_FIRST_MONTH_OF_YEAR):
            yield from _running(year)
            # What could not be closed by the end of its year stays unpublished.
            year, block, first = _Year(Block(size)), Block(size), ""
        first = first or month
        block.add(own.get(month, ()))
        if block.is_safe:
            block.roll_up(tree)
            year.close(block, first, month)
            yield _period(first, month), block
            block, first = Block(size), ""
    yield from _running(year)


def _running(year: _Year) -> Iterator[tuple[str, Block]]:
    if year.blocks > 1:
        yield _period(year.first, year.last), year.finish()


def _period(first: str, last: str) -> str:
    return first if first == last else f"{first}/{last}"


def _cells(block: Block, index: int, *, details: bool) -> str:
    """The cells of one row after its key; nothing where there is nothing to show."""
    numbers = {
        name: str(group.cases[index]) if block.shows(name, index) else ""
        for name, group in block.groups.items()
    }
    if all(number in ("", "0") for number in numbers.values()):
        return ""
    for name, values in block.details.items():
        population = "submitted" if name == ONLINE else "processed"
        numbers[name] = str(values[index]) if details and numbers[population] else ""
    days = block.days[index] if details and numbers["processed"] else Counter()
    known = days.total()
    numbers["median_days"] = _text(rank(days, 5)) if known >= SMALLEST_SHOWN_GROUP else ""
    numbers["p90_days"] = _text(rank(days, 9)) if known >= _SMALLEST_FOR_P90 else ""
    return ",".join(numbers[name] for name in REQUEST_COLUMNS[3:])


def _text(number: int | None) -> str:
    return "" if number is None else str(number)

"""The figures of requests as a table: its lines, their names, and the list that each figure opens.

Not here: counting (`queries.request_figures`), the page and its address (`request_statistics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from backoffice.queries.request_figures import MEASURES, MONTH, STOCKS, Figures, Span, request_figures
from backoffice.views.day_work import list_address
from backoffice.views.request_figure_filters import counted
from backoffice.views.request_figure_groups import Asked, Group, by_child, by_level, groups_of
from backoffice.views.request_figure_period import months_of
from backoffice.views.request_figure_words import DAY_WORDS, GROUP_WORDS, MEASURE_WORDS
from exports.request_statistics import rank

_TENTHS = {"median": 5, "p90": 9}


@dataclass(frozen=True)
class Number:
    """One figure with the list that it opens; days have none."""

    name: str
    label: Any
    value: int | None
    url: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table: its name, the agency that it steps down to, its figures."""

    head: str
    numbers: Sequence[Number]
    down_to: str = ""


@dataclass(frozen=True)
class Table:
    """The lines of the groups and that of all together; `heads` name the columns."""

    heads: Sequence[Any]
    lines: Sequence[Line]
    total: Line

    def half(self) -> int | None:
        """Within how many working days half of all were settled."""
        return next(number.value for number in self.total.numbers if number.name == "median")


def table_of(asked: Asked, *, whole_tree: bool = False) -> Table:
    """Count what is asked for. Raises BadQueryError for too many months.

    With `whole_tree` agencies stand with all above them, each after those below it: how figures are rolled up (R66).
    """
    spans = months_of(asked.span) if asked.group == MONTH else []
    whole = found = request_figures(asked.group, asked.span, spans, asked.conditions())
    if asked.group == "agency":
        found = by_level(whole, asked.scope) if whole_tree else by_child(whole, asked.scope)
    groups = groups_of(asked, found, spans)
    lines = [
        _line(group, [(measure, found.counts[measure, key]) for measure in MEASURES], found.days[key])
        for key, group in groups.items()
    ]
    heads = [GROUP_WORDS[asked.group], *MEASURE_WORDS.values(), *DAY_WORDS.values()]
    return Table(heads, lines, _total(asked, whole, spans))


def _total(asked: Asked, found: Figures, spans: Sequence[Span]) -> Line:
    """All together; what stands at the end of the last month stands at the end."""
    sums: Counter[str] = Counter()
    for (measure, key), number in found.counts.items():
        if asked.group != MONTH or measure not in STOCKS:
            sums[measure] += number
        elif key == spans[-1].first.isoformat():
            sums[measure] = number
    days: Counter[int] = sum(found.days.values(), Counter())
    group = Group(_("All together"), asked.span, asked.drill())
    return _line(group, [(measure, sums[measure]) for measure in MEASURES], days)


def _line(group: Group, counts: Iterable[tuple[str, int]], days: Counter[int]) -> Line:
    numbers = [
        Number(measure, MEASURE_WORDS[measure], number, _address(measure, group))
        for measure, number in counts
    ]
    ranks = [Number(name, label, rank(days, _TENTHS[name])) for name, label in DAY_WORDS.items()]
    return Line(group.head, [*numbers, *ranks], group.down_to)


def _address(measure: str, group: Group) -> str | None:
    values = {**group.drill, "counted": counted(measure, group.span.first, group.span.last)}
    return list_address("OnlineRequestView", values)

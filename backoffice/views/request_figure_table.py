"""The figures of requests as a table: its lines, their names, and the list that each figure opens.

Not here: counting (`queries.request_figures`), the page and its address (`request_statistics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.scope import Scope
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.queries.request_figures import (
    MEASURES,
    MONTH,
    STOCKS,
    Figures,
    Span,
    names_of_staff,
    request_figures,
)
from backoffice.queries.work_counts import agencies_at
from backoffice.services.agency_directory import agency_name_today
from backoffice.views.dashboard_period import month_label
from backoffice.views.day_work import list_address
from backoffice.views.formats import day
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_figure_filters import NOBODY, counted
from backoffice.views.request_figure_period import months_of
from backoffice.views.request_words import FEEDBACK_KINDS, REQUEST_CHANNELS, REQUEST_OUTCOMES
from backoffice.views.work_by_agency import agency_address, child_path
from exports.request_statistics import rank

MEASURE_WORDS: Mapping[str, Any] = {
    "submitted": _l("Submitted"),
    "received": _l("Taken into support"),
    "processed": _l("Settled"),
    "refused": _l("Of which refused"),
    "on_time": _l("In time"),
    "late": _l("Late"),
    "withdrawn": _l("Taken back"),
    "open": _l("Open at the end"),
    "pending": _l("Of which within time"),
    "overdue": _l("Of which overdue"),
}
DAY_WORDS: Mapping[str, Any] = {
    "median": _l("Half within (days)"),
    "p90": _l("Nine tenths within (days)"),
}
_TENTHS = {"median": 5, "p90": 9}
GROUP_WORDS: Mapping[str, Any] = {
    "agency": _l("Agency"),
    "procedure": _l("Procedure"),
    "officer": _l("Officer in charge"),
    "channel": _l("Channel"),
    MONTH: _l("Month"),
    "classification": _l("Kind of petition"),
    "outcome": _l("Outcome"),
}
_NONE_WORDS: Mapping[str, Any] = {
    "officer": _l("Nobody yet"),
    "classification": _l("Not classified"),
    "outcome": _l("No outcome yet"),
}
_CODE_WORDS: Mapping[str, Mapping[str, Any]] = {
    "procedure": PROCEDURE_WORDS,
    "channel": REQUEST_CHANNELS,
    "classification": FEEDBACK_KINDS,
    "outcome": REQUEST_OUTCOMES,
}
# The filter of the list by which the rows of a group are found.
_DRILL = {
    "procedure": "procedure",
    "officer": "handler",
    "channel": "channel",
    "classification": "classified",
    "outcome": "outcome",
}


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; `only_officer` is whose requests alone are counted, if not everybody's."""

    span: Span
    group: str
    scope: Scope
    agency: EnforcementAgency | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    only_officer: int | None = None

    def conditions(self) -> list[Any]:
        """The conditions beside the days; the session keeps to the scope by itself."""
        found = [getattr(OnlineRequest, name) == value for name, value in self.choices.items()]
        if self.agency is not None:
            found.append(self.scope.criterion(OnlineRequest.agency_path))
        if self.only_officer is not None:
            found.append(OnlineRequest.handler_id == self.only_officer)
        return found

    def drill(self) -> dict[str, Any]:
        """The same as filters of the list."""
        found: dict[str, Any] = dict(self.choices)
        if self.agency is not None:
            found["agency"] = self.agency.code
        if self.only_officer is not None:
            found["handler"] = self.only_officer
        return found


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


@dataclass(frozen=True)
class _Group:
    """One group: its name, its days, and the filters of the list that give its rows."""

    head: str
    span: Span
    drill: Mapping[str, Any]
    down_to: str = ""


def table_of(asked: Asked) -> Table:
    """Count what is asked for. Raises BadQueryError for too many months."""
    spans = months_of(asked.span) if asked.group == MONTH else []
    found = request_figures(asked.group, asked.span, spans, asked.conditions())
    if asked.group == "agency":
        found = _by_child(found, asked.scope)
    groups = _groups(asked, found, spans)
    lines = [
        _line(group, [(measure, found.counts[measure, key]) for measure in MEASURES], found.days[key])
        for key, group in groups.items()
    ]
    heads = [GROUP_WORDS[asked.group], *MEASURE_WORDS.values(), *DAY_WORDS.values()]
    return Table(heads, lines, _total(asked, found, spans))


def _total(asked: Asked, found: Figures, spans: Sequence[Span]) -> Line:
    """All together; what stands at the end of the last month stands at the end."""
    sums: Counter[str] = Counter()
    for (measure, key), number in found.counts.items():
        if asked.group != MONTH or measure not in STOCKS:
            sums[measure] += number
        elif key == spans[-1].first.isoformat():
            sums[measure] = number
    days: Counter[int] = sum(found.days.values(), Counter())
    group = _Group(_("All together"), asked.span, asked.drill())
    return _line(group, [(measure, sums[measure]) for measure in MEASURES], days)


def _by_child(found: Figures, scope: Scope) -> Figures:
    """The figures of the agencies directly below, each with all below it."""
    merged = Figures()
    for (measure, path), number in found.counts.items():
        merged.counts[measure, child_path(path, scope)] += number
    for path, days in found.days.items():
        merged.days[child_path(path, scope)].update(days)
    return merged


def _groups(asked: Asked, found: Figures, spans: Sequence[Span]) -> dict[str, _Group]:
    """The lines of the table by the key of what is counted in them, in their order."""
    if asked.group == "agency":
        return dict(_agency_groups(asked, found))
    if asked.group == MONTH:
        return {
            span.first.isoformat(): _Group(_month_head(span), span, asked.drill()) for span in reversed(spans)
        }
    names = _names(asked.group, found.groups)
    order = sorted(found.groups, key=lambda key: (not key, -found.counts["submitted", key], names[key]))
    name = _DRILL[asked.group]
    return {key: _Group(names[key], asked.span, {**asked.drill(), name: key or NOBODY}) for key in order}


def _agency_groups(asked: Asked, found: Figures) -> Iterable[tuple[str, _Group]]:
    for agency in agencies_at(found.groups):
        address = agency_address(agency, asked.scope)
        down = "" if "at" in address else agency.code
        yield (
            agency.path,
            _Group(agency_name_today(agency), asked.span, {**asked.drill(), **address}, down),
        )


def _names(group: str, keys: Sequence[str]) -> dict[str, str]:
    """What the groups are called; people by their names, of which one statement asks."""
    if group == "officer":
        people = names_of_staff([int(key) for key in keys if key])
        known: Mapping[str, Any] = {str(number): name for number, name in people.items()}
    else:
        known = _CODE_WORDS[group]
    nothing = _NONE_WORDS.get(group, "")
    return {key: str(known.get(key, key)) if key else str(nothing) for key in keys}


def _month_head(span: Span) -> str:
    """The month, with its days where it is not a whole one."""
    number = span.first.year * 12 + span.first.month - 1
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    is_whole = span.first.day == 1 and (following - span.last).days == 1
    label = month_label(number)
    return label if is_whole else f"{label} ({day(span.first)[:5]}–{day(span.last)[:5]})"


def _line(group: _Group, counts: Iterable[tuple[str, int]], days: Counter[int]) -> Line:
    numbers = [
        Number(measure, MEASURE_WORDS[measure], number, _address(measure, group))
        for measure, number in counts
    ]
    ranks = [Number(name, label, rank(days, _TENTHS[name])) for name, label in DAY_WORDS.items()]
    return Line(group.head, [*numbers, *ranks], group.down_to)


def _address(measure: str, group: _Group) -> str | None:
    values = {**group.drill, "counted": counted(measure, group.span.first, group.span.last)}
    return list_address("OnlineRequestView", values)

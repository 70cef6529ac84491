"""What figures of requests are asked for, and the groups they fall into: agencies, officers, months, codes.

Not here: counting (`queries.request_figures`), lines and columns (`request_figure_table`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backoffice.access.scope import Scope
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.models.enforcement_agency import PATH_END
from backoffice.queries.request_figures import MONTH, Figures, Span, names_of_staff
from backoffice.queries.work_counts import agencies_at
from backoffice.services.agency_directory import agency_directory, agency_name_today
from backoffice.views.dashboard_period import month_label
from backoffice.views.formats import day
from backoffice.views.request_figure_filters import NOBODY
from backoffice.views.request_figure_words import CODE_WORDS, NONE_WORDS
from backoffice.views.work_by_agency import agency_address, child_path
from backoffice.views.work_filters import AgencyFilter

# The condition of the list, so that both count the same rows.
AGENCY_FILTER = AgencyFilter("agency", "", ("agency_path",))
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
            found.append(AGENCY_FILTER.condition(OnlineRequest, self.agency.code))
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
class Group:
    """One group: its name, its days, and the filters of the list that give its rows."""

    head: str
    span: Span
    drill: Mapping[str, Any]
    down_to: str = ""


def by_child(found: Figures, scope: Scope) -> Figures:
    """The figures of the agencies directly below, each with all below it."""
    merged = Figures()
    for (measure, agency), number in found.counts.items():
        merged.counts[measure, child_path(_path_of(agency), scope)] += number
    for agency, days in found.days.items():
        merged.days[child_path(_path_of(agency), scope)].update(days)
    return merged


def by_level(found: Figures, scope: Scope) -> Figures:
    """The figures of every agency within the scope, each with all below it."""
    merged = Figures()
    for (measure, agency), number in found.counts.items():
        for above in _paths_above(_path_of(agency), scope):
            merged.counts[measure, above] += number
    for agency, days in found.days.items():
        for above in _paths_above(_path_of(agency), scope):
            merged.days[above].update(days)
    return merged


def _path_of(agency_id: str) -> str:
    return agency_directory().by_id[int(agency_id)].path


def _paths_above(path: str, scope: Scope) -> list[str]:
    """The path itself and those above it, up to the top of the scope."""
    top = next(prefix for prefix in scope.prefixes if path.startswith(prefix))
    codes = path.removeprefix(top).split(PATH_END)[:-1]
    return [top + "".join(f"{code}{PATH_END}" for code in codes[:place]) for place in range(len(codes) + 1)]


def _after_those_below(agency: EnforcementAgency) -> str:
    # `~` sorts after every letter and digit of a code.
    return f"{agency.path}~"


def groups_of(asked: Asked, found: Figures, spans: Sequence[Span]) -> dict[str, Group]:
    """The lines of the table by the key of what is counted in them, in their order."""
    if asked.group == "agency":
        return dict(_agency_groups(asked, found))
    if asked.group == MONTH:
        return {
            span.first.isoformat(): Group(_month_head(span), span, asked.drill()) for span in reversed(spans)
        }
    names = _names(asked.group, found.groups)
    order = sorted(found.groups, key=lambda key: (not key, -found.counts["submitted", key], names[key]))
    name = _DRILL[asked.group]
    return {key: Group(names[key], asked.span, {**asked.drill(), name: key or NOBODY}) for key in order}


def _agency_groups(asked: Asked, found: Figures) -> Iterable[tuple[str, Group]]:
    for agency in sorted(agencies_at(found.groups), key=_after_those_below):
        address = agency_address(agency, asked.scope)
        down = "" if "at" in address else agency.code
        yield (
            agency.path,
            Group(agency_name_today(agency), asked.span, {**asked.drill(), **address}, down),
        )


def _names(group: str, keys: Sequence[str]) -> dict[str, str]:
    """What the groups are called; people by their names, of which one statement asks."""
    if group == "officer":
        people = names_of_staff([int(key) for key in keys if key])
        known: Mapping[str, Any] = {str(number): name for number, name in people.items()}
    else:
        known = CODE_WORDS[group]
    nothing = NONE_WORDS.get(group, "")
    return {key: str(known.get(key, key)) if key else str(nothing) for key in keys}


def _month_head(span: Span) -> str:
    """The month, with its days where it is not a whole one."""
    number = span.first.year * 12 + span.first.month - 1
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    is_whole = span.first.day == 1 and (following - span.last).days == 1
    label = month_label(number)
    return label if is_whole else f"{label} ({day(span.first)[:5]}–{day(span.last)[:5]})"

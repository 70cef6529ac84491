"""Who did what and when: the history of everything in scope, by person, deed, kind of row and day.

For those who inspect. Every change stands here, also those that followed no workflow. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, true

from backoffice import clock
from backoffice.models import StaffMember, TransitionLog
from backoffice.queries.history import changes_under
from backoffice.services.interface import ServiceInterface
from backoffice.views import formats
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import ChoiceFilter, DayFilter, ListFilter
from backoffice.views.history import PLAIN_DEEDS, deed_label, reason_of, states_of, who_acted
from backoffice.views.names import screen_of, subject_names
from backoffice.views.past import Lookup, differences
from backoffice.views.words import TABLES
from backoffice.views.work_filters import AgencyFilter
from backoffice.workflow.registry import WORKFLOWS

# An import is one entry and may have changed thousands of rows.
MOST_ROWS = 50


@dataclass(frozen=True)
class PersonFilter(ListFilter):
    """What one person did, by user name; machines have none and are found by no name."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The name as it was given when the account was made; capitals do not matter."""
        found: ColumnElement[bool] = model.actor.has(StaffMember.username == value.strip().lower())
        return found


@dataclass(frozen=True)
class DayOfMomentFilter(DayFilter):
    """Moments from the beginning of a day, or up to its end, in Viet Nam's time."""

    def condition(self, model: type[Any], value: date) -> ColumnElement[bool]:
        """The day itself is in."""
        (name,) = self.columns
        column = getattr(model, name)
        if value == (date.max if self.until else date.min):
            # No moment lies after the last day, none before the first.
            return true()
        start = datetime.combine(value + timedelta(days=1 if self.until else 0), time.min, clock.VIETNAM)
        found: ColumnElement[bool] = column < start if self.until else column >= start
        return found


def _deeds() -> Mapping[str, Any]:
    """Every kind of deed with its label, in the order of the workflows."""
    steps = {
        step.name: _l(step.label)
        for name in WORKFLOWS.names
        for version in WORKFLOWS.versions(name)
        for step in (version.opening, *version.transitions)
    }
    return {**steps, **PLAIN_DEEDS}


class ActivityView(ScopedModelView):
    """Entries of the history, newest first."""

    route_base = "/activity"
    datamodel = ServiceInterface(TransitionLog)
    list_title = _l("Who did what and when")
    show_title = _l("Entry of the history")
    show_template = "activity.html"
    list_columns = ("at", "deed", "subject", "actor", "reason", "agency")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (
        PersonFilter("person", _l("User name"), ("actor_id",)),
        ChoiceFilter("subject", _l("Kind of record"), ("subject_type",), choices=TABLES),
        ChoiceFilter("deed", _l("Deed"), ("transition",), choices=_deeds()),
        DayOfMomentFilter("from", _l("From"), ("at",)),
        DayOfMomentFilter("to", _l("To"), ("at",), until=True),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
    )
    show_fieldsets = (
        (_l("Deed"), {"fields": ["at", "deed", "subject", "states", "actor", "agency"]}),
        (_l("Grounds"), {"fields": ["reason", "legal_basis"]}),
    )

    def title_of(self, row: TransitionLog) -> str:
        """The deed and its moment."""
        return f"{deed_label(row)}, {self.cell(row, 'at').text}"

    def cell(self, row: TransitionLog, column: str) -> Cell:
        """The deed and its subject in words; a person who is no person is the system."""
        if column == "deed":
            return Cell(deed_label(row))
        if column == "states":
            return Cell(states_of(row) or formats.NOTHING)
        if column == "subject":
            return self._subject(row)
        if column == "actor":
            return Cell(who_acted(row))
        return Cell(formats.plain(reason_of(row)), "long") if column == "reason" else cell(row, column)

    def read_names(self, rows: Sequence[TransitionLog]) -> None:
        """What the subjects of the entries are called."""
        g.subject_names = subject_names(rows)

    def _shown(self, row: Any, **more: Any) -> str:
        self.read_names([row])
        under = changes_under({row.id})
        lookup = Lookup(under[:MOST_ROWS])
        changes = [
            (TABLES.get(change.subject_type, _l("Another row")), differences(change, lookup))
            for change in under[:MOST_ROWS]
        ]
        shown = [(name, found) for name, found in changes if found]
        return super()._shown(row, changes=shown, is_cut=len(under) > MOST_ROWS, **more)

    def _subject(self, row: TransitionLog) -> Cell:
        """What was changed, by number or name, opening its page for people who may open it."""
        kind = TABLES.get(row.subject_type, _l("Another row"))
        name = g.get("subject_names", {}).get((row.subject_type, row.subject_id), row.subject_id)
        view = screen_of(row.subject_type)
        return Cell(f"{kind} {name}", "long", url=view.url_of(row.subject_id) if view is not None else None)

"""Filters behind the queues of the first page: what is due by which day, what is mine, what waits for whom.

Belongs here: filters that a queue opens a list with. Not here: which queues there are (`queues`), conditions over
several tables (`queries.waiting_work`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.models.states import CaseState
from backoffice.queries import appointments, dashboards, waiting_work
from backoffice.queries.cases import ENDED
from backoffice.views.filters import ChoiceFilter, DayFilter
from backoffice.views.standing_in import stood_in_for
from backoffice.workflow.online_request import OPEN_STATES

OVERDUE, TODAY, SOON, ALL = "overdue", "today", "soon", "all"
BANDS = (OVERDUE, TODAY, SOON)
_SOON = timedelta(days=3)
DUE_CHOICES = {
    OVERDUE: _l("Overdue"),
    TODAY: _l("Due today"),
    SOON: _l("Due in the next three days"),
    ALL: _l("All that wait"),
}
YES = {"yes": _l("Yes")}
DEPUTY = "deputy"
MINE_CHOICES = {**YES, DEPUTY: _l("Only in place of absent colleagues")}


@dataclass(frozen=True)
class DueFilter(ChoiceFilter):
    """What is late, due today or in the three days after, or not yet done, among the rows in the states that wait.

    Where `is_undated_work`, rows without a day wait too: their procedure has no term, and somebody must do them.
    """

    states: tuple[str, ...] = ()
    is_undated_work: bool = False

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The open step's day against today."""
        (column,) = self.columns
        due, today = getattr(model, column), clock.today()
        waiting: ColumnElement[bool] = model.state.in_(self.states)
        if value == ALL:
            return waiting if self.is_undated_work else and_(waiting, due.is_not(None))
        if value == SOON:
            return and_(waiting, due > today, due <= today + _SOON)
        return and_(waiting, due < today if value == OVERDUE else due == today)


@dataclass(frozen=True)
class MineFilter(ChoiceFilter):
    """Rows that are given to the person who asks, or to somebody absent in whose place that person works today."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The person's own id and those of the absent, or the latter alone."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column).in_(my_ids(own=value != DEPUTY))
        return found


@dataclass(frozen=True)
class NamedFilter(ChoiceFilter):
    """Rows that fit a condition with a name of its own."""

    rule: Callable[[], ColumnElement[bool]] = waiting_work.differs_from_decision

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:  # noqa: ARG002
        """The condition as it stands."""
        return self.rule()


@dataclass(frozen=True)
class TimelinessFilter(ChoiceFilter):
    """Records that were published by their day, or after it."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:  # noqa: ARG002
        """The day of publication against the legal day."""
        return dashboards.published_in_time() if value == "in_time" else dashboards.published_late()


@dataclass(frozen=True)
class OpenOnFilter(DayFilter):
    """Cases that were open at the end of a day."""

    def condition(self, model: type[Any], value: date) -> ColumnElement[bool]:  # noqa: ARG002
        """Accepted by then and not ended by then."""
        return dashboards.open_on(value)


def _given_back_to_me() -> ColumnElement[bool]:
    return waiting_work.is_given_back(my_ids())


def my_ids(*, own: bool = True) -> list[int]:
    """Whose work is mine today: my own, and that of the absent in whose place I work."""
    me = current_actor().user_id
    return [*([me] if own and me is not None else []), *stood_in_for()]


_RUNNING = tuple(state.value for state in CaseState if state not in ENDED)

publish_due = DueFilter(
    "publish_due",
    _l("To be published by"),
    ("publish_due_on",),
    choices=DUE_CHOICES,
    states=("draft", "approved"),
)
withdraw_due = DueFilter(
    "withdraw_due",
    _l("End of publication"),
    ("withdraw_due_on",),
    choices=DUE_CHOICES,
    states=("withdrawal_due",),
)
amend_due = DueFilter(
    "amend_due", _l("Amendment"), ("amend_due_on",), choices=DUE_CHOICES, states=("published",)
)
verification_due = DueFilter(
    "verification_due",
    _l("Next verification by"),
    ("next_verification_due_on",),
    choices=DUE_CHOICES,
    states=_RUNNING,
)
my_cases = MineFilter("mine", _l("Given to me"), ("officer_id",), choices=MINE_CHOICES)
request_due = DueFilter(
    "due",
    _l("Due"),
    ("due_on",),
    choices=DUE_CHOICES,
    states=tuple(sorted(OPEN_STATES)),
    is_undated_work=True,
)
visits_to_note = NamedFilter(
    "to_note", _l("Past, not noted"), ("state",), choices=YES, rule=appointments.is_to_note
)
given_back = NamedFilter("given_back", _l("Returned to me"), ("state",), choices=YES, rule=_given_back_to_me)
differs = NamedFilter(
    "differs",
    _l("Differs from its decision"),
    ("state",),
    choices=YES,
    rule=waiting_work.differs_from_decision,
)
not_removed = NamedFilter(
    "not_removed",
    _l("Ended, still in the published package"),
    ("taken_down_at",),
    choices=YES,
    rule=waiting_work.is_still_in_the_package,
)
not_repaired = NamedFilter(
    "not_repaired",
    _l("Failed, no good run since"),
    ("state",),
    choices=YES,
    rule=waiting_work.is_failed_and_not_repaired,
)
not_mended = NamedFilter(
    "not_mended",
    _l("With faults, no good run since"),
    ("is_bad",),
    choices=YES,
    rule=waiting_work.is_bad_upkeep_and_not_mended,
)
overdue = NamedFilter(
    "overdue",
    _l("Overdue for publication or for its end"),
    ("state",),
    choices=YES,
    rule=dashboards.overdue_now,
)
timeliness = TimelinessFilter(
    "timeliness",
    _l("Published in time"),
    ("published_on",),
    choices={"in_time": _l("In time"), "late": _l("Late")},
)
open_cases = OpenOnFilter("open_on", _l("Open at the end of"), ("accepted_on",))
to_look_at = NamedFilter(
    "to_look_at",
    _l("Account to look at"),
    ("active",),
    choices=YES,
    rule=waiting_work.is_account_to_look_at,
)

"""The queues of one person with what is in them now: counts, days late, addresses, the next rows.

Not here: which queues there are (`queues`), the statements (`queries.work_counts`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app, url_for
from sqlalchemy import ColumnElement

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.queries.work_counts import COUNT_LIMIT, NONE, Pile, PileCount, first_rows, pile_counts
from backoffice.views.names import applicants_by_row, debtors_by_row, states_by_row
from backoffice.views.queue_filters import ALL, BANDS, DUE_CHOICES, OVERDUE
from backoffice.views.queues import QUEUES, Queue
from backoffice.views.standing_in import in_place_of

NEXT_ROWS = 5


@dataclass(frozen=True)
class Figure:
    """A number that opens its list; without an address for people who may not open that list."""

    name: str
    label: Any
    count: int
    is_more: bool
    url: str | None


@dataclass(frozen=True)
class QueueLine:
    """A queue with its numbers: all rows, the bands of days that have any, and how late the oldest is."""

    queue: Queue
    whole: Figure
    bands: Sequence[Figure]
    days_late: int

    @property
    def is_late(self) -> bool:
        """Whether it stands first: something is overdue, or should not be there at all."""
        return self.days_late > 0 or (self.queue.is_trouble and self.whole.count > 0)


@dataclass(frozen=True)
class NextRow:
    """One row to take up next: what it is, whom it is about, by when, how many days late, and its page."""

    text: str
    about: str
    due_on: date | None
    days_late: int
    url: str | None


def queues_of(actor: Actor) -> list[Queue]:
    """The queues that this person's roles have to do with."""
    return [queue for queue in QUEUES if queue.is_for(actor)]


def queue_lines(queues: Sequence[Queue]) -> list[QueueLine]:
    """All queues counted in one statement; late ones first, the one that is longest late before others."""
    screens = screens_by_name()
    piles = [pile_of(queue, screens, band) for queue in queues for band in _bands(queue)]
    counts = pile_counts(piles)
    lines = [_line(queue, counts) for queue in queues]
    return sorted(lines, key=lambda line: (not line.is_late, -line.days_late))


def pile_of(queue: Queue, screens: Mapping[str, Any], band: str = ALL) -> Pile:
    """The rows of a queue, by the same filters that its list reads from its address."""
    view = screens[queue.screen]
    asked = queue.address(band)
    conditions: list[ColumnElement[bool]] = [
        item.condition(view.datamodel.obj, item.read(asked[item.name]))
        for item in view.list_filters
        if item.name in asked
    ]
    due = queue.due.columns[0] if queue.due else None
    return Pile(f"{queue.name}.{band}", view.datamodel.obj, [*view.base_conditions(), *conditions], due)


def next_rows(line: QueueLine) -> list[NextRow]:
    """The rows of a queue that are due first."""
    screens = screens_by_name()
    view, pile = screens[line.queue.screen], pile_of(line.queue, screens)
    may_open = _may("can_show", line.queue.screen) and "show" in view.include_route_methods
    moves = line.queue.own_move
    if moves:
        pile = replace(pile, conditions=[*pile.conditions, pile.model.state.in_(moves)])
    found = first_rows(pile, NEXT_ROWS)
    named = {**debtors_by_row(found), **applicants_by_row(found)}
    # In a queue of several states the line says which one it is.
    stand = {} if "state" in line.queue.values else states_by_row(found)
    rows = []
    for row in found:
        due = getattr(row, pile.due) if pile.due else None
        url = view.url_of(row.id) if may_open else None
        about = " · ".join(filter(None, (named.get(row.id, ""), stand.get(row.id, ""), in_place_of(row))))
        rows.append(NextRow(str(row), about, due, _days_late(due), url))
    return rows


def screens_by_name() -> dict[str, Any]:
    """The registered screens by the name of their class."""
    return {type(view).__name__: view for view in current_app.appbuilder.baseviews}  # type: ignore[attr-defined]


def list_address(screen: str, values: Mapping[str, Any]) -> str | None:
    """The address of a screen's list with these filters; None for people who may not open it."""
    return url_for(f"{screen}.list", **values) if _may("can_list", screen) else None


def _line(queue: Queue, counts: Mapping[str, PileCount]) -> QueueLine:
    figures = {band: _figure(queue, band, counts) for band in _bands(queue)}
    oldest = counts.get(f"{queue.name}.{OVERDUE}", NONE).oldest_on
    parts = [figures[band] for band in BANDS if band in figures and figures[band].count]
    return QueueLine(queue, figures[ALL], parts, _days_late(oldest))


def _figure(queue: Queue, band: str, counts: Mapping[str, PileCount]) -> Figure:
    found = counts.get(f"{queue.name}.{band}", NONE).count
    url = list_address(queue.screen, queue.address(band))
    return Figure(band, DUE_CHOICES[band], min(found, COUNT_LIMIT), found > COUNT_LIMIT, url)


def _bands(queue: Queue) -> tuple[str, ...]:
    return (*BANDS, ALL) if queue.due else (ALL,)


def _days_late(due: date | None) -> int:
    return max((clock.today() - due).days, 0) if due else 0


def _may(step: str, screen: str) -> bool:
    allowed: bool = current_app.appbuilder.sm.has_access(step, screen)  # type: ignore[attr-defined]
    return allowed

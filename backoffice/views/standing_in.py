"""In whose place the present person works today, as screens mark it, and the warning about officers who are away.

Not here: the rule (`queries.absences`), writing down in whose place somebody acted (`services.standing_in`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import flash, g
from flask_babel import gettext as _

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.models import Absence
from backoffice.queries.absences import running_absences, running_around
from backoffice.services.standing_in import BOUND_WORK, OFFICER_OF
from backoffice.views.cells import Cell, staff_name
from backoffice.views.formats import day

# Table and column of each officer whose work a deputy takes over.
_OFFICERS = frozenset((table, column) for (table, _permission), column in OFFICER_OF.items())


def absences_around_me() -> list[Absence]:
    """Today's absences in which the person is away or stands in; read once a request.

    Nothing is read for people whose roles allow no work that is given to one person.
    """
    actor = current_actor()
    if actor.user_id is None or not any(actor.may(permission.value) for permission in BOUND_WORK):
        return []
    found: list[Absence]
    key, found = g.get("absences_around", (None, []))
    if key != actor.user_id:
        found = list(running_around(actor.user_id, clock.today()))
        g.absences_around = (actor.user_id, found)
    return found


def stood_in_for() -> Mapping[int, Absence]:
    """The absent officers in whose place the person works today, by their ids."""
    own = current_actor().user_id
    return {absence.member_id: absence for absence in absences_around_me() if absence.member_id != own}


def in_place_of(row: Any) -> str:
    """In whose place the row is the person's work today, in words; empty for all other rows."""
    given = [getattr(row, column) for table, column in sorted(_OFFICERS) if table == row.__tablename__]
    if not any(given) or current_actor().user_id in given:
        return ""
    absent = [stood_in_for()[key].absentee for key in given if key in stood_in_for()]
    return str(_("in place of %(name)s", name=staff_name(absent[0]))) if absent else ""


def marked(row: Any, column: str, found: Cell) -> Cell:
    """What a column shows; the officer to whom a row is given is marked where the person stands in today."""
    if (row.__tablename__, f"{column}_id") not in _OFFICERS:
        return found
    # Only what the list has read: a row's own page says it in a sentence.
    known: dict[int, Absence] = {
        absence.member_id: absence for absence in g.get("absences_around", (0, []))[1]
    }
    officer_id = getattr(row, f"{column}_id")
    if officer_id not in known or officer_id == current_actor().user_id:
        return found
    return replace(found, text=str(_("in place of %(name)s", name=found.text)))


class StandInMixin:
    """Marks in a list the officers in whose place the person works today."""

    def cell(self, row: Any, column: str) -> Cell:
        """What a column shows, marked where the person stands in."""
        found: Cell = super().cell(row, column)  # type: ignore[misc]
        return marked(row, column, found)

    def read_names(self, rows: Any) -> None:
        """In whose place the person works, read once for all rows."""
        super().read_names(rows)  # type: ignore[misc]
        absences_around_me()


def warn_of_absences(officer_ids: Iterable[int]) -> None:
    """Tell whoever gave work to somebody who is away today that it was so, and who stands in."""
    for absence in running_absences(set(officer_ids), clock.today()):
        flash(absence_sentence(absence), "wait")


def absence_sentence(absence: Absence) -> str:
    """Who is away until when, and who stands in."""
    return str(
        _(
            "%(name)s is away up to and including %(day)s; %(deputy)s stands in.",
            name=staff_name(absence.absentee),
            day=day(absence.to_on),
            deputy=staff_name(absence.deputy),
        )
    )

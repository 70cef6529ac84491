"""Two people saved the same row: mine and theirs, field by field, with what was before, who saved and when.

Not here: the way from a form to a service (`row_forms`). Nothing is decided for a person and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field

from backoffice.forms.base import StaffForm
from backoffice.models import RowChange
from backoffice.queries.history import changes_since, changes_under, entries_by_id
from backoffice.views.bad_query import BadQueryError
from backoffice.views.history import HistoryLine, history_lines
from backoffice.views.past import Lookup, before, past_row, relations_of, tables

_PICK = "pick-"
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class FieldConflict:
    """One field on which two people differ: before and theirs in words, mine in the form; `pick` is proposed."""

    before: str
    theirs: str
    pick: str


@dataclass(frozen=True)
class Conflict:
    """What happened meanwhile: the version that is stored now, who saved what, and the fields that differ.

    `stopped` says why the deed is no longer possible at all, when it is not.
    """

    version: int
    saves: Sequence[HistoryLine]
    fields: dict[str, FieldConflict]
    stopped: str = ""


def conflict_of(view: Any, row: Any, spec: Any, form: StaffForm) -> Conflict:
    """Compare what was typed with the row as it is stored now."""
    owner = spec.counted(row)
    saves = changes_since(owner, form.version.data) if owner.__tablename__ in tables() else []
    changes = _changes_of(row, owner, saves)
    stored = spec.filled(row)
    past = past_row(row.__tablename__, row, before(changes[::-1]), Lookup(changes)) if changes else row
    old = spec.filled(past)
    found = {}
    for name in form.columns:
        if not hasattr(row, name) or form[name].data == stored[name].data:
            continue
        column = relations_of(row.__tablename__)[name][0] if name.endswith("_id") else name
        is_mine = form[name].data != old[name].data
        found[name] = FieldConflict(
            view.cell(past, column).text, view.cell(row, column).text, MINE if is_mine else THEIRS
        )
    lines = history_lines(entries_by_id({change.log_id for change in saves}))
    return Conflict(owner.version, lines, found)


def with_choices(
    typed: MultiDict[str, str], columns: Sequence[str], stored: Callable[[], StaffForm]
) -> MultiDict[str, str]:
    """What was typed, with the stored value wherever the person chose theirs; `stored` makes the form that has it.

    Raises BadQueryError for a choice that is neither.
    """
    chosen = MultiDict(typed)
    for name in columns:
        pick = typed.get(_PICK + name, MINE)
        if pick not in (MINE, THEIRS):
            raise BadQueryError(_PICK + name)
        if pick == THEIRS:
            chosen.setlist(name, _written(stored()[name]))
    return chosen


def _written(field: Field) -> list[str]:
    """The value of a field as a browser would send it."""
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if hasattr(field, "_value"):
        return [str(field._value())]
    return [] if field.data is None else [str(field.data)]


def _changes_of(row: Any, owner: Any, saves: Sequence[RowChange]) -> list[RowChange]:
    """What these saves changed of the row itself; its version may be counted by the row that it belongs to."""
    if owner is row:
        return list(saves)
    key = (row.__tablename__, row.id)
    under = changes_under({change.log_id for change in saves})
    return [change for change in under if (change.subject_type, change.subject_id) == key]

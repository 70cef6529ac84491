"""Rows as they stood before: a past state in the words of a screen, and the differences between two states.

Belongs here: rebuilding a row backwards from the present through its kept changes. Not here: reading the changes
(`queries.history`), the page that shows them (`history_page`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import inspect
from sqlalchemy.orm.interfaces import MANYTOONE

from backoffice.models import RowChange
from backoffice.models.base import Model
from backoffice.queries.history import rows_by_id
from backoffice.services.changed_rows import keeps_changes
from backoffice.views.cells import Cell, cell
from backoffice.views.formats import NOTHING
from backoffice.views.labels import LABELS

# Fields that only those see who may open the page of such a row.
_SENSITIVE: Mapping[str, tuple[str, frozenset[str]]] = {
    "case_party": ("PartyView", frozenset({"identity_number", "birth_on", "phone"})),
}
_MASK = "••••••"

Shower = Callable[[Any, str], Cell]


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, in words; `of` names the row when it is not the one whose page this is."""

    label: Any
    old: str
    new: str
    of: str = ""


class PastRow:
    """A row with some fields as they were; what is not among them is asked of the row as it is now."""

    def __init__(self, row: Any, values: Mapping[str, Any]) -> None:
        self._row = row
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self._row is None:
            return None
        return getattr(self._row, name)


class Lookup:
    """Rows that changed fields point to, read once a page and class."""

    def __init__(self, changes: Iterable[RowChange]) -> None:
        wanted: dict[type[Any], set[int]] = {}
        for change in changes:
            relations = relations_of(change.subject_type)
            for name, (_key, target) in relations.items():
                ids = {value for value in change.changes.get(name, ()) if value is not None}
                wanted.setdefault(target, set()).update(ids)
        self._found = {target: rows_by_id(target, ids) for target, ids in wanted.items() if ids}

    def of(self, target: type[Any], key: int | None) -> Any:
        """The row, or None when there is none or the scope hides it."""
        return None if key is None else self._found.get(target, {}).get(key)


def tables() -> dict[str, type[Any]]:
    """The classes whose changes are kept, by table."""
    mapped = (mapper.class_ for mapper in Model.registry.mappers)
    return {cls.__tablename__: cls for cls in mapped if keeps_changes(cls)}


def relations_of(table: str) -> dict[str, tuple[str, type[Any]]]:
    """The fields of a table that name another row: {field: (relation, class)}."""
    mapper = inspect(tables()[table])
    return {
        mapper.get_property_by_column(next(iter(relation.local_columns))).key: (
            relation.key,
            relation.mapper.class_,
        )
        for relation in mapper.relationships
        if relation.direction is MANYTOONE
    }


def past_row(table: str, row: Any, values: Mapping[str, Any], lookup: Lookup) -> PastRow:
    """The row with these stored values, and the relations that they name."""
    cls = tables()[table]
    relations = relations_of(table)
    shown = {name: _typed(cls, name, value) for name, value in values.items()}
    for name, (key, target) in relations.items():
        if name in values:
            shown[key] = lookup.of(target, values[name])
    kind: type[PastRow] = type(cls.__name__, (PastRow,), {"__tablename__": table})
    return kind(row, shown)


def before(changes: Sequence[RowChange]) -> dict[str, Any]:
    """The fields as they were before these changes, which are given newest first."""
    return {name: old for change in changes for name, (old, _new) in change.changes.items()}


def differences(change: RowChange, lookup: Lookup, show: Shower = cell, row: Any = None) -> list[FieldChange]:
    """The change in words, field by field; a new row shows only what it was given."""
    sides = [
        past_row(
            change.subject_type, row, {name: pair[side] for name, pair in change.changes.items()}, lookup
        )
        for side in (0, 1)
    ]
    relations = relations_of(change.subject_type)
    found = []
    for name, (old, new) in change.changes.items():
        column = relations[name][0] if name in relations else name
        if column not in LABELS or (change.is_creation and new is None):
            continue
        texts = [
            _text(change.subject_type, side, column, show, is_set=value is not None)
            for side, value in zip(sides, (old, new), strict=True)
        ]
        found.append(FieldChange(LABELS[column], *texts))
    return found


def may_see(table: str, name: str) -> bool:
    """Whether the person may see this field in full: sensitive ones ask for the right to open such rows."""
    screen, fields = _SENSITIVE.get(table, ("", frozenset()))
    return name not in fields or bool(current_app.appbuilder.sm.has_access("can_show", screen))  # type: ignore[attr-defined]


def _text(table: str, side: PastRow, column: str, show: Shower, *, is_set: bool) -> str:
    if not is_set:
        return NOTHING
    if not may_see(table, column):
        return _MASK
    text = show(side, column).text
    return str(_("A row of another agency")) if text == NOTHING else text


def _typed(cls: type[Any], name: str, value: Any) -> Any:
    """A stored value as the column has it: days and moments are kept as text."""
    if not isinstance(value, str):
        return value
    kind = inspect(cls).column_attrs[name].columns[0].type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is date else value

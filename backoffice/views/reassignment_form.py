"""What the pages of handing work over sent: read strictly, what cannot be read is a 400. Not here: the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from backoffice.errors import InvalidInputError
from backoffice.services.reassignment import WORKS, Colleague, Line
from backoffice.services.rows import LARGEST_ID
from backoffice.views.actions import LONGEST_REASON
from backoffice.views.bad_query import BadQueryError
from backoffice.workflow.background_task import MOST_ROWS
from backoffice.workflow.messages import N_

_TABLES = {"r": "online_request", "c": "enforcement_case"}
_LETTERS = {"s": "support", "e": "examination", "c": "cases"}
# Kind of row, id, version that was seen, kinds of work on it, who gets it.
_ROW = re.compile(r"(r|c)\.([1-9][0-9]{0,18})\.([1-9][0-9]{0,8})\.(s|e|se|c)\.([1-9][0-9]{0,9})")
_ID = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Asked:
    """What was chosen: which kinds of work, to whom, why."""

    works: tuple[str, ...] = WORKS
    to: tuple[int, ...] = ()
    reason: str = ""

    def check(self) -> None:
        """Raise InvalidInputError for the field in which something is missing."""
        if not self.works:
            raise InvalidInputError("works", N_("Tick at least one kind of work."))
        if not self.to:
            raise InvalidInputError("to", N_("Tick at least one colleague."))
        _check_reason(self.reason)


@dataclass(frozen=True)
class Given:
    """One ticked row: its table, id and the version that was seen, which work of it, and who gets it."""

    table: str
    key: int
    version: int
    works: tuple[str, ...]
    to_id: int


def read_asked(form: MultiDict[str, str], colleagues: Sequence[Colleague]) -> Asked:
    """What was chosen. Raises BadQueryError for a kind of work or a colleague that was not offered."""
    works, texts = form.getlist("works"), form.getlist("to")
    if not set(works) <= set(WORKS):
        raise BadQueryError("works")
    offered = {str(person.id) for person in colleagues}
    if not all(_ID.fullmatch(text) and text in offered for text in texts):
        raise BadQueryError("to")
    kept = tuple(work for work in WORKS if work in works)
    return Asked(kept, tuple(sorted({int(text) for text in texts})), form.get("reason", "").strip())


def read_reason_of(form: MultiDict[str, str]) -> str:
    """Why the work is handed over. Raises InvalidInputError when nothing was said, or too much."""
    reason = form.get("reason", "").strip()
    _check_reason(reason)
    return reason


def read_rows(form: MultiDict[str, str]) -> list[Given]:
    """The ticked rows. Raises BadQueryError for what no preview has written, or for a row that stands there twice."""
    texts = form.getlist("row")
    found = [_ROW.fullmatch(text) for text in texts]
    if len(texts) > MOST_ROWS or not all(found):
        raise BadQueryError("row")
    rows = [_given(one) for one in found if one is not None]
    names = {(row.table, row.key) for row in rows}
    if len(names) != len(rows) or any(row.key > LARGEST_ID for row in rows):
        raise BadQueryError("row")
    return rows


def value_of(line: Line) -> str:
    """A row of a plan as its box sends it."""
    row: Any = line.row
    kind = next(letter for letter, table in _TABLES.items() if table == row.__tablename__)
    works = "".join(letter for letter, work in _LETTERS.items() if work in line.works)
    return f"{kind}.{row.id}.{row.version}.{works}.{line.to_id or 0}"


def _given(found: re.Match[str]) -> Given:
    kind, key, version, letters, to_id = found.groups()
    if (kind == "c") is not (letters == "c"):
        raise BadQueryError("row")
    works = tuple(_LETTERS[letter] for letter in letters)
    return Given(_TABLES[kind], int(key), int(version), works, int(to_id))


def _check_reason(reason: str) -> None:
    if not reason:
        raise InvalidInputError("reason", N_("Write a reason. It goes into the history of every row."))
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError("reason", N_("The reason is too long."))

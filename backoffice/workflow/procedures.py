"""The procedures that citizens can use and what each asks for, as dated data.

Belongs here: the shape of a procedure and of a field, the book of both, the checks that their rows must pass. Not
here: the rows (`backoffice/data/procedures.csv`, `procedure_fields.csv`), reading what somebody declared
(`services.declared`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.models.request_states import RequestFamily
from backoffice.workflow.errors import RuleDataError, RuleNotFoundError
from backoffice.workflow.messages import Name

# Fields of this procedure are asked for in all of them.
EVERY = "*"


class FieldKind(StrEnum):
    """How a field is filled in and checked."""

    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    PAST_DATE = "past_date"
    IDENTITY = "identity"
    PHONE = "phone"
    EMAIL = "email"
    MONEY = "money"
    COUNT = "count"
    CHOICE = "choice"


class Confidentiality(StrEnum):
    """Which requests under a procedure only those who handle them may know of.

    Law on Denunciations 25/2018/QH14 Art. 8 and 56; a complaint that names an officer is kept from that officer in
    the same way.
    """

    NEVER = ""
    NAMED = "named"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure from one day to another, both included; `family` says which way it goes."""

    code: str
    family: RequestFamily
    title: Name
    summary: Name
    basis: str
    confidential: Confidentiality
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One thing that a procedure asks for, from one day to another.

    `page` groups fields that are asked for together. `choices` are codes with their words; empty for other kinds.
    `longest` is in characters.
    """

    procedure: str
    name: str
    page: str
    kind: FieldKind
    is_required: bool
    longest: int
    choices: tuple[tuple[str, Name], ...]
    label: Name
    help: Name
    basis: str
    valid_from: date
    valid_to: date | None


class ProcedureBook:
    """All procedures and their fields, found by day.

    Raises RuleDataError when rows of one procedure or field overlap, or a field belongs to no procedure.
    """

    def __init__(self, procedures: Iterable[Procedure], fields: Iterable[FieldRule]) -> None:
        self._procedures, self._fields = tuple(procedures), tuple(fields)
        known = {row.code for row in self._procedures} | {EVERY}
        _check_apart([(row.code, row.valid_from, row.valid_to) for row in self._procedures])
        _check_apart([(f"{row.procedure}.{row.name}", row.valid_from, row.valid_to) for row in self._fields])
        for row in self._fields:
            if row.procedure not in known:
                raise RuleDataError(rule=row.name, detail=f"unknown procedure {row.procedure}")
            if (row.kind is FieldKind.CHOICE) is not bool(row.choices):
                raise RuleDataError(rule=row.name, detail="choices and kind do not fit each other")

    def procedures(self, on: date) -> tuple[Procedure, ...]:
        """Return the procedures open on the day, in the order of their rows."""
        return tuple(row for row in self._procedures if _holds(row, on))

    def procedure(self, code: str, on: date) -> Procedure:
        """Return the procedure as it is on the day; raises RuleNotFoundError when it is not open."""
        for row in self.procedures(on):
            if row.code == code:
                return row
        raise RuleNotFoundError(rule=code, on=on.isoformat())

    def fields(self, code: str, on: date) -> tuple[FieldRule, ...]:
        """Return what the procedure asks for on the day, common fields first; raises RuleNotFoundError."""
        self.procedure(code, on)
        return tuple(row for row in self._fields if row.procedure in (EVERY, code) and _holds(row, on))


def _holds(row: Procedure | FieldRule, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def _check_apart(rows: list[tuple[str, date, date | None]]) -> None:
    last: dict[str, date | None] = {}
    for key, valid_from, valid_to in sorted(rows, key=lambda row: (row[0], row[1])):
        before = last.get(key, date.min)
        if before is None or before >= valid_from or (valid_to is not None and valid_to < valid_from):
            raise RuleDataError(rule=key, detail=f"two rows are in force on {valid_from}")
        last[key] = valid_to


def read_book(
    procedures: Iterable[Mapping[str, str]],
    fields: Iterable[Mapping[str, str]],
    shared_choices: Mapping[str, tuple[tuple[str, Name], ...]],
) -> ProcedureBook:
    """Return the book of two CSV files; `shared_choices` are lists that a row names as `@list`.

    Raises RuleDataError for a row that cannot be read, and for all that ProcedureBook refuses.
    """
    try:
        return ProcedureBook(
            [_procedure(row) for row in procedures], [_field(row, shared_choices) for row in fields]
        )
    except (KeyError, ValueError) as error:
        raise RuleDataError(rule="procedures", detail=str(error)) from error


def _procedure(row: Mapping[str, str]) -> Procedure:
    return Procedure(
        code=row["code"],
        family=RequestFamily(row["family"]),
        title=Name(row["title_vi"], row["title_en"]),
        summary=Name(row["summary_vi"], row["summary_en"]),
        basis=row["basis"],
        confidential=Confidentiality(row["confidential"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _field(row: Mapping[str, str], shared: Mapping[str, tuple[tuple[str, Name], ...]]) -> FieldRule:
    return FieldRule(
        procedure=row["procedure"],
        name=row["name"],
        page=row["page"],
        kind=FieldKind(row["kind"]),
        is_required=row["required"] == "1",
        longest=int(row["longest"]),
        choices=_choices(row["choices"], shared),
        label=Name(row["label_vi"], row["label_en"]),
        help=Name(row["help_vi"], row["help_en"]),
        basis=row["basis"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _choices(cell: str, shared: Mapping[str, tuple[tuple[str, Name], ...]]) -> tuple[tuple[str, Name], ...]:
    if cell.startswith("@"):
        return shared[cell[1:]]
    found = []
    for part in filter(None, cell.split(";")):
        code, _equals, words = part.partition("=")
        vi, _bar, en = words.partition("|")
        found.append((code, Name(vi, en)))
    return tuple(found)


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None

"""The shape of a field of a template, and short ways to write one.

Belongs here: types of values and the class `Field`.
Does not belong here: which kind has which fields (`fields`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FieldType(StrEnum):
    """What a value is; a template can compare and format it accordingly."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a template may name; money is in whole đồng, a list has rows of `columns`."""

    name: str
    label_vi: str
    label_en: str
    type: FieldType
    required: bool
    sample: object
    columns: tuple["Field", ...] = ()


def text(name: str, labels: tuple[str, str], sample: str | None, required: bool = False) -> Field:
    """Return a field of text; line ends in it stay line ends on the paper."""
    return Field(name, *labels, FieldType.TEXT, required, sample)


def number(name: str, labels: tuple[str, str], sample: int | None, required: bool = False) -> Field:
    """Return a field of a whole number."""
    return Field(name, *labels, FieldType.NUMBER, required, sample)


def money(name: str, labels: tuple[str, str], sample: int | None, required: bool = False) -> Field:
    """Return a field of an amount in whole đồng."""
    return Field(name, *labels, FieldType.MONEY, required, sample)


def day(name: str, labels: tuple[str, str], sample: str | None, required: bool = False) -> Field:
    """Return a field of a date; the sample is written 2026-03-05."""
    return Field(name, *labels, FieldType.DATE, required, date.fromisoformat(sample) if sample else None)


def rows(
    name: str, labels: tuple[str, str], columns: tuple[Field, ...], samples: tuple[tuple[object, ...], ...]
) -> Field:
    """Return a list of rows; each sample is one row in the order of the columns. A list may be empty."""
    listed = [dict(zip((column.name for column in columns), row, strict=True)) for row in samples]
    return Field(name, *labels, FieldType.LIST, False, listed, columns)

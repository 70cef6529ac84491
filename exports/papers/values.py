"""Values on their way to the paper: checked against the fields, cleaned, made visible.

Belongs here: what a value may be, and how characters that would hide or turn text are shown.
Does not belong here: formats that a template chooses (`filters`).
"""

import unicodedata
from collections.abc import Mapping
from datetime import date

from exports.papers.alphabet import is_printable
from exports.papers.field_types import Field, FieldType
from exports.papers.model import N_, PaperError

LONGEST_VALUE = 20_000
MOST_ROWS = 2_000
# The renderer takes a second for a hundred of them in one paragraph, and their square beyond.
MOST_BREAKS = 200
LARGEST_NUMBER = 10**18

_NUMBERS = (FieldType.NUMBER, FieldType.MONEY)


def checked(fields: Mapping[str, Field], data: Mapping[str, object]) -> dict[str, object]:
    """Return a clean value or None for every field; PaperError names the first that cannot be printed.

    Empty text counts as missing, and so does a name that `data` does not have. Names in `data` that are no
    fields are left out.
    """
    return {name: _checked(found, data.get(name), name) for name, found in fields.items()}


def visible(text: str, field: str | None = None, most: int = LONGEST_VALUE) -> str:
    """Return the text in NFC with every character that has no form of its own shown as [U+XXXX].

    That is so for controls, zero-width and bidirectional signs and for letters outside the shipped fonts. Tabs
    become spaces, all line ends \\n. PaperError: NUL, a lone surrogate, text longer than `most` characters.
    """
    if len(text) > most:
        message = N_("The value “%(field)s” is longer than %(most)d characters.")
        raise PaperError(
            message if field else N_("This text is longer than %(most)d characters."), field, most=most
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        message = N_("The value “%(field)s” holds a character that no text can carry.")
        raise PaperError(
            message if field else N_("This text holds a character that no text can carry."), field
        )
    even = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign if is_printable(sign) or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in even)


def _checked(field: Field, value: object, name: str) -> object:
    if value is None or value in ("", []):
        if field.required:
            raise PaperError(N_("The value “%(field)s” is missing."), name)
        return [] if field.type is FieldType.LIST else None
    if field.type is FieldType.LIST:
        return _checked_rows(field, value, name)
    if field.type is FieldType.TEXT and isinstance(value, str):
        return _checked_text(value, name)
    if field.type is FieldType.DATE and isinstance(value, date):
        return value
    if field.type in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < LARGEST_NUMBER:
            return value
        raise PaperError(N_("The number “%(field)s” is too large."), name)
    raise PaperError(N_("The value “%(field)s” has the wrong type."), name)


def _checked_text(value: str, name: str) -> str:
    text = visible(value, name)
    if text.count("\n") > MOST_BREAKS:
        raise PaperError(
            N_("The value “%(field)s” has more than %(most)d line breaks."), name, most=MOST_BREAKS
        )
    return text


def _checked_rows(field: Field, value: object, name: str) -> list[dict[str, object]]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        raise PaperError(N_("The value “%(field)s” has the wrong type."), name)
    if len(value) > MOST_ROWS:
        raise PaperError(N_("The list “%(field)s” has more than %(most)d rows."), name, most=MOST_ROWS)
    return [
        {
            column.name: _checked(column, row.get(column.name), f"{name}.{column.name}")
            for column in field.columns
        }
        for row in value
    ]

"""The form of a paper: one field for each value that no row knows, made from the fields of its kind.

Not here: which values rows give (`services.paper_data`), drafting the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import Field as FormField
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from backoffice.forms.base import StaffForm, WholeNumberField, at_most
from backoffice.forms.fields import NEEDED, MoneyField, day_field, digits_of, text_field
from exports.papers import Field, FieldType

LONGEST = 4_000
MOST_ROWS = 200
SIGNER = ("signer_authority", "signer_position", "signer_name")


class RowsField(TextAreaField):  # type: ignore[misc]
    """A list: one row a line, its columns parted by a bar, in the order that the hint names."""

    parts: Sequence[Field] = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the rows. Raises ValueError with the number of the line that cannot be read."""
        text = valuelist[0] if valuelist else ""
        self.data = text
        lines = [line for line in text.splitlines() if line.strip()]
        if len(text) > LONGEST or len(lines) > MOST_ROWS:
            raise ValueError(self.gettext("This list is too long."))
        self.rows = [self._row(number, line) for number, line in enumerate(lines, 1)]

    def _row(self, number: int, line: str) -> dict[str, object]:
        cells = [cell.strip() for cell in line.split("|")]
        try:
            if len(cells) > len(self.parts):
                raise ValueError
            cells += [""] * (len(self.parts) - len(cells))
            row = {part.name: _read(part, cell) for part, cell in zip(self.parts, cells, strict=True)}
            if any(part.required and row[part.name] is None for part in self.parts):
                raise ValueError
        except ValueError as error:
            said = self.gettext("This line cannot be read:")
            raise ValueError(f"{said} {number}") from error
        return row

    def _value(self) -> str:
        return str(self.data or "")


class PaperForm(StaffForm):
    """The values of one paper; its class is made for the kind (`form_of`)."""

    fields_of_kind: ClassVar[tuple[Field, ...]] = ()
    signer_authority = text_field(_l("Signed on behalf of"), 120, required=False)
    signer_position = text_field(_l("Position of the signer"), 120, required=False)
    signer_name = text_field(_l("Name of the signer"), 120, required=False)

    def given(self) -> dict[str, object]:
        """The values that were typed, of the types that papers take; nothing for what was left empty."""
        found: dict[str, object] = {}
        for field in self.fields_of_kind:
            item = self[field.name]
            value = getattr(item, "rows", []) if field.type is FieldType.LIST else item.data
            if value not in (None, "", []):
                found[field.name] = value
        return found


def form_of(fields: Sequence[Field], *, with_signer: bool, english: bool) -> type[PaperForm]:
    """The class of the form that asks for these fields, and for the signer where the agency signs."""
    asked = {field.name: _asked(field, english=english) for field in fields}
    columns = (*asked, *(SIGNER if with_signer else ()))
    names: dict[str, Any] = {**asked, "fields_of_kind": tuple(fields), "columns": columns}
    return type("FormOfPaper", (PaperForm,), names)


def as_typed(value: object) -> object:
    """A value of a paper as its field of the form takes it: a list as lines, everything else as it is."""
    if not isinstance(value, list):
        return value
    return "\n".join(" | ".join(_as_cell(cell) for cell in row.values()) for row in value)


def _as_cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _asked(field: Field, *, english: bool) -> FormField:
    label = field.label_en if english else field.label_vi
    if field.type is FieldType.DATE:
        return day_field(label, required=field.required)
    checks = [InputRequired(NEEDED) if field.required else Optional()]
    if field.type is FieldType.MONEY:
        return MoneyField(label, validators=checks)
    if field.type is FieldType.NUMBER:
        return WholeNumberField(label, validators=checks)
    if field.type is FieldType.LIST:
        names = " | ".join(part.label_en if english else part.label_vi for part in field.columns)
        kind = type("RowsOfPaper", (RowsField,), {"parts": field.columns})
        return kind(label, validators=checks, description=names, render_kw={"rows": "4"})
    checks = [*checks, at_most(LONGEST), _no_null]
    return TextAreaField(label, validators=checks, render_kw={"rows": "2"})


def _no_null(_form: Any, field: FormField) -> None:
    if "\0" in (field.data or ""):
        raise ValidationError(_l("This text has a sign that cannot be kept."))


def _read(part: Field, cell: str) -> object:
    if not cell:
        return None
    if part.type is FieldType.DATE:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007 - a day, not a moment
    if part.type in (FieldType.NUMBER, FieldType.MONEY):
        plain = digits_of(cell)
        if len(plain) > 15:
            raise ValueError
        return int(plain)
    return cell

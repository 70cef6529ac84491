"""A field of a citizen's form as the page shows it: what was typed, what is wrong, the words in the reader's language.

Not here: reading what was typed (`workflow.request_values`), the look (`templates/public/fields.html`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale

from backoffice.views.errors import sentence
from backoffice.views.formats import money
from backoffice.workflow.messages import Line, Name
from backoffice.workflow.request_form import FieldType, FormField

# How a phone's keyboard opens for a field; text is what it is for all others.
_INPUT_MODES = {
    FieldType.DAY: "numeric",
    FieldType.PERSONAL_ID: "numeric",
    FieldType.MONEY: "numeric",
    FieldType.NUMBER: "numeric",
    FieldType.PHONE: "tel",
    FieldType.EMAIL: "email",
}
_SHORT = frozenset({FieldType.DAY, FieldType.PERSONAL_ID, FieldType.MONEY, FieldType.NUMBER, FieldType.PHONE})


@dataclass(frozen=True)
class ShownField:
    """One field on a page. `error` is a whole sentence; `choices` are value, label and help."""

    name: str
    kind: str
    label: str
    help: str
    is_required: bool
    most: int
    autocomplete: str
    input_mode: str
    is_short: bool
    choices: Sequence[tuple[str, str, str]]
    typed: str
    error: str

    @property
    def first_id(self) -> str:
        """The id that an error in the summary leads to: the field, or the first of its choices."""
        return f"{self.name}-{self.choices[0][0]}" if self.choices else self.name


def shown_fields(
    fields: Sequence[FormField], typed: Mapping[str, str], errors: Mapping[str, Line]
) -> list[ShownField]:
    """The fields of a page with what was typed into them."""
    return [
        ShownField(
            name=field.name,
            kind=field.type.value,
            label=said(field.label),
            help=said(field.help),
            is_required=field.is_required,
            most=field.most,
            autocomplete=field.autocomplete,
            input_mode=_INPUT_MODES.get(field.type, ""),
            is_short=field.type in _SHORT,
            choices=[(choice.value, said(choice.label), said(choice.help)) for choice in field.choices],
            typed=typed.get(field.name, ""),
            error=sentence(errors[field.name]) if field.name in errors else "",
        )
        for field in fields
    ]


def said(name: Name | None) -> str:
    """Words that are kept in both languages, in the language of the request."""
    return name.in_language(str(get_locale())) if name is not None else ""


def shown_value(field: FormField, value: object) -> str:
    """An answer as people read it; empty when there is none."""
    if value is None or value == "":
        return ""
    if field.type is FieldType.DAY:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    if field.type is FieldType.MONEY and isinstance(value, int):
        return money(value)
    chosen = next((choice for choice in field.choices if choice.value == value), None)
    return said(chosen.label) if chosen else str(value)


def typed_value(field: FormField, value: object) -> str:
    """An answer as somebody would type it: what a field is filled in with beforehand."""
    is_plain = field.type in {FieldType.CHOICE, FieldType.MONEY}
    return str(value) if is_plain and value is not None else shown_value(field, value)

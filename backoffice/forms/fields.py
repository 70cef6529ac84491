"""Fields that several forms share: days, money, reasons, choices. Not here: forms."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import TextInput

from backoffice.forms.base import WholeNumberField, at_most, clean
from exports.site_format import number

NEEDED = _l("This field must be filled in.")
# Digits, or groups of three with one sign between them: 1234567, 1.234.567, 1,234,567 or 1 234 567.
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}([., \u00a0])[0-9]{3}(?:\1[0-9]{3})*")


def day_field(label: Any, *, required: bool = True, description: Any = "") -> DateField:
    """A day as people write it, dd/mm/yyyy; browsers' own date fields would show their own order."""
    return DateField(
        label,
        format=["%d/%m/%Y", "%Y-%m-%d"],
        validators=[InputRequired(NEEDED) if required else Optional()],
        description=description,
        widget=TextInput(),
        render_kw={"placeholder": _l("dd/mm/yyyy"), "inputmode": "numeric", "autocomplete": "off"},
    )


def text_field(label: Any, limit: int, *, required: bool = True, description: Any = "") -> StringField:
    """One line of text in its clean form."""
    needed = [DataRequired(NEEDED)] if required else [Optional()]
    return StringField(
        label,
        validators=[*needed, at_most(limit)],
        filters=[clean],
        description=description,
        render_kw={"autocomplete": "off"},
    )


def reason_field(label: Any, *, required: bool = True) -> TextAreaField:
    """Why something is done: kept in the history."""
    needed = [InputRequired(NEEDED)] if required else [Optional()]
    return TextAreaField(label, validators=[*needed, at_most(2000)], render_kw={"rows": "3"})


def choice_field(label: Any, *, description: Any = "", coerce: Any = str) -> SelectField:
    """One of a closed list; a choice that is not offered is refused in plain words."""
    return ChoiceField(
        label, validators=[InputRequired(NEEDED)], description=description, coerce=coerce, choices=[]
    )


class ChoiceField(SelectField):  # type: ignore[misc]
    """A drop-down whose first line is empty, so that nothing is chosen by oversight."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the code. Raises ValueError for one that is not offered."""
        if not valuelist or valuelist[0] == "":
            self.data = None
            return
        offered = {str(value): value for value, *_rest in self.choices or []}
        if valuelist[0] not in offered:
            raise ValueError(self.gettext("Choose one of the list."))
        self.data = offered[valuelist[0]]

    def iter_choices(self) -> Any:
        """The empty line, then the choices."""
        yield Choice("", "—", self.data is None, {})
        for value, label in self.choices or []:
            yield Choice(str(value), label, str(value) == str(self.data), {})

    def pre_validate(self, form: Any) -> None:
        """Nothing: reading has refused what is not offered."""


def digits_of(text: str) -> str:
    """The digits of a whole number as people write it, in Vietnamese or in English.

    Raises ValueError for anything else: a sign that does not stand between thousands may be meant as a decimal sign.
    """
    plain = text.strip().rstrip("đ₫").rstrip()
    if not _WHOLE.fullmatch(plain):
        raise ValueError("not a whole number")
    return "".join(sign for sign in plain if sign.isdecimal())


class MoneyField(WholeNumberField):
    """Whole đồng, written with or without signs between thousands."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **more)
        self.widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount. Raises ValueError for anything but digits."""
        text = valuelist[0].strip() if valuelist else ""
        try:
            super().process_formdata([digits_of(text)] if text else [])
        except ValueError:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else number(self.data, str(get_locale()))

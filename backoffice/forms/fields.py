"""Fields that several forms share: days, money, reasons, choices. Not here: forms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import TextInput

from backoffice.forms.base import WholeNumberField, at_most, clean

NEEDED = _l("This field must be filled in.")
_MONEY_SIGNS = str.maketrans("", "", ". \u00a0đ₫")


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


class MoneyField(WholeNumberField):
    """Whole đồng, written with or without dots between thousands."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **more)
        self.widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount. Raises ValueError for anything but digits."""
        text = valuelist[0].translate(_MONEY_SIGNS) if valuelist else ""
        if text and not (text.isascii() and text.isdecimal()):
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata([text] if text else [])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}".replace(",", ".")

"""A field that chooses one row of many: an agency, an officer, a case.

Without scripts a person types the code, the user name or enough of the name; with them the field is a list that is
searched while typing (`static/select.js`). The service that takes the id checks it again under the scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

LONGEST_TEXT = 100
SOURCES_KEY = "openthads_choices"


class Choice(Protocol):
    """One row that may be chosen: its id, the value that stands in the form, and what people read."""

    id: int
    value: str
    label: str


class Source(Protocol):
    """One kind of rows to choose from."""

    def by_id(self, key: int) -> Choice | None:
        """The choice of an id, or None when it may not be chosen."""

    def resolve(self, text: str) -> Sequence[Choice]:
        """The choice of a value, else those that a typed text finds."""


def source_of(name: str) -> Source:
    """The kind of rows of that name; the application names them at start (`services.choices`)."""
    sources: Mapping[str, Source] = current_app.extensions[SOURCES_KEY]
    return sources[name]


class SelectWidget(TextInput):  # type: ignore[misc]
    """A text field that says where its choices come from, and what the present one is called."""

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        """The field as HTML."""
        attributes.setdefault("data_select", url_for("ChoicesView.find", name=field.source))
        attributes.setdefault("maxlength", LONGEST_TEXT)
        attributes.setdefault("autocomplete", "off")
        if field.choice is not None:
            attributes.setdefault("data_select_label", field.choice.label)
        html: Markup = super().__call__(field, **attributes)
        return html


class SelectField(Field):  # type: ignore[misc]
    """Its data is the id of the chosen row, or None; `choice` is that row's value and name.

    The default may be an id. Anything that leaves no choice, or several, is an error at the field.
    """

    widget = SelectWidget()

    def __init__(self, label: Any = None, *, source: str, **kwargs: Any) -> None:
        self.source = source
        self.choice: Choice | None = None
        self._typed: str | None = None
        super().__init__(label, **kwargs)

    def process_data(self, value: Any) -> None:
        """Take an id as it stands on the row."""
        self.data = value
        self.choice = None if value is None else source_of(self.source).by_id(int(value))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed or chosen. Raises ValidationError when it is not one row that may be chosen."""
        if not valuelist:
            return
        text = self._typed = valuelist[0].strip()
        self.data = self.choice = None
        if not text:
            return
        found = (
            source_of(self.source).resolve(text) if len(text) <= LONGEST_TEXT and text.isprintable() else []
        )
        if len(found) > 1:
            raise ValidationError(_l("Several fit: write more of it, or choose one of the list."))
        if not found:
            raise ValidationError(_l("Nothing of this name or code was found in the agencies you may see."))
        self.choice = found[0]
        self.data = found[0].id

    def _value(self) -> str:
        """What stands in the field: the value of the choice, or what was typed when it is none."""
        return self.choice.value if self.choice is not None else self._typed or ""

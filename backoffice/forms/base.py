"""The base of staff forms: values for a service, the version that was seen, and errors of the service.

Belongs here: what all staff forms share. Not here: which fields a form has, what happens with the values.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from exports.text import clean_text

_LARGEST_VERSION = 2**31 - 1


def clean(value: str | None) -> str | None:
    """A filter for text fields: Vietnamese text in one form, without signs that nobody sees."""
    return clean_text(value) if value else value


class VersionField(HiddenField):  # type: ignore[misc]
    """The version of the row that the person saw, as a number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValidationError for anything else."""
        text = valuelist[0] if valuelist else ""
        if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _LARGEST_VERSION):
            raise ValidationError(_l("This form is incomplete. Open the page again."))
        self.data = int(text)


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form over one row; `columns` names the fields whose values go to the service."""

    columns: ClassVar[tuple[str, ...]] = ()
    version = VersionField()

    def values(self) -> dict[str, Any]:
        """The values for the service, by field."""
        return {name: self[name].data for name in self.columns}

    def shown_fields(self) -> list[Field]:
        """The fields a person fills in, in order."""
        return [self[name] for name in self.columns]

    def add_error(self, field: str, message: str) -> None:
        """Show what the service refused at its field, or above the form when the form has no such field."""
        if field in self.columns:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)

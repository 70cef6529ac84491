"""The base of staff forms: values for a service, the version that was seen, and errors of the service.

Belongs here: what all staff forms share. Not here: which fields a form has, what happens with the values.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField
from wtforms.validators import Length, ValidationError

from exports.text import clean_text

# What the form library itself says to people; named here so that the catalog has it.
_LIBRARY_MESSAGES = (
    _l("This field is required."),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
)
_LARGEST_VERSION = 2**31 - 1


def clean(value: str | None) -> str | None:
    """A filter for text fields: Vietnamese text in one form, without signs that nobody sees."""
    return clean_text(value) if value else value


class OwnTranslations:
    """Lets the form library speak through our catalog; it has none in Vietnamese."""

    def gettext(self, string: str) -> str:
        """The sentence in the language of the request."""
        return str(gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The sentence for a number, in the language of the request."""
        return str(ngettext(singular, plural, n))


class VersionField(HiddenField):  # type: ignore[misc]
    """The version of the row that the person saw, as a number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValidationError for anything else."""
        text = valuelist[0] if valuelist else ""
        if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _LARGEST_VERSION):
            raise ValidationError(_l("This form is incomplete. Open the page again."))
        self.data = int(text)


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number of at most 18 digits: longer ones fit no column, and the library's checks fail on them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError for one that is too long, or none."""
        if valuelist and len(valuelist[0].strip()) > 18:
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


def at_most(limit: int) -> Length:
    """A check of a text's length, with a sentence that says the limit."""
    return Length(max=limit, message=_l("Use at most %(max)d characters."))


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form over one row; `columns` names the fields whose values go to the service."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How the form library speaks."""

        def get_translations(self, _form: Any) -> OwnTranslations:
            """Our catalog instead of the library's."""
            return OwnTranslations()

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

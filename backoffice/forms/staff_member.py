"""The forms of accounts: a new one, a correction, roles, the own password."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.forms.base import StaffForm, at_most, clean

_NEEDED = _l("This field must be filled in.")


class ChecksField(SelectMultipleField):  # type: ignore[misc]
    """Several of a few choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, _form: Any) -> None:
        """Refuse a choice that was not offered, as one sentence. Raises ValidationError."""
        offered = {value for value, *_rest in self.choices or ()}
        if not offered.issuperset(self.data or ()):
            raise ValidationError(_l("This choice is not offered."))


def _text(label: Any, limit: int, **more: Any) -> StringField:
    return StringField(label, validators=[DataRequired(_NEEDED), at_most(limit)], filters=[clean], **more)


def _opinion() -> TextAreaField:
    return TextAreaField(
        _l("The head's opinion"),
        description=_l(
            "By which paper or message the head agreed, with number and date. It is kept in the log."
        ),
        validators=[at_most(2000)],
        filters=[clean],
        render_kw={"rows": 2},
    )


class StaffEditForm(StaffForm):
    """Name, e-mail and agency; the user name stays."""

    columns: ClassVar[tuple[str, ...]] = ("family_name", "given_name", "email", "agency_code", "opinion")
    family_name = _text(_l("Family and middle names"), 64)
    given_name = _text(_l("Given name"), 64)
    email = _text(_l("Official e-mail"), 320, render_kw={"inputmode": "email", "autocomplete": "off"})
    agency_code = _text(_l("Code of the agency"), 16, description=_l("For example C01 or CC001."))
    opinion = _opinion()


class StaffAddForm(StaffEditForm):
    """A new account; its password is made by the system."""

    columns: ClassVar[tuple[str, ...]] = (
        "username",
        "family_name",
        "given_name",
        "email",
        "agency_code",
        "roles",
        "opinion",
    )
    username = _text(
        _l("User name"),
        32,
        description=_l("3 to 32 small letters without marks, digits, dots or underscores. It never changes."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    roles = ChecksField(_l("Roles"))


class RolesForm(StaffForm):
    """The roles of an account, of those that the administrator may give."""

    columns: ClassVar[tuple[str, ...]] = ("roles", "opinion")
    roles = ChecksField(_l("Roles"))
    opinion = _opinion()


class OwnPasswordForm(StaffForm):
    """The old password, and the new one twice."""

    columns: ClassVar[tuple[str, ...]] = ("old", "password", "again")
    old = PasswordField(
        _l("Present password"),
        validators=[DataRequired(_NEEDED), at_most(256)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        description=_l(
            "At least 12 characters with a capital, a small letter and a special character; not one of your last five."
        ),
        validators=[DataRequired(_NEEDED), at_most(256)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password, once more"),
        validators=[DataRequired(_NEEDED), at_most(256)],
        render_kw={"autocomplete": "new-password"},
    )

"""The sign-in form."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from backoffice.forms.base import OwnTranslations, at_most


class SignInForm(FlaskForm):  # type: ignore[misc]
    """User name and password; the lengths only keep absurd input away from the password check."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How the form library speaks."""

        def get_translations(self, _form: Any) -> OwnTranslations:
            """Our catalog instead of the library's."""
            return OwnTranslations()

    username = StringField(
        _l("User name"),
        validators=[DataRequired(_l("Enter your user name.")), at_most(128)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Enter your password.")), at_most(256)],
        render_kw={"autocomplete": "current-password"},
    )

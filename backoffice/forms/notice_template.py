"""The form for the words of a message."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired

from backoffice.forms.base import StaffForm, at_most, clean
from backoffice.models.notice import BODY_LENGTH, SUBJECT_LENGTH


class NoticeTemplateForm(StaffForm):
    """Subject and body; the places that may stand in them are listed beside the form."""

    columns: ClassVar[tuple[str, ...]] = ("subject", "body")
    subject = StringField(
        _l("Subject"),
        validators=[at_most(SUBJECT_LENGTH)],
        filters=[clean],
        description=_l("Nothing about a person: mail servers and screens show subjects to others."),
    )
    body = TextAreaField(
        _l("Text"),
        validators=[DataRequired(_l("This field must be filled in.")), at_most(BODY_LENGTH)],
        render_kw={"rows": 18},
        description=_l("Plain text. An empty line begins a new paragraph."),
    )

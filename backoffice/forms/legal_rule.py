"""The forms that correct a legal rule, and that let a changed one take over from a day on."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from backoffice.forms.base import StaffForm, WholeNumberField, at_most, clean
from backoffice.forms.fields import day_field

_NEEDED = _l("This field must be filled in.")


class LegalRuleForm(StaffForm):
    """The number, the citation and the titles; validity and kind change only by a rule that takes over."""

    columns: ClassVar[tuple[str, ...]] = ("value", "law", "article", "title_vi", "title_en", "reason")
    value = WholeNumberField(
        _l("Number"),
        validators=[Optional(), NumberRange(0, 2**62, _l("Write a whole number, zero or more."))],
    )
    law = StringField(_l("Law"), validators=[DataRequired(_NEEDED), at_most(120)], filters=[clean])
    article = StringField(_l("Article"), validators=[DataRequired(_NEEDED), at_most(80)], filters=[clean])
    title_vi = StringField(
        _l("Title in Vietnamese"), validators=[DataRequired(_NEEDED), at_most(400)], filters=[clean]
    )
    title_en = StringField(
        _l("Title in English"), validators=[DataRequired(_NEEDED), at_most(400)], filters=[clean]
    )
    reason = TextAreaField(
        _l("Reason for the correction"), validators=[InputRequired(_NEEDED), at_most(2000)]
    )


class SucceedForm(LegalRuleForm):
    """The rule that takes over: from which day, its number, citation and titles, beginning with the present ones."""

    columns: ClassVar[tuple[str, ...]] = ("valid_from", *LegalRuleForm.columns)
    valid_from = day_field(_l("In force from"))
    reason = TextAreaField(_l("Reason for the change"), validators=[InputRequired(_NEEDED), at_most(2000)])

"""The forms of the questions of the survey. Not here: who may change which (`services.survey_question`)."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from backoffice.forms.base import StaffForm, WholeNumberField, at_most
from backoffice.forms.fields import NEEDED, ChoiceField, day_field, text_field
from backoffice.forms.select import SelectField

KINDS = {
    "choice": _l("One of several options"),
    "rating": _l("A mark from 1 to 5"),
    "text": _l("Own words, not published"),
}


class KindField(ChoiceField):
    """How a question is answered."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, choices=[], **more)
        self.choices = list(KINDS.items())


class QuestionWordsForm(StaffForm):
    """How a question is answered, its words in both languages, its options."""

    columns: ClassVar[tuple[str, ...]] = ("kind", "text_vi", "text_en", "options_text")
    kind = KindField(_l("How it is answered"), validators=[InputRequired(NEEDED)])
    text_vi = text_field(_l("Question in Vietnamese"), 300)
    text_en = text_field(_l("Question in English"), 300)
    options_text = TextAreaField(
        _l("Options"),
        validators=[Optional(), at_most(2400)],
        description=_l("One a line: the Vietnamese words, a stroke |, the English words. Only for options."),
        render_kw={"rows": 5, "placeholder": "Có | Yes"},
    )

    def add_error(self, field: str, message: str) -> None:
        """The service speaks of options, the form of their lines."""
        super().add_error("options_text" if field == "options" else field, message)


def _position() -> WholeNumberField:
    return WholeNumberField(
        _l("Place in the form"),
        validators=[InputRequired(NEEDED), NumberRange(1, 9999, _l("Write a number from 1 to 9999."))],
        description=_l("Questions stand in the order of these numbers."),
    )


class QuestionEditForm(QuestionWordsForm):
    """The place; the words as long as nobody has answered."""

    columns: ClassVar[tuple[str, ...]] = ("position", *QuestionWordsForm.columns)
    position = _position()


class QuestionAddForm(QuestionWordsForm):
    """A new question: where it is asked, from when, its words."""

    columns: ClassVar[tuple[str, ...]] = (
        "agency_id",
        "procedure",
        *QuestionWordsForm.columns,
        "position",
        "valid_from",
    )
    agency_id = SelectField(
        _l("Agency"),
        source="agencies",
        validators=[InputRequired(NEEDED)],
        description=_l("The question is asked there and at all agencies below."),
    )
    procedure = ChoiceField(
        _l("Procedure"), validators=[Optional()], choices=[], description=_l("Empty: in every procedure.")
    )
    position = _position()
    valid_from = day_field(_l("Asked from"))


class QuestionSucceedForm(QuestionWordsForm):
    """The changed words, and the day from which they are asked."""

    columns: ClassVar[tuple[str, ...]] = ("valid_from", *QuestionWordsForm.columns)
    valid_from = day_field(_l("Asked from"))


class QuestionRetireForm(StaffForm):
    """The last day."""

    columns: ClassVar[tuple[str, ...]] = ("valid_to",)
    valid_to = day_field(_l("Asked up to and with"))

"""The forms on questions of the survey, from what was typed to the service, and the filter by when they are asked.

Not here: the screen (`survey_question`), who may change what (`services.survey_question`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.forms.base import StaffForm
from backoffice.forms.survey_question import QuestionRetireForm, QuestionSucceedForm
from backoffice.models import SurveyQuestion
from backoffice.services.survey_question import (
    QuestionPlace,
    QuestionWords,
    add_question,
    edit_question,
    retire_question,
    succeed_question,
)
from backoffice.views.filters import ChoiceFilter
from backoffice.views.row_forms import RowForm
from backoffice.workflow.permissions import Permission

ASKED = {"now": _l("Now"), "later": _l("Later"), "ended": _l("No longer")}


class AskedFilter(ChoiceFilter):
    """Questions that are asked today, later or no longer."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """Compares today with both days."""
        today = clock.today()
        if value == "ended":
            ended: ColumnElement[bool] = model.valid_to < today
            return ended
        goes_on = or_(model.valid_to.is_(None), model.valid_to >= today)
        begun: ColumnElement[bool] = (
            model.valid_from > today if value == "later" else model.valid_from <= today
        )
        return begun & goes_on


def _words(values: dict[str, Any]) -> QuestionWords:
    return QuestionWords(values["kind"], values["text_vi"], values["text_en"], values["options_text"] or "")


def create(actor: Actor, values: dict[str, Any]) -> SurveyQuestion:
    """A new question. Raises as the service does."""
    place = QuestionPlace(
        values["agency_id"], values["procedure"] or "", values["position"], values["valid_from"]
    )
    return add_question(actor, place, _words(values))


def change(actor: Actor, row: SurveyQuestion, values: dict[str, Any], version: int) -> SurveyQuestion:
    """The place, and the words as long as nobody has answered. Raises as the service does."""
    return edit_question(actor, row.id, values["position"], _words(values), expected_version=version)


def _succeed(actor: Actor, row: SurveyQuestion, values: dict[str, Any], version: int) -> SurveyQuestion:
    return succeed_question(actor, row.id, values["valid_from"], _words(values), expected_version=version)


def _retire(actor: Actor, row: SurveyQuestion, values: dict[str, Any], version: int) -> SurveyQuestion:
    last: date = values["valid_to"]
    return retire_question(actor, row.id, last, expected_version=version)


def _ask_for_day(form: StaffForm, _row: SurveyQuestion) -> None:
    # The day of the present edition would be refused, and looks as if it were meant.
    form["valid_from"].data = None


def _goes_on(row: SurveyQuestion) -> bool:
    return row.valid_to is None


QUESTION_FORMS: Mapping[str, RowForm] = {
    "succeed": RowForm(
        _l("Change the words from a day on"),
        QuestionSucceedForm,
        _succeed,
        (Permission.SURVEY_EDIT,),
        _goes_on,
        prepare=_ask_for_day,
        intro=_l("Answers that were given stay with the present words."),
    ),
    "retire": RowForm(_l("Ask no longer"), QuestionRetireForm, _retire, (Permission.SURVEY_EDIT,), _goes_on),
}

"""The page on which an applicant tells how it went, after the end of a request. Not here: counting (`services.survey`).

The fields are those of every other form of citizens; staff see the same page before they let a question be asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for

from backoffice.errors import InvalidInputError
from backoffice.models.survey import SurveyKind
from backoffice.services.survey import AnswersRefusedError, Survey, answer_survey, survey_of
from backoffice.views.errors import sentence
from backoffice.views.public_fields import ShownField, said
from backoffice.views.public_filing import Answer
from backoffice.views.public_kept import AccessOverError, left_for
from backoffice.views.public_look_up import open_access
from backoffice.workflow.survey import COMMENT_LENGTH, Question

# What is shown again of what was typed; more would only fill the page.
_LONGEST_SHOWN = 20_000


def survey() -> Answer:
    """Ask, once; afterwards say thanks."""
    access = open_access()
    if access is None:
        return left_for(AccessOverError())
    found = survey_of(access)
    if found is None:
        return redirect(url_for("public.found"))
    if found.is_answered:
        return render_template("public/survey_thanks.html")
    if request.method != "POST":
        return _page(found, {}, {})
    typed = {question.field: _typed(question.field) for question in found.questions}
    try:
        answer_survey(access, found, typed)
    except AnswersRefusedError as refusal:
        faults = {name: sentence(reason) for name, reason in refusal.refusals.items()}
    except InvalidInputError as refusal:
        faults = {"": sentence(refusal)}
    else:
        return redirect(url_for("public.survey"))
    return _page(found, typed, faults), 400


def question_fields(
    questions: Sequence[Question], typed: Mapping[str, str], faults: Mapping[str, str]
) -> list[ShownField]:
    """The questions as fields of a form, in the reader's language."""
    return [
        ShownField(
            name=question.field,
            kind="text" if question.kind is SurveyKind.TEXT else "choice",
            label=said(question.text),
            help="",
            is_required=False,
            most=COMMENT_LENGTH,
            autocomplete="off",
            input_mode="",
            is_short=False,
            choices=[(option.code, said(option.words), "") for option in question.options],
            typed=typed.get(question.field, ""),
            error=faults.get(question.field, ""),
        )
        for question in questions
    ]


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "\ufffd")[:_LONGEST_SHOWN]


def _page(found: Survey, typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    fields = question_fields(found.questions, typed, faults)
    first = fields[0].first_id
    problems = [(field.first_id, f"{field.label}: {field.error}") for field in fields if field.error]
    problems += [(first, words) for name, words in faults.items() if not name]
    return render_template("public/survey.html", fields=fields, problems=problems)

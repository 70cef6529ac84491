"""Asking those whose requests have ended, once a request, and counting what they answer (R17).

Belongs here: which questions a request gets, taking the answers in. Not here: pages, changing questions
(`survey_question`), results (`survey_results`).

Staff must not find out who answered what: the request keeps only that its answer is given, the answers only raise
numbers by one, and words are sealed and drawn out of their order. Nothing of it is written to any history.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError
from backoffice.models import OnlineRequest, SurveyComment, SurveyQuestion, SurveyTally
from backoffice.models.confidence import is_confidential
from backoffice.models.request_states import RequestState
from backoffice.models.survey import SurveyKind
from backoffice.queries.current import reading
from backoffice.queries.survey import questions_in_force, raise_tally, use_up
from backoffice.services.declared import clean_lines
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.request_seal import seal
from backoffice.services.request_step import load_request
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import N_, Name
from backoffice.workflow.survey import COMMENT_LENGTH, Question, options_of, quarter_of

# Who took the request back knows nothing of its handling.
ASKED = frozenset({RequestState.RETURNED, RequestState.GUIDED, RequestState.REFUSED, RequestState.FILED})


class AnswersRefusedError(InvalidInputError):
    """Some answers are none; `refusals` says which, by field."""

    def __init__(self, refusals: Mapping[str, InvalidInputError]) -> None:
        super().__init__("form", N_("Some answers cannot be read."))
        self.refusals = refusals


@dataclass(frozen=True)
class Survey:
    """What the applicant of one request is asked; nothing any more when the answer was given."""

    questions: Sequence[Question]
    is_answered: bool


def survey_of(access: CitizenAccess) -> Survey | None:
    """The questions for a request that has ended; None before its end, and where nothing is asked.

    Raises NotFoundError.
    """
    with unit_of_work(access.actor) as session:
        request = load_request(session, access.request_id)
        if not _is_asked(request):
            return None
        is_answered, path, procedure = request.is_surveyed, request.agency_path, request.procedure
    if is_answered:
        return Survey((), is_answered=True)
    questions = questions_for(path, procedure)
    return Survey(questions, is_answered=False) if questions else None


def questions_for(agency_path: str, procedure: str) -> list[Question]:
    """What an agency asks today under a procedure, in order: its own questions and those of the agencies above it.

    Questions are public, so the scope is left for reading those from above.
    """
    with system_scope("intake"):
        found = questions_in_force(reading(), agency_path, procedure, clock.today())
        return [question_of(row) for row in found]


def question_of(row: SurveyQuestion) -> Question:
    """The question of a row, apart from the session."""
    return Question(
        row.id,
        row.code,
        row.edition,
        row.procedure,
        SurveyKind(row.kind),
        row.position,
        Name(row.text_vi, row.text_en),
        options_of(row.kind, row.options),
        row.valid_from,
        row.valid_to,
    )


def answer_survey(access: CitizenAccess, survey: Survey, answers: Mapping[str, str]) -> bool:
    """Count the answers, by field of the questions; whether they were the first of this request.

    A second answer changes nothing. Raises AnswersRefusedError, InvalidInputError when nothing is answered.
    """
    chosen = _read(survey.questions, answers)
    for _try in range(3):
        try:
            return _counted(access, chosen)
        except IntegrityError:
            # Somebody else made the first row of the same number at the same moment; now it is there.
            continue
    return _counted(access, chosen)


def _is_asked(request: OnlineRequest) -> bool:
    """Whether the request has ended; a confidential one is never asked about, for its answers would tell of it."""
    return request.state in ASKED and not is_confidential(request.agency_path)


def _read(questions: Sequence[Question], answers: Mapping[str, str]) -> list[tuple[Question, str]]:
    """Each answered question with its answer, in the order in which rows are locked."""
    chosen, refusals = [], {}
    for question in sorted(questions, key=lambda one: one.id):
        try:
            answer = _answer(question, answers.get(question.field, ""))
        except InvalidInputError as refusal:
            refusals[question.field] = refusal
        else:
            chosen += [(question, answer)] if answer else []
    if refusals:
        raise AnswersRefusedError(refusals)
    if not chosen:
        raise InvalidInputError("", N_("Answer at least one question, or leave the page."))
    return chosen


def _answer(question: Question, text: str) -> str:
    if question.kind is not SurveyKind.TEXT:
        if text and text not in {option.code for option in question.options}:
            raise InvalidInputError(question.field, N_("Choose one of the answers."))
        return text
    words = clean_lines(text)
    if len(words) > COMMENT_LENGTH:
        raise InvalidInputError(question.field, N_("Use at most %(limit)s characters."), limit=COMMENT_LENGTH)
    return words


def _counted(access: CitizenAccess, chosen: Sequence[tuple[Question, str]]) -> bool:
    with unit_of_work(access.actor) as session:
        request = load_request(session, access.request_id)
        if not _is_asked(request) or not use_up(session, request.id):
            return False
        for question, answer in chosen:
            _count(session, request, question, answer)
        return True


def _count(session: Session, request: OnlineRequest, question: Question, answer: str) -> None:
    owner = {"agency_id": request.agency_id, "agency_path": request.agency_path}
    quarter = quarter_of(clock.today())
    if question.kind is SurveyKind.TEXT:
        comment = SurveyComment(
            **owner,
            id=secrets.randbelow(2**53) + 1,
            public_key=uuid4().hex,
            question_id=question.id,
            quarter=quarter,
        )
        seal(comment, {"text": answer})
        session.add(comment)
        return
    tally = SurveyTally(
        **owner,
        procedure=request.procedure,
        quarter=quarter,
        question_id=question.id,
        choice=answer,
        answer_count=1,
    )
    if not raise_tally(session, tally):
        session.add(tally)
        session.flush()

"""The questions of the survey: bringing in the start set, adding, changing, ordering, ending them.

Belongs here: who may change which question, and that answered questions keep their words. Not here: asking citizens
(`survey`), results (`survey_results`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import EnforcementAgency, SurveyQuestion
from backoffice.models.survey import SurveyKind
from backoffice.queries.agencies import national_agency
from backoffice.queries.survey import is_answered, newest_edition
from backoffice.services.procedures import procedure_book
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from backoffice.workflow.survey import read_options
from config import ROOT
from exports.text import clean_text

TEXT_LENGTH = 300
LARGEST_POSITION = 9999
START_SET = ROOT / "backoffice" / "data" / "survey_questions.csv"
_ANSWERED = N_("People have answered this question. Let a changed one take over from a day on.")


@dataclass(frozen=True)
class QuestionWords:
    """A question as a person gives it; `options` one a line, Vietnamese and English with a stroke between."""

    kind: str
    text_vi: str
    text_en: str
    options: str = ""

    def values(self) -> dict[str, Any]:
        """The cleaned values. Raises InvalidInputError for the field at fault."""
        if self.kind not in set(SurveyKind):
            raise InvalidInputError("kind", N_("Choose one of the list."))
        texts = {"text_vi": clean_text(self.text_vi), "text_en": clean_text(self.text_en)}
        for name, text in texts.items():
            if not 1 <= len(text) <= TEXT_LENGTH:
                raise InvalidInputError(name, N_("Write 1 to %(limit)s characters."), limit=TEXT_LENGTH)
        return {"kind": self.kind, **texts, "options": read_options(self.kind, self.options)}


@dataclass(frozen=True)
class QuestionPlace:
    """Where and when a question is asked: at an agency and all below it, for a procedure or (empty) all, from a day."""

    agency_id: int
    procedure: str
    position: int
    valid_from: date


def load_start_questions(actor: Actor) -> int:
    """Bring in the questions that come with the product, where there are none with their codes; returns how many."""
    require(actor, Permission.SYSTEM, Permission.SURVEY_EDIT)
    with START_SET.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with unit_of_work(actor) as session:
        root = national_agency()
        if root is None:
            raise NotFoundError
        known = set(session.scalars(select(SurveyQuestion.code)))
        missing = [row for row in rows if row["code"] not in known]
        session.add_all(_of_start_set(row, root) for row in missing)
        session.flush()
        return len(missing)


def add_question(actor: Actor, place: QuestionPlace, words: QuestionWords) -> SurveyQuestion:
    """Add a question; it is asked from its day on, today at the earliest.

    Raises NotPermittedError, NotFoundError for an agency outside the scope, InvalidInputError.
    """
    require(actor, Permission.SURVEY_EDIT)
    values = words.values()
    with unit_of_work(actor) as session:
        agency = load_row(session, EnforcementAgency, place.agency_id)
        _check_place(place.procedure, place.position)
        _check_day(place.valid_from)
        question = SurveyQuestion(
            agency_id=agency.id,
            agency_path=agency.path,
            code=uuid4().hex[:12],
            edition=1,
            procedure=place.procedure,
            position=place.position,
            valid_from=place.valid_from,
            **values,
        )
        session.add(question)
        session.flush()
        _log(session, actor, question, "add_question")
        return question


def edit_question(
    actor: Actor, question_id: int, position: int, words: QuestionWords, *, expected_version: int
) -> SurveyQuestion:
    """Change the place in the form, and the words as long as nobody has answered.

    Raises NotPermittedError, NotFoundError, ConflictError, InvalidInputError, StateError for words that were answered.
    """
    require(actor, Permission.SURVEY_EDIT)
    values = words.values()
    with unit_of_work(actor) as session:
        question = load_row(session, SurveyQuestion, question_id)
        _check_place(question.procedure, position)
        changed = {name: value for name, value in values.items() if getattr(question, name) != value}
        if changed and is_answered(session, question.id):
            raise StateError(_ANSWERED)
        check_version(session, question, expected_version, {**changed, "position": position})
        _log(session, actor, question, "edit")
        return question


def succeed_question(
    actor: Actor, question_id: int, from_day: date, words: QuestionWords, *, expected_version: int
) -> SurveyQuestion:
    """Let changed words take over from a day on; the present edition is asked up to the day before, and its answers
    stay with it. Returns the new edition. Raises as `edit_question`, and InvalidInputError for the day."""
    require(actor, Permission.SURVEY_EDIT)
    values = words.values()
    with unit_of_work(actor) as session:
        old = load_row(session, SurveyQuestion, question_id)
        check_version(session, old, expected_version)
        _check_open(old)
        if from_day <= max(clock.today(), old.valid_from):
            raise InvalidInputError(
                "valid_from", N_("Choose a day after today and after the first day of the present question.")
            )
        new = SurveyQuestion(
            agency_id=old.agency_id,
            agency_path=old.agency_path,
            code=old.code,
            edition=newest_edition(session, old.code) + 1,
            procedure=old.procedure,
            position=old.position,
            valid_from=from_day,
            **values,
        )
        old.valid_to = from_day - timedelta(days=1)
        session.add(new)
        session.flush()
        _log(session, actor, new, "succeed")
        return new


def retire_question(
    actor: Actor, question_id: int, last_day: date, *, expected_version: int
) -> SurveyQuestion:
    """Ask a question no longer after a day, today at the earliest; one that has not begun is never asked.

    Raises NotPermittedError, NotFoundError, ConflictError, StateError for one that has ended, InvalidInputError.
    """
    require(actor, Permission.SURVEY_EDIT)
    with unit_of_work(actor) as session:
        question = load_row(session, SurveyQuestion, question_id)
        check_version(session, question, expected_version)
        _check_open(question)
        if last_day < clock.today():
            raise InvalidInputError("valid_to", N_("Choose today or a later day."))
        question.valid_to = last_day
        _log(session, actor, question, "retire_question")
        return question


def _of_start_set(row: Mapping[str, str], root: EnforcementAgency) -> SurveyQuestion:
    pairs = zip(row["options_vi"].split("|"), row["options_en"].split("|"), strict=True)
    options = "\n".join(f"{vi} | {en}" for vi, en in pairs if vi)
    words = QuestionWords(row["kind"], row["text_vi"], row["text_en"], options)
    return SurveyQuestion(
        agency_id=root.id,
        agency_path=root.path,
        code=row["code"],
        edition=1,
        procedure=row["procedure"],
        position=int(row["position"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        **words.values(),
    )


def _check_place(procedure: str, position: int) -> None:
    known = {one.code for one in procedure_book().procedures(clock.today())}
    if procedure and procedure not in known:
        raise InvalidInputError("procedure", N_("Choose one of the list."))
    if not 1 <= position <= LARGEST_POSITION:
        raise InvalidInputError("position", N_("Write a number from 1 to %(limit)s."), limit=LARGEST_POSITION)


def _check_day(day: date) -> None:
    if not clock.today() <= day <= clock.today() + timedelta(days=3660):
        raise InvalidInputError("valid_from", N_("Choose today or a later day."))


def _check_open(question: SurveyQuestion) -> None:
    if question.valid_to is not None:
        raise StateError(N_("This question has a last day already."))


def _log(session: Session, actor: Actor, question: SurveyQuestion, deed: str) -> None:
    write_log(session, actor, question, LogEntry(deed, f"v{question.edition}"))

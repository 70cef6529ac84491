"""What agencies ask those whose requests have ended, and what was answered: only numbers, and sealed words.

Not here: who answered. A request bears the mark that its answer is given (`online_request.is_surveyed`); no row here
names a request, a person or a day.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    bytewise,
    state_check,
)

# What stands between the two languages of an option: a sign that nobody needs inside its words.
BETWEEN = "|"


class SurveyKind(StrEnum):
    """How a question is answered: by one of its options, by a mark from 1 to 5, in words that nobody publishes."""

    CHOICE = "choice"
    RATING = "rating"
    TEXT = "text"


class SurveyQuestion(Timestamped, AgencyScoped, Model):
    """One edition of a question that an agency and all below it ask, for one procedure or (empty) for all.

    Once somebody has answered, its words stay: another edition of the same `code` takes over from a day on. It is
    asked from `valid_from` to `valid_to`, both included; one that ends before it begins is never asked. `options` are
    triples of a code and the words in Vietnamese and English, in their order.
    """

    __tablename__ = "survey_question"
    __constraints__ = (
        UniqueConstraint("code", "edition", name="uq_survey_question"),
        state_check("kind", SurveyKind, "survey_question"),
        CheckConstraint("edition > 0", name="ck_survey_question_edition"),
        Index("ix_survey_question_position", "position", "id"),
        Index("ix_survey_question_valid_from", "valid_from", "id"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(bytewise(40))
    edition: Mapped[int] = mapped_column(Integer)
    procedure: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    text_vi: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    options: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def options_text(self) -> str:
        """The options as a form shows them: one a line, Vietnamese and English with a stroke between."""
        return "\n".join(f"{vi} {BETWEEN} {en}" for _code, vi, en in self.options)

    def __repr__(self) -> str:
        return self.text_vi


class SurveyTally(AgencyScoped, Model):
    """How often one answer was given to a question in a quarter (`2026-Q3`), at one agency under one procedure.

    Numbers and not sheets of answers: nothing ties two answers of one person together, and no order says who came
    first. The question may belong to an agency above, which the citizen's scope does not show: so no relation.
    """

    __tablename__ = "survey_tally"
    # A history of numbers would say when each answer came.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        UniqueConstraint(
            "agency_id", "procedure", "quarter", "question_id", "choice", name="uq_survey_tally"
        ),
        CheckConstraint("answer_count >= 0", name="ck_survey_tally_count"),
        Index("ix_survey_tally_quarter", "quarter", "agency_path"),
        Index("ix_survey_tally_question_id", "question_id"),
    )

    id: Mapped[PrimaryKey]
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("survey_question.id"))
    procedure: Mapped[str] = mapped_column(String(40))
    quarter: Mapped[str] = mapped_column(bytewise(7))
    choice: Mapped[str] = mapped_column(bytewise(8))
    answer_count: Mapped[int] = mapped_column(Integer)


class SurveyComment(AgencyScoped, Model):
    """What somebody wrote in the free field, sealed; of which request, procedure and day nobody knows.

    Its number is drawn by lot, so that the order of the rows is not the order in which they came.
    """

    __tablename__ = "survey_comment"
    # Written once.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        Index("ix_survey_comment_quarter", "quarter", "agency_path"),
        Index("ix_survey_comment_key_id", "key_id"),
        Index("ix_survey_comment_question_id", "question_id"),
    )

    id: Mapped[PrimaryKey]
    public_key: Mapped[str] = mapped_column(bytewise(32), unique=True, default=lambda: uuid4().hex)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("survey_question.id"))
    quarter: Mapped[str] = mapped_column(bytewise(7))
    sealed: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(bytewise(16))

    def __repr__(self) -> str:
        return self.quarter

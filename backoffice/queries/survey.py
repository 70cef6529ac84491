"""Questions and counted answers of the survey. Not here: what may be shown of them (`services.survey_results`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from backoffice.models import OnlineRequest, SurveyComment, SurveyQuestion, SurveyTally
from backoffice.models.enforcement_agency import PATH_END
from backoffice.queries.current import reading

_BATCH = 200

Tally = tuple[int, str, str, str, int]
"""Question, path of the agency, procedure, choice, how often."""


def questions_in_force(
    session: Session, agency_path: str, procedure: str, day: date
) -> Sequence[SurveyQuestion]:
    """What an agency asks on the day under a procedure: its own questions and those of all agencies above, in order."""
    question = SurveyQuestion
    statement = select(question).where(
        question.agency_path.in_(_paths_above(agency_path)),
        question.procedure.in_(("", procedure)),
        question.valid_from <= day,
        or_(question.valid_to.is_(None), question.valid_to >= day),
    )
    return session.scalars(statement.order_by(question.position, question.agency_path, question.id)).all()


def questions_with_ids(session: Session, ids: Sequence[int]) -> Sequence[SurveyQuestion]:
    """These questions, in the order of the form."""
    statement = select(SurveyQuestion).where(SurveyQuestion.id.in_(ids))
    return session.scalars(statement.order_by(SurveyQuestion.position, SurveyQuestion.id)).all()


def is_answered(session: Session, question_id: int) -> bool:
    """Whether anybody has answered this edition, also at agencies that the present scope hides."""
    for model in (SurveyTally, SurveyComment):
        if session.scalar(select(model.id).where(model.question_id == question_id).limit(1)) is not None:
            return True
    return False


def newest_edition(session: Session, code: str) -> int:
    """The number of the last edition of a question; 0 for none."""
    return session.scalar(select(func.max(SurveyQuestion.edition)).where(SurveyQuestion.code == code)) or 0


def use_up(session: Session, request_id: int) -> bool:
    """Mark that the applicant of a request has answered; whether this was the first time.

    Neither the moment nor the version of the row changes: the mark says nothing but itself.
    """
    statement = (
        update(OnlineRequest)
        .where(OnlineRequest.id == request_id, OnlineRequest.is_surveyed.is_(False))
        .values(is_surveyed=True, changed_at=OnlineRequest.changed_at)
        .returning(OnlineRequest.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def raise_tally(session: Session, like: SurveyTally) -> bool:
    """Add one to the row of this agency, procedure, quarter, question and choice; whether there is one."""
    tally = SurveyTally
    statement = (
        update(tally)
        .where(
            tally.agency_id == like.agency_id,
            tally.procedure == like.procedure,
            tally.quarter == like.quarter,
            tally.question_id == like.question_id,
            tally.choice == like.choice,
        )
        .values(answer_count=tally.answer_count + 1)
        .returning(tally.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def tallies_of(quarter: str) -> Sequence[Tally]:
    """All counts of a quarter in the present scope."""
    tally = SurveyTally
    statement = select(
        tally.question_id, tally.agency_path, tally.procedure, tally.choice, tally.answer_count
    ).where(tally.quarter == quarter)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in reading().execute(statement)]


def comments_of(quarter: str, agency_path: str, most: int) -> Sequence[SurveyComment]:
    """What was written in a quarter to an agency and all below it (an empty path: to all of the scope), in an order
    that says nothing."""
    comment = SurveyComment
    statement = select(comment).where(comment.quarter == quarter)
    if agency_path:
        after = agency_path.removesuffix(PATH_END) + chr(ord(PATH_END) + 1)
        statement = statement.where(comment.agency_path >= agency_path, comment.agency_path < after)
    return reading().scalars(statement.order_by(comment.public_key).limit(most)).all()


def comments_not_under(session: Session, key_id: str, after: int) -> Sequence[SurveyComment]:
    """A portion of the comments that are not sealed under this master key, those after an id."""
    statement = select(SurveyComment).where(SurveyComment.key_id != key_id, SurveyComment.id > after)
    return session.scalars(statement.order_by(SurveyComment.id).limit(_BATCH)).all()


def _paths_above(path: str) -> list[str]:
    """The path itself and those of all agencies above it."""
    codes = path.removesuffix(PATH_END).split(PATH_END)
    return [PATH_END.join(codes[:count]) + PATH_END for count in range(1, len(codes) + 1)]

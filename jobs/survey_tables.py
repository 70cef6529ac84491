"""The tables of the survey from one snapshot of the database. Not here: the other tables of the package (`packages`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from backoffice.queries.export_survey import QUARTERS_SHOWN, survey_answers_sql, survey_questions_sql
from backoffice.workflow.survey import ended_quarters, options_of
from exports.sources import PostgresSnapshot, SqliteSnapshot, Table
from exports.survey import Asked, survey_figures, survey_options


def survey_tables(
    source: PostgresSnapshot | SqliteSnapshot, day: date, agencies: Sequence[tuple[str, str | None]]
) -> dict[str, Table]:
    """The tables by resource, of the quarters that have ended before the day. Raises StatisticsError."""
    quarters = ended_quarters(day, QUARTERS_SHOWN)
    questions = list(_asked(source))
    answers: list[tuple[str, str, str, str, str, int]] = [
        (quarter, procedure, question, agency, choice, int(count))
        for quarter, procedure, question, agency, choice, count in source.rows(
            survey_answers_sql(quarters[-1], quarters[0])
        )
    ]
    return {
        "survey_figures": survey_figures(answers, questions, agencies),
        "survey_options": survey_options(questions),
    }


def _asked(source: PostgresSnapshot | SqliteSnapshot) -> Iterator[Asked]:
    for code, agency, text_vi, text_en, kind, options in source.rows(survey_questions_sql()):
        choices = [(one.code, one.words.vi, one.words.en) for one in options_of(kind, json.loads(options))]
        yield Asked(code, agency, (text_vi, text_en), tuple(choices))

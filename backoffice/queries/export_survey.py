"""The reads of the survey for the open data, as SQL text for one snapshot connection on either database.

Raw text for the same reason as in `export`. Words that people wrote never leave the database. Not here: the roll-up over
the tree, what is withheld (`exports.survey`).
"""

from __future__ import annotations

QUARTERS_SHOWN = 12


def survey_questions_sql() -> str:
    """Every question with options or marks that anybody was asked: code, agency, words, kind, options as JSON text."""
    return """
SELECT q.code || '-' || CAST(q.edition AS TEXT), a.code, q.text_vi, q.text_en, q.kind, CAST(q.options AS TEXT)
FROM survey_question q JOIN enforcement_agency a ON a.id = q.agency_id
WHERE q.kind <> 'text'
ORDER BY q.code, q.edition"""


def survey_answers_sql(first: str, last: str) -> str:
    """The counts of whole quarters from first to last: quarter, procedure, question, agency, choice, how often.

    Raises ValueError for what is no quarter.
    """
    for quarter in (first, last):
        if len(quarter) != 7 or not quarter.replace("-Q", "").isdecimal():
            raise ValueError(f"not a quarter: {quarter!r}")
    return f"""
SELECT t.quarter, t.procedure, q.code || '-' || CAST(q.edition AS TEXT), a.code, t.choice, t.answer_count
FROM survey_tally t JOIN survey_question q ON q.id = t.question_id JOIN enforcement_agency a ON a.id = t.agency_id
WHERE t.quarter >= '{first}' AND t.quarter <= '{last}' AND q.kind <> 'text'"""  # noqa: S608 (only our own quarters)

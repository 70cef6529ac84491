"""The tables of the survey: every answer that may be chosen, and how often it was, by quarter, agency and procedure.

Here: from the answers that each agency was given to rows of `survey_figures`, and the rows of `survey_options`. Not here:
counting answers (the caller's SQL), what is withheld (`withholding`), writing and checking (`assembly`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from exports.sources import Table
from exports.withholding import LOWEST_SHOWN, Tree, answers_by_agency, depths_of
from exports.writer import csv_row

LeafAnswer = tuple[str, str, str, str, str, int]
"""Quarter, procedure, question, agency, choice, how often at the agency itself."""

FIGURE_COLUMNS = ("period", "agency_code", "procedure_code", "option_code", "answer_count")
OPTION_COLUMNS = (
    "code",
    "question_code",
    "agency_code",
    "question_vi",
    "question_en",
    "option_vi",
    "option_en",
    "position",
)


@dataclass(frozen=True)
class Asked:
    """One edition of a question: its code, the agency that asks, its words, its choices as code and words."""

    code: str
    agency_code: str
    text: tuple[str, str]
    options: tuple[tuple[str, str, str], ...]


def survey_options(questions: Iterable[Asked]) -> Table:
    """The rows of `survey_options`, sorted by code; positions count from 1 within a question."""
    rows = [
        (_option(question.code, code), question.code, question.agency_code, *question.text, vi, en, place)
        for question in questions
        for place, (code, vi, en) in enumerate(question.options, start=1)
    ]
    return Table(OPTION_COLUMNS, [b"".join(csv_row(row) for row in sorted(rows))])


def survey_figures(
    leaf: Iterable[LeafAnswer], questions: Iterable[Asked], agencies: Iterable[tuple[str, str | None]]
) -> Table:
    """The rows of `survey_figures` in key order.

    Every agency carries its subtree. Where a question was answered, each of its choices has a row, also one that
    nobody made; the rows are empty together where 1 to 4 people answered, and where such a number would follow by
    subtraction. No row means that nobody answered; complaints have rows down to the provinces, denunciations for the
    whole country only. Raises StatisticsError.
    """
    tree = Tree.of(agencies)
    choices = {question.code: [code for code, _vi, _en in question.options] for question in questions}
    return Table(FIGURE_COLUMNS, _blocks(sorted(leaf), choices, tree))


def _blocks(leaf: list[LeafAnswer], choices: Mapping[str, list[str]], tree: Tree) -> Iterator[bytes]:
    """One block a quarter."""
    for quarter, answers in groupby(leaf, key=lambda answer: answer[0]):
        rows = sorted(_rows(quarter, list(answers), choices, tree))
        yield b"".join(csv_row([*key, count]) for *key, count in rows)


def _rows(
    quarter: str, answers: list[LeafAnswer], choices: Mapping[str, list[str]], tree: Tree
) -> Iterator[tuple[str, str, str, str, int | None]]:
    depths = dict(zip(tree.codes, depths_of(tree), strict=True))
    for (procedure, question), found in groupby(answers, key=lambda answer: (answer[1], answer[2])):
        own = [(agency, choice, count) for *_key, agency, choice, count in found]
        for agency, counts in answers_by_agency(own, tree).items():
            if depths[agency] > LOWEST_SHOWN.get(procedure, len(tree.codes)):
                continue
            for choice in choices[question]:
                count = None if counts is None else counts.get(choice, 0)
                yield quarter, agency, procedure, _option(question, choice), count


def _option(question: str, choice: str) -> str:
    return f"{question}-{choice}"

"""Questions after the end of a request: their shape, their answers, the quarters in which answers are counted.

Belongs here: what needs no database. Not here: who may change a question (`services.survey_question`), taking answers in
(`services.survey`), which counts are small enough to be withheld (`exports.survey`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backoffice.errors import InvalidInputError
from backoffice.models.survey import BETWEEN, SurveyKind
from backoffice.workflow.messages import N_, Name
from exports.text import clean_text

MOST_OPTIONS = 8
OPTION_LENGTH = 120
COMMENT_LENGTH = 1000
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen: its code within the question, and its words."""

    code: str
    words: Name


RATINGS: tuple[Option, ...] = (
    Option("1", Name("Rất không hài lòng", "Very dissatisfied")),
    Option("2", Name("Không hài lòng", "Dissatisfied")),
    Option("3", Name("Bình thường", "Neither")),
    Option("4", Name("Hài lòng", "Satisfied")),
    Option("5", Name("Rất hài lòng", "Very satisfied")),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One edition of a question as it is asked; `field` is its name in a form, `label` in the open data."""

    id: int
    code: str
    edition: int
    procedure: str
    kind: SurveyKind
    position: int
    text: Name
    options: tuple[Option, ...]
    valid_from: date
    valid_to: date | None

    @property
    def field(self) -> str:
        """The name of its field in the form of citizens."""
        return f"q{self.id}"

    @property
    def label(self) -> str:
        """What the open data call this edition."""
        return f"{self.code}-{self.edition}"


def options_of(kind: str, triples: list[list[str]]) -> tuple[Option, ...]:
    """What may be chosen: the five marks, the options of the row, or nothing where words are written."""
    if kind == SurveyKind.RATING:
        return RATINGS
    return tuple(Option(code, Name(vi, en)) for code, vi, en in triples)


def read_options(kind: str, text: str) -> list[list[str]]:
    """The options that were typed, one a line, with codes in their order. Raises InvalidInputError for `options`."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if clean_text(line)]
    if kind != SurveyKind.CHOICE:
        if lines:
            raise InvalidInputError("options", N_("Only a question with options has lines here."))
        return []
    if not 2 <= len(lines) <= MOST_OPTIONS:
        raise InvalidInputError(
            "options", N_("Write 2 to %(limit)s options, one a line."), limit=MOST_OPTIONS
        )
    found = [_option(number, line) for number, line in enumerate(lines, start=1)]
    for column in (1, 2):
        if len({option[column].casefold() for option in found}) < len(found):
            raise InvalidInputError("options", N_("Two options are the same."))
    return found


def _option(number: int, line: str) -> list[str]:
    parts = [clean_text(part) for part in line.split(BETWEEN)]
    if len(parts) != 2 or not all(parts):
        raise InvalidInputError(
            "options",
            N_("Line %(number)s: write the Vietnamese words, a stroke |, and the English words."),
            number=number,
        )
    if max(map(len, parts)) > OPTION_LENGTH:
        raise InvalidInputError(
            "options",
            N_("Line %(number)s: at most %(limit)s characters in each language."),
            number=number,
            limit=OPTION_LENGTH,
        )
    return [f"o{number}", *parts]


def quarter_of(day: date) -> str:
    """The quarter of a day, as `2026-Q3`: all that is kept of the time of an answer."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def read_quarter(text: str) -> str | None:
    """The quarter when the text names one."""
    found = _QUARTER.fullmatch(text)
    return text if found and int(found.group(1)) >= _FIRST_YEAR else None


def ended_quarters(today: date, count: int) -> list[str]:
    """The last quarters that have ended, the newest first. Of the one that runs nothing is shown: what changes from
    one day to the next would tell who has just answered."""
    number = today.year * 4 + (today.month - 1) // 3
    return [f"{place // 4:04d}-Q{place % 4 + 1}" for place in range(number - 1, number - 1 - count, -1)]


def average(counts: Mapping[str, int]) -> float | None:
    """The mean of marks from 1 to 5; None when nobody gave one."""
    total = sum(counts.values())
    return sum(int(mark) * number for mark, number in counts.items()) / total if total else None

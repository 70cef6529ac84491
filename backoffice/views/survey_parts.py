"""The parts of the results of the survey: a question in a sentence, a drawing, and tables by answer and by agency.

Not here: the page (`survey_results`), counting and withholding (`services.survey_results`), drawing (`drawings`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.access.identity import current_actor
from backoffice.models.survey import SurveyKind
from backoffice.services.agency_directory import KnownAgency, agency_directory
from backoffice.services.survey_results import ALL, Counts, Result
from backoffice.views import drawings
from backoffice.views.formats import NOTHING, count, decimal, percent
from backoffice.views.public_fields import said
from backoffice.workflow.survey import average


@dataclass(frozen=True)
class Line:
    """One line of a table: its head, an address where the head leads on, and cells; a dash is withheld."""

    head: str
    url: str | None
    cells: Sequence[str]


@dataclass(frozen=True)
class Part:
    """One question: what was answered in a sentence, a drawing, and tables by option and by agency."""

    key: int
    title: str
    sentence: str
    drawing: Markup | None
    options: Sequence[Line]
    heads: Sequence[str]
    agencies: Sequence[Line]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `path` is the part of the tree, `ALL` for everything the person sees."""

    quarter: str
    procedure: str
    agency: KnownAgency | None
    path: str

    def address(self, agency: KnownAgency | None) -> str:
        """The same of another part of the tree."""
        values = {"procedure": self.procedure, "agency": agency.code if agency else ""}
        given: dict[str, Any] = {name: value for name, value in values.items() if value}
        return url_for("SurveyResultsView.index", quarter=self.quarter, **given)


def part_of(result: Result, asked: Asked) -> Part:
    """One question as the page shows it."""
    question, counts = result.question, result.by_path.get(asked.path)
    words = [(option.code, said(option.words)) for option in question.options]
    title = said(question.text)
    sentence = _sentence(result, asked.path)
    drawing = None
    options: list[Line] = []
    if counts is not None:
        bars = [(text, counts.get(code, 0)) for code, text in words]
        drawing, total = drawings.bars(title, sentence, bars), sum(counts.values())
        options = [Line(text, None, (count(number), percent(number / total))) for text, number in bars]
    heads = [
        _("Answers"),
        *([_("Mean")] if question.kind is SurveyKind.RATING else []),
        *(text for _c, text in words),
    ]
    return Part(question.id, title, sentence, drawing, options, heads, _agency_lines(result, asked))


def quarter_label(quarter: str) -> str:
    """A quarter as people write it."""
    year, _dash, number = quarter.partition("-Q")
    return str(_("Quarter %(number)s/%(year)s", number=number, year=year))


def _sentence(result: Result, path: str) -> str:
    if path not in result.by_path:
        return str(_("Nobody answered."))
    counts = result.by_path[path]
    if counts is None:
        return str(_("So few people answered that their answers are not shown."))
    total = sum(counts.values())
    if result.question.kind is SurveyKind.RATING:
        mean = decimal(average(counts) or 0)
        return str(_("%(mean)s of 5 on average; answers: %(count)s.", mean=mean, count=count(total)))
    option = max(result.question.options, key=lambda one: counts.get(one.code, 0))
    share, words = percent(counts.get(option.code, 0) / total), said(option.words)
    text = _(
        "Most often: “%(words)s”, %(share)s; answers: %(count)s.",
        words=words,
        share=share,
        count=count(total),
    )
    return str(text)


def _agency_lines(result: Result, asked: Asked) -> list[Line]:
    """The agencies directly below, each with all below it."""
    known = agency_directory().by_id.values()
    below = [agency for agency in known if _is_below(agency.path, asked.path)]
    return [
        Line(agency.name, asked.address(agency), _cells(result, result.by_path[agency.path]))
        for agency in sorted(below, key=lambda one: one.path)
        if agency.path in result.by_path
    ]


def _is_below(path: str, top: str) -> bool:
    """Whether the agency stands directly below the top; for `ALL` the agencies of the person's scope themselves."""
    if top == ALL:
        return path in current_actor().scope.prefixes
    return path.startswith(top) and path != top and "." not in path.removeprefix(top)[:-1]


def _cells(result: Result, counts: Counts) -> Sequence[str]:
    codes = [option.code for option in result.question.options]
    is_mark = result.question.kind is SurveyKind.RATING
    if counts is None:
        return [NOTHING] * (1 + is_mark + len(codes))
    mean = [decimal(average(counts) or 0)] if is_mark else []
    return [count(sum(counts.values())), *mean, *(count(counts.get(code, 0)) for code in codes)]

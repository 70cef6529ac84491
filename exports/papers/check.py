"""Checks a template before it is used: every fault of language and markup, with its line.

Belongs here: the whole check, and what only a check sees (markup of all branches at once).
Does not belong here: the reading itself (`reading`).
"""

import re
from collections.abc import Iterator

from exports.papers.alphabet import is_printable
from exports.papers.fields import fields_of
from exports.papers.inline import unclosed
from exports.papers.markup import ALIGNED, DIRECTIVE, MOST_SPACE
from exports.papers.model import N_, Problem
from exports.papers.reading import Reader
from exports.papers.syntax import LONGEST_TEMPLATE, MOST_LINES, body_lines, long_lines, without_marks
from exports.papers.tables import MOST_COLUMNS, cells, is_row

MOST_PROBLEMS = 100


def check_template(kind: str, body: str) -> list[Problem]:
    """Return every fault of the template in the order of its lines, at most 100; PaperError: unknown kind."""
    fields = fields_of(kind)
    if len(body) > LONGEST_TEMPLATE or len(body_lines(body)) > MOST_LINES:
        return [
            Problem(1, N_("The template is longer than %(most)d characters."), {"most": LONGEST_TEMPLATE})
        ]
    reader = Reader(fields)
    reader.read(body)
    if any(long_lines(body)):
        return reader.problems[:MOST_PROBLEMS]
    found = [*reader.problems, *_signs(body), *_markup(body)]
    if not body.strip():
        found.append(Problem(1, N_("The template is empty.")))
    return sorted(found, key=lambda problem: problem.line)[:MOST_PROBLEMS]


def _signs(body: str) -> Iterator[Problem]:
    for number, line in enumerate(body_lines(body), 1):
        wrong = next((sign for sign in line if sign != "\t" and not is_printable(sign)), None)
        if wrong is not None:
            code = f"U+{ord(wrong):04X}"
            yield Problem(number, N_("The character %(code)s cannot be printed."), {"code": code})


def _markup(body: str) -> Iterator[Problem]:
    columns, row_length = 0, 0
    for number, source in enumerate(body_lines(body), 1):
        line = without_marks(source.strip())
        if line is None:
            continue
        yield from _marks(number, line)
        if is_row(line):
            yield from _row(number, line, row_length)
            row_length = row_length or len(cells(line))
        else:
            row_length = 0
            if line.startswith("|"):
                yield Problem(number, N_("A row of a table begins and ends with “|”."))
        columns, problem = _directive(number, line, columns)
        if problem:
            yield problem
    if columns:
        yield Problem(columns, N_("“:columns:” has no “:end:”."))


def _marks(number: int, line: str) -> Iterator[Problem]:
    for part in cells(line) if is_row(line) else [line]:
        mark = unclosed(part)
        if mark:
            yield Problem(number, N_("“%(mark)s” is opened but not closed on this line."), {"mark": mark})


def _row(number: int, line: str, before: int) -> Iterator[Problem]:
    length = len(cells(line))
    if before and length != before:
        message = N_("This row has %(count)d cells, the rows above have %(expected)d.")
        yield Problem(number, message, {"count": length, "expected": before})
    if length > MOST_COLUMNS:
        yield Problem(number, N_("A table has at most %(most)d columns."), {"most": MOST_COLUMNS})


def _directive(number: int, line: str, columns: int) -> tuple[int, Problem | None]:
    """Return the line of the columns that are open after this line (0 for none), and a fault of a directive."""
    found = DIRECTIVE.fullmatch(line.strip())
    if not found:
        return columns, None
    word, rest = found.groups()
    if word == "columns" and not columns:
        return number, None
    if word in ("next", "end") and columns:
        return (columns if word == "next" else 0), None
    if word in ALIGNED or word == "page":
        return columns, None
    if word == "space" and re.fullmatch(r"[0-9]{1,2}", rest) and 1 <= int(rest) <= MOST_SPACE:
        return columns, None
    message = N_("“:%(word)s:” is no directive here; “:space:” takes a number from 1 to %(most)d.")
    return columns, Problem(number, message, {"word": word, "most": MOST_SPACE})

"""The words of the template language: marks in a line, and what a template is after reading.

Belongs here: cutting lines into tokens, and the nodes of a template.
Does not belong here: reading conditions and names (`reading`), filling in values (`expand`), markup (`markup`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from exports.papers.field_types import FieldType

_VALUES, _TAGS = {"{{": "}}"}, {"{%": "%}"}
LONGEST_TEMPLATE = 60_000
LONGEST_LINE = 4_000
LONGEST_MARK = 500
MOST_LINES = 3_000
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: plain text, `{{ value }}` or `{% tag %}`; `text` is without the braces."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A value by name; `column` is set for a value of the row of a loop, `no` being the number of the row."""

    name: str
    column: str | None
    type: FieldType


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or number written in the template."""

    value: str | int


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`, or with no operator: left is present."""

    left: Ref | Literal
    operator: str | None = None
    right: Ref | Literal | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """`and`, `or` over parts, or `not` over one."""

    word: str
    parts: tuple["Condition", ...]


Condition = Compare | Join


@dataclass(frozen=True, slots=True)
class Plain:
    """Text of the template, markup and line ends included."""

    text: str


@dataclass(frozen=True, slots=True)
class Show:
    """A value with the filters that it goes through."""

    ref: Ref
    filters: tuple[tuple[str, str | int | None], ...]


@dataclass(slots=True)
class Choose:
    """Branches in order, each with its condition; the last may have none (`else`)."""

    branches: list[tuple[Condition | None, list["Node"]]] = field(default_factory=list)


@dataclass(slots=True)
class Repeat:
    """A loop over a list of rows."""

    variable: str
    list_name: str
    nodes: list["Node"] = field(default_factory=list)


Node = Plain | Show | Choose | Repeat


def tokens(body: str) -> Iterator[Token]:
    """Cut a template into tokens; a line that holds nothing but tags leaves no empty line behind."""
    for number, line in enumerate(body_lines(body), 1):
        only_tags = _only_tags(line)
        for piece, is_mark in _cut(line, _VALUES | _TAGS):
            if is_mark:
                yield Token(number, "value" if piece.startswith("{{") else "tag", piece[2:-2].strip())
            elif not only_tags:
                yield Token(number, "text", piece)
        if not only_tags:
            yield Token(number, "text", "\n")


def body_lines(body: str) -> list[str]:
    """Return the lines of a template, whatever line ends it was typed with."""
    return body.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def long_lines(body: str) -> Iterator[int]:
    """Return the numbers of the lines that are too long to be read."""
    return (number for number, line in enumerate(body_lines(body), 1) if len(line) > LONGEST_LINE)


def without_marks(line: str) -> str | None:
    """Return the line with every value as one letter and tags gone; None when it held nothing but tags."""
    if _only_tags(line):
        return None
    bare = "".join(piece for piece, is_tag in _cut(line, _TAGS) if not is_tag)
    return "".join("\ue000" if is_mark else piece for piece, is_mark in _cut(bare, _VALUES | _TAGS))


def _only_tags(line: str) -> bool:
    pieces = list(_cut(line, _TAGS))
    return any(is_tag for _, is_tag in pieces) and not any(
        text.strip() for text, is_tag in pieces if not is_tag
    )


def _cut(line: str, marks: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Cut a line into text and marks, from left to right; a mark without its end is text.

    Each end is looked for once at most where there is none: the time grows with the length and not with its square.
    """
    left, at, text_from = dict(marks), 0, 0
    while left:
        start, opening = min((_found(line, sign, at), sign) for sign in left)
        if start == len(line):
            break
        end = line.find(left[opening], start + 2)
        if end < 0:
            del left[opening]
            continue
        if start > text_from:
            yield line[text_from:start], False
        at = text_from = end + 2
        yield line[start:at], True
    if text_from < len(line):
        yield line[text_from:], False


def _found(line: str, sign: str, at: int) -> int:
    place = line.find(sign, at)
    return len(line) if place < 0 else place

"""The words of the template language: marks in a line, and what a template is after reading.

Belongs here: cutting lines into tokens, and the nodes of a template.
Does not belong here: reading conditions and names (`reading`), filling in values (`expand`), markup (`markup`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exports.papers.field_types import FieldType

_MARK = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
_TAG = re.compile(r"\{%.*?%\}")
LONGEST_TEMPLATE = 60_000
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
        only_tags = bool(_TAG.search(line)) and not _TAG.sub("", line).strip()
        for piece in _MARK.split(line):
            if piece.startswith("{{") and piece.endswith("}}") and len(piece) >= 4:
                yield Token(number, "value", piece[2:-2].strip())
            elif piece.startswith("{%") and piece.endswith("%}") and len(piece) >= 4:
                yield Token(number, "tag", piece[2:-2].strip())
            elif piece and not only_tags:
                yield Token(number, "text", piece)
        if not only_tags:
            yield Token(number, "text", "\n")


def body_lines(body: str) -> list[str]:
    """Return the lines of a template, whatever line ends it was typed with."""
    return body.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def without_marks(line: str) -> str | None:
    """Return the line with every value as one letter and tags gone; None when it held nothing but tags."""
    bare = _TAG.sub("", line)
    if not bare.strip() and bare != line:
        return None
    return _MARK.sub("\ue000", bare)

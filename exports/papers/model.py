"""The words of the door: what a paper is made of, and how a template or a value is refused.

Belongs here: the plain types that callers fill and read.
Does not belong here: the language (`language`), the page (`layout`), making the file (`engine`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_STEAD = re.compile(r"\s*(?:KT|TL|TUQ|TM)\.\s*", re.IGNORECASE)


def N_(message: str) -> str:  # noqa: N802 - the name that catalog extractors know
    """Return the message id unchanged; being an argument here puts it into the catalog."""
    return message


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the body, by Decree 30/2020/NĐ-CP, appendix I.

    `symbol` is the text after the number (`QĐ-THADS`); a paper without a number leaves a gap to write it by
    hand. `title` is the name of the kind of paper in capitals; it is empty for an official letter, whose
    abstract then stands below the number.
    """

    parent_agency: str | None
    agency: str
    number: int | None
    symbol: str
    place: str
    issued_on: date | None
    title: str
    abstract: str | None


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Who signs: authority (`KT. CỤC TRƯỞNG`, may be empty), position, name (may be empty)."""

    authority: str
    position: str
    name: str

    @property
    def issuer_position(self) -> str:
        """Whose power it is: the head's title also when a deputy signs in the head's stead (`KT.`, `TL.`, `TUQ.`)."""
        return _STEAD.sub("", self.authority).strip() or self.position


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its kind, the template text, the values, and the parts that stand around the body.

    Values are text, whole numbers, dates, None when missing, or lists of rows of these. A form of a citizen
    takes the place and date from the heading and the name below from the signature.
    """

    kind: str
    body: str
    data: Mapping[str, object]
    heading: Heading
    recipients: tuple[str, ...]
    signature: SignatureBlock
    check_url: str | None
    check_code: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a template: its line (from 1), an English message id and what fills its places."""

    line: int
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """Return the sentence in English."""
        return self.message % dict(self.parameters)


class PaperError(Exception):
    """A paper that cannot be made; `message` is an English message id, `field` the value it is about, if any."""

    def __init__(self, message: str, field: str | None = None, **parameters: object) -> None:
        self.message, self.field = message, field
        self.parameters: dict[str, object] = {**parameters, **({"field": field} if field is not None else {})}
        super().__init__(message % self.parameters)

    @classmethod
    def of(cls, problem: Problem) -> "PaperError":
        """Return the fault of a template as an error, with its line."""
        error = cls("%(problem)s", problem=problem.text())
        error.message, error.parameters = problem.message, {**problem.parameters, "line": problem.line}
        return error


class RendererMissingError(PaperError):
    """No PDF can be made in this installation: a library of the system is missing."""

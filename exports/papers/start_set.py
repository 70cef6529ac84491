"""Reads the files of the start set: a head of named lines between two lines of dashes, and the template below.

Belongs here: the form of such a file, and filling single lines of its head (abstract, recipients) with values.
Does not belong here: storing templates, and the files, which are data of the back office.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exports.papers.expand import SEAL_END, SEAL_START, Expansion
from exports.papers.fields import FIELDS, fields_of
from exports.papers.model import N_, PaperError
from exports.papers.reading import Reader
from exports.papers.values import checked, visible

_ONCE = (
    "kind",
    "rule_set",
    "title_vi",
    "title_en",
    "levels",
    "legal_basis",
    "valid_from",
    "valid_to",
    "heading",
    "abstract",
    "symbol",
    "position",
)
_LINE = re.compile(r"([a-z_]+):\s*(.*)")
_SEAL = re.compile(f"{SEAL_START}([0-9]+){SEAL_END}")


@dataclass(frozen=True, slots=True)
class StartTemplate:
    """One template of the start set.

    `levels` are the agency levels that use it; `heading` is the name of the paper above the abstract, empty for
    an official letter; `symbol` is the part of the symbol that names the kind of paper (`QĐ`), empty for forms;
    `position` is who signs a form. `abstract` and each of `recipients` may hold values in braces: see
    `fill_line`.
    """

    kind: str
    rule_set: str
    title_vi: str
    title_en: str
    levels: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_to: date | None
    heading: str
    abstract: str
    symbol: str
    position: str
    recipients: tuple[str, ...]
    body: str


def read_start_template(text: str) -> StartTemplate:
    """Return the template that a file of the start set holds; PaperError when its head is not complete."""
    parts = text.replace("\r\n", "\n").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise PaperError(N_("A file of the start set begins with a head between two lines of dashes."))
    head, recipients = _head(parts[1])
    if head["kind"] not in FIELDS:
        raise PaperError(N_("There is no kind of document “%(kind)s”."), kind=head["kind"])
    return StartTemplate(
        kind=head["kind"],
        rule_set=head["rule_set"],
        title_vi=head["title_vi"],
        title_en=head["title_en"],
        levels=tuple(level.strip() for level in head["levels"].split(",")),
        legal_basis=head["legal_basis"],
        valid_from=date.fromisoformat(head["valid_from"]),
        valid_to=date.fromisoformat(head["valid_to"]) if head["valid_to"] else None,
        heading=head["heading"],
        abstract=head["abstract"],
        symbol=head["symbol"],
        position=head["position"],
        recipients=tuple(recipients),
        body=parts[2].strip("\n") + "\n",
    )


def fill_line(kind: str, line: str, data: Mapping[str, object]) -> str:
    """Return one line of a head (abstract, a recipient) with its values; PaperError: the line has a fault."""
    reader = Reader(fields_of(kind))
    nodes = reader.read(line)
    if reader.problems:
        raise PaperError.of(reader.problems[0])
    expansion = Expansion(checked({name: found for name, found in reader.fields.items()}, data))
    filled = " ".join(expansion.lines(nodes))
    return visible(_SEAL.sub(lambda seal: expansion.sealed[int(seal.group(1))], filled)).strip()


def _head(text: str) -> tuple[dict[str, str], Sequence[str]]:
    head, recipients = dict.fromkeys(_ONCE, ""), []
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        name, value = found.groups() if found else ("", "")
        if name == "recipient":
            recipients.append(value.strip())
        elif name in head:
            head[name] = value.strip()
        else:
            raise PaperError(N_("“%(line)s” is no line of the head of a template."), line=line[:60])
    for name in ("kind", "rule_set", "title_vi", "title_en", "levels", "legal_basis", "valid_from"):
        if not head[name]:
            raise PaperError(N_("The head of the template has no “%(name)s”."), name=name)
    return head, recipients

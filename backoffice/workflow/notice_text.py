"""The language of message templates: plain text with `{name}` places, from a list that each event allows.

Belongs here: checking and filling. There are no conditions, loops, attributes or formats, so nothing can be run or
fetched. Not here: which names an event allows (`notice_events`), the shape of an e-mail (`exports.mail`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backoffice.workflow.messages import N_

_PLACE = re.compile(r"\{([a-z_]{1,40})\}")
_BRACE = re.compile(r"[{}]")
LONGEST_VALUE = 1000
_CUT = "…"
_LATER_PART = re.compile(r", *\{([a-z_]{1,40})\}(?=,|$)")


@dataclass(frozen=True)
class TextProblem:
    """What is wrong with a template: a sentence, with the place it speaks of."""

    message: str
    place: str = ""


def problems_of(text: str, allowed: Collection[str]) -> list[TextProblem]:
    """Every place that the event does not know, and every brace that is no place; empty when all is well."""
    found = [
        TextProblem(N_("{%(place)s} is not known here."), name)
        for name in dict.fromkeys(_PLACE.findall(text))
        if name not in allowed
    ]
    if _BRACE.search(_PLACE.sub("", text)):
        found.append(
            TextProblem(N_("Braces stand around the name of a place alone, for example {agency_name}."))
        )
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in once: a value that looks like a place stays as it is.

    Where a value is missing, a line that says nothing else is left out, and so is a part between commas that would be
    that value alone; any other place becomes “…”, so that a message is never lost for a missing word.
    """
    lines = [line for line in text.split("\n") if _says_something(line, values)]
    return "\n".join(_filled(line, values) for line in lines)


def _says_something(line: str, values: Mapping[str, str]) -> bool:
    """Whether the line has no place, or a value for one of them."""
    places = _PLACE.findall(line)
    return not places or any(values.get(name) for name in places)


def _filled(line: str, values: Mapping[str, str]) -> str:
    kept = _LATER_PART.sub(lambda found: found[0] if values.get(found[1]) else "", line)
    return _PLACE.sub(lambda found: values.get(found[1]) or _CUT, kept)


def shortened(text: str, limit: int = LONGEST_VALUE) -> str:
    """The text, cut with “…” where it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _CUT


def paragraphs(text: str) -> list[list[str]]:
    """The lines of a filled text by paragraph; empty lines part them."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line.rstrip())
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]

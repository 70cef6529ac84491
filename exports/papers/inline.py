"""Markup inside a line: bold, italic, escapes and sealed values, to HTML.

Belongs here: what may stand inside a paragraph, a cell or a list item.
Does not belong here: kinds of lines (`markup`).
"""

import re
from collections.abc import Sequence
from html import escape

from exports.papers.expand import SEAL_END, SEAL_START

_PIECE = re.compile(rf"\\([\\*#|:\-])|(\*\*)|(\*)|{SEAL_START}([0-9]+){SEAL_END}")
_TAGS = {"**": "strong", "*": "em"}


def inline(text: str, sealed: Sequence[str]) -> str:
    """Return the line as HTML; whatever is not markup of the template is escaped."""
    parts: list[str] = []
    opened: list[str] = []
    at = 0
    for found in _PIECE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        at = found.end()
        parts.append(_piece(found, opened, sealed))
    parts.append(escape(text[at:]))
    parts += [f"</{_TAGS[mark]}>" for mark in reversed(opened)]
    return "".join(parts)


def unclosed(text: str) -> str | None:
    """Return the first mark of bold or italic that is not closed on its line, or None."""
    opened: list[str] = []
    for found in _PIECE.finditer(text):
        mark = found.group(2) or found.group(3)
        if mark:
            _toggle(mark, opened)
    return opened[0] if opened else None


def has_text(text: str, sealed: Sequence[str]) -> bool:
    """Return whether the line shows anything once its values stand in it."""
    bare = _PIECE.sub(
        lambda found: sealed[int(found.group(4))] if found.group(4) else found.group(1) or "", text
    )
    return bool(bare.strip())


def _piece(found: re.Match[str], opened: list[str], sealed: Sequence[str]) -> str:
    escaped, bold, italic, number = found.groups()
    if escaped:
        return escape(escaped)
    if number is not None:
        return escape(sealed[int(number)]).replace("\n", "<br>")
    mark = bold or italic
    before = list(opened)
    _toggle(mark, opened)
    if len(opened) > len(before):
        return f"<{_TAGS[mark]}>"
    # A mark that closes below another closes that one first and opens it again behind.
    place = before.index(mark)
    inner = before[place + 1 :]
    closing = "".join(f"</{_TAGS[each]}>" for each in reversed(inner))
    return closing + f"</{_TAGS[mark]}>" + "".join(f"<{_TAGS[each]}>" for each in inner)


def _toggle(mark: str, opened: list[str]) -> None:
    if mark in opened:
        opened.remove(mark)
    else:
        opened.append(mark)

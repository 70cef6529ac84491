"""Markup inside a line: bold, italic, escapes and sealed values, to HTML.

Belongs here: what may stand inside a paragraph, a cell or a list item.
Does not belong here: kinds of lines (`markup`).
"""

import re
from collections.abc import Sequence
from html import escape

from exports.papers.expand import SEAL_END, SEAL_START

_PIECE = re.compile(rf"\\([\\*#|:\-])|(\*\*)|(\*)|{SEAL_START}([0-9]+){SEAL_END}")
# A telephone number stays on one line.
_TELEPHONE = re.compile(r"(?<![0-9])0[0-9]{2,4}(?: [0-9]{3,4}){1,3}(?![0-9])")
# Spans, because PDF/UA knows no tag for bold and italic.
_TAGS = {"**": "b", "*": "i"}
_CLOSE = "</span>"


def inline(text: str, sealed: Sequence[str]) -> str:
    """Return the line as HTML; whatever is not markup of the template is escaped."""
    parts: list[str] = []
    opened: list[str] = []
    at = 0
    for found in _PIECE.finditer(text):
        parts.append(plain(text[at : found.start()]))
        at = found.end()
        parts.append(_piece(found, opened, sealed))
    parts.append(plain(text[at:]))
    parts += [_CLOSE for _mark in opened]
    return "".join(parts)


def plain(text: str) -> str:
    """Return text without markup as HTML: escaped, line ends kept, a telephone number in one piece."""
    whole = _TELEPHONE.sub(r'<span class="together">\g<0></span>', escape(text))
    return whole.replace("\n", "<br>")


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
        return plain(sealed[int(number)])
    mark = bold or italic
    before = list(opened)
    _toggle(mark, opened)
    if len(opened) > len(before):
        return _open(mark)
    # A mark that closes below another closes that one first and opens it again behind.
    place = before.index(mark)
    inner = before[place + 1 :]
    return _CLOSE * (len(inner) + 1) + "".join(map(_open, inner))


def _open(mark: str) -> str:
    return f'<span class="{_TAGS[mark]}">'


def _toggle(mark: str, opened: list[str]) -> None:
    if mark in opened:
        opened.remove(mark)
    else:
        opened.append(mark)

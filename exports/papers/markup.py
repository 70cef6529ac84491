"""Block markup: each line of a filled template is a paragraph, a heading, a list item, a table row or a directive.

Belongs here: telling lines apart and turning them into HTML.
Does not belong here: what stands inside a line (`inline`), the parts round the body (`layout`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from exports.papers.inline import has_text, inline
from exports.papers.tables import is_row, table

_HEADING = re.compile(r"(#{1,3})\s+(.*)")
_ITEM = re.compile(r"(?:(-)|([0-9]{1,3})\.|([a-zđ])\))\s+(.*)")
DIRECTIVE = re.compile(r":([a-z]+):\s*(.*)")
ALIGNED = ("center", "right", "left")
MOST_SPACE = 12
# The letters that count the points of a law: without f, j, w, z, with đ.
LETTERS = "abcdđeghiklmnopqrstuvxy"


@dataclass(slots=True)
class _Writer:
    """HTML under way; `list_tag` and `list_style` are of the list that is open."""

    sealed: Sequence[str]
    base: int
    parts: list[str] = field(default_factory=list)
    list_tag: str = ""
    list_style: str = ""
    columns: bool = False
    headings: list[int] = field(default_factory=list)

    def close_list(self) -> None:
        if self.list_tag:
            self.parts.append(f"</{self.list_tag}>")
            self.list_tag = ""


def to_html(lines: Sequence[str], sealed: Sequence[str], base: int = 0) -> str:
    """Return the HTML of the lines; a line without any text is left out.

    `base` is the level of the heading above the body, 0 when there is none: headings of the body count on
    from it without a gap, whatever signs the template uses for their looks.
    """
    writer = _Writer(sealed, base)
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if is_row(line):
            end = at
            while end < len(lines) and is_row(lines[end].strip()):
                end += 1
            writer.close_list()
            writer.parts.append(table([row.strip() for row in lines[at:end]], sealed))
            at = end
            continue
        _line(writer, line)
        at += 1
    writer.close_list()
    if writer.columns:
        writer.parts.append("</div></div>")
    return "".join(writer.parts)


def _line(writer: _Writer, line: str) -> None:
    item = _ITEM.fullmatch(line)
    if item:
        _item(writer, item)
        return
    if not line:
        return
    writer.close_list()
    heading, directive = _HEADING.fullmatch(line), DIRECTIVE.fullmatch(line)
    if heading:
        _heading(writer, len(heading.group(1)), heading.group(2))
    elif directive:
        _directive(writer, directive.group(1), directive.group(2))
    else:
        _block(writer, "p", "", line)


def _heading(writer: _Writer, looks: int, text: str) -> None:
    while writer.headings and writer.headings[-1] >= looks:
        writer.headings.pop()
    writer.headings.append(looks)
    _block(writer, f"h{min(writer.base + len(writer.headings), 6)}", f"looks{looks}", text)


def _block(writer: _Writer, tag: str, style: str, text: str) -> None:
    if has_text(text, writer.sealed):
        name = f' class="{style}"' if style else ""
        writer.parts.append(f"<{tag}{name}>{inline(text, writer.sealed)}</{tag}>")


def _item(writer: _Writer, item: re.Match[str]) -> None:
    dash, number, letter, text = item.groups()
    if not has_text(text, writer.sealed):
        return
    tag, style = ("ul", "dashes") if dash else ("ol", "numbers" if number else "letters")
    if (writer.list_tag, writer.list_style) != (tag, style):
        writer.close_list()
        start = int(number) if number else LETTERS.find(letter) + 1 if letter else 1
        first = f' start="{max(start, 1)}"' if tag == "ol" else ""
        writer.parts.append(f'<{tag} class="{style}"{first}>')
        writer.list_tag, writer.list_style = tag, style
    writer.parts.append(f"<li>{inline(text, writer.sealed)}</li>")


def _directive(writer: _Writer, word: str, rest: str) -> None:
    if word in ALIGNED:
        _block(writer, "p", word, rest)
    elif word == "page":
        writer.parts.append('<div class="page"></div>')
    elif word == "space":
        lines = int(rest) if rest.isdecimal() and len(rest) < 3 else 1
        writer.parts.append(f'<div class="space s{max(1, min(lines, MOST_SPACE))}"></div>')
    elif word == "columns" and not writer.columns:
        writer.columns = True
        writer.parts.append('<div class="columns"><div>')
    elif word == "next" and writer.columns:
        writer.parts.append("</div><div>")
    elif word == "end" and writer.columns:
        writer.columns = False
        writer.parts.append("</div></div>")

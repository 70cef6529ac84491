"""Tables of the markup: rows between bars, heads above a line of dashes.

Belongs here: cutting rows into cells, alignment and widths from the line of dashes, HTML with marked heads.
Does not belong here: other lines (`markup`).
"""

import re
from collections.abc import Sequence

from exports.papers.inline import inline

_BAR = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r"(:?)(-+)(:?)")
MOST_COLUMNS = 12


def is_row(line: str) -> bool:
    """Return whether the line is a row of a table."""
    return len(line) > 1 and line.startswith("|") and line.endswith("|")


def cells(line: str) -> list[str]:
    """Return the cells of a row, without the spaces round them."""
    return [cell.strip() for cell in _BAR.split(line[1:-1])]


def is_rule(line: str) -> bool:
    """Return whether the row is the line of dashes below the heads."""
    return all(_DASHES.fullmatch(cell) for cell in cells(line))


def table(rows: Sequence[str], sealed: Sequence[str]) -> str:
    """Return a table; with a rule as second row the first holds the heads, repeated on every page."""
    if len(rows) > 1 and is_rule(rows[1]):
        styles, widths = _columns(cells(rows[1]))
        heads = "".join(f'<th scope="col">{inline(cell, sealed)}</th>' for cell in cells(rows[0]))
        head, body = f"<thead><tr>{heads}</tr></thead>", rows[2:]
    else:
        styles, widths, head, body = [], "", "", [row for row in rows if not is_rule(row)]
    lines = "".join(f"<tr>{_cells(cells(row), styles, sealed)}</tr>" for row in body)
    return f"<table>{widths}{head}<tbody>{lines}</tbody></table>" if head or lines else ""


def _cells(row: Sequence[str], styles: Sequence[str], sealed: Sequence[str]) -> str:
    named = [(styles[number] if number < len(styles) else "", cell) for number, cell in enumerate(row)]
    return "".join(f'<td class="{style}">{inline(cell, sealed)}</td>' for style, cell in named)


def _columns(rule: Sequence[str]) -> tuple[list[str], str]:
    """Return the alignment of each column and their widths, which are as the numbers of dashes."""
    found = [_DASHES.fullmatch(cell) for cell in rule]
    marks = [match.groups() for match in found if match]
    total = sum(len(dashes) for _left, dashes, _right in marks)
    styles = [_alignment(left, right) for left, _dashes, right in marks]
    widths = "".join(
        f'<col style="width:{100 * len(dashes) / total:.2f}%">' for _left, dashes, _right in marks
    )
    return styles, f"<colgroup>{widths}</colgroup>"


def _alignment(left: str, right: str) -> str:
    if right:
        return "center" if left else "right"
    return "left"

"""The mark in the foot by which anyone can check a paper: QR code, short code, address.

Belongs here: drawing it as vectors, black on white.
Does not belong here: making the code or answering the check.
"""

from html import escape

import segno

from exports.papers.values import visible

_QUIET = 4


def check_mark(url: str, code: str) -> str:
    """Return the mark: a QR code of the address, with the code and the address beside it to type by hand."""
    return (
        f'<div class="check"><div class="qr">{qr_code(url, code)}</div>'
        f"<div class='words'><p>Mã tra cứu: <span class='b'>{escape(visible(code, 'check_code'))}</span></p>"
        f"<p>Kiểm tra văn bản tại: {escape(visible(url, 'check_url'))}</p></div></div>"
    )


def qr_code(url: str, code: str) -> str:
    """Return the QR code as an SVG of one path, error correction M, with a name for those who do not see it."""
    matrix = segno.make(url, error="m", micro=False, boost_error=False).matrix
    size = len(matrix) + 2 * _QUIET
    runs = "".join(_runs(row, y + _QUIET) for y, row in enumerate(matrix))
    title = escape(f"Mã QR để kiểm tra văn bản, mã tra cứu {visible(code, 'check_code')}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><title>{title}</title>'
        f'<path fill="#000000" d="{runs}"/></svg>'
    )


def _runs(row: bytes | bytearray | tuple[int, ...], y: int) -> str:
    """Return the dark modules of a row as rectangles, neighbours drawn as one so that no seam shows."""
    parts, start = [], None
    for x, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start + _QUIET} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)

"""Draws the visible block of a signature as a small PDF page, in the font of the papers.

Loaded when the first block is drawn: WeasyPrint never comes into a process that serves pages. Not here: where the
block goes (`place`). The time bears the zone of Viet Nam (Decree 30/2020/ND-CP, annex I, section II, point 7).
"""

from __future__ import annotations

import functools
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exports.signatures.block import BLOCK_HEIGHT, BLOCK_WIDTH, Block

_FONTS = Path(__file__).resolve().parents[1] / "papers" / "fonts"
_FACES = {"normal": "OpenTHADSSerif-Regular.ttf", "bold": "OpenTHADSSerif-Bold.ttf"}
_SCHEME = "block:"
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Points, the largest that fits is taken.
_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)


class _OurFonts(URLFetcher):  # type: ignore[misc]
    """Gives the two fonts and refuses every other address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint names it
        """A font of the product."""
        name = _FACES.get(url.removeprefix(_SCHEME)) if url.startswith(_SCHEME) else None
        if name is None:
            raise FatalURLFetchingError("A block fetches nothing.")
        return URLFetcherResponse(url, (_FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})


def draw(block: Block, signed_at: datetime) -> bytes:
    """The page with the block, as large as the block. A long name is set smaller until it fits."""
    for size in _SIZES:
        style, fonts, counters = _style(size)
        html = HTML(string=_html(block, signed_at), url_fetcher=_OurFonts())
        document = html.render(stylesheets=[style], font_config=fonts, counter_style=counters)
        if len(document.pages) == 1:
            break
    page: bytes = document.copy(document.pages[:1]).write_pdf()
    return page


def _html(block: Block, signed_at: datetime) -> str:
    moment = signed_at.astimezone(_VIET_NAM)
    lines = [
        '<p class="quiet">Đã ký số bởi</p>',
        f'<p class="name">{escape(block.name)}</p>',
        *(f"<p>{escape(text)}</p>" for text in (block.position, block.agency) if text),
        f'<p class="quiet">Thời gian ký: {moment:%d/%m/%Y %H:%M:%S} +07:00</p>',
    ]
    return f'<html lang="vi"><body>{"".join(lines)}</body></html>'


@functools.cache
def _style(size: float) -> tuple[CSS, FontConfiguration, CounterStyle]:
    """The style for a size of letters, made once a process: that keeps memory flat over many signatures."""
    fonts, counters = FontConfiguration(), CounterStyle()
    faces = "".join(
        f"@font-face {{ font-family: Block; font-weight: {weight}; src: url({_SCHEME}{weight}) }}"
        for weight in _FACES
    )
    text = (
        f"{faces} @page {{ size: {BLOCK_WIDTH}pt {BLOCK_HEIGHT}pt; margin: 3pt }}"
        f" body {{ margin: 0; font: {size}pt/1.2 Block; color: #17233b; overflow-wrap: anywhere;"
        " border-left: 2pt solid #17233b; padding-left: 6pt }"
        " p { margin: 0; orphans: 1; widows: 1 } .name { font-weight: bold } .quiet { font-size: 90% }"
    )
    style = CSS(string=text, font_config=fonts, counter_style=counters, url_fetcher=_OurFonts())
    return style, fonts, counters

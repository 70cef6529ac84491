"""The visible block of a signature, drawn as a small PDF page in our own font.

Belongs here: what is written in the block, its size. Not here: where it goes (`place`). The place, the name and the
time follow Decree 30/2020/ND-CP, annex I (part I, section II, point 7); the time bears the zone of Viet Nam.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from weasyprint import HTML
from weasyprint.urls import URLFetcher

# Points. The layout leaves this much room below the place that it names.
BLOCK_WIDTH, BLOCK_HEIGHT = 190, 72
_FONTS = Path(__file__).resolve().parents[2] / "site" / "assets" / "fonts"
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Points, the largest that fits is taken.
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
# One family for each part of the font: a letter is taken from the first part that has it.
_PARTS = ("vietnamese", "latin", "latin-ext")


@dataclass(frozen=True)
class Block:
    """Who signed: name, position and agency as they stand on the document. Empty parts are left out."""

    name: str
    position: str
    agency: str


class _OurFonts(URLFetcher):  # type: ignore[misc]
    """Opens the fonts of the product and nothing else."""

    def fetch(self, url: str, *given: object, **named: object) -> object:
        if not url.startswith(_FONTS.as_uri() + "/"):
            raise ValueError("only fonts are opened")
        return super().fetch(url, *given, **named)


class BlockContent(PdfContent):
    """The drawn block as content of the signature's appearance."""

    def __init__(self, page: bytes) -> None:
        super().__init__(box=BoxConstraints(width=BLOCK_WIDTH, height=BLOCK_HEIGHT))
        self.page = page

    def render(self) -> bytes:
        """Bring the page in as a form."""
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.page)))
        self.resources.xobject["/Block"] = form
        return b"/Block Do"


def draw(block: Block, signed_at: datetime) -> bytes:
    """The page with the block, as large as the block. A long name is set smaller until it fits."""
    for size in _SIZES:
        document = HTML(string=_html(block, signed_at, size), url_fetcher=_OurFonts()).render()
        if len(document.pages) == 1:
            break
    page: bytes = document.copy(document.pages[:1]).write_pdf()
    return page


def _html(block: Block, signed_at: datetime, size: float) -> str:
    moment = signed_at.astimezone(_VIET_NAM)
    lines = [
        '<p class="quiet">Đã ký số bởi</p>',
        f'<p class="name">{escape(block.name)}</p>',
        *(f"<p>{escape(text)}</p>" for text in (block.position, block.agency) if text),
        f'<p class="quiet">Thời gian ký: {moment:%d/%m/%Y %H:%M:%S} +07:00</p>',
    ]
    return f'<html lang="vi"><head><style>{_css(size)}</style></head><body>{"".join(lines)}</body></html>'


def _css(size: float) -> str:
    faces = "".join(
        f"@font-face {{ font-family: Block-{part}; font-weight: {weight}; "
        f"src: url({(_FONTS / f'be-vietnam-pro-{part}-{weight}-normal.woff2').as_uri()}) }}"
        for part in _PARTS
        for weight in (400, 600)
    )
    families = ", ".join(f"Block-{part}" for part in _PARTS)
    return (
        f"{faces} @page {{ size: {BLOCK_WIDTH}pt {BLOCK_HEIGHT}pt; margin: 3pt }}"
        f" body {{ margin: 0; font: {size}pt/1.25 {families}; color: #17233b; overflow-wrap: anywhere;"
        " border-left: 2pt solid #17233b; padding-left: 6pt }"
        " p { margin: 0 } .name { font-weight: 600 } .quiet { font-size: 90% }"
    )

"""Lays out HTML with WeasyPrint and writes the file: PDF/A-2a and PDF/UA-1, our fonts only, the same bytes always.

Only `exports.papers.render_pdf` loads this module, at its first call: WeasyPrint and Pango never come into a process
that serves pages.
Belongs here: fonts, style sheet, the PDF and what it says of itself.
Does not belong here: the HTML (`layout`).
"""

import functools
import io
from importlib import resources
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML, Document
from weasyprint.css import ColorProfile
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exports.papers.conformance import say_what_it_is
from exports.papers.layout import Page
from exports.papers.model import N_, PaperError

FONT_FAMILY = "OpenTHADS Serif"
MOST_PAGES = 100
_HERE = Path(__file__).resolve().parent
_FONTS = {
    "regular": ("OpenTHADSSerif-Regular.ttf", "normal", "normal"),
    "bold": ("OpenTHADSSerif-Bold.ttf", "bold", "normal"),
    "italic": ("OpenTHADSSerif-Italic.ttf", "normal", "italic"),
    "bold-italic": ("OpenTHADSSerif-BoldItalic.ttf", "bold", "italic"),
}
_SCHEME = "papers:"
_PROFILE = "papers-srgb"


class ShippedOnly(URLFetcher):  # type: ignore[misc]
    """Gives the four fonts that lie beside this module and refuses every other address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint names it
        """Return a font; FatalURLFetchingError, which ends the rendering, for anything else."""
        name = url.removeprefix(_SCHEME) if url.startswith(_SCHEME) else ""
        if name not in _FONTS:
            raise FatalURLFetchingError("A paper fetches nothing.")
        return URLFetcherResponse(
            url, (_HERE / "fonts" / _FONTS[name][0]).read_bytes(), {"Content-Type": "font/ttf"}
        )


@functools.cache
def _style() -> tuple[CSS, FontConfiguration, CounterStyle, ShippedOnly]:
    """Return style sheet and fonts, made once a process: making them costs as much as a paper."""
    fonts, counters, fetcher = FontConfiguration(), CounterStyle(), ShippedOnly()
    faces = "".join(
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-weight: {weight}; font-style: {slant};'
        f' src: url("{_SCHEME}{name}") }}\n'
        for name, (_file, weight, slant) in _FONTS.items()
    )
    text = faces + (_HERE / "paper.css").read_text(encoding="utf-8")
    style = CSS(string=text, font_config=fonts, counter_style=counters, url_fetcher=fetcher)
    return style, fonts, counters, fetcher


@functools.cache
def _colours() -> bytes:
    return (resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def to_pdf(page: Page) -> bytes:
    """Return the PDF of a page; PaperError when it has too many pages or would need a font that is not ours."""
    style, fonts, counters, fetcher = _style()
    source = HTML(string=page.html, url_fetcher=fetcher)
    # Given from here, the profile is not read again, and left open, for every paper.
    profile = ColorProfile(
        io.BytesIO(_colours()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
    )
    document = source.render(
        font_config=fonts, counter_style=counters, color_profiles={_PROFILE: profile}, stylesheets=[style]
    )
    if len(document.pages) > MOST_PAGES:
        raise PaperError(N_("The document has more than %(most)d pages."), most=MOST_PAGES)
    written = document.write_pdf(
        finisher=_finish, pdf_variant="pdf/a-2a", pdf_tags=True, output_intent=_PROFILE
    )
    assert isinstance(written, bytes)  # noqa: S101 - what `write_pdf` gives without a target
    return written


def _finish(document: Document, pdf: Any) -> None:
    strange = {font.family for font in document.fonts.values()} - {FONT_FAMILY}
    if strange:
        raise PaperError(N_("The document needs a font that is not part of the program."))
    say_what_it_is(document, pdf)

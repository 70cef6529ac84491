"""Draws the charts of the public site and of the staff dashboards as SVG text.

Here: Altair specifications and their rendering to SVG whose colours and type follow the page (CSS custom
properties), so that one drawing serves light and dark. Not here: which figures are shown, the sentence and
the table beside each chart (`exports.site_pages`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from exports.site_format import number

# Stand-ins that no chart uses otherwise; each becomes a custom property of the page.
_COLOURS = {
    "#010203": "var(--color-text)",
    "#010204": "var(--color-text-muted)",
    "#010205": "var(--color-border)",
    "#010206": "var(--color-chart-1)",
    "#010207": "var(--color-chart-2)",
    "#010208": "var(--color-surface)",
}
TEXT, MUTED, LINE, FIRST, SECOND, GROUND = _COLOURS

_FONT = "Be Vietnam Pro"
# The same letters as on the page, so that texts are measured as they will be drawn, on a machine with any fonts.
FONTS = Path(__file__).resolve().parent / "fonts"
vl_convert.register_font_directory(str(FONTS))
_LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " đ"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " đ"]},
}


@dataclass(frozen=True)
class Series:
    """One line of a chart over time: its label and a value for each month."""

    label: str
    values: Sequence[int]


def line_chart(
    title: str, description: str, months: Sequence[str], series: Sequence[Series], *, language: str = "vi"
) -> str:
    """Lines over months (`2025-03`), the first in the main colour, the second dashed in the other."""
    rows = [
        {"month": month, "value": value, "series": line.label}
        for line in series
        for month, value in zip(months, line.values, strict=True)
    ]
    labels = [line.label for line in series]
    every = max(1, -(-len(months) // 7))
    ticks = [month for index, month in enumerate(months) if (len(months) - 1 - index) % every == 0]
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=560, height=240)
        .mark_line(point={"size": 28, "filled": True}, strokeWidth=2.5)
        .encode(
            x=alt.X("month:O", title=None, axis=_axis(values=ticks, labelExpr=_MONTH_LABEL, labelAngle=0)),
            y=alt.Y("value:Q", title=None, axis=_axis(grid=True, tickCount=5, tickMinStep=1, format=",.0f")),
            color=alt.Color("series:N", scale=_scale(labels, [FIRST, SECOND]), legend=_LEGEND),
            strokeDash=alt.StrokeDash("series:N", scale=_scale(labels, [[], [6, 4]])),
        )
    )
    return render(chart, title, description, language)


def bar_chart(title: str, description: str, bars: Sequence[tuple[str, int]], *, language: str = "vi") -> str:
    """Horizontal bars in the order given, each with its value at its end."""
    rows = [{"label": label, "value": value, "text": number(value, language)} for label, value in bars]
    base = alt.Chart(alt.InlineData(values=rows), width=440, height={"step": 26}).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_axis(ticks=False, labelLimit=400, labelPadding=8)),
        x=alt.X("value:Q", title=None, axis=None),
    )
    drawn = base.mark_bar(color=FIRST, cornerRadiusEnd=2, height=16)
    values = base.mark_text(align="left", dx=6, color=TEXT, fontSize=12).encode(text="text:N")
    return render(drawn + values, title, description, language)


_MONTH_LABEL = "slice(datum.value, 5, 7) + '/' + slice(datum.value, 0, 4)"
_LEGEND = alt.Legend(
    title=None, orient="top", labelColor=TEXT, labelFontSize=13, symbolSize=160, labelLimit=320
)


def _scale(labels: list[str], values: list[Any]) -> alt.Scale:
    return alt.Scale(domain=labels, range=values[: len(labels)])


def _axis(**options: Any) -> alt.Axis:
    plain = {"labelColor": MUTED, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE, "grid": False}
    return alt.Axis(**{**plain, "labelFontSize": 12, **options})


def render(chart: alt.TopLevelMixin, title: str, description: str, language: str = "vi") -> str:
    """The chart as one SVG element that names itself and takes colours and font from the page."""
    document = chart.to_dict(validate=True)
    document["config"] = {
        "aria": False,
        "background": None,
        "font": _FONT,
        "view": {"stroke": None},
        "locale": {"number": _LOCALES[language]},
    }
    svg = vl_convert.vegalite_to_svg(document, vl_version=_vegalite_version())
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return _name(svg, title, description)


def _vegalite_version() -> str:
    newest = sorted(vl_convert.get_vegalite_versions(), key=lambda text: [int(n) for n in text.split(".")])
    wanted = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    return wanted if wanted in newest else str(newest[-1])


def _name(svg: str, title: str, description: str) -> str:
    """Tell assistive tools what the drawing shows, and keep its inner ids apart from other drawings'."""
    width, height = (re.search(rf'\b{side}="([0-9.]+)"', svg) for side in ("width", "height"))
    if width is None or height is None:
        raise ValueError("the renderer gave a drawing without a size")
    label = escape(f"{title}. {description}", quote=True)
    size = f'width="{width.group(1)}" height="{height.group(1)}"'
    opening = (
        f'<svg class="chart" role="img" aria-label="{label}" {size} '
        f'viewBox="0 0 {width.group(1)} {height.group(1)}" xmlns="http://www.w3.org/2000/svg">'
    )
    body = re.sub(r"^.*?<svg\b[^>]*>", "", svg, count=1, flags=re.DOTALL)
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    # Several drawings share a page, and ids are one space: without this a clip of one would cut another.
    prefix = f"c{zlib.crc32(label.encode()):08x}-"
    return opening + re.sub(r'(\bid="|url\(#)', lambda found: found.group() + prefix, body)

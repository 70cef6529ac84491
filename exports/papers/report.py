"""A table of figures as a paper: whose, of which days, made when; on A4 across, in the typeface of papers.

Belongs here: the page of a report.
Does not belong here: what the figures count (the caller), laying out (`engine`), forms of the law (`layout`).
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from exports.papers.layout import Page

_STYLE = """
@page { size: A4 landscape; margin: 15mm 12mm; @bottom-center { content: counter(page) " / " counter(pages);
  font: 9pt "OpenTHADS Serif"; } @top-center { content: none; } }
html { font-size: 10pt; line-height: 1.25; }
.above { font-weight: bold; text-transform: uppercase; }
h1 { font-size: 14pt; text-align: center; margin: 10pt 0 2pt; }
.under { text-align: center; font-style: italic; margin-bottom: 8pt; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; }
thead { display: table-header-group; }
th, td { border: 0.5pt solid #000; padding: 2pt 3pt; vertical-align: top; }
thead th { text-align: center; vertical-align: middle; }
tbody th { text-align: left; font-weight: normal; width: 24%; }
td { text-align: right; }
tr { break-inside: avoid; }
tr.sum > * { font-weight: bold; }
.note { margin-top: 6pt; font-size: 9pt; }
"""

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures with their heading; the first cell of a row is its name, and `sums` are the rows of sums."""

    agency: str
    title: str
    subtitle: str
    notes: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    sums: frozenset[int]
    made_on: date
    language: str


def report_page(report: Report) -> Page:
    """Return the report as HTML; every text is escaped here."""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in report.heads)
    rows = "".join(_row(row, number in report.sums) for number, row in enumerate(report.rows))
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in report.notes)
    return Page(
        report.title,
        f'<!DOCTYPE html><html lang="{escape(report.language)}"><head><meta charset="utf-8">'
        f'<title>{escape(report.title)}</title><meta name="author" content="{escape(report.agency)}">'
        f'<meta name="dcterms.created" content="{report.made_on.isoformat()}"><style>{_STYLE}</style></head><body>'
        f'<p class="above">{escape(report.agency)}</p><h1>{escape(report.title)}</h1>'
        f'<p class="under">{escape(report.subtitle)}</p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{notes}</body></html>",
    )


def render_report(report: Report) -> bytes:
    """Return the report as PDF/A-2a and PDF/UA-1. Raises PaperError for more pages than a paper may have."""
    pdf: bytes = importlib.import_module("exports.papers.engine").to_pdf(report_page(report))
    return pdf


def _row(row: Sequence[Cell], is_sum: bool) -> str:
    name, *cells = row
    mark = ' class="sum"' if is_sum else ""
    return (
        f'<tr{mark}><th scope="row">{escape(str(name))}</th>'
        + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in cells)
        + "</tr>"
    )

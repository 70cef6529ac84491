"""A table of figures as a file to take away: a spreadsheet, or a paper.

Belongs here: writing it and ending its task. Not here: the figures (the screen that shows them), lists of rows
(`list_export`).
"""

from __future__ import annotations

import logging
from pathlib import Path

import xlsxwriter

from backoffice.errors import OpenThadsError
from backoffice.services.background_task import Ticket, finish
from backoffice.services.list_export import safe_text
from backoffice.services.list_file import new_file
from backoffice.workflow.messages import N_
from config import Settings
from exports.papers import PaperError
from exports.papers.report import Report, render_report

FIGURE_FORMATS = ("xlsx", "pdf")
log = logging.getLogger("openthads.lists")


class TooLongForPaperError(OpenThadsError):
    """The figures would fill more pages than a paper may have."""

    code = "too_long_for_paper"
    message = N_("The figures fill too many pages for a PDF. Choose the spreadsheet, or an agency below.")


def export_figures(ticket: Ticket, settings: Settings, report: Report) -> int:
    """Write the figures to a file and finish the task with it; returns how many lines they have.

    Raises TooLongForPaperError, OSError for a full disk, TaskLostError when the task was ended meanwhile.
    """
    suffix = str(ticket.parameters["format"])
    path = new_file(settings, suffix)
    try:
        if suffix == "pdf":
            write_pdf(path, report)
        else:
            write_sheet(path, report)
        finish(ticket, {"rows": len(report.rows)}, (path.name, path.stat().st_size))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return len(report.rows)


def write_pdf(path: Path, report: Report) -> None:
    """The report as a paper. Raises TooLongForPaperError."""
    try:
        content = render_report(report)
    except PaperError as error:
        raise TooLongForPaperError from error
    path.touch(mode=0o600)
    path.write_bytes(content)


def write_sheet(path: Path, report: Report) -> None:
    """The report as one sheet: the heading above, real numbers below."""
    path.touch(mode=0o600)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        bold, head = (
            book.add_format({"bold": True}),
            book.add_format({"bold": True, "text_wrap": True, "border": 1}),
        )
        shapes = {
            False: book.add_format({"num_format": "#,##0", "border": 1}),
            True: book.add_format({"num_format": "#,##0", "border": 1, "bold": True}),
        }
        above = (report.agency, report.title, report.subtitle)
        for line, text in enumerate(above):
            sheet.write_string(line, 0, safe_text(text), bold)
        start = len(above) + 1
        for place, text in enumerate(report.heads):
            sheet.write_string(start, place, text, head)
        for line, row in enumerate(report.rows):
            shape = shapes[line in report.sums]
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(start + 1 + line, place, value, shape)
                else:
                    sheet.write_string(start + 1 + line, place, safe_text(value or ""), shape)
        for line, note in enumerate(report.notes):
            sheet.write_string(start + 2 + len(report.rows) + line, 0, safe_text(note))
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, len(report.heads) - 1, 12)
        sheet.freeze_panes(start + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(start)

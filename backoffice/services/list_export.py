"""Writing all rows of a list to one file: CSV for programs and spreadsheets, XLSX with real dates and amounts.

Rows come one portion at a time from one statement and leave at once, so that memory does not grow with the list.
Not here: which rows and columns (`views.list_source`), where the file lies (`list_file`).
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from backoffice import clock
from backoffice.errors import OpenThadsError
from backoffice.services.background_task import Ticket, finish
from backoffice.services.interface import ServiceInterface
from backoffice.services.list_file import new_file
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.background_task import WATCHED_ROWS
from backoffice.workflow.messages import N_
from config import Settings

log = logging.getLogger("openthads.lists")

FORMATS = ("csv", "xlsx")
# What a sheet of a spreadsheet holds, without the line of headings.
SHEET_ROWS = 1_048_575
_PORTION = 500
# A spreadsheet takes a text that begins so for a formula and would run it.
# So do the wide forms of these signs, which East Asian settings read as the plain ones.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")

Value = str | int | bool | date | datetime | None
Tell = Callable[[int], None]


class TooManyRowsError(OpenThadsError):
    """The list has more rows than a sheet of a spreadsheet can hold."""

    code = "too_many_rows"
    message = N_("The list has more rows than a spreadsheet can hold. Choose CSV, or narrow the filters.")


@dataclass(frozen=True)
class Column:
    """One column of the file: its heading, and what it holds for a row."""

    heading: str
    value: Callable[[Any], Value]


@dataclass(frozen=True)
class ListSource:
    """Which rows in which order, and which columns: a list as a screen would show it, but all of it."""

    interface: ServiceInterface
    conditions: Sequence[Any]
    order: str
    direction: str
    loaded: Sequence[str]
    columns: Sequence[Column]


def export_list(ticket: Ticket, settings: Settings, source: ListSource, tell: Tell) -> int:
    """Write the rows that the person may see now to a file, and finish the task with it; returns how many.

    A half-written file has a name that nothing points to. Raises TooManyRowsError, OSError for a full disk,
    TaskLostError when the task was ended meanwhile.
    """
    suffix = str(ticket.parameters["format"])
    path = new_file(settings, suffix)
    try:
        with unit_of_work(ticket.actor):
            rows = source.interface.stream(
                source.conditions, source.order, source.direction, source.loaded, _PORTION
            )
            with closing(rows):
                count = _WRITERS[suffix](path, source.columns, _told(rows, tell))
        finish(ticket, {"rows": count}, (path.name, path.stat().st_size))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if count > WATCHED_ROWS:
        # Numbers alone: what was searched for may be a person's name.
        log.warning(
            "large list file: task=%s person=%s screen=%s rows=%s",
            ticket.task_id,
            ticket.actor.user_id,
            ticket.screen,
            count,
        )
    return count


def safe_text(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before a sign that begins one."""
    return (
        f"'{text}"
        if text.startswith(_FORMULA_SIGNS) or text.lstrip(" \u00a0").startswith(_FORMULA_SIGNS)
        else text
    )


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """One line a row in UTF-8 with a mark that spreadsheets know it by; days as yyyy-mm-dd, amounts as digits."""
    count = 0
    with _private(path).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([safe_text(column.heading) for column in columns])
        for row in rows:
            writer.writerow([_plain(column.value(row)) for column in columns])
            count += 1
    return count


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """One sheet with real days and numbers; texts stay texts. Raises TooManyRowsError."""
    count = 0
    options = {
        "constant_memory": True,
        "default_date_format": "dd/mm/yyyy",
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(_private(path)), options) as book:
        sheet = book.add_worksheet()
        shapes = {"head": book.add_format({"bold": True}), **_shapes(book)}
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 22)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading, shapes["head"])
        for count, row in enumerate(rows, 1):
            if count > SHEET_ROWS:
                raise TooManyRowsError
            for place, column in enumerate(columns):
                _write_cell(sheet, (count, place), column.value(row), shapes)
    return count


def _shapes(book: Any) -> dict[str, Any]:
    return {
        "number": book.add_format({"num_format": "#,##0"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
    }


def _write_cell(sheet: Any, place: tuple[int, int], value: Value, shapes: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(*place, _local(value), shapes["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, shapes["day"])
    elif isinstance(value, int):
        sheet.write_number(*place, value, shapes["number"])
    else:
        sheet.write_string(*place, value)


def _plain(value: Value) -> str:
    """The value as a line of text holds it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else safe_text(value)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.VIETNAM).replace(tzinfo=None)


def _told(rows: Iterable[Any], tell: Tell) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % _PORTION == 0:
            tell(number)


def _private(path: Path) -> Path:
    """Make the empty file readable by this account alone, before anything is in it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


_WRITERS: dict[str, Callable[[Path, Sequence[Column], Iterable[Any]], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}

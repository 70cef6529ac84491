"""What every command shares: an error of the program becomes one clear sentence; files and days are read alike."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
import psycopg
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from backoffice.errors import OpenThadsError
from backoffice.extensions import db
from config import ROOT

DATA = ROOT / "backoffice" / "data"


@contextmanager
def one_sentence() -> Iterator[None]:
    """Show an error of the program as its sentence and exit with 1; anything else is a defect and stays loud."""
    try:
        yield
    except OpenThadsError as error:
        raise click.ClickException(str(error)) from error
    except (OperationalError, ProgrammingError) as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise click.ClickException(
                "The database role has no right to do this. Give the role its rights (“flask --app backoffice "
                "database grant”), or run the command as the owner of the tables if it says so."
            ) from error
        if inspect(db.engine).has_table("enforcement_agency"):
            raise
        raise click.ClickException(
            "The database has no tables yet: run “flask --app backoffice db upgrade” first."
        ) from error


def read_rows(path: Path) -> list[dict[str, str]]:
    """The lines of a UTF-8 CSV file with a header; raises ClickException when it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True, restval="")
            rows = [{key: value for key, value in row.items() if key is not None} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"{path.name} cannot be read as a UTF-8 CSV file: {error}") from error
    if not rows:
        raise click.ClickException(f"{path.name} has no lines below its header.")
    return rows


class Day(click.ParamType[date]):
    """A day written as 2025-07-01."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a message for the person when it cannot be read."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"write the day as 2025-07-01, not {value!r}", param, ctx)


CSV_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
DAY = Day()

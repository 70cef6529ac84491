"""Commands on exports: ask for a run, follow it, list what ran, look after what was published."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.extensions import db
from backoffice.models import ExportRun
from backoffice.models.states import ExportRunState, RunTrigger
from backoffice.queries.export_runs import OPEN, export_runs
from backoffice.queries.outbox import open_messages
from backoffice.services.export_run import PACKAGES, RUN_JOB, request_export
from backoffice.services.transaction import unit_of_work

SYSTEM = Actor.system("jobs")
_POLL_SECONDS = 0.3
_GOOD = (ExportRunState.PUBLISHED, ExportRunState.UNCHANGED)

group = AppGroup("export", help="Exports of data packages.", short_help="Exports of data packages.")


@group.command("run")
@click.argument("package", type=click.Choice([*PACKAGES, "all"]))
@click.option("--now", "inline", is_flag=True, help="Run here and now, without Redis or a worker.")
@click.option("--wait", is_flag=True, help="Wait until the worker has finished.")
def run(package: str, inline: bool, wait: bool) -> None:
    """Ask for an export of PACKAGE (or of all); a worker runs it.

    Exit code 1 when --now or --wait saw a run fail.
    """
    names = PACKAGES if package == "all" else (package,)
    with one_sentence():
        runs = [request_export(SYSTEM, name, RunTrigger.COMMAND).id for name in names]
    if not (inline or wait):
        click.echo(
            "Queued: " + ", ".join(f"{name} #{run_id}" for name, run_id in zip(names, runs, strict=True))
        )
        return
    worker = _work_here(runs) if inline else None
    failed = _follow(runs, until=worker)
    for run_id in runs:
        _tell(run_id)
    sys.exit(1 if failed else 0)


@group.command("list")
@click.option("--limit", default=20, show_default=True, help="How many runs.")
def list_runs(limit: int) -> None:
    """Show the newest runs with state, attempts, rows and version."""
    with one_sentence(), unit_of_work(SYSTEM) as session:
        for row in export_runs(session, limit):
            click.echo(_line(row))


@group.command("verify")
def verify() -> None:
    """Compare every file of the kept versions with what was published; exit code 1 when something differs."""
    # Heavy, and only needed here: the other commands must start quickly.
    from jobs.stored import damage  # noqa: PLC0415

    found = {name: damage(current_app.config["OPENTHADS"], name) for name in PACKAGES}
    for name, problems in found.items():
        click.echo(f"{name}: {_verdict(problems)}")
        for problem in problems or ():
            click.echo(f"  {problem}")
    sys.exit(1 if any(found.values()) else 0)


@group.command("lift")
@click.argument("public_id")
def lift_one(public_id: str) -> None:
    """Let the record PUBLIC_ID, which was taken down by mistake, return with the next export."""
    from jobs.stored import lift  # noqa: PLC0415

    with one_sentence():
        lift(current_app.config["OPENTHADS"], public_id)
    click.echo(f"{public_id}: may be published again.")


def _verdict(problems: Sequence[str] | None) -> str:
    if problems is None:
        return "nothing was published yet"
    return "differs from what was published" if problems else "whole"


def _work_here(runs: Sequence[int]) -> threading.Thread:
    """Perform the runs' own messages in a thread, exactly as a worker would."""
    # Heavy, and only needed here: the other commands must start quickly.
    from jobs.registry import JOBS  # noqa: PLC0415

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_of_work(SYSTEM) as session:
        messages = [m.id for m in open_messages(session, RUN_JOB) if m.arguments.get("run_id") in runs]

    def work() -> None:
        for message_id in messages:
            with app.app_context():
                JOBS[RUN_JOB](RUN_JOB, message_id=message_id)

    thread = threading.Thread(target=work, name="export", daemon=True)
    thread.start()
    return thread


def _follow(runs: Sequence[int], until: threading.Thread | None) -> bool:
    """Show progress until every run has ended; returns whether one failed."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {run_id: progress.add_task("", total=None, rows="") for run_id in runs}
        show = _shower(progress, tasks)
        while True:
            rows = _read(runs)
            for row in rows:
                show(row)
            ended = all(row.state not in OPEN for row in rows)
            if ended or (until is not None and not until.is_alive()):
                return any(row.state not in _GOOD for row in _read(runs))
            time.sleep(_POLL_SECONDS)


def _shower(progress: Progress, tasks: dict[int, TaskID]) -> Callable[[ExportRun], None]:
    def show(row: ExportRun) -> None:
        words = f"{row.package_name} #{row.id} {row.state}"
        rows = f"{row.progress_done:,}" + (f" / {row.progress_total:,}" if row.progress_total else "")
        progress.update(
            tasks[row.id], description=words, completed=row.progress_done, total=row.progress_total, rows=rows
        )

    return show


def _read(runs: Sequence[int]) -> list[ExportRun]:
    with unit_of_work(SYSTEM) as session:
        rows = [session.get_one(ExportRun, run_id, populate_existing=True) for run_id in runs]
        for row in rows:
            session.refresh(row)
            session.expunge(row)
    db.session.remove()
    return rows


def _tell(run_id: int) -> None:
    (row,) = _read([run_id])
    click.echo(_line(row))
    for problem in (row.report or {}).get("problems", [])[:5]:
        place = (
            f"{problem['resource']} row {problem['row']} {problem['field']}: " if problem["resource"] else ""
        )
        click.echo(f"  {place}{problem['message_en']}")


def _line(row: ExportRun) -> str:
    counts = ", ".join(f"{name} {count:,}" for name, count in (row.row_counts or {}).items())
    parts = (
        f"#{row.id} {row.package_name}",
        row.state,
        row.error_code,
        f"attempt {row.attempts}",
        counts,
        row.package_version,
    )
    return "  ".join(part for part in parts if part)

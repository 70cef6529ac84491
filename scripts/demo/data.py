"""The steps that fill the database of a demonstration; each may be repeated.

Not here: processes, exports, serving.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import date, timedelta

from alembic.script import ScriptDirectory
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.queries.schedules import latest_slot_at, schedules
from backoffice.sample.demo_papers import make_papers, make_result
from backoffice.sample.demo_signing import make_keys
from backoffice.sample.make import SampleOptions, make_sample
from backoffice.sample.requests import make_requests, requests_to_try, result_to_show
from backoffice.sample.users import LOGINS, make_users, write_private
from backoffice.services.document_vault import Vault
from backoffice.services.export_run import PACKAGES
from backoffice.services.schedule import load_usual_upkeep, set_schedule
from backoffice.services.staff_member import sync_access
from backoffice.services.transaction import unit_of_work
from config import ROOT, Settings
from scripts.demo.options import DemoError
from scripts.demo.state import State, database_file, note

SYSTEM = Actor.system("set_up")
TO_TRY = "demo-requests.json"
# Minutes apart in the night; the demonstration's first moment lies in the past, so it is due at once.
_NIGHTLY = {"debtors": "0 2 * * *", "statistics": "2 2 * * *", "documents": "4 2 * * *"}


def migrate(settings: Settings, state: State) -> State:
    """Bring the database to the newest migration, in a process of its own as an operator would."""
    command = [sys.executable, "-m", "flask", "--app", "backoffice", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoError(f"The database could not be made: {done.stderr.strip().splitlines()[-1]}")
    return note(settings, state, is_filled=state.is_filled)


def fill(app: Flask, settings: Settings, state: State, console: Console) -> State:
    """Bring in the tree, the rules, the calendar, roles, accounts and the invented cases."""
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Agencies of the whole country", lambda: _run(app, "agencies", "load")),
        ("Legal rules, sets 2015 and 2026", lambda: _run(app, "rules", "load")),
        ("Working calendar", lambda: _run(app, "calendar", "load")),
        ("Words of messages", lambda: _run(app, "notices", "load")),
        ("Questions of the survey", lambda: _run(app, "survey", "load")),
        ("Templates of papers", lambda: _run(app, "papers", "load-templates")),
        ("Roles and their rights", lambda: sync_access(SYSTEM, app.extensions["appbuilder"])),
        ("Accounts for each role", lambda: make_users(settings.var_dir / LOGINS)),
        ("Signing keys for the heads, of an authority marked DEMO", lambda: make_keys(settings)),
    )
    with app.app_context():
        for title, deed in steps:
            with console.status(title) if console.is_terminal else nullcontext():
                deed()
            console.print(f"  ✓ {title}")
        _make_cases(state, console)
        make_papers(settings)
        _make_requests(settings, state, console)
        _schedule_exports()
    console.print("  ✓ Invented cases with a few papers, requests of citizens, and the schedule of exports")
    return note(settings, state, is_filled=True)


def _run(app: Flask, *words: str) -> None:
    done = app.test_cli_runner().invoke(args=list(words))
    if done.exit_code:
        raise DemoError(f"flask {' '.join(words)}: {done.output.strip().splitlines()[-1]}")


def _make_cases(state: State, console: Console) -> None:
    options = SampleOptions(state.debtors, state.seed, date.fromisoformat(state.as_of))
    with progress_bar(console) as bar:
        task = bar.add_task("Invented cases", total=options.total)
        make_sample(options, lambda done, _total: bar.update(task, completed=done))


def _make_requests(settings: Settings, state: State, console: Console) -> None:
    """Requests of citizens, and a note of the few whose codes a visitor may try."""
    with progress_bar(console) as bar:
        task = bar.add_task("Requests of citizens", total=None)
        make_requests(
            state.seed,
            Vault.of(settings.documents),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    write_private(settings.var_dir / TO_TRY, requests_to_try(state.seed))
    answered = result_to_show(state.seed)
    if answered is not None:
        make_result(settings, answered)


def read_to_try(settings: Settings) -> list[dict[str, str]]:
    """The requests whose codes a visitor may try; empty for data that were made without any."""
    path = settings.var_dir / TO_TRY
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def _schedule_exports() -> None:
    """Give each package its nightly moment; one that was never taken lies in the past and is due now."""
    for package in PACKAGES:
        set_schedule(SYSTEM, package, _NIGHTLY[package])
    with unit_of_work(SYSTEM) as session:
        for schedule in schedules(session):
            if latest_slot_at(session, schedule.id) is None:
                schedule.starts_at = clock.now() - timedelta(days=2)
    load_usual_upkeep(SYSTEM)


def progress_bar(console: Console) -> Progress:
    """A bar with counts and time, the same for every step."""
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def code_to_check(settings: Settings) -> str | None:
    """The code of a signed document, valid if there is one; None while nothing is signed."""
    with closing(sqlite3.connect(database_file(settings))) as connection:
        found = connection.execute(
            "SELECT check_code FROM official_document WHERE state IN ('signed', 'replaced', 'withdrawn') "
            "ORDER BY state <> 'signed', id LIMIT 1"
        ).fetchone()
    return str(found[0]) if found else None


def is_current(settings: Settings) -> bool:
    """Whether the database is at the newest migration; reading two numbers costs less than migrating."""
    newest = ScriptDirectory(str(ROOT / "backoffice" / "migrations")).get_current_head()
    with closing(sqlite3.connect(database_file(settings))) as connection:
        return (newest,) in connection.execute("SELECT version_num FROM alembic_version")

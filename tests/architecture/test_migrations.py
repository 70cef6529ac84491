"""The migrations: equal to the models, and passable up and down with data, on both databases."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory

from backoffice.models.base import Model
from config import Settings
from tests.architecture.sources import ROOT


def flask_db(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one `flask db` command on the database of the settings, as an operator would."""
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_MIGRATION_DATABASE_URL": settings.migration_database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
    }
    command = [sys.executable, "-m", "flask", "--app", "backoffice", "db", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def rows(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    """Run one statement past the product, as the owner of the tables, and commit it."""
    if settings.is_sqlite:
        with (
            closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection,
            connection,
        ):
            return connection.execute(statement).fetchall()
    owner = settings.migration_database_url.replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True, options="-c app.scope=*migrations") as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def test_migrations_make_exactly_the_tables_of_the_models(settings: Settings) -> None:
    done = flask_db(settings, "check")
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def test_migrations_form_one_line(settings: Settings) -> None:
    scripts = ScriptDirectory(str(ROOT / "backoffice" / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert rows(settings, "SELECT version_num FROM alembic_version") == [(scripts.get_current_head(),)]


def test_migrations_go_down_and_up_again_when_there_are_rows(settings: Settings) -> None:
    rows(
        settings,
        "INSERT INTO enforcement_agency (code, name, level, path, is_pilot_2018, created_at, changed_at) VALUES "
        "('TC', 'Tổng cục', 'national', 'TC.', false, '2020-01-01 00:00:00', '2020-01-01 00:00:00')",
    )
    down = flask_db(settings, "downgrade", "base")
    assert down.returncode == 0, down.stderr[-2000:]
    up = flask_db(settings, "upgrade")
    assert up.returncode == 0, up.stderr[-2000:]
    assert rows(settings, "SELECT count(*) FROM enforcement_agency") == [(0,)]


def test_state_is_refused_by_the_database_when_no_workflow_knows_it(settings: Settings) -> None:
    statement = (
        "INSERT INTO enforcement_agency (code, name, level, path, is_pilot_2018, created_at, changed_at) VALUES "
        "('X', 'X', 'galactic', 'X.', false, '2020-01-01 00:00:00', '2020-01-01 00:00:00')"
    )
    refused = False
    try:
        rows(settings, statement)
    except (sqlite3.IntegrityError, psycopg.errors.CheckViolation):
        refused = True
    assert refused


def test_drift_is_found_when_a_column_is_missing(settings: Settings) -> None:
    broken = replace(settings)
    rows(broken, "ALTER TABLE export_run DROP COLUMN progress_label")
    done = flask_db(broken, "check")
    assert done.returncode != 0
    assert "progress_label" in done.stdout + done.stderr


def test_every_table_of_the_models_has_a_primary_key() -> None:
    assert [table.name for table in Model.metadata.tables.values() if not list(table.primary_key)] == []
    assert Path(ROOT / "backoffice" / "migrations" / "versions").is_dir()

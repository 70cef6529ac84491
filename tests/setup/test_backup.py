"""The recipe for backups of docs/operations/install.md, on a real server: dumped, restored, counted, still locked."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from config import ROOT, Settings
from tests import factories
from tests.conftest import APPLICATION, OWNER, database_of, postgres_program
from tests.side_rows import make_side_rows

GUIDE = ROOT / "docs" / "operations" / "install.md"


@pytest.fixture
def database_kind() -> str:
    """Row-level security, and so the trouble with backups, is PostgreSQL's alone."""
    return "postgresql"


@pytest.fixture
def filled(app: Flask) -> Flask:
    """Two offices with rows of many tables."""
    with app.app_context():
        agencies = factories.make_tree()
        factories.make_roles()
        for code in ("CC001", "CC288"):
            with system_scope("set_up"):
                file = factories.make_file(agencies[code])
                factories.make_record(file, factories.make_non_enforceable(file))
                make_side_rows(file.case, factories.make_staff(agencies[code], Role.ENFORCEMENT_OFFICER))
        db.session.remove()
    return app


def plain(address: str) -> str:
    """The address as PostgreSQL's own programs read it."""
    return address.replace("+psycopg", "")


def line_of(guide: str, program: str) -> list[str]:
    """The words of the one line of the guide that starts this program, without its settings before it."""
    found = re.findall(rf"^    (?:PGOPTIONS='([^']*)' )?{program} (.+)$", guide, re.MULTILINE)
    assert len(found) == 1, found
    return [found[0][0], *found[0][1].split()]


def run(program: str, words: list[str], places: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line of the guide with the real places in it."""
    options, *arguments = words
    filled_in = [places.get(word, word) for word in arguments]
    environment = {**os.environ, "PGOPTIONS": options}
    command = [postgres_program(program), *filled_in]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def counts(address: str) -> dict[str, int]:
    """The rows of each table, for one who sees them all."""
    with psycopg.connect(address) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: _count(connection, name) for (name,) in tables}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def test_every_row_is_there_and_locked_when_a_dump_is_restored(
    filled: Flask, settings: Settings, postgres_cluster: str, tmp_path: Path
) -> None:
    source, dump = plain(settings.migration_database_url), str(tmp_path / "openthads.dump")
    server, name = postgres_cluster.rsplit("/", 1)[0], source.rsplit("/", 1)[1]
    guide = GUIDE.read_text(encoding="utf-8")
    made = run("pg_dump", line_of(guide, "pg_dump"), {"openthads.dump": dump, '"$OWNER_URL"': source})
    assert made.returncode == 0, made.stderr
    with database_of(postgres_cluster) as fresh:
        target = plain(fresh).replace("//openthads@", f"//{OWNER}@")
        places = {"openthads.dump": dump, '"$NEW_OWNER_URL"': target}
        restored = run("pg_restore", line_of(guide, "pg_restore"), places)
        assert restored.returncode == 0, restored.stderr
        before = counts(f"{server}/{name}")
        assert counts(fresh) == before
        assert sum(bool(count) for count in before.values()) >= 15
        with psycopg.connect(target.replace(f"//{OWNER}@", f"//{APPLICATION}@")) as application:
            assert _count(application, "enforcement_case") == 0
            application.execute("SELECT set_config('app.scope', 'TC.C01.CC001.,', true)")
            assert _count(application, "enforcement_case") == 1


def test_dump_stops_with_an_error_when_its_role_does_not_see_every_row(
    filled: Flask, settings: Settings, tmp_path: Path
) -> None:
    command = [postgres_program("pg_dump"), "-Fc", "-f", str(tmp_path / "x"), plain(settings.database_url)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "row-level security" in refused.stderr or "permission denied" in refused.stderr

"""Real parts for all tests: a private PostgreSQL cluster, a private Redis, applications on both databases.

Not here: sample rows (`tests/factories.py`), browser set-up (`tests/browser/conftest.py`).
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Result, event
from sqlalchemy.orm import ORMExecuteState, Session

from backoffice import create_app
from backoffice.access.scope import NOTHING, current_scope, leave_scope, system_scope
from backoffice.extensions import db
from config import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A TCP port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_program(name: str) -> str:
    """The path of a PostgreSQL program; Debian keeps the newest out of PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing: install the package postgresql")
    return found


# As an installation has them: the tables' owner, the application's role, and its companion that sees everything.
OWNER, APPLICATION = "openthads_owner", "openthads_app"
_ROLES = (
    f"CREATE ROLE {OWNER} LOGIN",
    f"CREATE ROLE {APPLICATION} LOGIN NOINHERIT",
    f"CREATE ROLE {APPLICATION}_all NOLOGIN BYPASSRLS",
    f"GRANT {APPLICATION}_all TO {APPLICATION}",
)


def _look_again(state: ORMExecuteState) -> Result[Any] | None:
    """Let a test without a scope look again at a row that it holds already.

    A commit empties the rows of a session; reading one again asks PostgreSQL, which shows nothing without a scope.
    """
    if not state.is_column_load or current_scope() != NOTHING:
        return None
    with system_scope("set_up"):
        return state.invoke_statement()


event.listen(Session, "do_orm_execute", _look_again)


def _as_postgres(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The URL of a private, empty cluster's maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="openthads-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    initdb = [
        postgres_program("initdb"),
        "-D",
        str(data),
        "-U",
        "openthads",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(_as_postgres(initdb), check=True, capture_output=True, cwd="/")
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=60"
    control = [postgres_program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run(_as_postgres([*control, "-o", options, "start"]), check=True, capture_output=True, cwd="/")
    cluster = f"postgresql://openthads@127.0.0.1:{port}/postgres"
    with psycopg.connect(cluster, autocommit=True) as connection:
        for statement in _ROLES:
            connection.execute(statement)
    try:
        yield cluster
    finally:
        subprocess.run(
            _as_postgres([*control, "-m", "immediate", "stop"]), check=True, capture_output=True, cwd="/"
        )
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_dsn(postgres_cluster: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database, under the superuser."""
    with database_of(postgres_cluster) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Redis server without persistence: losing it must lose nothing."""
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    _wait_for_port(port)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=10)


def _wait_for_port(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


@contextmanager
def database_of(cluster: str, template: str | None = None) -> Iterator[str]:
    """The superuser's URL of a database that belongs to the owner's role; gone afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    copied = f" TEMPLATE {template}" if template else ""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}{copied}")
    try:
        yield cluster.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(settings: Settings) -> None:
    """Bring a database to the newest migration, in a process of its own as an operator would."""
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_MIGRATION_DATABASE_URL": settings.migration_database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
    }
    command = [sys.executable, "-m", "flask", "--app", "backoffice", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    settings = make_settings(f"sqlite:///{folder / 'template.sqlite'}", folder)
    migrate(settings)
    with closing(sqlite3.connect(folder / "template.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "template.sqlite"


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE openthads_template OWNER {OWNER}")
    url = postgres_cluster.rsplit("/", 1)[0] + "/openthads_template"
    migrate(make_settings(url, tmp_path_factory.mktemp("pg-template")))
    return "openthads_template"


def make_settings(database_url: str, folder: Path, redis_url: str = "redis://127.0.0.1:1/0") -> Settings:
    """Settings of one test: everything it writes stays in its own folder.

    A superuser's URL becomes the one of the application's role, with the owner's for migrations.
    """
    environment = {
        "OPENTHADS_DATABASE_URL": database_url.replace("//openthads@", f"//{APPLICATION}@"),
        "OPENTHADS_MIGRATION_DATABASE_URL": database_url.replace("//openthads@", f"//{OWNER}@"),
        "OPENTHADS_VAR_DIR": str(folder / "var"),
        "OPENTHADS_BUILD_DIR": str(folder / "build"),
        "OPENTHADS_REDIS_URL": redis_url,
        "OPENTHADS_SAMPLE": "1",
    }
    (folder / "var").mkdir(exist_ok=True, parents=True)
    return load_settings(environment)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Runs the test once on each database."""
    return str(request.param)


@pytest.fixture
def settings(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a fresh, migrated, empty database of the kind under test."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.sqlite")
        yield make_settings(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path)
        return
    cluster: str = request.getfixturevalue("postgres_cluster")
    template: str = request.getfixturevalue("postgres_template")
    with database_of(cluster, template) as url:
        yield make_settings(url, tmp_path)


@pytest.fixture
def with_redis(settings: Settings, redis_url: str) -> Settings:
    """The same settings with the real Redis."""
    return replace(settings, redis_url=redis_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on the database under test. No context is pushed: tests push their own."""
    application = create_app("all", settings)
    yield application
    leave_scope()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()

"""A migrated database filled to a size, under the roles of an installation. Not here: the rows themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from benchmarks.cluster import application_of
from benchmarks.staff.rows import fill

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_SET_UP = (
    ("db", "upgrade"),
    ("agencies", "load"),
    ("rules", "load"),
    ("calendar", "load"),
    ("access", "sync"),
)


def make(server: str, name: str, size: int) -> str:
    """Create the database `name` on the server and fill it; returns its owner's address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    owner = server.rsplit("/", 1)[0] + f"/{name}"
    with tempfile.TemporaryDirectory(prefix="openthads-bench-") as folder:
        environment = {
            **os.environ,
            "OPENTHADS_DATABASE_URL": application_of(owner),
            "OPENTHADS_MIGRATION_DATABASE_URL": owner,
            "OPENTHADS_VAR_DIR": folder,
        }
        for words in _SET_UP:
            command = [sys.executable, "-m", "flask", "--app", "backoffice", *words]
            subprocess.run(command, check=True, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    fill(owner, size)
    return owner

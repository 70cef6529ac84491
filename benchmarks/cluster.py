"""A private PostgreSQL server for measurements, gone when they end. Not here: tables and rows (`national`)."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# No autovacuum in the middle of a run; durability is not what is measured.
_SETTINGS = {
    "fsync": "off",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "listen_addresses": "127.0.0.1",
}
_APPLICATION = "openthads_app"
# As an installation has them (docs/operations/install.md); `bench` plays the owner.
_ROLES = (
    f"CREATE ROLE {_APPLICATION} LOGIN NOINHERIT",
    f"CREATE ROLE {_APPLICATION}_all NOLOGIN BYPASSRLS",
    f"GRANT {_APPLICATION}_all TO {_APPLICATION}",
)


@contextmanager
def private_postgres() -> Iterator[str]:
    """The address of a fresh, empty server on a free port, with the roles of an installation."""
    folder = Path(tempfile.mkdtemp(prefix="openthads-bench-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    port = _free_port()
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    control = [program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    _as_postgres([program("initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"])
    _as_postgres([*control, "-o", f"-p {port} -k {folder} {options}", "start"])
    try:
        address = f"postgresql://bench@127.0.0.1:{port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in _ROLES:
                connection.execute(statement)
        yield address
    finally:
        _as_postgres([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def application_of(dsn: str) -> str:
    """The address under which the product is measured: a private server's under the application's role."""
    return dsn.replace("//bench@", f"//{_APPLICATION}@")


def lock_rows(dsn: str) -> None:
    """Put every table of a private server under row-level security, as the migrations do; others stay as they are."""
    if application_of(dsn) == dsn:
        return
    with psycopg.connect(dsn, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            connection.execute(f"GRANT SELECT ON {table} TO {_APPLICATION}, {_APPLICATION}_all")


def server_process(dsn: str) -> int | None:
    """The process id of the server, when it runs on this machine."""
    with psycopg.connect(dsn) as connection:
        backend = connection.info.backend_pid
    try:
        return int(Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return _from_pid_file(dsn)


def _from_pid_file(dsn: str) -> int | None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    path = Path(row[0] if row else "") / "postmaster.pid"
    return int(path.read_text().splitlines()[0]) if path.is_file() else None


def _as_postgres(command: list[str]) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


def program(name: str) -> str:
    """The path of a PostgreSQL program; Debian keeps the newest out of PATH. Raises SystemExit."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is missing: install the package postgresql")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

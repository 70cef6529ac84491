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


@contextmanager
def private_postgres() -> Iterator[str]:
    """The address of a fresh, empty server on a free port."""
    folder = Path(tempfile.mkdtemp(prefix="openthads-bench-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    port = _free_port()
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    control = [_program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    _as_postgres([_program("initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"])
    _as_postgres([*control, "-o", f"-p {port} -k {folder} {options}", "start"])
    try:
        yield f"postgresql://bench@127.0.0.1:{port}/postgres"
    finally:
        _as_postgres([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


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


def _program(name: str) -> str:
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

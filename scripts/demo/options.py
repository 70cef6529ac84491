"""What the person asked for (DEBTORS, PORT, SEED, SERVE), checked before anything is begun.

Not here: doing it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DEBTORS, DEFAULT_PORT, DEFAULT_SEED = 20_000, 8_000, 1
_MEGABYTE = 1024 * 1024
# Database, packages, site and their stages: measured at 20,000 and 200,000 records, rounded up.
_BASE_MEGABYTES, _KILOBYTES_A_RECORD = 250, 9


class DemoError(Exception):
    """Something the person can mend; the text is one sentence that says how."""


@dataclass(frozen=True)
class Options:
    """The checked wishes."""

    debtors: int
    port: int
    seed: int
    serve: bool


def read_options(environ: Mapping[str, str]) -> Options:
    """Read the wishes from the environment; raises DemoError for a value that cannot be used."""
    serve = environ.get("SERVE", "").strip() or "1"
    if serve not in ("0", "1"):
        raise DemoError(f"SERVE must be 0 (build and end) or 1 (build and serve), not {serve}.")
    return Options(
        debtors=_number(environ, "DEBTORS", DEFAULT_DEBTORS, 10, 2_000_000),
        port=_number(environ, "PORT", DEFAULT_PORT, 1024, 65_535),
        seed=_number(environ, "SEED", DEFAULT_SEED, 0, 999_999_999),
        serve=serve == "1",
    )


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise DemoError(f"{name} must be a whole number from {least} to {most}, not {text}.")
    return int(text)


def check_port(port: int) -> None:
    """Raise DemoError when another program uses the port."""
    with socket.socket() as probe:
        # A port of a demonstration that has just ended is free, whatever the system still waits for.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"Port {port} is used by another program: choose a free one, for example make demo PORT={port + 1}."
            ) from None


def check_room(folder: Path, debtors: int) -> None:
    """Raise DemoError when the disk cannot hold the data of so many debtors."""
    needed = _BASE_MEGABYTES + debtors * _KILOBYTES_A_RECORD // 1024
    free = shutil.disk_usage(folder).free // _MEGABYTE
    if free < needed:
        raise DemoError(
            f"The disk has {free} MB free and {debtors} debtors need about {needed} MB: free some room, or take "
            "fewer with DEBTORS=…"
        )


@contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Hold the folder's lock; raises DemoError when another demonstration runs in this folder."""
    var_dir.mkdir(parents=True, exist_ok=True)
    # Opened for reading and writing, not truncated: the first one's address must stay readable.
    handle = os.open(var_dir / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError(
                "A demonstration already runs in this folder: use it, or stop it with Ctrl-C in its window."
            ) from None
        yield
    finally:
        os.close(handle)

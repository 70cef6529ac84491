"""The programs that the tests drive but pip cannot bring: PostgreSQL, Redis, Chromium, PDF tools, a key token.

Where one is missing it is installed with apt when that is allowed, and otherwise named with the command to type.
Not here: what the product needs to run; that comes from the lock alone.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class MissingProgramsError(Exception):
    """Programs are missing and may not be installed from here; the text says what to type."""


def has_postgresql() -> bool:
    """Whether a PostgreSQL server can be started; Debian keeps its programs out of PATH."""
    return bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))) or shutil.which("initdb") is not None


def has_redis() -> bool:
    """Whether a Redis server can be started."""
    return shutil.which("redis-server") is not None


def has_chromium() -> bool:
    """Whether the browser of the distribution is there."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser"))


def has_poppler() -> bool:
    """Whether PDF files can be read and their signatures checked by a program that is not ours."""
    return all(shutil.which(name) for name in ("pdftotext", "pdftoppm", "pdfsig"))


def has_softhsm() -> bool:
    """Whether a software token for PKCS#11 is there."""
    return shutil.which("softhsm2-util") is not None


def has_pango() -> bool:
    """Whether documents can be laid out: the product asks for this library too, and goes on without it."""
    return ctypes.util.find_library("pangoft2-1.0") is not None


PROGRAMS: Mapping[str, Callable[[], bool]] = {
    "postgresql": has_postgresql,
    "redis-server": has_redis,
    "chromium": has_chromium,
    "poppler-utils": has_poppler,
    "softhsm2": has_softhsm,
    "libpangoft2-1.0-0": has_pango,
}


def missing_packages() -> list[str]:
    """The Debian packages whose program is not there."""
    return [package for package, is_there in PROGRAMS.items() if not is_there()]


def ensure_packages() -> None:
    """Install what is missing; raises MissingProgramsError when that is not allowed or does not help."""
    missing = missing_packages()
    if not missing:
        return
    prefix = _apt_prefix()
    advice = f"The tests need {', '.join(missing)}. Type: sudo apt-get install {' '.join(missing)}"
    if prefix is None:
        raise MissingProgramsError(advice)
    print(f"Installing {', '.join(missing)} with apt ...", flush=True)
    # Run level 1 keeps the packages from starting services: the tests start their own on free ports.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(
            [*prefix, *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise MissingProgramsError(f"{advice}  (apt says: {' '.join(last)})")
    if missing_packages():
        raise MissingProgramsError(advice)


def _apt_prefix() -> Sequence[str] | None:
    """How to run apt: directly as root, through sudo without a password, or not at all."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ("sudo", "-E")
    return None


if __name__ == "__main__":
    try:
        ensure_packages()
    except MissingProgramsError as error:
        sys.exit(str(error))

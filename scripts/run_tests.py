"""`make test`: what is missing is installed, then the whole suite runs; arguments choose a part of it.

Not here: the tests and their fixtures.
"""

from __future__ import annotations

import os
import sys
import tempfile

from config import PREFIX, ROOT
from scripts.system_packages import MissingProgramsError, ensure_packages

_WORKERS = 2


def suite_environment() -> dict[str, str]:
    """The environment of the suite: the machine's own, without our settings, with UTF-8 and a home to write to."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    environment.update(LC_ALL="C.UTF-8", PYTHONUTF8="1")
    # Programs that switch to the account of PostgreSQL stand in folders that plain users leave out.
    environment["PATH"] = os.pathsep.join([environment.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    home = environment.get("HOME", "")
    if not os.access(home, os.W_OK):
        # Chromium and some tools write below HOME.
        environment["HOME"] = tempfile.mkdtemp(prefix="openthads-home-")
    return environment


def pytest_command(arguments: list[str]) -> list[str]:
    """The suite on two processes; files are kept together, because their fixtures are dear."""
    return [sys.executable, "-m", "pytest", "-n", str(_WORKERS), "--dist", "loadfile", "-q", *arguments]


def main() -> None:
    """Install what is missing and become pytest, whose exit code is then ours."""
    try:
        ensure_packages()
    except MissingProgramsError as error:
        sys.exit(str(error))
    os.chdir(ROOT)
    command = pytest_command(sys.argv[1:])
    os.execve(command[0], command, suite_environment())  # noqa: S606 (our own program)


if __name__ == "__main__":
    main()

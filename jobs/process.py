"""What keeps processes from outliving each other. Linux does it through a death signal; elsewhere it is a no-op.

Needs the standard library only: the file is also run by itself, before a program that is not ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CANNOT_RUN = 126
# Loaded before any fork: the child of a program with threads should not load libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Let the system end this process when its parent ends, however the parent ends.

    SIGKILL is the default because every job may be killed at any moment, while a polite signal could be
    ignored by a long one.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(by))
    if os.getppid() != parent_pid:
        # The parent died before the call above: its death will not be told any more.
        os.kill(os.getpid(), by)


def bound_command(command: Sequence[str], by: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command so wrapped that the program ends with this process; its path must be absolute.

    The wrapper becomes the program (same process id), so that signals and exit codes are the program's own.
    """
    # -I: the folder of this file must not shadow modules of the standard library.
    return [sys.executable, "-I", str(Path(__file__).resolve()), str(os.getpid()), str(int(by)), *command]


def _become(arguments: Sequence[str]) -> int:
    parent, by, *command = arguments
    die_with_parent(int(parent), signal.Signals(int(by)))
    try:
        os.execv(command[0], command)  # noqa: S606 (our own programs, never a shell)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
    return _CANNOT_RUN


if __name__ == "__main__":
    sys.exit(_become(sys.argv[1:]))

"""What keeps processes from outliving each other. Linux does it through a death signal; elsewhere it is a no-op."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec must not load libraries.
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

"""Keeps several processes running: starts them, restarts them with growing pauses, stops them all together.

Not here: what the processes do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
# A process that lived this long is well: its next death starts with the shortest pause again.
_WELL_AFTER = 30.0
_GRACE = 10.0
_POLL_SECONDS = 0.1


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    restart_at: float = 0.0


@dataclass
class Supervisor:
    """Runs its children until `stop` is called or a signal asks for the end.

    The first child serves the others: it is started before them and stopped after them.
    """

    children: list[Child]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stopping: bool = False

    def run(self) -> int:
        """Supervise until SIGTERM or SIGINT; returns 0 when every child has gone."""
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        try:
            while not self.stopping:
                self.look_after()
                time.sleep(_POLL_SECONDS)
        finally:
            self.stop()
        return 0

    def look_after(self) -> None:
        """Start what is not running, unless its pause lasts."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                continue
            if child.process is not None:
                self._note_death(child, now)
            if now >= child.restart_at:
                self._start(child, now)

    def stop(self) -> None:
        """Ask every child to end, wait a little, then end it; a killed job is simply run again later."""
        _end(self.children[1:])
        _end(self.children[:1])

    def _start(self, child: Child, now: float) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the others in order.
        child.process = subprocess.Popen(
            child.command, env=dict(self.environment), stdin=subprocess.DEVNULL, start_new_session=True
        )
        child.started = now

    def _note_death(self, child: Child, now: float) -> None:
        code = child.process.returncode if child.process else 0
        child.pause = _FIRST_PAUSE if now - child.started > _WELL_AFTER else child.pause
        child.restart_at = now + child.pause
        sys.stderr.write(f"{child.name} ended with code {code}; starting it again in {child.pause:g} s\n")
        child.pause = min(child.pause * 2, _LONGEST_PAUSE)
        child.process = None

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def _end(children: Sequence[Child]) -> None:
    """End these children together."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    end = time.monotonic() + _GRACE
    for process in running:
        try:
            process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def role_command(role: str, *options: str) -> list[str]:
    """The command that runs one role of `python -m jobs` and dies with this process."""
    return [sys.executable, "-m", "jobs", role, "--parent", str(os.getpid()), *options]

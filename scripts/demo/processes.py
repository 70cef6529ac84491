"""The processes of a demonstration: started together, stopped together, gone when this process goes.

Not here: what they do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import ROOT
from jobs.process import bound_command
from scripts.demo.options import DemoError

_GRACE_SECONDS = 20.0


@dataclass
class Processes:
    """What was started, in order; use as a context manager, so that nothing is left behind."""

    log_dir: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Processes:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process with its output in a log file."""
        with (self.log_dir / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                # The system ends it when this process ends, however this process ends.
                bound_command(command, signal.SIGTERM),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise DemoError when a process has ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DemoError(f"The process “{name}” ended; the reason is in {self.log_dir / name}.log.")

    def stop(self) -> None:
        """Ask all to end, newest first, wait, then end what did not listen."""
        processes = list(reversed(self.running.values()))
        for process in processes:
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + _GRACE_SECONDS
        for process in processes:
            try:
                process.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

"""A real mail server in a process of its own, which keeps every message it takes as a file.

Not here: how it answers (`post_office`).
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.conftest import ROOT, _wait_for_port, free_port


class MailServer:
    """The process, its port, and what it has taken so far."""

    def __init__(self, folder: Path, slowest: float = 0.0) -> None:
        self.folder, self.port, self._slowest = folder, free_port(), slowest
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start on the same port as before."""
        command = [sys.executable, "tests/notices/post_office.py", str(self.port), str(self.folder)]
        self._process = subprocess.Popen([*command, str(self._slowest)], cwd=ROOT)
        _wait_for_port(self.port)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def taken(self) -> list[EmailMessage]:
        """Every message that was taken, in order."""
        found = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in found]  # type: ignore[misc]


@contextlib.contextmanager
def mail_server(folder: Path, slowest: float = 0.0) -> Iterator[MailServer]:
    """A server for one test."""
    server = MailServer(folder, slowest)
    try:
        yield server
    finally:
        server.kill()

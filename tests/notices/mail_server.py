"""A real mail server in a process of its own: keeps every message it takes as a file, and misbehaves when asked to.

The local part of an address says how: `refused`, `later`, `full`, `silent` (takes the message and never answers),
`deaf` (breaks the line before the end of the message), anything else is taken after a short moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.conftest import ROOT, _wait_for_port, free_port


class Post:
    """What is done with each message."""

    def __init__(self, folder: Path, slowest: float) -> None:
        self.folder, self.slowest = folder, slowest

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox here: Nguyễn Văn A"
        if address.startswith("later"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        if address.startswith("full"):
            return "452 4.3.1 no room"
        if self.slowest:
            await asyncio.sleep(random.uniform(0, self.slowest))
        self._keep(envelope.content or b"")
        if address.startswith("silent"):
            server.transport.abort()
        if self.slowest:
            await asyncio.sleep(random.uniform(0, self.slowest))
        return "250 2.0.0 taken"

    def _keep(self, content: bytes | str) -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        name = f"{time.monotonic_ns()}-{os.urandom(4).hex()}"
        partial = self.folder / f".{name}"
        partial.write_bytes(raw)
        partial.rename(self.folder / f"{name}.eml")


class MailServer:
    """The process, its port, and what it has taken so far."""

    def __init__(self, folder: Path, slowest: float = 0.0) -> None:
        self.folder, self.port, self._slowest = folder, free_port(), slowest
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start on the same port as before."""
        command = [sys.executable, "-m", "tests.notices.mail_server", str(self.port), str(self.folder)]
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


async def _serve(port: int, folder: Path, slowest: float) -> None:
    post = Post(folder, slowest)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(post, hostname="mail.test", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))

"""The program of the mail server of these tests. It imports nothing of ours, so that it starts at once.

The local part of an address says how it misbehaves: `refused`, `later`, `full`, `silent` (takes the message and never
answers); anything else is taken after a short moment.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


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

"""What tests of background work share: a Redis to kill, a pushed application, waiting for other processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

from flask import Flask

from backoffice import create_app
from backoffice.access.scope import leave_scope
from backoffice.extensions import db
from config import Settings
from tests.conftest import _wait_for_port, free_port


class MortalRedis:
    """A Redis without persistence on one port, to be killed and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start empty, on the same port."""
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_for_port(self.port)

    def kill(self) -> None:
        """End it at once; everything in it is lost."""
        if self._server:
            self._server.kill()
            self._server.wait()
            self._server = None


class running_app:  # noqa: N801 (used as a context manager, like a function)
    """The application pushed, and nothing left of it afterwards."""

    def __init__(self, settings: Settings) -> None:
        self._app: Flask = create_app("public", settings)

    def __enter__(self) -> Flask:
        self._context = self._app.app_context()
        self._context.push()
        return self._app

    def __exit__(self, *_: object) -> None:
        db.session.remove()
        db.engine.dispose()
        leave_scope()
        self._context.pop()


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something that another process does; fail with words when it never happens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        db.session.remove()
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")

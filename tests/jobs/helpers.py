"""What tests of background work share: a Redis to kill, a pushed application, waiting for other processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

from flask import Flask
from redis import Redis
from sqlalchemy import select

from backoffice import create_app
from backoffice.access.actor import Actor
from backoffice.access.scope import leave_scope
from backoffice.extensions import db
from backoffice.models import OutboxMessage
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs import queues
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


class Watched:
    """What a worker is doing, by the job that Redis names and the attempt that the database counts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: tuple[int, str] = (0, "")

    def job_of(self, pid: int | None) -> tuple[str, str] | None:
        """Name and message of the job in whose middle the worker with this process id is.

        None between two jobs, and while a job has not counted its attempt yet.
        """
        with queues.connect(self._settings) as connection:
            for execution in connection.smembers(f"{self._key_of(connection, pid or 0)}:executions"):
                job = execution.decode().partition(":")[0]
                name = (connection.hget(f"rq:job:{job}", "description") or b"").decode()
                message, _dash, before = job.partition("_")
                return (name, message) if _attempts(message) > int(before) else None
        return None

    def _key_of(self, connection: Redis, pid: int) -> str:
        if self._known[0] != pid:
            workers = connection.smembers("rq:workers")
            found = [key.decode() for key in workers if connection.hget(key, "pid") == b"%d" % pid]
            if not found:
                return ""
            self._known = (pid, found[0])
        return self._known[1]


def _attempts(message_id: str) -> int:
    with unit_of_work(Actor.system("jobs")) as session:
        found = session.scalar(select(OutboxMessage.attempts).where(OutboxMessage.id == message_id))
    return found or 0


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something that another process does; fail with words when it never happens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        db.session.remove()
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")

"""Web processes killed while a request is being sent: no code that was shown is lost, no request is made twice.

Not here: kills of workers (`tests/jobs`), of the store of documents (`tests/documents`).
"""

from __future__ import annotations

import http.client
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from backoffice.services.intake_lookup import look_up
from config import ROOT, Settings
from tests.citizens.browser import TOKEN, Citizen
from tests.conftest import free_port

KILLS = 12
NUMBER = "087184000999"
COOKIE = "openthads-dich-vu"


@pytest.fixture
def database_kind() -> str:
    """What is committed is what a server keeps; one kind of database tells it."""
    return "postgresql"


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[psutil.Process, int]]:
    """The citizens' pages on a port, by the server that an installation runs: its master and the port."""
    port = free_port()
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
        "OPENTHADS_SAMPLE": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    command += ["--no-control-socket", "--forwarder-headers", "", "backoffice.web:create_counter()"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield psutil.Process(server.pid), port
        finally:
            server.terminate()
            server.wait(timeout=20)


def ask(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[int, str, str]:
    """One request over the wire: status, place it leads to, text. Raises OSError or HTTPException when it breaks."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Cookie": f"{COOKIE}={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()
    finally:
        line.close()


def wait_for(port: int) -> None:
    """Until a worker answers."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if ask(port, "GET", "/healthz", "")[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError("no worker answers")


def kill_worker(master: psutil.Process, after: float) -> threading.Timer:
    """Kill every worker of the server in a moment."""

    def kill() -> None:
        for worker in master.children():
            with suppress(psutil.NoSuchProcess):
                worker.kill()

    timer = threading.Timer(after, kill)
    timer.start()
    return timer


def test_no_code_is_lost_and_none_doubled_when_the_web_process_is_killed_while_sending(
    counter: Flask, settings: Settings
) -> None:
    dice = random.Random(5)
    shown: dict[str, str] = {}
    with serving(settings) as (master, port):
        wait_for(port)
        for _kill in range(KILLS):
            citizen = Citizen(counter.test_client())
            citizen.go_to_check("feedback")
            token = TOKEN.search(citizen.answer.text)
            kept = citizen.client.get_cookie(COOKIE)
            assert token
            assert kept
            body = urlencode({"csrf_token": token.group(1), "declared": "yes", "go": "send"})
            path = f"/dich-vu/ho-so/{citizen.number}/kiem-tra/"
            timer = kill_worker(master, dice.uniform(0, 0.15))
            place = ""
            with suppress(OSError, http.client.HTTPException):
                _status, place, _text = ask(port, "POST", path, kept.value, body)
            timer.join()
            wait_for(port)
            # Whoever saw no receipt sends once more, as a person would.
            if not place:
                _status, place, _text = ask(port, "POST", path, kept.value, body)
            text = ask(port, "GET", place, kept.value)[2]
            shown[citizen.number] = text.split('id="code">')[1].split("<")[0]
    assert len(set(shown.values())) == KILLS
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalar(select(func.count(OnlineRequest.id))) == KILLS
    with counter.app_context():
        assert len({look_up(code, NUMBER).request_id for code in shown.values()}) == KILLS

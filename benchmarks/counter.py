"""A private installation of the citizens' counter for measurements: its database, its web processes, drafts to send.

Belongs here: what is there before anything is measured, and one request over the wire. Not here: what is measured. It
stands on the parts of the tests, so it needs the packages for development.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication

import pikepdf
import psutil
import psycopg
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from backoffice import create_app
from backoffice.extensions import db
from backoffice.models import RequestDraftFile
from backoffice.queries.request_drafts import lock_draft
from backoffice.services.document import file_row
from backoffice.services.document_vault import Vault
from backoffice.services.draft_seal import DraftKey, new_number
from backoffice.services.request_draft import CITIZEN, Draft, DraftFile, begin_draft, read_draft
from backoffice.services.transaction import unit_of_work
from backoffice.web import SERVICE_PREFIX
from benchmarks.cluster import private_postgres
from benchmarks.office import settings_at
from config import ROOT, Settings, load_settings
from tests import factories
from tests.citizens.browser import TOKEN, Citizen
from tests.conftest import free_port, migrate
from tests.jobs.helpers import running_app

NUMBER = "087184000999"
COOKIE = "openthads-dich-vu"
FILE_BYTES = 50 * 1024
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Counter:
    """The database with agencies and the law, its settings, the store of files.

    `app` answers browsers of this process. It is not the application that is pushed here: in that one's context the
    token of the first browser would stay for all others.
    """

    settings: Settings
    owner_dsn: str
    app: Flask
    vault: Vault


@contextmanager
def private_counter(*, durable: bool = False, redis_url: str = "redis://127.0.0.1:1/0") -> Iterator[Counter]:
    """An installation that is gone afterwards; `durable` waits for the disk at each commit, as a real one does."""
    with tempfile.TemporaryDirectory(prefix="openthads-counter-") as name, private_postgres() as server:
        folder = Path(name)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE counter")
            if durable:
                connection.execute("ALTER SYSTEM SET fsync = on")
                connection.execute("SELECT pg_reload_conf()")
        owner = server.rsplit("/", 1)[0] + "/counter"
        settings = settings_at(owner, folder, redis_url)
        migrate(settings)
        app = create_app("public", settings)
        with running_app(settings):
            factories.make_tree()
            factories.load_law()
            yield Counter(settings, owner, app, Vault.of(settings.documents))
        with app.app_context():
            db.engine.dispose()


def preloaded() -> WSGIApplication:
    """The counter for a web server that loads it once and forks: a worker that was killed is replaced at once."""
    app = create_app("public", load_settings())
    with app.app_context():
        db.engine.dispose()
    return DispatcherMiddleware(_nothing, {SERVICE_PREFIX: app.wsgi_app})


def _nothing(_environ, start_response):  # type: ignore[no-untyped-def]
    start_response("404 Not Found", [])
    return [b""]


@contextmanager
def serving(
    settings: Settings, application: str, *more: str, probe: str = f"{SERVICE_PREFIX}/"
) -> Iterator[tuple[psutil.Process, int]]:
    """An application behind the web server of an installation: its master process and the port, once it answers."""
    port = free_port()
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
        "OPENTHADS_BUILD_DIR": str(settings.build_dir),
        "OPENTHADS_REDIS_URL": settings.redis_url,
        "OPENTHADS_SAMPLE": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "critical"]
    command += ["--no-control-socket", "--forwarder-headers", "", *more, application]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(port, probe)
        yield psutil.Process(server.pid), port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(port: int, probe: str = f"{SERVICE_PREFIX}/") -> None:
    """Until a worker answers. Raises RuntimeError when none does."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if Line(port).ask("GET", probe)[0] == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("no worker answers")


@dataclass
class Line:
    """One browser's requests over the wire, each by a connection of its own, from an address of its own."""

    port: int
    cookie: str = ""
    address: str = "127.0.0.1"

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = _FORM) -> tuple[int, str, str]:
        """Status, place it leads to, text. Raises OSError or HTTPException when the line breaks."""
        status, headers, text = self._asked(method, path, body, kind)
        return status, headers.get("Location", ""), text

    def ask_with_cookie(self, path: str) -> tuple[str, str]:
        """The text of a page, and the cookie that it sets for this browser; the one it has when none is set."""
        _status, headers, text = self._asked("GET", path, b"", _FORM)
        found = SimpleCookie(headers.get("Set-Cookie", ""))
        return text, found[COOKIE].value if COOKIE in found else self.cookie

    def _asked(
        self, method: str, path: str, body: bytes, kind: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(self.address, 0)
        )
        try:
            headers = {"Cookie": f"{COOKIE}={self.cookie}", "Content-Type": kind}
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()


class Drafts:
    """Requests that are filled in up to the last page, as one browser would have them, made by the hundred.

    The first one is filled in page by page; the others are copies of it, each a draft of its own.
    """

    def __init__(self, counter: Counter, form: str = "enforcement_request") -> None:
        self._counter = counter
        citizen = Citizen(counter.app.test_client())
        citizen.go_to_check(form)
        token, kept = TOKEN.search(citizen.answer.text), citizen.client.get_cookie(COOKIE)
        assert token
        assert kept
        with citizen.client.session_transaction() as session:
            self._secret = str(session["draft"])
        self.token, self.cookie = token.group(1), kept.value
        self._pattern = read_draft(self._key(citizen.number))

    def make(self, raw: bytes | None = None) -> str:
        """One more draft, with this file attached if any; returns its number."""
        number = new_number()
        key = self._key(number)
        begin_draft(key, deepcopy(self._pattern))
        if raw is not None:
            self._attach(key, raw)
        return number

    def sending(self) -> bytes:
        """What the button of the last page sends."""
        return urlencode({"csrf_token": self.token, "declared": "yes", "go": "send"}).encode()

    def attaching(self, raw: bytes) -> tuple[bytes, str]:
        """What the page of papers sends with a file, and its content type."""
        edge = "----openthads-counter"
        fields = {"csrf_token": self.token, "paper": "judgment", "title": "", "go": "upload"}
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = 'Content-Disposition: form-data; name="files"; filename="ban-an.pdf"'
        parts.append(f"--{edge}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n".encode())
        return b"".join(
            [*parts, raw, f"\r\n--{edge}--\r\n".encode()]
        ), f"multipart/form-data; boundary={edge}"

    def _key(self, number: str) -> DraftKey:
        return DraftKey(number, self._secret, str(self._counter.app.config["SECRET_KEY"]))

    def _attach(self, key: DraftKey, raw: bytes) -> None:
        """Attach a file as the page of papers does, without the process that judges it."""
        sha256 = hashlib.sha256(raw).hexdigest()
        kept = self._counter.vault.keep(io.BytesIO(raw), sha256)
        with unit_of_work(CITIZEN) as session:
            row = lock_draft(session, key.token, is_for_change=True)
            assert row is not None
            draft = Draft.of(key.open(row.sealed))
            held = RequestDraftFile(draft_id=row.id, file_id=file_row(session, kept, self._counter.vault))
            session.add(held)
            session.flush()
            known = ("judgment", "judgment", "Bản án", held.file_id, "ban-an.pdf", "application/pdf")
            draft.files.append(DraftFile(held.id, *known, len(raw), sha256, is_scanned=True))
            row.sealed = key.seal(draft.record())


def paper(chance: random.Random) -> bytes:
    """A PDF of about 50 KB, unlike any other."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root["/Noise"] = document.make_stream(chance.randbytes(FILE_BYTES))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def address_of(number: int) -> str:
    """An address of the loopback network for one person, so that each has limits of its own."""
    return f"127.{1 + number // 62_500 % 250}.{1 + number // 250 % 250}.{1 + number % 250}"

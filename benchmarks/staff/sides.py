"""The two sides of the comparison: our staff screens and Django's admin, each behind the same web server.

Not here: which pages are measured (`__main__`), rows (`rows`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from benchmarks.staff.client import CLIENTS, Client, hidden
from benchmarks.staff.rows import LOCAL, NATIONAL, PASSWORD

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_FORM = "/parties/form/{}/correct"
_WORKERS = ["--workers", "2", "--threads", "4"]


@dataclass(frozen=True)
class Side:
    """One running server with its signed-in clients: `national` see every row, `local` those of one small agency."""

    name: str
    base: str
    national: list[Client]
    local: list[Client]


@contextmanager
def ours(url: str, folder: Path) -> Iterator[Side]:
    """Our staff screens on the database at `url`."""
    environment = {
        "OPENTHADS_DATABASE_URL": url,
        "OPENTHADS_VAR_DIR": str(folder / "var"),
        "OPENTHADS_BUILD_DIR": str(folder / "build"),
    }
    with _server("backoffice.web:create_web()", environment, "/healthz") as address:
        yield Side("ours", f"{address}/backoffice", *_people(f"{address}/backoffice", "/login/"))


@contextmanager
def django(owner: str) -> Iterator[Side]:
    """Django's admin on the same database, as its owner: nothing of ours stands between."""
    parts = urlsplit(owner)
    environment = {
        "BENCH_HOST": parts.hostname or "127.0.0.1",
        "BENCH_PORT": str(parts.port),
        "BENCH_NAME": parts.path.lstrip("/"),
        "BENCH_USER": parts.username or "",
    }
    with psycopg.connect(owner) as connection:
        rows = connection.execute(
            "SELECT u.username, a.path FROM ab_user u JOIN enforcement_agency a ON a.id = u.agency_id "
            "WHERE u.username = ANY(%s)",
            ([NATIONAL, LOCAL],),
        ).fetchall()
    people = [word for name, path in rows for word in (name, PASSWORD, path)]
    command = [sys.executable, "-m", "benchmarks.django_admin.people", *people]
    subprocess.run(command, check=True, cwd=REPOSITORY, env={**os.environ, **environment})
    with _server("benchmarks.django_admin.wsgi:application", environment, "/admin/login/") as address:
        yield Side("django", f"{address}/admin", *_people(f"{address}/admin", "/login/"))


def our_parties(side: Side, ids: list[int]) -> list[dict[str, str]]:
    """The values of the party forms, so that saving changes nothing but what the measurement wants."""
    return [_typed(side.national[0].get(_FORM.format(key))) for key in ids]


def edit_ours(client: Client, key: int, values: dict[str, str], turn: int) -> None:
    """Open the form of a party and save another address."""
    page = client.get(_FORM.format(key))
    typed = {"address": f"Số {turn} đường số 1", "reason": "Đính chính"}
    client.post(_FORM.format(key), {**values, **_own(page), **typed})


def edit_django(client: Client, key: int, values: dict[str, str], turn: int) -> None:
    """The same in Django's admin."""
    path = f"/django_admin/party/{key}/change/"
    page = client.get(path)
    client.post(path, {**values, **hidden(page), "address": f"Số {turn} đường số 1"})


def search(path: str, name: str, text: str) -> str:
    """The address of a list that is searched."""
    return f"{path}?{name}={quote(text)}"


def _own(page: str) -> dict[str, str]:
    """Token and version of the form in the main part of our page."""
    return hidden(page[page.index("<main") :])


def _typed(page: str) -> dict[str, str]:
    from bs4 import BeautifulSoup  # noqa: PLC0415 (slow to load, and not while pages are timed)

    form = BeautifulSoup(page[page.index("<main") :], "html.parser").find("form", method="post")
    values: dict[str, str] = {}
    if form is None:
        raise RuntimeError("the page has no form")
    for item in form.find_all(["input", "textarea", "select"]):
        if not item.get("name"):
            continue
        if item.name == "select":
            chosen = item.find("option", selected=True)
            values[item["name"]] = chosen["value"] if chosen else ""
        elif item.get("type") not in {"checkbox", "radio"} or item.has_attr("checked"):
            values[item["name"]] = item.text if item.name == "textarea" else item.get("value", "")
    return values


def _people(base: str, login: str) -> tuple[list[Client], list[Client]]:
    groups: dict[str, list[Client]] = {NATIONAL: [], LOCAL: []}
    for username, clients in groups.items():
        for _ in range(CLIENTS):
            client = Client(base)
            client.sign_in(login, username, PASSWORD)
            clients.append(client)
    return groups[NATIONAL], groups[LOCAL]


@contextmanager
def _server(application: str, environment: dict[str, str], probe: str) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        *_WORKERS,
        "--log-level",
        "error",
    ]
    command += ["--forwarder-headers", "", "--no-control-socket", application]
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **environment})
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(Client(address), probe, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(client: Client, probe: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            client.get(probe)
        except (OSError, RuntimeError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server at {client.base} does not answer")

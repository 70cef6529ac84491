"""A real Chromium, a server for built files, and the accessibility check, for all browser tests.

Not here: the pages under test. A file server with a strict content security policy stands in for any web
server, and remembers the paths it was asked for.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.staff import Staff, running_staff
from tests.site.fixtures import packages, site

__all__ = ["packages", "site"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@dataclass
class Served:
    """A folder on a port: its address and the paths asked for so far."""

    url: str
    asked: list[str] = field(default_factory=list)


class _Handler(http.server.SimpleHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serve a folder on a free port until the block ends."""
    asked: list[str] = []
    handler = type("Handler", (_Handler,), {"asked": asked})
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{server.server_address[1]}", asked)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("Chromium is missing: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_site(site: Path) -> Iterator[Served]:
    """The built public site on a port."""
    with serve(site) as served:
        yield served


@pytest.fixture(scope="module")
def staff(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """The staff screens on a port, with a world of rows."""
    with running_staff(sqlite_template, tmp_path_factory.mktemp("staff")) as running:
        yield running


Opener = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opener]:
    """Open an address in a fresh profile; errors in the page's console fail the test at its end.

    `refusal` is the status of an answer that a journey asks for on purpose.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    # An answer, and no fault of the page.
    answers = ["409 (CONFLICT)", "401 (UNAUTHORIZED)"]

    def opener(address: str, *, refusal: str = "", **options: Any) -> Page:
        answers.extend([refusal] if refusal else [])
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(address)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert [said for said in complaints if not said.endswith(tuple(answers))] == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong on a page: rule, number of places, the first place."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']} x{len(rule['nodes'])}: {rule['nodes'][0]['html'][:200]}" for rule in found]

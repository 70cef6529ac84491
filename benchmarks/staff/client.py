"""Signed-in clients that ask for pages at the same time, and how long each page took. Not here: which pages."""

from __future__ import annotations

import http.client
import re
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

CLIENTS = 8
TOKEN = re.compile(r'name="(csrf_token|csrfmiddlewaretoken|version)"[^>]*?value="([^"]*)"')


@dataclass
class Client:
    """One browser without a screen: its cookies and one kept connection."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> str:
        """The text of a page. Raises RuntimeError for any answer but 200."""
        status, text, _where = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{self.base}{path} answered {status}")
        return text

    def post(self, path: str, values: dict[str, str]) -> str:
        """Send a form; returns where the answer leads. Raises RuntimeError for any answer but a redirect."""
        status, text, where = self._ask("POST", path, urlencode(values))
        if status != 302:
            raise RuntimeError(f"{self.base}{path} answered {status}: {text[-400:]}")
        return where

    def sign_in(self, path: str, username: str, password: str) -> None:
        """Sign in through the form."""
        values = hidden(self.get(path))
        self.post(path, {**values, "username": username, "password": password})

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        parts = urlsplit(self.base)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Host": parts.netloc,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (1, 2):
            connection = self.connection or http.client.HTTPConnection(parts.netloc, timeout=120)
            self.connection = connection
            try:
                connection.request(method, parts.path + path, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                # A kept connection may have been closed meanwhile; a fresh one may not.
                self.connection = None
                if attempt == 2:
                    raise
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, text, answer.headers.get("Location", "")


def hidden(page: str) -> dict[str, str]:
    """The token and version that the first form with a token on a page carries."""
    return dict(TOKEN.findall(page))


@dataclass(frozen=True)
class Timing:
    """Milliseconds that single pages took."""

    samples: tuple[float, ...]

    @property
    def p50(self) -> float:
        """Half of the pages were faster."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """Nineteen of twenty pages were faster."""
        return sorted(self.samples)[max(0, round(0.95 * len(self.samples)) - 1)]

    def __add__(self, other: Timing) -> Timing:
        return Timing(self.samples + other.samples)


Work = Callable[[Client, int], None]


def at_once(clients: Sequence[Client], work: Work, rounds: int) -> Timing:
    """Let every client do the work `rounds` times, all clients at once. Raises what the work raised."""
    samples: list[float] = []
    failures: list[Exception] = []
    ready = threading.Barrier(len(clients))

    def run(number: int, client: Client) -> None:
        try:
            ready.wait()
            for turn in range(rounds):
                began = time.perf_counter()
                work(client, turn * len(clients) + number)
                samples.append((time.perf_counter() - began) * 1000)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Timing(tuple(samples))

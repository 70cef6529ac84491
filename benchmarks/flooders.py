"""Clients that send one form over and over, as a program of their own: it must not share a process with others.

Run as `python -m benchmarks.flooders PORT CLIENTS NET LEAST`; the clients have addresses of 127.NET.0.0. It says
`begun` once forms are answered, floods until its input has ended and LEAST answers are there, and then says in one line
of JSON what was answered. Nothing of the back office is imported, so that it starts at once.
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import threading
from collections import Counter

_FORM = "/dich-vu/nop-ho-so/"
_BEGUN_AFTER = 20
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_HEADING = re.compile(r"<h1[^>]*>([^<]+)</h1>")


class Flood:
    """What the clients share: whether to go on, what was answered, what those that were held back were told."""

    def __init__(self, port: int, net: int, least: int) -> None:
        self._port, self._net, self._least = port, net, least
        self.done, self.begun, self.enough = threading.Event(), threading.Event(), threading.Event()
        self.answers: Counter[str] = Counter()
        self.said: set[str] = set()

    def send(self, number: int) -> None:
        """One client's work, from an address of its own: the form once, then the same answer again and again."""
        address = f"127.{self._net}.0.{number + 1}"
        while not self.done.is_set():
            try:
                self._send_from(address)
            except (OSError, http.client.HTTPException):
                self.answers["broken"] += 1

    def _send_from(self, address: str) -> None:
        _status, cookie, page = self._asked(address, "GET")
        token = _TOKEN.search(page)
        if token is None:
            return
        body = f"csrf_token={token.group(1)}&procedure=feedback"
        while not self.done.is_set():
            status, _cookie, page = self._asked(address, "POST", body, cookie)
            self.answers[str(status)] += 1
            if status == http.client.TOO_MANY_REQUESTS:
                self.said.update(_HEADING.findall(page))
            if self.answers.total() >= _BEGUN_AFTER:
                self.begun.set()
            if self.answers.total() >= self._least:
                self.enough.set()

    def _asked(self, address: str, method: str, body: str = "", cookie: str = "") -> tuple[int, str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60, source_address=(address, 0))
        try:
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            line.request(method, _FORM, body or None, headers)
            answer = line.getresponse()
            set_cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
            return answer.status, set_cookie, answer.read().decode()
        finally:
            line.close()


def main() -> None:
    """Flood until standard input ends."""
    port, clients, net, least = (int(text) for text in sys.argv[1:5])
    flood = Flood(port, net, least)
    threads = [threading.Thread(target=flood.send, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    flood.begun.wait(60)
    print("begun", flush=True)
    sys.stdin.read()
    flood.enough.wait(120)
    flood.done.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"answers": flood.answers, "said": sorted(flood.said)}), flush=True)


if __name__ == "__main__":
    main()

"""Who may use which route: every role × route × method, asked for real; `python -m tests.views.matrix` writes the page.

A cell is `yes` when the role gets further than the question whether it may (also to a refusal of what was sent),
`no` when it is refused for what it is. Not here: which rows are visible (the canary walk).
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from backoffice import create_app
from backoffice.access.roles import Role
from config import Settings
from tests.conftest import ROOT, make_settings, migrate
from tests.views.walk import own_ids, rules, words_of
from tests.views.world import PEOPLE, TOKEN, World, build_world, token_of, username

PAGE = ROOT / "docs" / "access-matrix.csv"
METHODS = ("GET", "POST")
# The statuses that come after the question whether a role may.
_FURTHER = frozenset({200, 302, 303, 400, 404, 409})
# A role is asked at the smallest agency that has it.
HOME = {role: code for code in ("TC", "C01", "CC001") for role in PEOPLE[code]}


def matrix(world: World) -> Iterator[list[str]]:
    """The heading, then a line for each route and method with a cell for each role."""
    yield ["route", "method", *(role.value for role in Role)]
    lines: dict[tuple[str, str], list[str]] = {}
    for role in Role:
        asking = Asking(world, role)
        for method in METHODS:
            for rule in sorted(rules(world.app, method), key=str):
                lines.setdefault((str(rule), method), []).append(asking.cell(rule, method))
    for (route, method), cells in sorted(lines.items()):
        yield [route, method, *cells]


class Asking:
    """One person of a role, who asks for one route after another."""

    def __init__(self, world: World, role: Role) -> None:
        self.world, self.role = world, role
        self._sign_in()

    def cell(self, rule: Rule, method: str) -> str:
        """`yes` or `no` for one route. Raises AssertionError for any status that says neither."""
        address = _address(self.world, HOME[self.role], rule)
        answer = self._ask(address, method)
        if answer.status_code == 401 or "/login/" in (answer.location or ""):
            # What was asked for before has ended the session, as it should.
            self._sign_in()
            answer = self._ask(address, method)
        if answer.status_code in _FURTHER:
            return "yes"
        assert answer.status_code == 403, (self.role, method, address, answer.status_code)
        return "no"

    def _ask(self, address: str, method: str) -> TestResponse:
        if method == "GET":
            return self.client.get(address)
        # A fresh token each time: some deeds begin the session anew, and an old token would be refused first.
        home = self.client.get("/").text
        token = token_of(home) if TOKEN.search(home) else ""
        return self.client.post(address, data={"csrf_token": token, "version": "1", "reason": "Thử"})

    def _sign_in(self) -> None:
        # An address for each role: tries to sign in are counted by address, and each role sends a bad one.
        address = f"127.0.1.{list(Role).index(self.role) + 1}"
        self.client = self.world.client(username(HOME[self.role], self.role), address)


def _address(world: World, code: str, rule: Rule) -> str:
    """The route with an own row of its screen and the first of its words."""
    ids = own_ids(world, code)
    values: dict[str, object] = {}
    for name in rule.arguments:
        is_number = rule._converters[name].__class__.__name__ == "IntegerConverter"
        values[name] = ids.get(rule.endpoint.partition(".")[0], 1) if is_number else words_of(rule, name)[0]
    built = rule.build(values)
    assert built is not None, rule
    return built[1]


def read_page() -> list[list[str]]:
    """The reviewed file."""
    with PAGE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def main() -> int:
    """Write the file anew; whoever runs this reads the difference before committing it."""
    with tempfile.TemporaryDirectory(prefix="openthads-matrix-") as name:
        folder = Path(name)
        settings = make_settings(f"sqlite:///{folder / 'matrix.sqlite'}", folder)
        migrate(settings)
        write_page(PAGE, matrix(_world(settings)))
    return 0


def write_page(page: Path, lines: Iterable[list[str]]) -> None:
    """Write the file when all lines are there: a walk that stops halfway leaves the reviewed file as it was."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    page.write_text(text.getvalue(), encoding="utf-8")


def _world(settings: Settings) -> World:
    app: Flask = create_app("staff", settings)
    return build_world(app)


if __name__ == "__main__":
    sys.exit(main())

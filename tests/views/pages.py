"""Every page that a person can open in a world: one real address for each GET route, and what it answers.

Not here: assertions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.world import PEOPLE, World, username

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
# Beside the ids of the world's rows: the first rows of tables that the world does not name.
_FIRST_IDS = range(1, 4)


@dataclass(frozen=True)
class Opened:
    """A route, the address that was opened, and the page."""

    rule: str
    address: str
    html: str


class _Skeleton(HTMLParser):
    """Tags and classes without texts, ids and addresses; rows that repeat count once."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.parts.append(f"{tag}.{own.get('class') or ''}.{own.get('role') or ''}.{own.get('type') or ''}")


def everybody() -> list[str]:
    """The user names of one person for each role and agency of the world."""
    return [username(code, role) for code, roles in PEOPLE.items() for role in roles]


def one_for_each_role() -> list[str]:
    """The user names of one person for each role."""
    first: dict[Role, str] = {}
    for code in ("CC001", "C01", "TC"):
        for role in PEOPLE[code]:
            first.setdefault(role, username(code, role))
    return list(first.values())


def pages_of(world: World, name: str, client: FlaskClient) -> Iterator[Opened]:
    """One page for each GET route that this person may open and that has a row the person may see."""
    code = name.split(".", 1)[0].upper()
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "<path:" in str(rule) or rule.endpoint == "SignInView.login":
            continue
        for address in _addresses(world, code, str(rule), rule.endpoint.split(".")[0]):
            answer = client.get(address, buffered=True)
            # A part of a page that a script fetches is no page.
            if answer.status_code == 200 and answer.text.lstrip().startswith("<!doctype html>"):
                yield Opened(str(rule), address, answer.text)
                break


def skeleton(html: str) -> frozenset[str]:
    """What a page is built of; two pages with the same have the same faults."""
    parser = _Skeleton()
    parser.feed(html)
    return frozenset(parser.parts)


def _addresses(world: World, code: str, rule: str, screen: str) -> list[str]:
    """The addresses to try: with the row that the screen has in the person's agency first."""
    if "<" not in rule:
        return [rule]
    likely = [world.rows.get((code, screen)), world.shared.get(screen)]
    rest = sorted({*world.rows.values(), *world.shared.values(), *_FIRST_IDS})
    keys = [key for key in likely if key is not None] + rest
    return [_PART.sub(str(key), rule) for key in keys]

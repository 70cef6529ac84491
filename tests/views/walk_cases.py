"""The canary walk: no text of an agency's rows reaches anybody outside its subtree, by any route, word or id.

Here: the cases. Each of `test_walk_*.py` runs them in a world of its own: both databases, and PostgreSQL with the
session guard taken off, where row-level security is the only lock. Together they ask for more than 20,000 answers.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.walk import LARGEST_ID, NOBODY, addresses, filtered, rules
from tests.views.world import SUBTREES, World, foreign_markers, token_of, username

# Roles with different rights at three levels; administrators last, because their buttons close accounts.
WALKERS = (
    ("CC001", Role.HEAD),
    ("CC288", Role.ENFORCEMENT_OFFICER),
    ("C01", Role.INSPECTOR),
    ("C01", Role.HEAD),
    ("CC001", Role.AGENCY_ADMINISTRATOR),
)
# Beside what a person may do, a walk meets addresses of nobody, refused steps and refused words.
CALM = frozenset({200, 302, 303, 400, 403, 404, 405, 409, 413, 415, 422})
# The questions that the agency asks are those of the agencies above it and its own.
PREVIEW = "/survey-questions/preview"
ABOVE = {code: {upper for upper, below in SUBTREES.items() if code in below} for code in SUBTREES}
ABOVE["CC288"].add("C30")
EVERY_ID = (*range(1, LARGEST_ID), NOBODY)


def check(world: World, code: str, answer_text: str, status: int, address: str) -> None:
    """No other status than a calm one, and no foreign mark; citizens read the questions of the agencies above too."""
    assert status in CALM, (address, status)
    above = ABOVE[code] if address == PREVIEW else set()
    assert foreign_markers(answer_text, {*SUBTREES[code], *above}) == set(), address


@pytest.mark.parametrize(("code", "role"), WALKERS)
def test_walk_shows_nothing_foreign_when_every_page_is_opened(
    walk_world: World, code: str, role: Role
) -> None:
    client = walk_world.client(username(code, role))
    asked = 0
    for rule in rules(walk_world.app, "GET"):
        for address in addresses(rule, EVERY_ID):
            answer = client.get(address)
            check(walk_world, code, answer.text, answer.status_code, address)
            asked += 1
    assert asked > 600


@pytest.mark.parametrize(("code", "role"), [("CC001", Role.HEAD), ("C01", Role.HEAD)])
def test_walk_shows_nothing_foreign_when_every_filter_is_tried(
    walk_world: World, code: str, role: Role
) -> None:
    client = walk_world.client(username(code, role))
    asked = 0
    for address in filtered(walk_world.app):
        answer = client.get(address)
        check(walk_world, code, answer.text, answer.status_code, address)
        asked += 1
    assert asked > 600


@pytest.mark.parametrize(("code", "role"), WALKERS)
def test_walk_changes_nothing_foreign_when_every_button_is_pressed(
    walk_world: World, code: str, role: Role
) -> None:
    client = walk_world.client(username(code, role))
    token = token_of(client.get("/").text)
    asked = 0
    for rule in rules(walk_world.app, "POST"):
        for address in addresses(rule, EVERY_ID):
            answer = press(client, address, token)
            check(walk_world, code, answer.text, answer.status_code, address)
            asked += 1
    assert asked > 500


def press(client: FlaskClient, address: str, token: str) -> object:
    """Send what most buttons send, and follow to the page they lead to."""
    values = {"csrf_token": token, "version": "1", "reason": "Thử", "locale": "vi", "next": "/"}
    return client.post(address, data=values, follow_redirects=True)

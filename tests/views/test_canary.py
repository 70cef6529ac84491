"""The canary walk: no text of an agency's rows reaches anybody outside its subtree, by any path of the screens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import is_guarded
from backoffice.extensions import db
from tests.views.world import PEOPLE, SUBTREES, World, foreign_markers, token_of, username

LARGEST_ROW = 14
FILTERS = {
    "q": ("nguyen van hoa", "omega", "1", "zz"),
    "number": ("3", "ds"),
    "state": ("published", "verifying", "drafted", "failed"),
    "agency": ("CC001", "CC002", "C30", "TC", "ZZ9"),
    "under": ("C01", "CC288"),
    "case": tuple(str(number) for number in range(1, 8)),
    "decision": ("1", "5", "6"),
    "parent": ("1", "2", "3"),
    "publish_due": ("overdue", "soon"),
    "published_from": ("01/01/2020",),
    "role": ("debtor",),
}


def lists(world: World) -> list[str]:
    """The address of every list."""
    return [str(rule) for rule in world.app.url_map.iter_rules() if str(rule).endswith("/list/")]


def paths(world: World) -> Iterator[str]:
    """Every GET address of the staff screens, with every id that a row of the world may have."""
    for rule in world.app.url_map.iter_rules():
        path = str(rule)
        if "GET" not in (rule.methods or ()) or "<path:" in path:
            continue
        if "<int:pk>" not in path:
            yield path
            continue
        for pk in range(1, LARGEST_ROW):
            yield path.replace("<int:pk>", str(pk))


def filtered(world: World) -> Iterator[str]:
    """Every list with every filter of the table above and both directions; most lists refuse most filters."""
    for path in lists(world):
        for name, values in FILTERS.items():
            for value in values:
                yield f"{path}?{name}={value}"
        for column in ("id", "name_sort", "publish_due_on", "username", "path", "accepted_on"):
            for direction in ("asc", "desc"):
                yield f"{path}?order={column}&direction={direction}"


def walk(world: World, code: str) -> int:
    """Open every page as every person of the agency; returns how many answers were clean."""
    answers = 0
    for role in PEOPLE[code]:
        client = world.client(username(code, role))
        # All roles open every page; one of them also tries every filter and order.
        more = filtered(world) if role is Role.HEAD else ()
        for address in (*paths(world), *more):
            answer = client.get(address)
            answers += 1
            assert answer.status_code in {200, 302, 400, 403, 404}, address
            assert foreign_markers(answer.text, SUBTREES[code]) == set(), address
    return answers


@pytest.mark.parametrize("code", ["CC001", "CC288", "C01"])
def test_walk_shows_nothing_foreign_when_every_page_is_opened(read_world: World, code: str) -> None:
    assert walk(read_world, code) > 400


@pytest.mark.parametrize("code", ["CC288", "C01"])
def test_walk_shows_nothing_foreign_when_the_database_is_the_only_lock(
    unguarded_world: World, code: str
) -> None:
    with unguarded_world.app.app_context():
        assert not is_guarded(db.session)
    assert walk(unguarded_world, code) > 400


def test_walk_shows_everything_when_the_national_administrator_opens_it(read_world: World) -> None:
    client = read_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    seen: set[str] = set()
    for address in lists(read_world):
        seen |= foreign_markers(client.get(address).text, set())
    assert seen == SUBTREES["TC"]


def own_and_foreign(world: World, client: FlaskClient, screen: str) -> Iterator[tuple[str, int]]:
    """Addresses of the rows of CC002, CC288 and C01 for somebody of CC001."""
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{screen}.") and "<int:pk>" in str(rule):
            for code in ("CC002", "CC288", "C01", "TC"):
                yield str(rule), world.rows[code, screen]


SCREENS = (
    "CaseView",
    "EnforcementDecisionView",
    "NonEnforceableDecisionView",
    "DebtorRecordView",
    "PartyView",
)


@pytest.mark.parametrize("screen", SCREENS)
def test_foreign_row_looks_like_a_missing_one_when_its_address_is_known(
    read_world: World, screen: str
) -> None:
    client = read_world.client(username("CC001", Role.HEAD))
    for rule, pk in own_and_foreign(read_world, client, screen):
        answers = []
        for key in (pk, 987654):
            address = rule.replace("<int:pk>", str(key)).replace("<string:name>", "publish")
            if "step" in rule:
                page = client.get("/").text
                answer = client.post(address, data={"csrf_token": token_of(page), "version": "1"})
            else:
                answer = client.get(address)
            assert answer.status_code == 404, address
            answers.append(_without_path(answer.text))
        assert answers[0] == answers[1]


def _without_path(page: str) -> str:
    """The page without the forms' tokens and without the address that the language form goes back to."""
    return re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", page)


def test_staff_names_of_other_agencies_stay_hidden_when_a_shared_row_names_them(read_world: World) -> None:
    run = read_world.shared["ExportRunView"]
    page = read_world.client(username("CC001", Role.MONITORING_OFFICER)).get(f"/export-runs/show/{run}")
    assert page.status_code == 200
    assert "Công chức cơ quan khác" in page.text
    assert foreign_markers(page.text, {"CC001"}) == set()


def test_staff_list_names_only_the_own_subtree_when_an_agency_administrator_opens_it(
    read_world: World,
) -> None:
    page = read_world.client(username("C01", Role.AGENCY_ADMINISTRATOR)).get("/staff/list/").text
    assert foreign_markers(page, set()) == SUBTREES["C01"]
    assert "tc.national_administrator" not in page

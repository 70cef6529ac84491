"""What nobody outside a subtree learns; the walk over all routes is in `test_walk_*.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.world import SUBTREES, World, foreign_markers, token_of, username, without_tokens


def lists(world: World) -> list[str]:
    """The address of every list."""
    return [str(rule) for rule in world.app.url_map.iter_rules() if str(rule).endswith("/list/")]


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
            answers.append(without_tokens(answer.text))
        assert answers[0] == answers[1]


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

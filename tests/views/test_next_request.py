"""From one request to the next: only those whose next move is the person's, in a circle, and nothing of others."""

from __future__ import annotations

import pytest

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.services.document_vault import Vault
from tests.requests import registered
from tests.views.test_requests import desk, received
from tests.views.world import World, username

HOME = "/"


@pytest.fixture
def keys(light_world: World) -> list[int]:
    """Three new requests to CC001 in the order in which they came; all others have ended."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
            for row in db.session.query(OnlineRequest):
                row.state = "withdrawn"
            db.session.commit()
        found = [registered(agency, vault).request_id for _number in range(3)]
        db.session.remove()
        return found


def follow(client: object, key: int) -> str:
    """Where the next request of this one leads."""
    answer = client.get(f"/requests/next/{key}")  # type: ignore[attr-defined]
    assert answer.status_code == 302
    return str(answer.location)


def test_next_request_comes_in_the_order_of_receipt_and_in_a_circle(
    light_world: World, keys: list[int]
) -> None:
    client = desk(light_world)
    way = [follow(client, key) for key in keys]
    assert way == [f"/requests/show/{key}" for key in (keys[1], keys[2], keys[0])]
    assert "data-next-request" in client.get(f"/requests/show/{keys[0]}").text


def test_next_request_leaves_out_those_of_colleagues_and_those_that_wait_for_the_citizen(
    light_world: World, keys: list[int]
) -> None:
    client = desk(light_world)
    received(light_world, client, keys[1])
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.get_one(OnlineRequest, keys[1]).handler_id = light_world.people[
            username("CC001", Role.HEAD)
        ]
        db.session.get_one(OnlineRequest, keys[2]).state = "supplement_asked"
        db.session.commit()
    assert follow(client, keys[0]) == HOME


def test_next_request_leads_home_when_the_role_has_no_move(light_world: World, keys: list[int]) -> None:
    client = light_world.client(username("C01", Role.INSPECTOR))
    assert follow(client, keys[0]) == HOME
    assert "data-next-request" not in client.get(f"/requests/show/{keys[0]}").text


def test_next_request_is_refused_from_a_request_of_others_and_with_unknown_words(
    light_world: World, keys: list[int]
) -> None:
    client = desk(light_world)
    foreign = light_world.rows["CC288", "OnlineRequestView"]
    assert client.get(f"/requests/next/{foreign}").status_code == 404
    assert client.get(f"/requests/next/{keys[0]}?tab=1").status_code == 400

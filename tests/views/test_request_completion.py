"""While a request waits for its applicant, on the staff screens: taking in what came, closing it without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.services.document_vault import Vault
from tests.requests import registered
from tests.views.test_requests import WORDS, desk, received, send, stored
from tests.views.world import World, username


@pytest.fixture
def request_id(light_world: World) -> int:
    """A new request to CC001."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        key = registered(agency, vault).request_id
        db.session.remove()
        return key


def asked(world: World, client: FlaskClient, key: int) -> int:
    """Ask the applicant to complete the request by tomorrow; its version then."""
    until = f"{clock.today() + timedelta(days=1):%d/%m/%Y}"
    answer = send(
        client, f"/requests/form/{key}/supplement", received(world, client, key), until=until, **WORDS
    )
    assert answer.status_code == 302
    return int(stored(world, key)["version"])


def test_papers_brought_to_the_desk_are_taken_in_on_the_screen(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    version = asked(light_world, client, request_id)
    address = f"/requests/form/{request_id}/take-in"
    today = f"{clock.today():%d/%m/%Y}"
    assert f'value="{today}"' in client.get(address).text
    typed = {"way": "desk", "on": "32/13/2026", "text": "Bản sao bản án"}
    refused = send(client, address, version, **typed)
    assert (refused.status_code, "Bản sao bản án" in refused.text) == (400, True)
    assert send(client, address, version, **{**typed, "on": today}).status_code == 302
    assert stored(light_world, request_id)["state"] == "received"
    page = client.get(f"/requests/show/{request_id}").text
    assert "Bản sao bản án" in page
    assert send(client, address, version + 1, **{**typed, "on": today}).status_code in (400, 409)


def test_waiting_request_is_found_and_closed_when_the_day_has_passed(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    version = asked(light_world, client, request_id)
    found, address = "/requests/list/?unanswered=yes", f"/requests/form/{request_id}/guide"
    assert f"/requests/show/{request_id}" not in client.get(found).text
    assert send(client, address, version, **WORDS).status_code == 400
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        later = desk(light_world)
        assert f"/requests/show/{request_id}" in later.get(found).text
        page = later.get(f"/requests/show/{request_id}").text
        assert address in page
        assert send(later, address, version, **WORDS).status_code == 302
    assert stored(light_world, request_id)["outcome"] == "guided"


def test_papers_are_not_taken_in_when_the_role_is_not_at_the_desk(
    light_world: World, request_id: int
) -> None:
    version = asked(light_world, desk(light_world), request_id)
    head = light_world.client(username("CC001", Role.HEAD))
    address, typed = f"/requests/form/{request_id}/take-in", {"way": "desk", "text": "Bản án"}
    assert send(head, address, version, on=f"{clock.today():%d/%m/%Y}", **typed).status_code == 403
    assert stored(light_world, request_id)["state"] == "supplement_asked"

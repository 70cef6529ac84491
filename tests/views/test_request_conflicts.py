"""Two on one request: whoever comes second is told, sees what the first did, and keeps what was typed.

Not here: both at the very same moment (`tests/services/test_request_races`), rows of cases (`test_editing`).
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.services.citizen_request import withdraw_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import look_up
from tests.requests import NUMBER, registered
from tests.views.test_editing import form_of, open_form, words
from tests.views.test_requests import send, stored
from tests.views.world import World, username

MINE, THEIRS = "Đề nghị bổ sung bản án của tôi.", "Hướng dẫn của đồng nghiệp."


@pytest.fixture
def taken(light_world: World) -> tuple[int, str, FlaskClient]:
    """A request that was received: its id and code, and the browser of the officer who has it."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        receipt = registered(agency, vault)
        db.session.remove()
    client = light_world.client(username("CC001", Role.SUPPORT_OFFICER))
    version = stored(light_world, receipt.request_id)["version"]
    assert send(client, f"/requests/step/{receipt.request_id}/receive", version).status_code == 302
    return receipt.request_id, receipt.code, client


def typed_in(client: FlaskClient, address: str) -> dict[str, Any]:
    """The form that asks for more, filled in and not sent yet."""
    until = clock.today().replace(year=clock.today().year + 1)
    return open_form(client, address) | {"text": MINE, "sending": "software", "until": f"{until:%d/%m/%Y}"}


def test_second_officer_sees_what_the_first_did_when_both_had_the_request_open(
    light_world: World, taken: tuple[int, str, FlaskClient]
) -> None:
    key, _code, client = taken
    mine, theirs = f"/requests/form/{key}/supplement", f"/requests/form/{key}/guide"
    colleague = light_world.client(username("CC001", Role.SUPPORT_OFFICER))
    typed = typed_in(client, mine)
    other = open_form(colleague, theirs) | {"text": THEIRS, "sending": "software"}
    assert colleague.post(theirs, data=other).status_code == 302
    answer = client.post(mine, data=typed)
    assert answer.status_code == 409
    assert form_of(answer.text)["text"] == MINE
    assert "hướng dẫn" in words(answer.text).lower()
    assert stored(light_world, key)["state"] == "guided"


def test_officer_keeps_the_text_and_sends_nothing_when_the_applicant_withdrew_meanwhile(
    light_world: World, taken: tuple[int, str, FlaskClient]
) -> None:
    key, code, client = taken
    address = f"/requests/form/{key}/supplement"
    typed = typed_in(client, address)
    with light_world.app.app_context():
        withdraw_request(look_up(code, NUMBER), "")
        db.session.remove()
    answer = client.post(address, data=typed)
    assert answer.status_code == 409
    assert form_of(answer.text)["text"] == MINE
    assert stored(light_world, key)["state"] == "withdrawn"

"""What nobody should type, into every form and step of citizens' requests: a sentence, the text kept, never a fault.

Not here: lists and forms that heads and administrators meet anyway (`test_bad_input`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot, EnforcementAgency, OnlineRequest
from backoffice.services.document_vault import Vault
from backoffice.views.request_deeds import REQUEST_DEEDS
from backoffice.views.request_forms import REQUEST_FORMS
from tests.requests import registered
from tests.views.test_bad_input import BAD_FIELDS, REFUSED, calm
from tests.views.world import World, token_of, username

WORDS = "Đề nghị bổ sung bản án, mang theo bản chính."
STATES = {
    "admit": ("denunciation", "received"),
    "announce": ("feedback", "drafted"),
    "assign": ("enforcement_request", "in_examination"),
    "bar": ("denunciation", "received"),
    "book-visit": ("enforcement_request", "awaiting_originals"),
    "cancel-visit": ("result_confirmation", "signed"),
    "classify": ("feedback", "received"),
    "move-visit": ("result_confirmation", "signed"),
    "return": ("enforcement_request", "signed"),
}
FAMILIES = ("denunciation", "enforcement_request", "feedback", "result_confirmation")
HEADS = frozenset({"admit", "assign", "bar", "hand-over"})
USUAL = ("enforcement_request", "received")
GOOD = {
    "text": WORDS,
    "sending": "email",
    "until": "31/12/2026",
    "ground_code": "no_competence",
    "kind": "proposal",
    "is_eligible": "yes",
    "competence": "own",
    "people_count": "1",
    "fee_vnd": "",
    "fee_receipt_number": "",
    "slot_id": "",
    "officer_id": "",
    "reason": WORDS,
}


@pytest.fixture(scope="module")
def requests(light_world: World) -> dict[str, int]:
    """A request of CC001 for each family that the forms meet."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        found = {name: registered(agency, vault, name).request_id for name in FAMILIES}
        with system_scope("set_up"):
            _book(agency, found["result_confirmation"])
        db.session.remove()
        return found


def _book(agency: EnforcementAgency, key: int) -> None:
    """A visit for the one request that comes for its result."""
    own = {"agency_id": agency.id, "agency_path": agency.path}
    starts = clock.now() + timedelta(days=1)
    slot = AppointmentSlot(**own, desk="Bàn 9", starts_at=starts, ends_at=starts + timedelta(minutes=30))
    more = {"purpose": "result", "state": "booked", "public_key": uuid4().hex}
    visit = Appointment(**own, **more, request_id=key, slot=slot, starts_at=starts)
    db.session.add(visit)
    db.session.commit()


def put(world: World, key: int, state: str) -> str:
    """Bring a request into a state; its version."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, key)
        row.state, row.outcome, row.answer_due_on = state, None, None
        for visit in db.session.scalars(select(Appointment).where(Appointment.request_id == key)):
            visit.state = "booked"
        db.session.commit()
        version = str(row.version)
        db.session.remove()
        return version


def person(world: World, name: str) -> FlaskClient:
    """Somebody who may use the form."""
    role = Role.HEAD if name in HEADS else Role.SUPPORT_OFFICER
    return world.client(username("CC001", role))


def bodies(columns: tuple[str, ...], shift: int) -> list[tuple[str, dict[str, Any]]]:
    """A form with one bad field each; another sample of the bad for each field."""
    found = []
    for place, field in enumerate((*columns, "version")):
        for turn, bad in enumerate(BAD_FIELDS):
            if (turn + place + shift) % 2 == 0:
                found.append((field, {field: bad.encode("utf-8", "surrogatepass")}))
    return found


@pytest.mark.parametrize("name", sorted(REQUEST_FORMS))
def test_form_is_refused_with_the_text_kept_when_a_field_is_bad(
    light_world: World, requests: dict[str, int], name: str
) -> None:
    procedure, state = STATES.get(name, USUAL)
    key, client, columns = requests[procedure], person(light_world, name), REQUEST_FORMS[name].form.columns
    version = put(light_world, key, state)
    page = client.get(f"/requests/form/{key}/{name}")
    assert page.status_code == 200
    good = {field: value for field, value in GOOD.items() if field in columns}
    for field, bad in bodies(columns, len(name)):
        sent = {"csrf_token": token_of(page.text), "version": version, **good, **bad}
        answer = client.post(f"/requests/form/{key}/{name}", data=sent)
        assert calm(answer), (field, bad)
        assert answer.status_code in REFUSED | {200, 302}, (field, bad)
        if answer.status_code == 302:
            version = put(light_world, key, state)
        elif "text" in columns and field not in {"text", "version"}:
            assert WORDS in answer.text, (field, bad)


@pytest.mark.parametrize("name", sorted(REQUEST_FORMS))
def test_form_changes_nothing_when_token_or_session_are_gone(
    light_world: World, requests: dict[str, int], name: str
) -> None:
    procedure, state = STATES.get(name, USUAL)
    key, client = requests[procedure], person(light_world, name)
    version = put(light_world, key, state)
    sent = {"version": version, **GOOD, "csrf_token": "x"}
    for one in (client, light_world.client()):
        answer = one.post(f"/requests/form/{key}/{name}", data=sent)
        assert calm(answer)
        assert answer.status_code in {302, 400, 401, 403}
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, key)
        assert (row.state, str(row.version)) == (state, version)


def test_first_value_counts_when_a_field_is_sent_twice(light_world: World, requests: dict[str, int]) -> None:
    key, client = requests["enforcement_request"], person(light_world, "guide")
    version = put(light_world, key, "received")
    token = token_of(client.get(f"/requests/form/{key}/guide").text)
    sent = {"csrf_token": token, "version": version, "sending": ["software", "email"], "text": [WORDS, "Hai"]}
    assert client.post(f"/requests/form/{key}/guide", data=sent).status_code == 302
    page = BeautifulSoup(client.get(f"/requests/show/{key}").text, "html.parser").get_text()
    assert WORDS in page
    assert "Hai\n" not in page


@pytest.mark.parametrize("step", sorted(step for _noun, step in REQUEST_DEEDS))
def test_step_is_refused_with_a_sentence_when_its_fields_are_bad(
    light_world: World, requests: dict[str, int], step: str
) -> None:
    key = requests["enforcement_request"]
    put(light_world, key, "received")
    client = light_world.client(username("CC001", Role.HEAD))
    token = token_of(client.get("/").text)
    for number, bad in enumerate(BAD_FIELDS):
        field = ("version", "reason", "on")[number % 3]
        sent = {
            "csrf_token": token,
            "version": "1",
            "reason": WORDS,
            field: bad.encode("utf-8", "surrogatepass"),
        }
        answer = client.post(f"/requests/step/{key}/{step}", data=sent)
        assert calm(answer), (field, bad)
        assert answer.status_code in REFUSED, (field, bad)

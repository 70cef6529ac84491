"""Confidential requests change no byte of any page of those who do not handle them: no row, count, hint, figure, day.

Not here: who handles them and what those see (`test_confidential_requests`), other agencies (`test_canary`).
"""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import time_machine
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.models.states import DocumentKind
from backoffice.services.citizen_request import withdraw_request
from backoffice.services.document_intake import Upload
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment
from backoffice.services.intake_lookup import look_up
from backoffice.services.online_request import ask_supplement, receive
from backoffice.services.request_letters import Reply
from tests.documents.zoo import pdf
from tests.requests import NUMBER, answers, registered, seen
from tests.views.walk import rules
from tests.views.world import World, token_of, username, without_tokens

NAME = "Đặng Thị Tố Cáo"
PEOPLE = (
    ("CC001", Role.SUPPORT_OFFICER),
    ("CC001", Role.AGENCY_ADMINISTRATOR),
    ("C01", Role.INSPECTOR),
    ("TC", Role.NATIONAL_ADMINISTRATOR),
)
# Made anew with each empty form.
_NEW = re.compile(r'name="(seal|token)"[^>]* value="[^"]*"')
# Files that are packed anew at each asking, compared by their length.
_TEXTS = ("text/html", "text/calendar", "application/json", "text/plain")


def pages(world: World, open_request: int) -> list[str]:
    """Every address without places, and those that look for requests."""
    found = {str(rule) for rule in rules(world.app, "GET") if not rule.arguments}
    asked = ("q=to+cao", "agency=CC001", "procedure=denunciation", "procedure=complaint", "state=received")
    found |= {f"/requests/list/?{query}" for query in asked}
    found |= {"/search?q=dang+thi+to+cao", f"/requests/same/{open_request}?as=json"}
    return sorted(found)


def seen_by(client: FlaskClient, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """What each page says, without what is new in every answer."""
    found = {}
    for address in addresses:
        answer = client.get(address)
        text = answer.text if answer.mimetype in _TEXTS else str(len(answer.data))
        found[address] = (answer.status_code, _NEW.sub("", without_tokens(text)))
    sent = {"csrf_token": token_of(client.get("/").text), "applicant_name": NAME, "identity_number": NUMBER}
    hints = client.post("/desk/same", data=sent)
    return {**found, "/desk/same": (hints.status_code, without_tokens(hints.text))}


def registered_in(world: World, procedure: str, **changes: str) -> str:
    """A request of the one who denounces, with a paper; its code."""
    vault = Vault.of(world.app.config["OPENTHADS"].documents)
    with system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
    paper = Attachment(Upload("don.pdf", BytesIO(pdf())), DocumentKind.OTHER, "Đơn ký tên")
    values = answers(procedure, applicant_name=NAME, **changes)
    return registered(agency, vault, procedure, values=values, attachments=(paper,)).code


def handle(world: World, code: str) -> None:
    """The officer for complaints above takes it up and asks for more."""
    with system_scope("set_up"):
        person = db.session.get_one(StaffMember, world.people[username("C01", Role.COMPLAINTS_OFFICER)])
        officer = actor_of(person)
    key = look_up(code, NUMBER).request_id
    receive(officer, seen(key))
    ask_supplement(officer, seen(key), Reply("Bổ sung."), clock.today().replace(year=clock.today().year + 1))


@pytest.mark.parametrize(("agency", "role"), PEOPLE)
def test_no_byte_changes_when_confidential_requests_come_are_handled_and_end(
    light_world: World, agency: str, role: Role
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        with light_world.app.app_context():
            key = look_up(registered_in(light_world, "feedback"), NUMBER).request_id
            db.session.remove()
        client, addresses = light_world.client(username(agency, role)), pages(light_world, key)
        before = seen_by(client, addresses)
        with light_world.app.app_context():
            handle(light_world, registered_in(light_world, "denunciation"))
            handle(light_world, registered_in(light_world, "complaint", concerned_person="Lê Văn Mẫu"))
            withdraw_request(look_up(registered_in(light_world, "denunciation"), NUMBER), "Rút.")
            db.session.remove()
        after = seen_by(client, addresses)
    assert [address for address, page in after.items() if page != before[address]] == []
    # Most of what was compared is a page that the person may open.
    assert sum(status == 200 for status, _page in after.values()) > 10

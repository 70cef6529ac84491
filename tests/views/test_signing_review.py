"""The review before a signature, the way by hand, and the history of what was signed or approved, on the screens."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import pytest

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OfficialDocument, StaffMember
from backoffice.services.document_template import approve_template, draft_template, propose_template, text_of
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import issue_paper, prepare_paper
from backoffice.services.paper_heading import Signer
from config import ROOT
from exports.papers import read_start_template
from tests import factories
from tests.services.papers import add_templates, transfer, work
from tests.signatures.parts import document
from tests.views.world import World, token_of, username

HEAD = username("CC001", Role.HEAD)


@dataclass
class Waiting:
    """A letter of CC001 that waits to be signed by the head."""

    world: World
    paper: int
    name: str

    def reprint(self, signer: Signer | None) -> None:
        """Have another letter wait instead."""
        self.paper = _waiting(self.world, signer)

    def scan(self) -> Any:
        """Attach a scan as the head."""
        client = self.world.client(HEAD)
        token = token_of(client.get("/signing/").text)
        data = {"csrf_token": token, "version": "3", "scan": (io.BytesIO(document(text="ký tay")), "a.pdf")}
        return client.post(f"/signing/scan/{self.paper}", data=data)

    @property
    def state(self) -> str:
        """The state as stored."""
        with self.world.app.app_context(), system_scope("set_up"):
            return str(db.session.get_one(OfficialDocument, self.paper).state)


@pytest.fixture
def waiting(world: World) -> Waiting:
    with world.app.app_context():
        add_templates()
        head = _actor(world, HEAD)
    return Waiting(world, _waiting(world, None), head.name)


def _actor(world: World, name: str) -> Actor:
    with system_scope("set_up"):
        return actor_of(db.session.get_one(StaffMember, world.people[name]))


def _waiting(world: World, signer: Signer | None) -> int:
    with world.app.app_context():
        order = replace(transfer(world.rows["CC001", "CaseView"]), signer=signer)
        vault = Vault.of(world.app.config["OPENTHADS"].documents)
        paper = prepare_paper(_actor(world, username("CC001", Role.ENFORCEMENT_OFFICER)), order, vault)
        issue_paper(_actor(world, username("CC001", Role.CLERK)), paper.id)
        work()
        with system_scope("set_up"):
            return int(paper.id)


def test_review_shows_the_printed_signer_and_warns_when_the_position_is_not_the_usual_one(
    waiting: Waiting,
) -> None:
    client = waiting.world.client(HEAD)
    page = client.get(f"/signing/review?paper={waiting.paper}").text
    assert f"CHI CỤC TRƯỞNG<br><strong>{waiting.name}</strong>" in page
    assert "Thông thường ở đơn vị này" not in page
    waiting.reprint(Signer("KT. CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG", waiting.name))
    for address in (f"review?paper={waiting.paper}", f"show/{waiting.paper}"):
        page = client.get(f"/signing/{address}").text
        assert "KT. CHI CỤC TRƯỞNG<br>PHÓ CHI CỤC TRƯỞNG<br>" in page
        assert "Thông thường ở đơn vị này: CHI CỤC TRƯỞNG" in page


@pytest.mark.parametrize("printed", ["Trần Văn Khác", ""])
def test_paper_cannot_be_ticked_or_signed_by_hand_when_another_name_is_printed(
    waiting: Waiting, printed: str
) -> None:
    waiting.reprint(Signer("", "CHI CỤC TRƯỞNG", printed))
    page = waiting.world.client(HEAD).get(f"/signing/review?paper={waiting.paper}").text
    assert f'<input id="row-{waiting.paper}"' in page
    assert "disabled" in page.split(f'<input id="row-{waiting.paper}"')[1].split(">")[0]
    assert "lập lại với tên của bạn" in page
    answer = waiting.scan()
    assert (answer.status_code, "lập lại với tên của bạn" in answer.text) == (409, True)
    assert waiting.state == "prepared"


def test_history_of_a_signed_paper_names_the_signature_when_it_was_signed_by_hand(waiting: Waiting) -> None:
    assert waiting.scan().status_code == 302
    client = waiting.world.client(HEAD)
    answer = client.get(f"/official-documents/history/{waiting.paper}")
    assert (answer.status_code, waiting.name in answer.text) == (200, True)
    assert client.get(f"/official-documents/show/{waiting.paper}").status_code == 200
    stranger = waiting.world.client(username("CC002", Role.HEAD))
    assert stranger.get(f"/official-documents/history/{waiting.paper}").status_code == 404


def test_history_of_an_approved_template_names_both_administrators(world: World) -> None:
    national = username("TC", Role.NATIONAL_ADMINISTRATOR)
    start = ROOT / "backoffice" / "data" / "document_templates" / "transfer_letter.2015.txt"
    with world.app.app_context():
        first = _actor(world, national)
        with system_scope("set_up"):
            centre = db.session.query(EnforcementAgency).filter_by(code="TC").one()
        second = factories.make_actor(centre, Role.NATIONAL_ADMINISTRATOR)
        text = text_of(read_start_template(start.read_text(encoding="utf-8")))
        row = draft_template(first, text)
        propose_template(first, row.id, expected_version=1)
        approve_template(second, row.id, expected_version=2)
        with system_scope("set_up"):
            key = row.id
    answer = world.client(national).get(f"/document-templates/history/{key}")
    assert (answer.status_code, first.name in answer.text, second.name in answer.text) == (200, True, True)
    officer = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    assert officer.post(f"/document-templates/history/{key}").status_code in (400, 405)

"""A signed paper on the screens: the scan that makes it signed, replacing it by another, withdrawing it.

Not here: what a paper says (`test_papers`), electronic signatures (`test_signing`).
"""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.forms.official_document import as_typed
from backoffice.models import DocumentNumberBook, OfficialDocument
from backoffice.services.paper_frozen import Frozen
from tests.services.papers import add_templates, work
from tests.views.test_papers import VALUES, draft_address, newest, send
from tests.views.world import World, marked, token_of, username

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
CLERK = username("CC001", Role.CLERK)
HEAD = username("CC001", Role.HEAD)
REPLACE = ">Thay thế</a>"


def scan(pages: int = 1) -> bytes:
    """A PDF as a scanner makes it."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        pdf.save(made)
    return made.getvalue()


def attach(head: FlaskClient, paper: int, content: bytes, name: str = "quet.pdf", version: str = "") -> Any:
    """Send the scan of a paper from its page."""
    page = head.get(f"/signing/show/{paper}").text
    version = version or page.split('name="version" value="')[1].split('"')[0]
    data = {"csrf_token": token_of(page), "version": version, "scan": (io.BytesIO(content), name)}
    return head.post(f"/signing/scan/{paper}", data=data, content_type="multipart/form-data")


def make(world: World, address: str) -> int:
    """A paper with its number and file, drafted at an address."""
    officer, clerk = world.client(OFFICER), world.client(CLERK)
    assert send(officer, address, address, **VALUES).status_code == 302
    paper = newest(world).id
    page = f"/official-documents/show/{paper}"
    answer = send(clerk, f"/official-documents/step/{paper}/issue", page, version="1")
    assert answer.status_code == 302
    with world.app.app_context():
        work()
    return paper


def stored(world: World, paper: int) -> OfficialDocument:
    """A paper as stored."""
    with world.app.app_context(), system_scope("set_up"):
        return db.session.get_one(OfficialDocument, paper, populate_existing=True)


def signed_in(world: World) -> int:
    """A new letter of CC001 that its head signed by hand."""
    paper = make(world, draft_address(world))
    assert attach(world.client(HEAD), paper, scan()).status_code == 302
    assert stored(world, paper).state == "signed"
    return paper


@pytest.fixture(scope="module")
def office(light_world: World) -> World:
    """The world of this module, with the template of the letter."""
    with light_world.app.app_context():
        add_templates()
    signed_in(light_world)
    # The papers of the world bear numbers that no register gave.
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.execute(update(DocumentNumberBook).values(last_number=100))
        db.session.commit()
    return light_world


@pytest.fixture
def signed(office: World) -> int:
    """A letter for one test."""
    return signed_in(office)


def test_paper_is_replaced_when_the_one_in_its_place_is_signed(world: World) -> None:
    with world.app.app_context():
        add_templates()
    signed = signed_in(world)
    officer, address = world.client(OFFICER), f"/official-documents/replace/{signed}"
    assert address in officer.get(f"/official-documents/show/{signed}").text
    form = officer.get(address).text
    assert "việc cấp giấy chứng nhận" in form
    new = make(world, address)
    assert stored(world, signed).state == "signed"
    assert attach(world.client(HEAD), new, scan(2)).status_code == 302
    old = stored(world, signed)
    assert (old.state, old.replaced_by_id) == ("replaced", new)
    assert "Đã bị thay thế" in officer.get(f"/official-documents/show/{signed}").text


def test_replacing_is_neither_offered_nor_begun_twice(office: World, signed: int) -> None:
    officer, address = office.client(OFFICER), f"/official-documents/replace/{signed}"
    token = token_of(officer.get(address).text)
    send(officer, address, address, **VALUES)
    page = officer.get(f"/official-documents/show/{signed}").text
    assert REPLACE not in page
    answer = officer.post(address, data={"csrf_token": token, **VALUES}, follow_redirects=True)
    assert "đang được lập" in answer.text
    assert stored(office, signed).replaced_by_id == newest(office).id


def test_replacing_is_offered_again_when_the_new_draft_is_discarded(office: World, signed: int) -> None:
    officer, address = office.client(OFFICER), f"/official-documents/replace/{signed}"
    send(officer, address, address, **VALUES)
    new = newest(office).id
    step = f"/official-documents/step/{new}/discard"
    send(officer, step, f"/official-documents/show/{new}", version="1", reason="Soạn nhầm")
    assert stored(office, new).state == "cancelled"
    assert REPLACE in officer.get(f"/official-documents/show/{signed}").text


def test_typed_text_stays_and_nothing_is_promised_when_a_field_is_missing(office: World, signed: int) -> None:
    officer, address = office.client(OFFICER), f"/official-documents/replace/{signed}"
    answer = send(officer, address, address, **{**VALUES, "reason": "", "subject": "việc khác"})
    assert (answer.status_code, "việc khác" in answer.text) == (400, True)
    assert stored(office, signed).replaced_by_id is None


@pytest.mark.parametrize("role", [Role.SUPPORT_OFFICER, Role.MONITORING_OFFICER])
def test_replacing_is_refused_when_the_role_only_reads(office: World, signed: int, role: Role) -> None:
    client = office.client(username("CC001", role))
    assert REPLACE not in client.get(f"/official-documents/show/{signed}").text
    assert client.get(f"/official-documents/replace/{signed}").status_code == 403


def test_replacing_is_refused_when_the_paper_is_of_another_agency(office: World, signed: int) -> None:
    other = office.client(username("CC002", Role.HEAD))
    answer = other.get(f"/official-documents/replace/{signed}")
    assert (answer.status_code, marked("CC001") in answer.text) == (404, False)


def test_replacing_is_refused_when_the_paper_is_not_signed(office: World, signed: int) -> None:
    officer = office.client(OFFICER)
    send(officer, draft_address(office), draft_address(office), **VALUES)
    draft = newest(office).id
    assert REPLACE not in officer.get(f"/official-documents/show/{draft}").text
    answer = officer.get(f"/official-documents/replace/{draft}", follow_redirects=True)
    assert "đã ký" in answer.text
    assert stored(office, signed).replaced_by_id is None


def test_query_of_the_form_is_refused_when_it_is_unknown(office: World, signed: int) -> None:
    assert office.client(OFFICER).get(f"/official-documents/replace/{signed}?other=1").status_code == 400


def test_paper_is_withdrawn_by_its_head_with_a_reason(office: World, signed: int) -> None:
    page, step = f"/official-documents/show/{signed}", f"/official-documents/step/{signed}/withdraw"
    version = str(stored(office, signed).version)
    assert send(office.client(OFFICER), step, page, version=version, reason="Sai").status_code == 403
    head = office.client(HEAD)
    assert send(head, step, page, version=version, reason="").status_code in {400, 409}
    assert stored(office, signed).state == "signed"
    assert send(head, step, page, version=version, reason="Ban hành nhầm").status_code == 302
    assert stored(office, signed).state == "withdrawn"
    assert REPLACE not in office.client(OFFICER).get(page).text


@pytest.mark.parametrize(
    ("content", "name"), [(b"", ""), (b"not a file of this kind", "a.pdf"), (b"\x89PNG\r\n\x1a\n", "a.png")]
)
def test_scan_is_refused_when_it_is_no_pdf(office: World, signed: int, content: bytes, name: str) -> None:
    new = make(office, draft_address(office))
    assert attach(office.client(HEAD), new, content, name).status_code == 400
    assert (stored(office, new).state, stored(office, signed).state) == ("prepared", "signed")


def test_scan_is_refused_when_the_paper_changed_or_the_person_may_not_sign(
    office: World, signed: int
) -> None:
    new = make(office, draft_address(office))
    assert attach(office.client(HEAD), new, scan(), version="1").status_code == 409
    assert attach(office.client(OFFICER), new, scan(), version="3").status_code == 403
    assert stored(office, new).state == "prepared"
    assert isinstance(signed, int)


def test_values_of_lists_come_back_as_lines_of_the_form() -> None:
    frozen = Frozen.from_bytes(
        b'{"data": {"items": [{"a": "x", "b": null}]}, "office": {"parent": null, "name": "n", "place": "p"},'
        b' "signer": {"authority": "", "position": "", "name": ""}}'
    )
    assert as_typed(frozen.data["items"]) == "x | "

"""What a citizen may well write, on every screen, slip, paper, letter and file to which it comes: as text, and no more.

Not here: what forms refuse (`test_bad_input`), spreadsheets (`tests/jobs/test_tasks`), the shape of e-mails
(`tests/notices/test_shapes`), files that are not what they say (`tests/documents`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from backoffice import create_app
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Document, EnforcementAgency, Notice
from backoffice.services.document_template import import_start_set
from backoffice.services.notice_content import said_by
from backoffice.services.notice_seal import open_content
from config import ROOT, Settings
from exports.papers import read_start_template
from tests import factories
from tests.citizens.browser import ANSWERS, PDF, Citizen
from tests.citizens.test_look_up import looked_up, request_id
from tests.flows.officer import Officer
from tests.views.world import HASH

NAME = '=HYPERLINK("//x.vn")<img src=x onerror=alert(1)>{{7*7}}\u202e'
# As it may be written into the form; the rest stands in fields of text.
WRITTEN = "HYPERLINK('//x.vn/a') & %(number)s onerror.x"
FILE = "=1+1; filename*=UTF-8''x.html %0d%0aX-Evil: 1 <script>alert(1)<b> 😀.pdf"
TEXT = f"{NAME}\r\nBCC: evil@example.vn\r\nEND:VCALENDAR\r\n-- <script>alert(1)</script> %(number)s {{0}}"


@pytest.fixture
def database_kind() -> str:
    """Nothing here asks the database anything that differs."""
    return "sqlite"


class Desk:
    """The desk of CC001 behind the counter: a support officer who is signed in."""

    def __init__(self, counter: Flask, settings: Settings) -> None:
        self.staff = create_app("staff", settings)
        with counter.app_context():
            factories.make_roles()
            with system_scope("set_up"):
                agency = db.session.scalars(
                    select(EnforcementAgency).where(EnforcementAgency.code == "CC001")
                ).one()
            desk = factories.make_staff(agency, Role.SUPPORT_OFFICER, username="desk")
            folder = ROOT / "backoffice" / "data" / "document_templates"
            texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
            import_start_set(Actor.system("set_up"), [read_start_template(text) for text in texts])
            with system_scope("set_up"):
                desk.password = HASH
                db.session.commit()
            db.session.remove()
        self.officer = Officer.signed_in(self.staff, "desk")


@pytest.fixture
def desk(counter: Flask, settings: Settings) -> Iterator[Desk]:
    """Somebody to look at what came."""
    made = Desk(counter, settings)
    yield made
    with made.staff.app_context():
        db.session.remove()
        db.engine.dispose()


def filed(citizen: Citizen) -> str:
    """The code of a request full of such words, with such a file."""
    words = {"applicant_name": WRITTEN, "content": TEXT, "asset_information": TEXT, "court_name": NAME}
    citizen.begin("enforcement_request")
    citizen.fill_in({**ANSWERS, **words})
    citizen.send({"paper": "judgment", "title": FILE, "files": (PDF, FILE), "go": "upload"})
    assert citizen.answer.status_code == 200, citizen.faults()
    citizen.send({"later": "yes", "go": "on"})
    citizen.send({"declared": "yes", "go": "send"})
    return citizen.code()


def check_page(text: str) -> None:
    """The words stand in the page as text: no tag, no handler, no template was made of them."""
    page = BeautifulSoup(text, "html.parser")
    assert "HYPERLINK" in page.get_text()
    assert [tag.name for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert [image for image in page.find_all("img") if image.get("src") == "x"] == []
    assert [script for script in page.find_all("script") if not script.get("src")] == []
    assert '=HYPERLINK("//x.vn")49' not in text
    assert "\u202e" not in text


def test_words_are_text_on_every_page_when_they_look_like_commands(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen], desk: Desk
) -> None:
    code = filed(citizen)
    citizen.open(f"/ho-so/{citizen.number}/bien-nhan/noi-dung/")
    check_page(citizen.answer.text)
    check_page(looked_up(another(), code).answer.text)
    with counter.app_context():
        key = request_id()
    officer = desk.officer
    officer.take(key, "receive")
    officer.fill(key, "supplement", text=TEXT, until="31/12/2026", sending="email")
    for address in ("/requests/list/", f"/requests/show/{key}", f"/requests/history/{key}"):
        check_page(officer.open(address)) if "history" not in address else officer.open(address)
    check_page(officer.open(f"/desk/saved/{key}"))
    for kind in ("receipt", "guidance"):
        check_page(officer.open(f"/desk/slip/{key}/{kind}"))


def test_header_holds_when_the_name_of_a_file_would_break_it(
    counter: Flask, citizen: Citizen, desk: Desk
) -> None:
    filed(citizen)
    with counter.app_context(), system_scope("set_up"):
        document = db.session.scalars(select(Document)).one()
        key, name = document.id, document.file_name
        db.session.remove()
    assert not set(name) & set('\r\n"/\\<>')
    answer = desk.officer.client.get(f"/documents/download/{key}")
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.mimetype == "application/octet-stream"


def test_letter_has_one_receiver_and_no_command_when_words_look_like_headers(
    counter: Flask, citizen: Citizen, desk: Desk
) -> None:
    filed(citizen)
    with counter.app_context():
        key = request_id()
    desk.officer.take(key, "receive")
    desk.officer.fill(key, "supplement", text=TEXT, until="31/12/2026", sending="email")
    with counter.app_context(), system_scope("set_up"):
        for notice in db.session.scalars(select(Notice)):
            content = open_content(notice)
            assert content is not None
            said = said_by(db.session(), notice, content)
            assert "HYPERLINK" not in said.subject
            # No mail program makes a link of a name.
            assert "x.vn" not in said.paragraphs[0][0]
            assert not any("\r" in line or "\n" in line for lines in said.paragraphs for line in lines)
            assert content.address == ANSWERS["email"]

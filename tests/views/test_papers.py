"""Papers on the screens: drafting, numbering, taking the file, the register, the editor of templates."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DocumentTemplate, OfficialDocument
from tests.services.papers import add_templates, work
from tests.side_rows import paper_template
from tests.views.world import World, marked, token_of, username

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
CLERK = username("CC001", Role.CLERK)
NATIONAL = username("TC", Role.NATIONAL_ADMINISTRATOR)
VALUES = {
    "version": "1",
    "receiving_agency": "Ủy ban nhân dân phường Ba Đình",
    "sender_name": "Trần Thị Hòa",
    "petition_type": "đơn kiến nghị",
    "subject": "việc cấp giấy chứng nhận",
    "received_on": "01/10/2026",
    "reason": "không thuộc thẩm quyền",
    "signer_position": "CHI CỤC TRƯỞNG",
    "signer_name": f"{marked('CC001', 'Lê Thị')} Hòa",
}
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% for x in y %}\u202e"


@pytest.fixture
def ready(world: World) -> World:
    """The world, with the template of the letter of transfer."""
    with world.app.app_context():
        add_templates()
    return world


def draft_address(world: World, code: str = "CC001") -> str:
    """The form of a letter about the case of an agency."""
    return f"/official-documents/draft/enforcement_case/{world.rows[code, 'CaseView']}/transfer_letter"


def send(client: FlaskClient, address: str, page: str, **values: str) -> Any:
    """Send a form with the token of a page."""
    token = token_of(client.get(page).text)
    return client.post(address, data={"csrf_token": token, **values})


def newest(world: World) -> OfficialDocument:
    """The newest paper as stored."""
    with world.app.app_context(), system_scope("set_up"):
        found = db.session.query(OfficialDocument).order_by(OfficialDocument.id.desc()).first()
        assert found is not None
        return found


def test_paper_is_drafted_numbered_and_saved_by_two_people(ready: World) -> None:
    officer, clerk = ready.client(OFFICER), ready.client(CLERK)
    answer = send(officer, draft_address(ready), draft_address(ready), **VALUES)
    assert answer.status_code == 302
    page = f"/official-documents/show/{newest(ready).id}"
    assert "Văn bản chờ" not in officer.get(page).text
    step = f"/official-documents/step/{newest(ready).id}/issue"
    assert send(officer, step, page, version="1").status_code == 403
    assert send(clerk, step, page, version="1").status_code == 302
    with ready.app.app_context():
        work()
    file = officer.get(f"/official-documents/download/{newest(ready).id}")
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert newest(ready).state == "prepared"


@pytest.mark.parametrize("field", ["receiving_agency", "sender_name", "subject", "reason"])
def test_hostile_value_is_text_on_every_page(ready: World, field: str) -> None:
    officer = ready.client(OFFICER)
    assert (
        send(officer, draft_address(ready), draft_address(ready), **{**VALUES, field: HOSTILE}).status_code
        == 302
    )
    page = officer.get(f"/official-documents/preview/{newest(ready).id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page.replace("&#123;", "{").replace("&#125;", "}")
    assert "[U+202E]" in page


def test_typed_text_stays_when_a_field_is_missing(ready: World) -> None:
    officer = ready.client(OFFICER)
    answer = send(officer, draft_address(ready), draft_address(ready), **{**VALUES, "reason": ""})
    assert answer.status_code == 400
    assert "đơn kiến nghị" in answer.text
    assert newest(ready).state == "cancelled"


@pytest.mark.parametrize("role", [Role.SUPPORT_OFFICER, Role.MONITORING_OFFICER])
def test_form_is_refused_when_the_role_only_reads(ready: World, role: Role) -> None:
    assert ready.client(username("CC001", role)).get(draft_address(ready)).status_code == 403


def test_papers_of_another_agency_are_neither_shown_nor_named(ready: World) -> None:
    officer = ready.client(OFFICER)
    other = ready.rows["CC002", "OfficialDocumentView"]
    for address in ("show", "preview", "progress", "download"):
        answer = officer.get(f"/official-documents/{address}/{other}")
        assert (answer.status_code, marked("CC002") in answer.text) == (404, False)
    assert officer.get(draft_address(ready, "CC002")).status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "year=20x6", "kind=poem", "state=lost", "issued_from=99/99", "x=1"]
)
def test_query_is_refused_when_it_cannot_be_read(ready: World, query: str) -> None:
    clerk = ready.client(CLERK)
    found = {
        clerk.get(f"/{name}/list/?{query}").status_code for name in ("official-documents", "document-numbers")
    }
    assert 400 in found
    assert not found & {500, 302}


def test_register_shows_what_is_missing(ready: World) -> None:
    book = ready.rows["CC001", "DocumentNumberBookView"]
    page = ready.client(CLERK).get(f"/document-registers/show/{book}")
    assert page.status_code == 200


def test_template_is_followed_by_a_draft_that_only_another_approves(ready: World) -> None:
    national = ready.client(NATIONAL)
    with ready.app.app_context():
        key = paper_template().id
    page = f"/document-templates/show/{key}"
    made = send(national, f"/document-templates/copy/{key}", page)
    editor = made.headers["Location"]
    new = int(editor.rsplit("/", 1)[1])
    assert national.get(editor).status_code == 200
    show = f"/document-templates/show/{new}"
    assert send(national, f"/document-templates/step/{new}/propose", show, version="1").status_code == 302
    answer = send(national, f"/document-templates/step/{new}/approve", show, version="2")
    assert answer.status_code == 403
    with ready.app.app_context(), system_scope("set_up"):
        assert db.session.query(DocumentTemplate).filter_by(id=new).one().state == "proposed"


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{% import os %}",
        "{{ receiving_agency.__init__ }}",
        "{{ unknown }}",
        "{% for x in range(9) %}{% endfor %}",
        "<script>alert(1)</script>{{ config }}",
    ],
)
def test_editor_names_the_line_and_runs_nothing_when_a_template_tries_code(ready: World, body: str) -> None:
    national = ready.client(NATIONAL)
    with ready.app.app_context():
        key = paper_template().id
    made = send(national, f"/document-templates/copy/{key}", f"/document-templates/show/{key}")
    editor = made.headers["Location"]
    with ready.app.app_context(), system_scope("set_up"):
        row = db.session.query(DocumentTemplate).order_by(DocumentTemplate.id.desc()).first()
        assert row is not None
        values = {
            name: getattr(row, name) for name in ("title_vi", "title_en", "symbol_pattern", "recipients")
        }
        values |= {
            "legal_basis": "Luật",
            "valid_from": f"{row.valid_from:%d/%m/%Y}",
            "version": str(row.version),
        }
        new = row.id
    answer = send(national, editor, editor, **values, body=f"Kính gửi\n{body}", wish="preview")
    assert answer.status_code == 200
    assert 'id="faults"' in answer.text
    assert "<script>alert" not in answer.text
    saved = send(national, editor, editor, **values, body=f"Kính gửi\n{body}", wish="save")
    assert saved.status_code == 302
    show = f"/document-templates/show/{new}"
    assert send(national, f"/document-templates/step/{new}/propose", show, version="2").status_code == 400

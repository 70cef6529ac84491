"""Documents on the screens: attaching, opening, who sees what, and names that try to break out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Document, DocumentOpening, StaffMember
from tests.documents import zoo
from tests.views.world import World, foreign_markers, marked, token_of, username

HEAD = username("CC001", Role.HEAD)
PDF = zoo.pdf()
NAME = "Quyết định thi hành án số 12.pdf"


def attach(
    client: FlaskClient,
    address: str,
    *files: tuple[str, bytes],
    title: str = "Biên bản",
    kind: str = "minutes",
) -> Any:
    """Send the form of attaching."""
    page = client.get(address)
    given = [(io.BytesIO(data), name) for name, data in files or ((NAME, PDF),)]
    values = {"csrf_token": token_of(page.text), "title": title, "kind": kind, "files": given}
    return client.post(address, data=values, content_type="multipart/form-data")


def form_of(world: World, code: str = "CC001") -> str:
    """The address of the form for the case of an agency."""
    return f"/documents/add/enforcement_case/{world.rows[code, 'CaseView']}"


def documents(world: World) -> list[Document]:
    """All documents as stored, but for those that the world began with."""
    begun = {key for (_code, screen), key in world.rows.items() if screen == "DocumentView"}
    with world.app.app_context(), system_scope("set_up"):
        return [row for row in db.session.query(Document).order_by(Document.id) if row.id not in begun]


def openings(world: World) -> list[tuple[int, str]]:
    """Who opened, from where, but for the documents that the world began with."""
    own = {row.id for row in documents(world)}
    with world.app.app_context(), system_scope("set_up"):
        found = [row for row in db.session.query(DocumentOpening) if row.document_id in own]
        return [(row.actor_id, row.client_address) for row in found]


def test_document_is_attached_listed_and_saved_when_an_officer_sends_the_form(world: World) -> None:
    client = world.client(HEAD, "10.9.8.7")
    answer = attach(client, form_of(world))
    assert answer.status_code == 302, answer.text
    case_page = client.get(answer.location).text
    tab = client.get(answer.location, query_string={"tab": "DocumentView.enforcement_case"}).text
    assert "Biên bản" in tab
    assert "Đính kèm tài liệu" in case_page
    (row,) = documents(world)
    saved = client.get(f"/documents/download/{row.id}")
    assert saved.data == PDF
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"] == (
        'attachment; filename="Quyet_dinh_thi_hanh_an_so_12.pdf"; '
        "filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%20thi%20h%C3%A0nh%20%C3%A1n%20s%E1%BB%91%2012.pdf"
    )
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert saved.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in saved.headers
    assert openings(world) == [(world.people[HEAD], "10.9.8.7")]
    assert "10.9.8.7" in client.get(f"/documents/show/{row.id}").text


def test_title_stays_and_the_reason_is_said_when_a_file_is_refused(light_world: World) -> None:
    client = light_world.client(HEAD)
    answer = attach(client, form_of(light_world), ("a.docx", zoo.picture()), title="Đơn yêu cầu <b>")
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    title = page.select_one("input[name=title]")
    assert title is not None
    assert title["value"] == "Đơn yêu cầu <b>"
    assert "Nội dung không phải là tệp .docx." in page.get_text()


@pytest.mark.parametrize(("field", "value"), [("kind", "poem"), ("kind", ""), ("title", "x" * 201)])
def test_field_is_marked_and_nothing_stored_when_it_is_odd(
    light_world: World, field: str, value: str
) -> None:
    client, before = light_world.client(HEAD), len(documents(light_world))
    values = {"title": "a", "kind": "minutes", field: value}
    assert attach(client, form_of(light_world), **values).status_code == 400
    assert len(documents(light_world)) == before


def test_form_is_asked_again_when_no_file_was_chosen(light_world: World) -> None:
    client = light_world.client(HEAD)
    address = form_of(light_world)
    values = {"csrf_token": token_of(client.get(address).text), "title": "a", "kind": "minutes"}
    answer = client.post(address, data=values, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "Chọn tệp cần đính kèm." in answer.text


def test_upload_is_refused_without_its_token(light_world: World) -> None:
    client = light_world.client(HEAD)
    answer = client.post(form_of(light_world), data={"kind": "minutes", "files": (io.BytesIO(PDF), "a.pdf")})
    assert answer.status_code == 400


def test_upload_is_cut_off_when_it_is_larger_than_the_setting(light_world: World) -> None:
    client = light_world.client(HEAD)
    body, kind = bytes(27 * 1024 * 1024), "multipart/form-data; boundary=x"
    answer = client.post(form_of(light_world), data=body, content_type=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "subject", ["enforcement_case/987654", "ab_user/1", "..%2fx/1", "enforcement_case/0"]
)
def test_form_is_missing_when_the_row_is_not_there(light_world: World, subject: str) -> None:
    assert light_world.client(HEAD).get(f"/documents/add/{subject}").status_code == 404


@pytest.mark.parametrize(
    "path", ["show/1?x=1", "download/1?inline=1", "list/?enforcement_case=x", "list/?kind=zz"]
)
def test_address_is_refused_when_a_parameter_is_odd(light_world: World, path: str) -> None:
    assert light_world.client(HEAD).get(f"/documents/{path}").status_code == 400


HOSTILE = {
    '../../etc/"pass\r\nSet-Cookie: a=1".pdf': "attachment; filename=",
    "<img src=x onerror=alert(1)>.pdf": "attachment; filename=",
    "hóa đơn\u202efdp.exe.pdf": "attachment; filename=",
    "CON.pdf": 'attachment; filename="CON.pdf"',
    "ả" * 300 + ".pdf": "attachment; filename=",
    "...pdf": "attachment; filename=",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_name_stays_a_name_when_it_tries_to_be_more(light_world: World, name: str) -> None:
    client = light_world.client(HEAD)
    title = f"{marked('CC001')} <script>alert({len(name)})</script>"
    answer = attach(client, form_of(light_world), (name, zoo.pdf(text=name[:40])), title=title)
    if answer.status_code != 302:
        assert answer.status_code == 400
        return
    row = documents(light_world)[-1]
    assert len(row.file_name.encode()) <= 200
    assert not set(row.file_name) & set('/\\\r\n\0\u202e<>"')
    shown = client.get(f"/documents/show/{row.id}").text
    assert "<script>alert(" not in shown
    assert "<img src=x" not in shown
    saved = client.get(f"/documents/download/{row.id}")
    assert "Set-Cookie" not in saved.headers
    assert saved.headers["Content-Disposition"].startswith(HOSTILE[name][:22])
    assert "\n" not in saved.headers["Content-Disposition"]


@pytest.fixture
def filled(world: World) -> World:
    """A world in which each office attached one marked document to its case."""
    for code in ("CC001", "CC002", "CC288"):
        client = world.client(username(code, Role.HEAD))
        name = f"{marked(code)}.pdf"
        assert (
            attach(client, form_of(world, code), (name, PDF), title=marked(code, "Giấy")).status_code == 302
        )
    return world


def test_foreign_document_looks_like_a_missing_one_on_every_address(filled: World) -> None:
    client = filled.client(HEAD)
    foreign = [row.id for row in documents(filled) if row.agency_path.endswith(("CC002.", "CC288."))]
    token = token_of(client.get("/").text)
    for key in foreign:
        for path in (f"show/{key}", f"download/{key}"):
            assert client.get(f"/documents/{path}").status_code == 404
        for step in ("remove", "erase"):
            data = {"csrf_token": token, "version": "1", "reason": "Nhầm"}
            assert client.post(f"/documents/step/{key}/{step}", data=data).status_code == 404
    for path in ("list/", "list/?q=Gi", *(f"list/?enforcement_case={n}" for n in range(1, 8))):
        assert foreign_markers(client.get(f"/documents/{path}").text, {"CC001"}) == set()
    assert {row.state for row in documents(filled)} == {"stored"}
    assert openings(filled) == []


def test_download_is_refused_by_role_state_and_closed_account(filled: World) -> None:
    key = documents(filled)[0].id
    address = f"/documents/download/{key}"
    operator = filled.client(username("TC", Role.EXPORT_OPERATOR))
    assert operator.get(address).status_code == 403
    assert filled.client().get(address).status_code == 302
    client, other = filled.client(HEAD), filled.client(HEAD)
    data = {"csrf_token": token_of(client.get("/").text), "version": "1", "reason": "Tải nhầm"}
    assert client.post(f"/documents/step/{key}/erase", data=data).status_code == 302
    assert client.get(address).status_code == 409
    assert "Đã xóa hẳn" in client.get(f"/documents/show/{key}").text
    with filled.app.app_context(), system_scope("set_up"):
        db.session.query(StaffMember).filter_by(username=HEAD).one().active = False
        db.session.commit()
    assert other.get(address).status_code in {302, 403, 404}


def test_sensitive_document_is_listed_and_not_given_when_the_role_may_not_open_it(world: World) -> None:
    assert attach(world.client(HEAD), form_of(world), kind="identity").status_code == 302
    key = documents(world)[0].id
    watcher = world.client(username("CC001", Role.MONITORING_OFFICER))
    page = watcher.get(f"/documents/show/{key}").text
    assert "Vai trò của bạn không được mở tài liệu nhạy cảm." in page
    assert "Lượt mở tệp" not in page
    assert watcher.get(f"/documents/download/{key}").status_code == 403
    assert watcher.get(form_of(world)).status_code == 403

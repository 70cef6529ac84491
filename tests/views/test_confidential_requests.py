"""Confidential requests on every screen: role × path, through HTTP, with the pages and files themselves."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Document, EnforcementAgency, Notice
from backoffice.models.states import DocumentKind
from backoffice.services.document_intake import Upload
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment
from tests.documents.zoo import pdf
from tests.requests import answers, registered
from tests.views.test_requests import send, stored
from tests.views.world import World, username

NAME = "Đặng Thị Tố Cáo Bí Mật"
TITLE = "Đơn tố cáo ký tên"
NOBODY = (
    ("CC001", Role.SUPPORT_OFFICER),
    ("CC001", Role.PROFESSIONAL_OFFICER),
    ("CC001", Role.SECRETARY),
    ("CC001", Role.CLERK),
    ("CC001", Role.ENFORCEMENT_OFFICER),
    ("CC001", Role.MONITORING_OFFICER),
    ("CC001", Role.AGENCY_ADMINISTRATOR),
    ("C01", Role.INSPECTOR),
    ("C01", Role.EXAMINER),
    ("TC", Role.CENTRAL_OFFICER),
    ("TC", Role.NATIONAL_ADMINISTRATOR),
    ("TC", Role.INSPECTOR),
    ("CC002", Role.HEAD),
)
HANDLING = (
    ("CC001", Role.HEAD),
    ("C01", Role.COMPLAINTS_OFFICER),
    ("C01", Role.HEAD),
    ("TC", Role.CENTRAL_UNIT_HEAD),
)


class Denounced:
    """A denunciation to CC001 with a paper and a letter."""

    def __init__(self, world: World) -> None:
        with world.app.app_context():
            vault = Vault.of(world.app.config["OPENTHADS"].documents)
            with system_scope("set_up"):
                agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
            paper = Attachment(Upload("don.pdf", BytesIO(pdf())), DocumentKind.OTHER, TITLE)
            values = answers("denunciation", applicant_name=NAME)
            sent = registered(agency, vault, "denunciation", values=values, attachments=(paper,))
            self.key = sent.request_id
            with system_scope("set_up"):
                self.document = db.session.scalars(
                    select(Document.id).where(Document.subject_id == self.key)
                ).one()
                self.notice = db.session.scalars(select(Notice.id).where(Notice.subject_id == self.key)).one()
            db.session.remove()

    def pages(self) -> dict[str, set[str]]:
        """Pages that would show it, by what a person without the right gets: nothing found, or a page without it."""
        key, document = self.key, self.document
        hidden = {
            f"/requests/show/{key}",
            f"/requests/history/{key}",
            f"/requests/form/{key}/assign",
            f"/documents/show/{document}",
            f"/documents/download/{document}",
            f"/documents/add/online_request/{key}",
            f"/official-documents/add/online_request/{key}",
            f"/notices/show/{self.notice}",
        }
        lists = {
            "/",
            "/requests/list/",
            "/requests/list/?q=to+cao+bi+mat",
            "/requests/list/?procedure=denunciation",
            "/requests/list/?state=submitted",
            "/documents/list/",
            "/notices/list/",
            "/activity/list/",
            "/search?q=to+cao+bi+mat",
        }
        return {"hidden": hidden, "lists": lists}


@pytest.fixture
def denounced(light_world: World) -> Denounced:
    """A denunciation in the world of the screens."""
    return Denounced(light_world)


@pytest.mark.parametrize(("agency", "role"), NOBODY)
def test_no_page_knows_the_denunciation_when_the_role_does_not_handle_it(
    light_world: World, denounced: Denounced, agency: str, role: Role
) -> None:
    client = light_world.client(username(agency, role))
    pages = denounced.pages()
    for address in sorted(pages["hidden"]):
        assert client.get(address).status_code in (403, 404), address
    for address in sorted(pages["lists"]):
        page = client.get(address)
        assert page.status_code in (200, 403), (address, page.status_code)
        for mark in (
            "Tố Cáo Bí Mật",
            TITLE,
            f"/requests/show/{denounced.key}",
            f"/documents/show/{denounced.document}",
        ):
            assert mark not in page.text, address
    token = {"version": 1, "officer_id": "1"}
    for deed in ("step/{}/receive", "form/{}/bar", "form/{}/hand-over"):
        answer = send(client, "/requests/" + deed.format(denounced.key), **{k: v for k, v in token.items()})
        assert answer.status_code in (403, 404, 405), deed
    assert stored(light_world, denounced.key)["state"] == "submitted"


@pytest.mark.parametrize(("agency", "role"), HANDLING)
def test_pages_show_the_denunciation_when_the_role_handles_it(
    light_world: World, denounced: Denounced, agency: str, role: Role
) -> None:
    client = light_world.client(username(agency, role))
    page = client.get(f"/requests/show/{denounced.key}")
    assert page.status_code == 200
    assert "Tố Cáo Bí Mật" in page.text
    assert TITLE in page.text
    assert "Tố Cáo Bí Mật" in client.get("/requests/list/?procedure=denunciation").text
    assert TITLE in client.get("/documents/list/").text
    if agency != "CC001":
        assert "Tố Cáo Bí Mật" in client.get("/requests/list/?agency=CC001").text

"""The signature of a paper on the screens: the way to it, who may judge it again, what a failed batch says.

Not here: signing itself (`tests/services/test_document_signature`), keys and passphrases (`test_signing_keys`).
"""

from __future__ import annotations

import pytest
from sqlalchemy import update

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import BackgroundTask, DocumentSignature, OfficialDocument
from tests.views.world import World, token_of, username

HEAD = username("CC001", Role.HEAD)
READERS = [
    username("CC001", Role.SUPPORT_OFFICER),
    username("CC001", Role.MONITORING_OFFICER),
    username("C01", Role.INSPECTOR),
]


@pytest.fixture
def paper(light_world: World) -> int:
    """The paper of CC001, whose signature the world holds."""
    return light_world.rows["CC001", "OfficialDocumentView"]


def test_paper_leads_to_its_signature_when_it_is_signed_and_not_before(
    light_world: World, paper: int
) -> None:
    client, link = light_world.client(HEAD), f'href="/signing/show/{paper}"'
    assert link not in client.get(f"/official-documents/show/{paper}").text
    with light_world.app.app_context(), system_scope("set_up"):
        signer = light_world.people[HEAD]
        signed = update(OfficialDocument).where(OfficialDocument.id == paper)
        db.session.execute(signed.values(signed_by_id=signer))
        db.session.commit()
    assert link in client.get(f"/official-documents/show/{paper}").text
    assert client.get(f"/signing/show/{paper}").status_code == 200


@pytest.mark.parametrize("reader", READERS)
def test_check_is_neither_offered_nor_done_when_the_person_only_reads(
    light_world: World, paper: int, reader: str
) -> None:
    client, address = light_world.client(reader), f"/signing/check/{paper}"
    page = client.get(f"/signing/show/{paper}").text
    assert "DEMO Trần Thị Hòa" in page
    assert address not in page
    assert client.post(address, data={"csrf_token": token_of(page)}).status_code == 403
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.query(DocumentSignature).filter_by(official_document_id=paper).one()
        assert row.checked_at is None


def test_check_is_offered_when_the_person_works_on_papers(light_world: World, paper: int) -> None:
    officer = light_world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    assert f'action="/signing/check/{paper}"' in officer.get(f"/signing/show/{paper}").text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("wrong_passphrase", "Mật khẩu không đúng"),
        ("token_locked", "nhập sai mã PIN"),
        ("passphrase_gone", "hết thời gian lưu tạm"),
        ("wrong_state", "đã bị gỡ"),
        ("worker_lost", "Chương trình bị dừng"),
    ],
)
def test_failed_batch_says_why_when_the_key_was_at_fault(light_world: World, code: str, said: str) -> None:
    with light_world.app.app_context(), system_scope("set_up"):
        member = light_world.people[HEAD]
        like = db.session.query(BackgroundTask).filter_by(id=light_world.rows["CC001", "TaskView"]).one()
        task = BackgroundTask(
            kind="signatures",
            screen="SigningView",
            parameters={"step": "sign", "key_id": 1, "sealed": "0" * 32, "language": "vi"},
            requested_by_id=member,
            message_id="",
            agency_id=like.agency_id,
            agency_path=like.agency_path,
            state="failed",
            error_code=code,
        )
        db.session.add(task)
        db.session.commit()
        number = task.id
    page = light_world.client(HEAD).get(f"/tasks/show/{number}")
    assert page.status_code == 200
    assert said in page.text

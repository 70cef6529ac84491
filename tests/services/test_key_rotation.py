"""A new master key: afterwards everything opens without the old one, and what opens under none is said and left."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import update

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Notice, StoredFile
from backoffice.services.document import Details, add_documents, open_document
from backoffice.services.document_crypto import KeyMissingError, add_master_key
from backoffice.services.document_intake import Upload
from backoffice.services.document_upkeep import Rewrapped, rewrap_keys, verify_files
from backoffice.services.document_vault import Vault
from backoffice.services.notice import Letter, Recipient, notify
from backoffice.services.notice_seal import open_content
from backoffice.services.signing_key import opened_key
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.notice_events import NoticeEvent, sample_values
from config import Settings
from exports.signatures import FileKey
from tests import factories
from tests.documents import zoo
from tests.services.conftest import World
from tests.services.papers import stored
from tests.services.signing import Signing
from tests.signatures.parts import PASSPHRASE

SYSTEM = Actor.system("documents")
ADDRESS = "tran.thi.hoa@example.vn"


@pytest.fixture
def signing(world: World, lawful_settings: Settings) -> Signing:
    assert world.agencies
    return Signing.make(lawful_settings)


def leave_message(world: World) -> int:
    """A message with an address in it."""
    record = factories.make_case(world.agencies["CC001"])
    with unit_of_work(SYSTEM) as session:
        values = dict(sample_values(NoticeEvent.REQUEST_RECEIVED, "vi"))
        notice = notify(
            session, NoticeEvent.REQUEST_RECEIVED, Recipient(ADDRESS), Letter(record, values, "1")
        )
        assert notice is not None
        return notice.id


def stored_notice(notice_id: int) -> Notice:
    with system_scope("set_up"):
        db.session.expire_all()
        return db.session.get_one(Notice, notice_id)


def without_old_key(settings: Settings) -> Vault:
    """The vault when the file of keys holds the newest one alone."""
    keys: Path = settings.documents.keys_file
    keys.write_text(keys.read_text(encoding="ascii").split()[-1], encoding="ascii")
    return Vault.of(settings.documents)


def test_everything_opens_without_the_old_key_when_keys_were_rotated(world: World, signing: Signing) -> None:
    officer, head, settings = world.officer(), world.head(), signing.settings
    case = factories.make_case(world.agencies["CC001"])
    upload, details = Upload("a.pdf", io.BytesIO(zoo.pdf())), Details("Biên bản", "minutes", False)
    (document,) = add_documents(officer, ("enforcement_case", case.id), [upload], details, signing.vault)
    key, paper, notice = signing.add_key(head), signing.paper(world.agencies["CC001"]), leave_message(world)
    pdf = signing.bytes_of(paper.id)
    add_master_key(settings.documents.keys_file)
    # The document, the key file, the paper with its values; the message.
    assert rewrap_keys(SYSTEM, Vault.of(settings.documents)) == Rewrapped(4, 1, 0)
    vault = without_old_key(settings)
    assert verify_files(SYSTEM, vault) == []
    assert b"".join(open_document(officer, document, "127.0.0.1", vault).chunks) == zoo.pdf()
    opened = opened_key(head, key.id, PASSPHRASE, vault, settings.signing)
    assert isinstance(opened, FileKey)
    assert Signing(settings, vault, signing.authority).bytes_of(paper.id) == pdf
    content = open_content(stored_notice(notice), vault.keys)
    assert content is not None
    assert content.address == ADDRESS
    # A second rotation finds nothing to do.
    assert rewrap_keys(SYSTEM, vault) == Rewrapped(0, 0, 0)


def test_message_does_not_open_without_the_old_key_when_keys_were_not_rotated(
    world: World, signing: Signing
) -> None:
    notice = leave_message(world)
    add_master_key(signing.settings.documents.keys_file)
    vault = without_old_key(signing.settings)
    with pytest.raises(KeyMissingError):
        open_content(stored_notice(notice), vault.keys)


def test_rotation_says_what_opens_under_no_key_and_takes_the_rest_when_an_older_key_is_lost(
    world: World, signing: Signing
) -> None:
    lost, kept = (signing.paper(world.agencies["CC001"]) for _ in range(2))
    with system_scope("set_up"):
        gone = update(StoredFile).where(StoredFile.id == lost.file_id).values(key_id="gone")
        db.session.execute(gone)
        db.session.commit()
    newest = add_master_key(signing.settings.documents.keys_file)
    # One paper, and the values, which are the same for both.
    assert rewrap_keys(SYSTEM, Vault.of(signing.settings.documents)) == Rewrapped(2, 0, 1)
    assert stored(kept.id).file.key_id == newest
    assert stored(lost.id).file.key_id == "gone"

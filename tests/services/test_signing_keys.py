"""People's keys, reviewed batches and the passphrase on its way: what is kept, what is erased, every refusal."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import BackgroundTask, BackgroundTaskRow, SigningKey, StaffMember
from backoffice.services.background_task import cancel_task
from backoffice.services.sealed_secret import SecretBox, SecretGoneError
from backoffice.services.signing_batch import SigningOrder, request_signing
from backoffice.services.signing_key import TokenPlace, add_own_key, add_token_key, own_keys, remove_own_key
from config import Settings
from exports.signatures import FileKey, TokenKey
from jobs.tasks import erase_old_secrets
from tests.services.conftest import World
from tests.services.papers import stored
from tests.services.signing import PERSON, Signing, signature, work
from tests.signatures.conftest import token, token_world
from tests.signatures.parts import PASSPHRASE

__all__ = ["token", "token_world"]


@pytest.fixture
def signing(world: World, lawful_settings: Settings) -> Signing:
    assert world.agencies
    return Signing.make(lawful_settings)


def test_key_is_kept_encrypted_with_what_its_certificate_says_when_it_is_good(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key = signing.add_key(head)
    assert (key.kind, key.state, key.owner_id) == ("file", "active", head.user_id)
    assert PERSON in key.subject
    assert key.not_after > clock.now() + timedelta(days=300)
    assert [each.id for each in own_keys(head)] == [key.id]
    assert list(own_keys(world.head())) == []
    files = [path.read_bytes() for path in signing.vault.settings.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(b"DEMO" in data for data in files)


def test_key_is_refused_with_the_reason_when_it_cannot_be_used(world: World, signing: Signing) -> None:
    head = world.head()
    good = signing.key_file()
    past = (clock.now() - timedelta(days=40), clock.now() - timedelta(days=2))
    wanted = [
        ("passphrase", FileKey(good.pkcs12, "sai")),
        ("passphrase", FileKey(good.pkcs12, f"{PASSPHRASE}\0")),
        ("passphrase", FileKey(good.pkcs12, "x" * 201)),
        ("file", FileKey(b"x" * 70_000, PASSPHRASE)),
        ("file", FileKey(b"", PASSPHRASE)),
        ("file", signing.key_file(name="DEMO Nguyễn Văn Khác")),
        ("file", signing.key_file(days=past)),
        ("file", signing.key_file(usages=("key_encipherment",))),
    ]
    for field, file in wanted:
        with pytest.raises(InvalidInputError) as caught:
            add_own_key(head, file.pkcs12, file.passphrase, signing.vault, signing.settings.signing)
        assert caught.value.field == field
    with pytest.raises(NotPermittedError):
        signing.add_key(world.officer())
    assert list(own_keys(head)) == []


@pytest.mark.parametrize(
    ("account", "named", "is_own"),
    [
        ("Nguyễn Văn Anh", "DEMO Nguyễn Văn Anh", True),
        ("Nguyễn Văn Anh", "Cơ quan A - NGUYEN VAN ANH - 2026", True),
        ("H'Hen Niê", "H’Hen Niê", True),
        ("Nguyễn Văn An", "Nguyễn Văn Anh", False),
        ("Văn An", "Nguyễn Văn Anh", False),
        ("Nguyễn Anh", "Nguyễn Văn Anh", False),
        ("An", "Nguyễn Văn An", False),
        ("Văn", "Nguyễn Văn Anh", False),
        ("Ли", "Nguyễn Văn Anh", False),
        ("Ли Văn Anh", "Nguyễn Văn Anh", False),
        ("", "Nguyễn Văn Anh", False),
    ],
)
def test_key_is_taken_only_when_its_certificate_bears_the_whole_name_of_the_person(
    world: World, signing: Signing, account: str, named: str, is_own: bool
) -> None:
    head = replace(world.head(), name=account)
    file = signing.key_file(name=named)
    if is_own:
        add_own_key(head, file.pkcs12, file.passphrase, signing.vault, signing.settings.signing)
    else:
        with pytest.raises(InvalidInputError) as caught:
            add_own_key(head, file.pkcs12, file.passphrase, signing.vault, signing.settings.signing)
        assert caught.value.field == "file"
    assert len(own_keys(head)) == is_own


def test_key_is_gone_with_its_file_when_its_owner_removes_it(world: World, signing: Signing) -> None:
    head, key = world.head(), None
    key = signing.add_key(head)
    with pytest.raises(NotFoundError):
        remove_own_key(world.head(), key.id, expected_version=1)
    remove_own_key(head, key.id, expected_version=1)
    with system_scope("set_up"):
        db.session.expire_all()
        row = db.session.get_one(SigningKey, key.id)
        assert (row.state, row.file_id) == ("removed", None)
    with pytest.raises(StateError):
        _ask(head, key, signing, [(1, 1)])


def test_token_key_is_entered_by_the_system_alone(world: World, signing: Signing, token: TokenKey) -> None:
    settings = replace(signing.settings.signing, pkcs11_module=token.module)
    place = TokenPlace(token.token, token.label)
    with pytest.raises(NotPermittedError):
        add_token_key(world.head(), "anybody", place, token.pin, settings)
    with pytest.raises(InvalidInputError):
        add_token_key(Actor.system("set_up"), "anybody", place, token.pin, settings)
    with pytest.raises(InvalidInputError):
        add_token_key(Actor.system("set_up"), "anybody", place, "000000", settings)


def test_batch_signs_every_paper_and_leaves_no_passphrase_when_it_has_ended(
    world: World, signing: Signing, database_kind: str
) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    key, papers = signing.add_key(head), [signing.paper(agency) for _ in range(3)]
    task = _ask(head, key, signing, [(paper.id, 1) for paper in papers[:2]] + [(papers[2].id, 9)])
    (sealed,) = (signing.vault.settings.folder / "sealed").iterdir()
    assert sealed.stat().st_mode & 0o077 == 0
    assert PASSPHRASE.encode() not in sealed.read_bytes()
    assert PASSPHRASE not in _dump(signing.settings, database_kind)
    assert work() == 1
    assert [stored(paper.id).state for paper in papers] == ["signed", "signed", "prepared"]
    assert _outcomes(task) == ["done", "done", "refused"]
    assert not list((signing.vault.settings.folder / "sealed").iterdir())
    assert PASSPHRASE not in _dump(signing.settings, database_kind)
    row = signature(papers[0].id)
    assert row is not None
    assert row.signer_id == head.user_id


def test_batch_is_refused_and_nothing_is_kept_when_the_passphrase_is_wrong(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    for secret in ("sai", "", "x" * 300, f"{PASSPHRASE}\0"):
        with pytest.raises(InvalidInputError) as caught:
            _ask(head, key, signing, [(paper.id, 1)], secret)
        assert caught.value.field == "passphrase"
    with pytest.raises(StateError):
        _ask(head, key, signing, [])
    with pytest.raises(NotFoundError):
        _ask(world.head(), key, signing, [(paper.id, 1)])
    with pytest.raises(NotPermittedError):
        _ask(world.officer(), key, signing, [(paper.id, 1)])
    assert work() == 0
    assert not list((signing.vault.settings.folder / "sealed").glob("*"))


def test_batch_ends_at_once_when_the_certificate_was_revoked_meanwhile(
    world: World, signing: Signing
) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    key, papers = signing.add_key(head), [signing.paper(agency) for _ in range(2)]
    task = _ask(head, key, signing, [(paper.id, 1) for paper in papers])
    signing.authority.authority.revoked[int(key.serial, 16)] = clock.now() - timedelta(hours=3)
    signing.authority.publish(clock.now())
    work()
    assert (_task(task).state, _task(task).error_code) == ("failed", "revoked")
    assert _outcomes(task) == ["pending", "pending"]
    assert not list((signing.vault.settings.folder / "sealed").iterdir())


def test_batch_asks_for_the_passphrase_again_when_its_time_was_over_before_a_worker_came(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    task = _ask(head, key, signing, [(paper.id, 1)])
    (sealed,) = (signing.vault.settings.folder / "sealed").iterdir()
    os.utime(sealed, (1, 1))
    work()
    assert (_task(task).state, _task(task).error_code) == ("failed", "passphrase_gone")
    assert stored(paper.id).state == "prepared"
    assert not list((signing.vault.settings.folder / "sealed").iterdir())


def test_sweep_erases_a_passphrase_whose_time_is_over_and_no_other(signing: Signing) -> None:
    box = SecretBox.of(signing.settings)
    old, young = box.put("cũ", "sign for 1"), box.put("mới", "sign for 1")
    os.utime(box.folder / old, (1, 1))
    assert box.sweep() == 1
    assert [path.name for path in box.folder.iterdir()] == [young]


def test_passphrase_is_erased_when_the_person_may_no_longer_have_the_task_done(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    task = _ask(head, key, signing, [(paper.id, 1)])
    with system_scope("set_up"):
        db.session.get_one(StaffMember, head.user_id).active = False
        db.session.commit()
    work()
    assert (_task(task).state, _task(task).error_code) == ("failed", "account_closed")
    assert not list((signing.vault.settings.folder / "sealed").iterdir())


def test_passphrase_is_erased_when_the_person_cancels_the_task(world: World, signing: Signing) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    task = _ask(head, key, signing, [(paper.id, 1)])
    cancel_task(head, task)
    assert not list((signing.vault.settings.folder / "sealed").iterdir())
    work()
    assert stored(paper.id).state == "prepared"


def test_passphrase_is_erased_only_when_its_task_has_ended(world: World, signing: Signing) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    task = _ask(head, key, signing, [(paper.id, 1)])
    (sealed,) = (signing.vault.settings.folder / "sealed").iterdir()
    _age_by(sealed, 600)
    assert erase_old_secrets(signing.settings) == 0
    kept = sealed.read_bytes()
    # Ended by the third death of its worker.
    with system_scope("set_up"):
        db.session.execute(update(BackgroundTask).where(BackgroundTask.id == task).values(attempts=3))
        db.session.commit()
    work()
    assert (_task(task).state, _task(task).error_code) == ("failed", "worker_lost")
    assert not sealed.exists()
    # As a process leaves it that dies before it erases.
    sealed.write_bytes(kept)
    assert erase_old_secrets(signing.settings) == 0
    _age_by(sealed, 600)
    assert erase_old_secrets(signing.settings) == 1
    assert not sealed.exists()
    assert stored(paper.id).state == "prepared"


def test_secret_is_refused_when_purpose_token_or_file_are_others(signing: Signing) -> None:
    box = SecretBox.of(signing.settings)
    token = box.put("bí mật", "sign for 1")
    other = box.put("khác", "sign for 1")
    assert box.read(token, "sign for 1") == "bí mật"
    for bad in (("sign for 2", token), ("sign for 1", "0" * 32), ("sign for 1", "../../etc/passwd")):
        with pytest.raises(SecretGoneError):
            box.read(bad[1], bad[0])
    (box.folder / token).write_bytes((box.folder / other).read_bytes())
    with pytest.raises(SecretGoneError):
        box.read(token, "sign for 1")
    box.erase(token)
    box.erase(token)
    with pytest.raises(SecretGoneError):
        box.read(token, "sign for 1")


def _age_by(path: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def _ask(
    actor: Actor, key: SigningKey, signing: Signing, rows: list[tuple[int, int]], secret: str = PASSPHRASE
) -> int:
    return request_signing(actor, SigningOrder(key.id, secret, rows), signing.settings).id


def _task(task_id: int) -> BackgroundTask:
    with system_scope("jobs"):
        db.session.expire_all()
        return db.session.get_one(BackgroundTask, task_id)


def _outcomes(task_id: int) -> list[str]:
    with system_scope("jobs"):
        db.session.expire_all()
        rows = select(BackgroundTaskRow.outcome).where(BackgroundTaskRow.task_id == task_id)
        return list(db.session.scalars(rows.order_by(BackgroundTaskRow.id)))


def _dump(settings: Settings, kind: str) -> str:
    """Every value of every table as text."""
    if kind == "sqlite":
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            return "\n".join(connection.iterdump())
    with system_scope("jobs"):
        found = []
        for table in db.metadata.sorted_tables:
            rows = db.session.execute(text(f'SELECT t::text FROM "{table.name}" AS t'))
            found += [str(row[0]) for row in rows]
        db.session.rollback()
        return "\n".join(found)

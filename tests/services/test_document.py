"""Attaching, opening and removing documents: rows, files and history, and every refusal."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import Document, DocumentOpening, StoredFile
from backoffice.services.document import (
    Details,
    DocumentHeldError,
    add_documents,
    erase_document,
    open_document,
    remove_document,
)
from backoffice.services.document_crypto import FileDamagedError
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_upkeep import erase_unused, scan_waiting, sweep_files, verify_files
from backoffice.services.document_vault import Vault
from backoffice.services.virus_scan import ScannerDownError
from backoffice.workflow.errors import ReasonRequiredError, TransitionNotPermittedError
from tests import factories
from tests.documents import zoo
from tests.services.conftest import World

PAPER = Details("Biên bản", "minutes", is_sensitive=False)
PDF = zoo.pdf()


def case_of(world: World, agency: str = "CC001") -> tuple[str, int]:
    """A new case of the agency, as a subject of documents."""
    return "enforcement_case", factories.make_file(world.agencies[agency]).case.id


def attach(
    actor: Actor, subject: tuple[str, int], vault: Vault, *files: tuple[str, bytes], details: Details = PAPER
) -> list[int]:
    """Attach files given as names and bytes."""
    uploads = [Upload(name, io.BytesIO(data)) for name, data in files or (("Biên bản.pdf", PDF),)]
    return add_documents(actor, subject, uploads, details, vault)


def stored() -> list[StoredFile]:
    """Every stored file."""
    return list(db.session.scalars(select(StoredFile)))


def document(key: int) -> Document:
    """A document as stored."""
    with system_scope("set_up"):
        return db.session.scalars(select(Document).where(Document.id == key)).one()


def openings() -> list[DocumentOpening]:
    """Every opening."""
    with system_scope("set_up"):
        return list(db.session.scalars(select(DocumentOpening)))


def files_of(vault: Vault) -> list[Path]:
    """Every file on the disk, unfinished ones too."""
    return [path for path in vault.settings.folder.rglob("*") if path.is_file()]


def test_document_is_stored_with_its_history_when_it_is_attached(
    world: World, vault: Vault, log_of: Callable[[Any], list[Any]]
) -> None:
    officer, subject = world.officer(), case_of(world)
    (key,) = attach(officer, subject, vault)
    row = document(key)
    assert (row.subject_type, row.subject_id, row.state) == (*subject, "stored")
    assert (row.title, row.file_name, row.media_type) == ("Biên bản", "Biên bản.pdf", "application/pdf")
    assert (row.size_bytes, row.uploaded_by_id, row.agency.code) == (len(PDF), officer.user_id, "CC001")
    assert [(entry.transition, entry.actor_id) for entry in log_of(row)] == [("add", officer.user_id)]


def test_stored_bytes_are_neither_readable_nor_named_after_the_file(world: World, vault: Vault) -> None:
    attach(world.officer(), case_of(world), vault)
    (path,) = files_of(vault)
    assert b"%PDF" not in path.read_bytes()
    assert path.name not in (stored()[0].sha256, "Biên bản.pdf")
    assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0


def test_bytes_come_back_and_the_opening_is_written_when_it_is_opened(world: World, vault: Vault) -> None:
    officer = world.officer()
    (key,) = attach(officer, case_of(world), vault)
    opened = open_document(officer, key, "10.1.2.3", vault)
    assert [(row.actor_id, row.document_id, row.client_address) for row in openings()] == [
        (officer.user_id, key, "10.1.2.3")
    ]
    assert (b"".join(opened.chunks), opened.name, opened.size) == (PDF, "Biên bản.pdf", len(PDF))


def test_one_file_serves_two_agencies_when_both_attach_the_same_bytes(world: World, vault: Vault) -> None:
    (first,) = attach(world.officer(), case_of(world), vault)
    (second,) = attach(world.officer("CC288"), case_of(world, "CC288"), vault)
    assert len(stored()) == 1
    assert document(first).file_id == document(second).file_id
    with system_scope("set_up"):
        other = [path for path in files_of(vault) if path.name != stored()[0].address]
        for path in other:
            erase_unused(db.session(), vault, path.name)
    assert [path.name for path in files_of(vault)] == [stored()[0].address]
    assert b"".join(open_document(world.officer("CC288"), second, "", vault).chunks) == PDF


def test_same_bytes_are_refused_when_the_same_case_has_them_already(world: World, vault: Vault) -> None:
    officer, subject = world.officer(), case_of(world)
    attach(officer, subject, vault)
    with pytest.raises(FilesRefusedError) as caught:
        attach(officer, subject, vault, ("other.pdf", PDF))
    assert "attached here already" in str(caught.value.refusals[0][1])


def test_nothing_is_stored_when_one_of_several_files_is_bad(world: World, vault: Vault) -> None:
    officer, subject = world.officer(), case_of(world)
    with pytest.raises(FilesRefusedError) as caught:
        attach(officer, subject, vault, ("a.pdf", PDF), ("b.exe", b"MZ"), ("c.pdf", zoo.locked_pdf("x")))
    assert [name for name, _error in caught.value.refusals] == ["b.exe", "c.pdf"]
    assert (stored(), files_of(vault)) == ([], [])


def test_titles_are_numbered_or_taken_from_names_when_there_are_several_files(
    world: World, vault: Vault
) -> None:
    officer, subject = world.officer(), case_of(world)
    keys = attach(officer, subject, vault, ("a.pdf", zoo.pdf(2)), ("b.png", zoo.picture("PNG")))
    assert [document(key).title for key in keys] == ["Biên bản (1)", "Biên bản (2)"]
    (key,) = attach(officer, subject, vault, details=replace(PAPER, title=" "))
    assert document(key).title == "Biên bản"


@pytest.mark.parametrize(
    ("subject_type", "is_accepted"), [("enforcement_case", False), ("debtor_record", True)]
)
def test_archive_is_accepted_with_debtor_records_alone(
    world: World, vault: Vault, subject_type: str, is_accepted: bool
) -> None:
    file = factories.make_file(world.agencies["CC001"])
    record = factories.make_record(file, factories.make_non_enforceable(file))
    subject = (subject_type, record.id if subject_type == "debtor_record" else file.case.id)
    try:
        attach(world.officer(), subject, vault, ("a.zip", zoo.zipped({"b.pdf": b"x"})))
    except FilesRefusedError:
        assert not is_accepted
    else:
        assert is_accepted


@pytest.mark.parametrize("subject", [("enforcement_case", 987654), ("ab_user", 1), ("../x", 1)])
def test_attaching_is_refused_when_the_row_does_not_exist(
    world: World, vault: Vault, subject: tuple[str, int]
) -> None:
    with pytest.raises(NotFoundError):
        attach(world.officer(), subject, vault)


def test_foreign_case_is_missing_when_somebody_attaches_to_it(world: World, vault: Vault) -> None:
    with pytest.raises(NotFoundError):
        attach(world.officer("CC288"), case_of(world), vault)
    assert files_of(vault) == []


def test_foreign_document_is_missing_when_its_id_is_known(world: World, vault: Vault) -> None:
    (key,) = attach(world.officer(), case_of(world), vault)
    stranger = world.head("CC002")
    for deed in (remove_document, erase_document):
        with pytest.raises(NotFoundError):
            deed(stranger, key, reason="Nhầm")
    with pytest.raises(NotFoundError):
        open_document(stranger, key, "", vault)
    assert openings() == []


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.SUPPORT_OFFICER, Role.INSPECTOR])
def test_attaching_and_removing_are_refused_when_the_role_only_reads(
    world: World, vault: Vault, role: Role
) -> None:
    subject = case_of(world)
    (key,) = attach(world.officer(), subject, vault)
    with pytest.raises(NotPermittedError):
        attach(world.actor(role), subject, vault, ("b.pdf", zoo.pdf(2)))
    with pytest.raises(TransitionNotPermittedError):
        remove_document(world.actor(role), key, reason="Nhầm")


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.CLERK, Role.AGENCY_ADMINISTRATOR])
def test_sensitive_document_stays_closed_when_the_role_may_not_open_it(
    world: World, vault: Vault, role: Role
) -> None:
    details = replace(PAPER, kind="identity")
    (key,) = attach(world.officer(), case_of(world), vault, details=details)
    assert document(key).is_sensitive
    with pytest.raises(NotPermittedError):
        open_document(world.actor(role), key, "", vault)
    assert openings() == []


@pytest.mark.parametrize(
    ("details", "field"),
    [(replace(PAPER, kind="poem"), "kind"), (replace(PAPER, title="x" * 201), "title")],
)
def test_details_are_refused_at_their_field_when_they_are_odd(
    world: World, vault: Vault, details: Details, field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        attach(world.officer(), case_of(world), vault, details=details)
    assert caught.value.field == field


@pytest.mark.parametrize("count", [0, 21])
def test_number_of_files_is_refused_when_it_is_none_or_too_many(
    world: World, vault: Vault, count: int
) -> None:
    uploads = [Upload("a.pdf", io.BytesIO(PDF))] * count
    with pytest.raises(InvalidInputError):
        add_documents(world.officer(), case_of(world), uploads, PAPER, vault)


def test_removed_document_keeps_row_and_file_and_stays_closed(
    world: World, vault: Vault, log_of: Callable[[Any], list[Any]]
) -> None:
    officer = world.officer()
    (key,) = attach(officer, case_of(world), vault)
    remove_document(officer, key, expected_version=1, reason="Thay bằng bản mới")
    row = document(key)
    assert (row.state, row.removal_rule, row.file_id is not None) == ("removed", "kept", True)
    assert log_of(row)[-1].reason == "Thay bằng bản mới"
    with pytest.raises(DocumentHeldError):
        open_document(officer, key, "", vault)


@pytest.mark.parametrize("deed", [remove_document, erase_document])
def test_removal_is_refused_without_a_reason_or_with_an_old_version(
    world: World, vault: Vault, deed: Callable[..., None]
) -> None:
    officer = world.officer()
    (key,) = attach(officer, case_of(world), vault)
    with pytest.raises(ReasonRequiredError):
        deed(officer, key, expected_version=1, reason=" ")
    with pytest.raises(ConflictError):
        deed(officer, key, expected_version=7, reason="Nhầm")
    assert document(key).state == "stored"


def test_erased_file_leaves_after_the_deed_when_nobody_else_has_it(
    world: World, vault: Vault, outbox: Callable[[], list[tuple[str, str, str]]]
) -> None:
    officer = world.officer()
    (key,) = attach(officer, case_of(world), vault)
    address = stored()[0].address
    erase_document(officer, key, reason="Tải nhầm hồ sơ khác")
    row = document(key)
    assert (row.state, row.removal_rule, row.file_id, row.size_bytes) == ("removed", "erased", None, len(PDF))
    assert (stored(), len(files_of(vault))) == ([], 1)
    assert address in outbox()[-1][2]
    erase_unused(db.session(), vault, address)
    assert files_of(vault) == []


def test_file_stays_when_another_agency_has_the_same_one(world: World, vault: Vault) -> None:
    officer, stranger = world.officer(), world.officer("CC288")
    (first,) = attach(officer, case_of(world), vault)
    (second,) = attach(stranger, case_of(world, "CC288"), vault)
    erase_document(officer, first, reason="Nhầm")
    erase_unused(db.session(), vault, stored()[0].address)
    assert b"".join(open_document(stranger, second, "", vault).chunks) == PDF


def test_flipped_bit_is_never_served_and_healed_when_the_file_comes_again(world: World, vault: Vault) -> None:
    officer = world.officer()
    (key,) = attach(officer, case_of(world), vault)
    (path,) = files_of(vault)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileDamagedError):
        open_document(officer, key, "", vault)
    assert [finding.code for finding in verify_files(Actor.system("documents"), vault)] == ["damaged"]
    attach(officer, case_of(world), vault)
    assert b"".join(open_document(officer, key, "", vault).chunks) == PDF
    assert [finding.code for finding in verify_files(Actor.system("documents"), vault)] == ["orphan"]


def test_sweep_leaves_fresh_files_and_removes_old_ones_without_a_row(world: World, vault: Vault) -> None:
    attach(world.officer(), case_of(world), vault)
    stray = vault.store.put([b"left behind"])
    (path,) = [path for path in files_of(vault) if path.name == stray]
    system = Actor.system("documents")
    assert sweep_files(system, vault) == 0
    os.utime(path, (0, 0))
    assert sweep_files(system, vault) == 1
    assert not path.exists()
    assert verify_files(system, vault) == []


def test_document_waits_and_stays_closed_when_the_scanner_does_not_answer(world: World, vault: Vault) -> None:
    officer = world.officer()
    down = replace(vault, settings=replace(vault.settings, scanner="unix:/nonexistent/clamd"))
    (key,) = attach(officer, case_of(world), down)
    assert document(key).state == "quarantined"
    with pytest.raises(DocumentHeldError):
        open_document(officer, key, "", vault)
    with pytest.raises(ScannerDownError):
        scan_waiting(Actor.system("documents"), down)
    assert scan_waiting(Actor.system("documents"), vault).released == 1
    assert b"".join(open_document(officer, key, "", vault).chunks) == PDF

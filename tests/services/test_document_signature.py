"""Signing papers: rows, files and history, what follows from a signature, and every refusal."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import EnforcementDecision, NonEnforceableDecision
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_signature import (
    attach_scan,
    check_signature,
    finish_signing,
    make_signed,
    read_unsigned,
)
from backoffice.services.document_upkeep import sweep_files
from backoffice.services.enforcement_decision import sign_enforcement_decision
from backoffice.services.paper_heading import Signer
from backoffice.services.signing_key import opened_key
from backoffice.services.signing_words import SigningRefusedError
from config import Settings
from exports.signatures import Check, validate
from tests import factories
from tests.documents.zoo import pdf
from tests.services.conftest import World
from tests.services.papers import stored
from tests.services.signing import Signing, signature
from tests.signatures.parts import PASSPHRASE, document, pdfsig

SYSTEM = Actor.system("documents")


@pytest.fixture
def signing(world: World, lawful_settings: Settings) -> Signing:
    assert world.agencies
    return Signing.make(lawful_settings)


def test_sign_makes_the_paper_signed_with_its_file_when_the_key_is_good(
    world: World, signing: Signing, log_of: Callable[[Any], list[Any]], tmp_path: Any
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    before = paper.sha256
    signing.sign(head, paper, key)
    signed, row = stored(paper.id), signature(paper.id)
    pdf = signing.bytes_of(paper.id)
    assert (signed.state, signed.signed_by_id, signed.sha256 != before) == ("signed", head.user_id, True)
    assert row is not None
    assert (row.way, row.level, row.sha256_before, row.sha256_after) == (
        "electronic", "B-B", before, signed.sha256,
    )  # fmt: skip
    assert row.certificate_serial == key.serial
    assert [entry.transition for entry in log_of(signed)] == ["sign"]
    assert validate(pdf, signing.authority.trust, clock.now())[0].is_valid
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    # What was signed stays in the store.
    assert sweep_files(SYSTEM, signing.vault, -1e9) == 0


def test_sign_is_refused_when_role_scope_state_or_version_are_wrong(world: World, signing: Signing) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    key, paper = signing.add_key(head), signing.paper(agency)
    with pytest.raises(NotPermittedError):
        read_unsigned(world.officer(), paper.id, 1, signing.vault)
    with pytest.raises(NotFoundError):
        read_unsigned(world.head("CC002"), paper.id, 1, signing.vault)
    with pytest.raises(ConflictError):
        signing.sign(head, paper, key, version=7)
    form = signing.paper(agency, kind="feedback_form")
    with pytest.raises(NotPermittedError):
        signing.sign(head, form, key)
    cancelled = signing.paper(agency)
    with system_scope("set_up"):
        cancelled.state = "cancelled"
        db.session.commit()
    with pytest.raises(StateError):
        signing.sign(head, cancelled, key)
    assert signature(paper.id) is signature(form.id) is signature(cancelled.id) is None


def test_sign_is_refused_the_second_time_when_the_paper_was_signed_meanwhile(
    world: World, signing: Signing
) -> None:
    head, other = world.head(), world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    unsigned = read_unsigned(other, paper.id, 1, signing.vault)
    signing.sign(head, paper, key)
    first = stored(paper.id).sha256
    with pytest.raises(StateError):
        signing.sign(head, stored(paper.id), key)
    late = make_signed(
        unsigned,
        opened_key(head, key.id, PASSPHRASE, signing.vault, signing.settings.signing),
        signing.vault,
        signing.settings.signing,
    )
    with pytest.raises(StateError):
        finish_signing(other, late, signing.vault)
    assert stored(paper.id).sha256 == first


def test_paper_stays_unsigned_and_the_sweep_cleans_when_signing_ends_before_its_transaction(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    unsigned = read_unsigned(head, paper.id, 1, signing.vault)
    opened = opened_key(head, key.id, PASSPHRASE, signing.vault, signing.settings.signing)
    make_signed(unsigned, opened, signing.vault, signing.settings.signing)
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)
    assert sweep_files(SYSTEM, signing.vault, -1e9) == 1


def test_decision_is_signed_with_its_paper_when_another_person_drafted_it(
    world: World, signing: Signing
) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    file = factories.make_file(agency)
    decision = _draft_of(file.decision)
    values = {"kind": "enforcement_decision", "subject_type": "enforcement_decision", "subject_id": decision}
    key, paper = signing.add_key(head), signing.paper(agency, world.officer(), **values)
    with pytest.raises(StateError):
        sign_enforcement_decision(head, decision, expected_version=1)
    signing.sign(head, paper, key)
    assert (stored(paper.id).state, _decision(decision)) == (
        "signed", ("signed", head.user_id, clock.today())
    )  # fmt: skip


def test_decision_stays_a_draft_when_its_drafter_or_the_wrong_role_signs_the_paper(
    world: World, signing: Signing
) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    decision = _draft_of(factories.make_file(agency).decision)
    values = {"kind": "enforcement_decision", "subject_type": "enforcement_decision", "subject_id": decision}
    key, paper = signing.add_key(head), signing.paper(agency, head, **values)
    with pytest.raises(StateError):
        signing.sign(head, paper, key)
    assert (stored(paper.id).state, _decision(decision)[0]) == ("prepared", "drafted")


def test_paper_stays_unsigned_when_its_decision_cannot_be_signed(world: World, signing: Signing) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    file = factories.make_file(agency, state="non_enforceable")
    decision = factories.make_non_enforceable(file, state="drafted")
    with system_scope("set_up"):
        decision.ground_code = "unknown"
        db.session.commit()
        key_of_decision = decision.id
    values = {
        "kind": "non_enforceable_decision",
        "subject_type": "non_enforceable_decision",
        "subject_id": key_of_decision,
    }
    key, paper = signing.add_key(head), signing.paper(agency, world.officer(), **values)
    with pytest.raises(InvalidInputError):
        signing.sign(head, paper, key)
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)
    with system_scope("set_up"):
        db.session.expire_all()
        assert db.session.get_one(NonEnforceableDecision, key_of_decision).state == "drafted"


def test_earlier_paper_is_replaced_when_its_successor_is_signed(world: World, signing: Signing) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    key, old = signing.add_key(head), signing.paper(agency)
    signing.sign(head, old, key)
    new = signing.paper(agency, subject_id=old.subject_id, title="Công văn mới")
    with system_scope("set_up"):
        stored(old.id).replaced_by_id = new.id
        db.session.commit()
    signing.sign(head, stored(new.id), key)
    assert (stored(old.id).state, stored(new.id).state) == ("replaced", "signed")


def test_scan_makes_the_paper_signed_when_it_was_signed_by_hand(
    world: World, signing: Signing, log_of: Callable[[Any], list[Any]]
) -> None:
    head, paper = world.head(), signing.paper(world.agencies["CC001"])
    scan = document(text="Bản quét có chữ ký tay")
    attach_scan(head, paper.id, Upload("quet.pdf", io.BytesIO(scan)), signing.vault, expected_version=1)
    row = signature(paper.id)
    assert row is not None
    assert (row.way, row.level, row.certificate_subject) == ("paper", None, None)
    assert stored(paper.id).state == "signed"
    assert signing.bytes_of(paper.id) == scan
    assert [entry.transition for entry in log_of(stored(paper.id))] == ["sign"]
    assert check_signature(head, paper.id, signing.vault, signing.settings.signing) is None


def test_scan_is_refused_when_it_is_no_pdf_the_print_itself_or_from_the_wrong_person(
    world: World, signing: Signing
) -> None:
    head, paper = world.head(), signing.paper(world.agencies["CC001"])
    same = signing.bytes_of(paper.id)
    for data in (b"no file", same):
        with pytest.raises(FilesRefusedError):
            attach_scan(head, paper.id, Upload("a.pdf", io.BytesIO(data)), signing.vault, expected_version=1)
    with pytest.raises(NotPermittedError):
        attach_scan(
            world.officer(), paper.id, Upload("a.pdf", io.BytesIO(pdf())), signing.vault, expected_version=1
        )
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)


def test_scan_is_refused_and_the_paper_waits_when_the_virus_scanner_does_not_answer(
    world: World, signing: Signing
) -> None:
    head, paper = world.head(), signing.paper(world.agencies["CC001"])
    settings = replace(signing.vault.settings, scanner="unix:/nonexistent/clamd")
    before = sorted(signing.vault.store.addresses())
    scan = Upload("quet.pdf", io.BytesIO(document(text="Bản quét")))
    with pytest.raises(StateError, match="virus scanner"):
        attach_scan(head, paper.id, scan, replace(signing.vault, settings=settings), expected_version=1)
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)
    assert sorted(signing.vault.store.addresses()) == before


@pytest.mark.parametrize("printed", ["Trần Thị Hoa", "Trần Thị Hồa", "Hòa", "Trần Thị Hòa Anh", "Ли", ""])
def test_paper_is_refused_either_way_when_another_name_is_printed_on_it(
    world: World, signing: Signing, printed: str
) -> None:
    head, signer = world.head(), Signer("", "CHI CỤC TRƯỞNG", printed)
    paper = signing.paper(world.agencies["CC001"], signer=signer)
    with pytest.raises(StateError, match="draft it anew"):
        signing.sign(head, paper, signing.add_key(head))
    scan = Upload("quet.pdf", io.BytesIO(document(text="Bản quét")))
    with pytest.raises(StateError, match="draft it anew"):
        attach_scan(head, paper.id, scan, signing.vault, expected_version=1)
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)


def test_paper_is_signed_when_the_printed_name_is_the_same_to_a_reader(
    world: World, signing: Signing
) -> None:
    head, signer = world.head(), Signer("KT. CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG", "TRẦN THỊ HOÀ")
    paper = signing.paper(world.agencies["CC001"], signer=signer)
    assert read_unsigned(head, paper.id, 1, signing.vault).block.position == "Phó chi cục trưởng"
    signing.sign(head, paper, signing.add_key(head))
    assert stored(paper.id).state == "signed"


def test_check_notes_what_it_found_when_the_certificate_was_revoked_since(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    signing.sign(head, paper, key)
    report = check_signature(head, paper.id, signing.vault, signing.settings.signing)
    assert report is not None
    assert report.is_valid
    signing.authority.authority.revoked[int(key.serial, 16)] = clock.now() - timedelta(hours=3)
    signing.authority.publish(clock.now())
    report = check_signature(world.officer(), paper.id, signing.vault, signing.settings.signing)
    assert report is not None
    assert report.code(Check.REVOCATION) == "revoked"
    row = signature(paper.id)
    assert row is not None
    assert ["revocation", "revoked"] in (row.findings or [])
    assert row.checked_at == clock.now()
    with pytest.raises(NotFoundError):
        check_signature(world.head("CC002"), paper.id, signing.vault, signing.settings.signing)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SUPPORT_OFFICER, Role.AGENCY_ADMINISTRATOR])
def test_check_is_refused_and_notes_nothing_when_the_person_only_reads_papers(
    world: World, signing: Signing, role: Role
) -> None:
    head, agency = world.head(), world.agencies["CC001"]
    key, paper = signing.add_key(head), signing.paper(agency)
    signing.sign(head, paper, key)
    with pytest.raises(NotPermittedError):
        check_signature(factories.make_actor(agency, role), paper.id, signing.vault, signing.settings.signing)
    row = signature(paper.id)
    assert row is not None
    assert row.checked_at is None


def test_sign_is_refused_when_the_certificate_was_revoked_after_the_key_was_added(
    world: World, signing: Signing
) -> None:
    head = world.head()
    key, paper = signing.add_key(head), signing.paper(world.agencies["CC001"])
    signing.authority.authority.revoked[int(key.serial, 16)] = clock.now() - timedelta(hours=3)
    signing.authority.publish(clock.now())
    with pytest.raises(SigningRefusedError) as caught:
        signing.sign(head, paper, key)
    assert (caught.value.code, stored(paper.id).state) == ("revoked", "prepared")


def _draft_of(decision: Any) -> int:
    """Take a decision of the factories back to draft; its id."""
    with system_scope("set_up"):
        decision.state, decision.signed_by_id = "drafted", None
        db.session.commit()
        return int(decision.id)


def _decision(decision_id: int) -> tuple[str, int | None, Any]:
    with system_scope("set_up"):
        db.session.expire_all()
        row = db.session.get_one(EnforcementDecision, decision_id)
        return row.state, row.signed_by_id, row.decided_on

"""The public register of issued documents: only what is signed, only what anyone may know, from the database on."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import Scope
from backoffice.models import (
    DocumentNumber,
    EnforcementAgency,
    OfficialDocument,
    OutboxMessage,
    StoredFile,
)
from backoffice.models.states import OfficialDocumentKind, OfficialDocumentState
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.permissions import Permission
from config import Settings
from exports.check_code import check_key, new_check_code, read_check_code
from exports.schema import load_codes
from exports.versions import take_down
from jobs import packages
from tests.jobs import rows
from tests.side_rows import paper_template

CANARY = "Chim-Hoàng-Yến"
SUBJECT = 424_242
SIGNER = Actor(None, "signer", frozenset({Permission.OFFICIAL_DOCUMENT_SIGN}), Scope(("TC.",)))


def add_documents(*states: str) -> list[int]:
    """One document of CC001 in each state; a replaced one is replaced by the document after it."""
    template_id = paper_template().id
    with unit_of_work(rows.SAMPLE) as session:
        agency = session.scalars(select(EnforcementAgency).filter_by(code="CC001")).one()
        own = {"agency_id": agency.id, "agency_path": agency.path}
        made = [_document(session, own, template_id, n) for n in range(1, len(states) + 1)]
        for state, document, successor in zip(states, made, [*made[1:], None], strict=True):
            document.replaced_by_id = successor.id if state == "replaced" and successor else None
            document.state = state
        session.flush()
        return [document.id for document in made]


def _document(session: Any, own: dict[str, Any], template_id: int, n: int) -> OfficialDocument:
    digest = hashlib.sha256(f"file {n}".encode()).hexdigest()
    day = {"issued_on": date(2026, 9, 1) + timedelta(days=n)}
    stored = StoredFile(sha256=digest, address=digest[::-1], size_bytes=5, key_id="k", wrapped_key="w" * 40)
    number = DocumentNumber(
        **own,
        **day,
        series="letter",
        year=2026,
        number=n,
        symbol="CV-CTHADS",
        state="issued",
        source="register",
    )
    session.add_all([stored, number])
    session.flush()
    document = OfficialDocument(
        **own, **day, kind="transfer_letter", subject_type="enforcement_case", subject_id=SUBJECT + n,
        template_id=template_id, number_id=number.id, symbol="CV-CTHADS", title=f"Về việc {CANARY} {n}",
        state="drafted", file_id=stored.id, sha256=digest, data_file_id=stored.id,
    )  # fmt: skip
    session.add(document)
    session.flush()
    return document


def built(settings: Settings) -> Path:
    """The folder of the register, freshly built."""
    return packages.build(settings, "documents", as_of=rows.AS_OF).directory


def register(settings: Settings) -> dict[str, dict[str, str]]:
    """The published rows by number."""
    with (built(settings) / "data" / "issued_documents.csv").open(encoding="utf-8", newline="") as file:
        return {row["document_number"]: row for row in csv.DictReader(file)}


def codes() -> dict[int, str]:
    with unit_of_work(rows.SAMPLE) as session:
        return {row.id: row.check_code for row in session.scalars(select(OfficialDocument))}


def test_register_lists_documents_only_when_they_were_signed(ready: Settings) -> None:
    add_documents("drafted", "rendering", "render_failed", "prepared", "cancelled", "withdrawn", "signed")
    found = register(ready)
    assert {number: row["document_state"] for number, row in found.items()} == {
        "6": "withdrawn",
        "7": "valid",
    }
    assert (found["7"]["document_symbol"], found["7"]["issued_on"]) == ("CV-CTHADS", "2026-09-08")
    assert found["7"]["file_sha256"] == hashlib.sha256(b"file 7").hexdigest()
    assert found["7"]["agency_code"] == "CC001"


def test_replacement_is_named_only_when_it_is_signed_itself(ready: Settings) -> None:
    add_documents("replaced", "signed", "replaced", "prepared", "signed")
    found = register(ready)
    assert found["1"]["document_state"] == "replaced"
    assert found["1"]["replaced_by_key"] == found["2"]["check_key"]
    assert found["3"]["replaced_by_key"] == ""
    assert set(found) == {"1", "2", "3", "5"}


def test_valid_document_names_no_replacement_when_one_is_drafted(ready: Settings) -> None:
    first, second = add_documents("signed", "drafted")
    with unit_of_work(rows.SAMPLE) as session:
        session.get_one(OfficialDocument, first).replaced_by_id = second
    assert register(ready)["1"]["replaced_by_key"] == ""


def test_no_byte_tells_the_code_title_or_subject_when_published(ready: Settings) -> None:
    add_documents("signed", "replaced", "withdrawn")
    folder = built(ready)
    written = b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    assert b"transfer_letter" in written
    forbidden = [CANARY, "Hoàng", str(SUBJECT)[:5], "enforcement_case", *codes().values()]
    assert [word for word in forbidden if word.encode() in written] == []


def test_key_is_that_of_the_code_when_a_row_is_made(ready: Settings) -> None:
    add_documents("signed")
    (code,) = codes().values()
    assert read_check_code(code) == code
    assert register(ready)["1"]["check_key"] == check_key(code)


def test_key_follows_when_the_code_is_given(ready: Settings) -> None:
    (document_id,) = add_documents("signed")
    code = new_check_code()
    with unit_of_work(rows.SAMPLE) as session:
        known = session.get_one(OfficialDocument, document_id)
        names = (
            "agency_id",
            "agency_path",
            "kind",
            "subject_type",
            "subject_id",
            "template_id",
            "data_file_id",
        )
        values = {name: getattr(known, name) for name in names}
        other = OfficialDocument(**values, title="Khác", state="drafted", check_code=code)
        session.add(other)
        session.flush()
        assert other.check_key == check_key(code)


@pytest.mark.parametrize(
    ("before", "step", "asked"),
    [("prepared", "sign", True), ("signed", "withdraw", True), ("prepared", "cancel", False)],
)
def test_register_is_asked_for_anew_when_a_public_state_changes(
    ready: Settings, before: str, step: str, asked: bool
) -> None:
    (document_id,) = add_documents(before)
    register_and_file = {Permission.OFFICIAL_DOCUMENT_ISSUE, Permission.CASE_FILE_KEEP}
    clerk = replace(SIGNER, permissions=SIGNER.permissions | register_and_file)
    with unit_of_work(clerk) as session:
        document = session.get_one(OfficialDocument, document_id)
        apply_transition(session, clerk, document, Step(step, reason="Sai số"))
    with unit_of_work(rows.SAMPLE) as session:
        wanted = [m.arguments for m in session.scalars(select(OutboxMessage)) if m.job == "export.request"]
    assert wanted == ([{"package": "documents"}] if asked else [])


def test_document_leaves_every_version_when_it_is_taken_down(ready: Settings) -> None:
    add_documents("signed", "signed")
    key = register(ready)["1"]["check_key"]
    assert take_down(ready.packages_dir, "documents", key) == 1
    current = ready.packages_dir / "documents" / "current" / "data"
    assert [path.name for path in current.iterdir() if key.encode() in path.read_bytes()] == []
    versions = json.loads((ready.packages_dir / "documents" / "versions.json").read_text(encoding="utf-8"))
    assert [entry["row_counts"]["issued_documents"] for entry in versions["versions"]] == [1]


def test_kinds_and_states_of_the_register_are_those_of_the_papers() -> None:
    assert [code["code"] for code in load_codes("document_kind")] == list(OfficialDocumentKind)
    public = {code["code"] for code in load_codes("document_state")}
    assert public - {"valid"} < set(OfficialDocumentState)

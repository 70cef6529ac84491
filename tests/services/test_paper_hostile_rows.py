"""Papers about rows full of hostile text, one for each kind of row: drafted, numbered, made, and read as a person would.

Not here: the templates one by one (`tests/exports`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import StateError
from backoffice.extensions import db
from backoffice.models import DebtorRecord
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import PaperOrder, issue_paper, prepare_paper
from backoffice.services.paper_heading import Signer
from exports.papers import FIELDS, FieldType
from tests import factories
from tests.exports.hostile_text import active_parts, copied, flat, shown
from tests.exports.pdf_rules import broken_clauses
from tests.services.conftest import World
from tests.services.papers import KIND, add_templates, stored, transfer, work

BAIT = "<img src=http://127.0.0.1:9/x>{{ 7*7 }}{% if a %}\u202e&lt;**b**|"
TABLES = {
    "enforcement_case": (KIND.RESULT_CONFIRMATION, "result_confirmation.2026"),
    "enforcement_decision": (KIND.ENFORCEMENT_DECISION, "enforcement_decision.2015"),
    "non_enforceable_decision": (KIND.NON_ENFORCEABLE_DECISION, "non_enforceable_decision.2026"),
    "debtor_record": (KIND.REMOVAL_PROOF, "removal_proof.2026"),
}


def subjects(world: World) -> dict[str, int]:
    """A file whose every text that people type is hostile; the row of each table by its name."""
    agency = world.agencies["CC001"]
    file = factories.make_file(agency, court_name=f"Tòa {BAIT}", judgment_number=f"1{BAIT}"[:60])
    decision = factories.make_non_enforceable(file)
    record = factories.make_record(file, decision)
    with system_scope("set_up"):
        record.state, record.withdrawn_on = "withdrawn", date(2026, 10, 1)
        file.debtor.full_name, file.debtor.address = f"Người {BAIT}", f"phường {BAIT}"
        file.obligation.description = f"Trả {BAIT} " + "dài " * 2_500
        db.session.commit()
        return {row.__tablename__: row.id for row in (file.case, file.decision, decision, record)}


def given(kind: str) -> dict[str, object]:
    """What a person types where the rows know nothing: hostile text, and dates and amounts as in the sample."""
    return {
        field.name: BAIT if field.type is FieldType.TEXT else field.sample
        for field in FIELDS[kind]
        if field.type is not FieldType.LIST
    }


def made(world: World, vault: Vault, order: PaperOrder) -> Any:
    """The paper with its file."""
    paper = prepare_paper(world.officer(), order, vault)
    issue_paper(world.actor(Role.CLERK), paper.id)
    work()
    return stored(paper.id)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_hostile_rows_are_printed_as_text_and_nothing_in_the_file_can_run(
    world: World, vault: Vault, table: str
) -> None:
    kind, template = TABLES[table]
    add_templates(template)
    order = PaperOrder(kind, table, subjects(world)[table], given(kind.value), Signer(BAIT, BAIT, BAIT))
    paper = made(world, vault, order)
    assert (paper.state, paper.error_code) == ("prepared", None)
    pdf = b"".join(vault.open(paper.file))
    text = copied(pdf)
    # A name loses signs that turn text when it is kept; what is typed for one paper shows them.
    assert shown(f"Người {BAIT}".replace("\u202e", "")) in text
    assert shown(BAIT) in text or shown(BAIT.replace("\u202e", "")) in text
    assert not set(text) & set("\u202e\u0007")
    assert active_parts(pdf) == []
    assert broken_clauses(pdf) == []
    if table in ("enforcement_decision", "non_enforceable_decision"):
        assert text.count(flat("dài")) >= 2_500


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\0b", "ký tự|no text can carry"),
        ("\ud800", "no text can carry"),
        ("x" * 20_001, "longer"),
        (7, "wrong type"),
    ],
)
def test_draft_is_refused_with_the_name_of_the_field_when_no_paper_could_print_a_value(
    world: World, vault: Vault, value: object, words: str
) -> None:
    add_templates()
    case_id = subjects(world)["enforcement_case"]
    with pytest.raises(StateError, match=words) as refused:
        prepare_paper(world.officer(), transfer(case_id, reason=value), vault)
    assert "reason" not in str(refused.value)
    with system_scope("set_up"):
        assert db.session.query(DebtorRecord).count() == 1
        assert not list(vault.settings.folder.glob("objects/*/*/*"))

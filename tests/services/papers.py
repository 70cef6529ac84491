"""What tests of papers share: templates, orders, and doing what a worker would do now."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DocumentNumber, OfficialDocument, OutboxMessage
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import PaperOrder, issue_paper, prepare_paper
from config import ROOT
from exports.papers import FIELDS, read_start_template
from jobs.registry import FUNCTIONS, perform
from tests.side_rows import paper_template

KIND = OfficialDocumentKind
TRANSFER: dict[str, object] = {
    "receiving_agency": "Ủy ban nhân dân phường Ba Đình",
    "sender_name": "Trần Thị Hòa",
    "petition_type": "đơn kiến nghị",
    "subject": "việc cấp giấy chứng nhận",
    "received_on": date(2026, 10, 1),
    "reason": "không thuộc thẩm quyền",
}
BODY = "Kính gửi: {{ receiving_agency }}\n\n{{ sender_name }} gửi {{ petition_type }} về {{ subject }}. {{ reason }}."


def add_templates(*names: str) -> None:
    """Approved editions: the letter of transfer of the tests, and files of the start set by name."""
    template = paper_template()
    with system_scope("set_up"):
        template.body, template.symbol_pattern = BODY, "{agency}-VP"
        db.session.commit()
    for name in names:
        folder = ROOT / "backoffice" / "data" / "document_templates"
        start = read_start_template((folder / f"{name}.txt").read_text(encoding="utf-8"))
        row = paper_template(start.kind)
        with system_scope("set_up"):
            row.body, row.heading, row.abstract = start.body, start.heading, start.abstract
            row.recipients, row.rule_set = "\n".join(start.recipients), start.rule_set
            row.valid_from, row.valid_to = start.valid_from, start.valid_to
            db.session.commit()


def transfer(case_id: int, **changes: Any) -> PaperOrder:
    """An order for a letter of transfer about a case."""
    return PaperOrder(KIND.TRANSFER_LETTER, "enforcement_case", case_id, {**TRANSFER, **changes})


def prepared(officer: Actor, clerk: Actor, case_id: int, vault: Vault) -> OfficialDocument:
    """A letter with number and file."""
    paper = prepare_paper(officer, transfer(case_id), vault)
    issue_paper(clerk, stored(paper.id).id)
    work()
    return stored(paper.id)


def stored(paper_id: int) -> OfficialDocument:
    """The paper as stored, with its number and file."""
    with system_scope("set_up"):
        db.session.expire_all()
        paper = db.session.scalars(select(OfficialDocument).where(OfficialDocument.id == paper_id)).one()
        assert (paper.number, paper.file, paper.data_file, paper.template) != ()
        return paper


def numbers() -> list[tuple[int, str]]:
    """Every number with its state, in order."""
    with system_scope("set_up"):
        db.session.expire_all()
        rows = db.session.scalars(
            select(DocumentNumber).order_by(DocumentNumber.series, DocumentNumber.number)
        )
        return [(row.number, row.state) for row in rows]


def work() -> int:
    """Do every job of papers that waits in the outbox, as a worker would; how many there were."""
    with system_scope("set_up"):
        waiting = select(OutboxMessage.id).where(
            OutboxMessage.job == "paper.render", OutboxMessage.state == "pending"
        )
        found = db.session.scalars(waiting.order_by(OutboxMessage.created_at)).all()
        db.session.rollback()
    for message_id in found:
        perform(FUNCTIONS["paper.render"], "paper.render", message_id)
    return len(found)


def text_fields(kind: str) -> list[str]:
    """The names of the fields of a kind that take any text."""
    return [field.name for field in FIELDS[kind] if field.type.value == "text"]

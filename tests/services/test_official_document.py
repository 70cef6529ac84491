"""Papers from draft to withdrawal: rows, numbers, files and history, and every refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from backoffice.access.scope import system_scope
from backoffice.errors import NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import DocumentTemplate, OfficialDocument
from backoffice.services.document_upkeep import sweep_files
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import (
    PaperOrder,
    cancel_paper,
    discard_paper,
    issue_paper,
    open_paper,
    prepare_paper,
    redraft_paper,
    render_again,
    withdraw_paper,
)
from backoffice.services.paper_rendering import SYSTEM, recover_stranded
from backoffice.services.paper_replacement import finish_replacement
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.errors import ReasonRequiredError, TransitionNotAllowedError
from exports.check_code import read_check_code
from tests import factories
from tests.services.conftest import World
from tests.services.papers import (
    KIND,
    add_templates,
    numbers,
    prepared,
    stored,
    transfer,
    work,
)


def test_paper_has_number_file_and_history_when_it_is_issued(
    world: World, vault: Vault, case_id: int, log_of: Callable[[Any], list[Any]]
) -> None:
    paper = prepared(world.officer(), world.clerk(), case_id, vault)
    assert (paper.state, paper.number.number, paper.number.state) == ("prepared", 1, "issued")
    assert (str(paper.number), paper.symbol) == ("1/CCTHADS-VP", "CCTHADS-VP")
    assert paper.issued_on == date(2026, 10, 5)
    assert paper.file.sha256 == paper.sha256
    assert read_check_code(paper.check_code) == paper.check_code
    steps = [entry.transition for entry in log_of(paper)]
    assert steps == ["prepare", "issue", "finish_rendering"]


def test_file_is_a_pdf_and_every_opening_is_written_when_it_is_taken(
    world: World, vault: Vault, case_id: int, log_of: Callable[[Any], list[Any]]
) -> None:
    officer = world.officer()
    paper = prepared(officer, world.clerk(), case_id, vault)
    opened = open_paper(officer, paper.id, vault)
    assert b"".join(opened.chunks).startswith(b"%PDF")
    assert opened.name == "transfer_letter-1-CCTHADS-VP.pdf"
    assert [entry.transition for entry in log_of(paper)][-1] == "download"


def test_values_stay_as_they_were_when_rows_change_later(world: World, vault: Vault, case_id: int) -> None:
    officer = world.officer()
    file = factories.make_file(world.agencies["CC001"])
    order = PaperOrder(KIND.RESULT_CONFIRMATION_FORM, "enforcement_case", file.case.id, _form(file))
    add_templates("enforcement_request_form.2026")
    order = PaperOrder(KIND.ENFORCEMENT_REQUEST_FORM, "enforcement_case", file.case.id, _form(file))
    paper = prepare_paper(officer, order, vault)
    with system_scope("set_up"):
        file.case.court_name = "Tòa án khác"
        db.session.commit()
    row = stored(paper.id)
    kept = json.loads(b"".join(vault.open(row.data_file)))
    assert kept["data"]["court_name"] == "Tòa án nhân dân khu vực 1"
    assert b"khu v" not in vault.settings.folder.joinpath("objects").glob("*/*/*").__next__().read_bytes()


def test_form_of_a_citizen_has_a_date_and_no_number_when_it_is_issued(
    world: World, vault: Vault, case_id: int
) -> None:
    add_templates("enforcement_request_form.2026")
    file = factories.make_file(world.agencies["CC001"])
    order = PaperOrder(KIND.ENFORCEMENT_REQUEST_FORM, "enforcement_case", file.case.id, _form(file))
    paper = prepare_paper(world.officer(), order, vault)
    issue_paper(world.clerk(), paper.id)
    work()
    row = stored(paper.id)
    assert (row.state, row.number_id, row.issued_on) == ("prepared", None, date(2026, 10, 5))
    assert numbers() == []


def test_decision_keeps_its_number_and_day_when_its_paper_is_made(
    world: World, vault: Vault, case_id: int
) -> None:
    file = factories.make_file(world.agencies["CC001"])
    with system_scope("set_up"):
        file.decision.decision_number, file.decision.decided_on = "057/QĐ-CCTHADS", date(2026, 9, 1)
        file.case.officer_id = factories.make_staff(world.agencies["CC001"]).id
        db.session.commit()
    order = PaperOrder(KIND.ENFORCEMENT_DECISION, "enforcement_decision", file.decision.id, {})
    first = prepare_paper(world.officer(), order, vault)
    issue_paper(world.clerk(), first.id)
    work()
    row = stored(first.id)
    assert (row.state, str(row.number), row.issued_on) == ("prepared", "57/QĐ-CCTHADS", date(2026, 9, 1))
    assert numbers() == [(57, "issued")]
    second = prepare_paper(world.officer(), order, vault)
    with pytest.raises(StateError, match="57"):
        issue_paper(world.clerk(), second.id)
    cancel_paper(world.clerk(), first.id, reason="Sai tên")
    issue_paper(world.clerk(), second.id)
    assert numbers() == [(57, "issued")]


def test_paper_is_refused_when_its_decision_is_no_longer_in_force(
    world: World, vault: Vault, case_id: int
) -> None:
    file = factories.make_file(world.agencies["CC001"])
    with system_scope("set_up"):
        file.decision.state = "withdrawn"
        db.session.commit()
    order = PaperOrder(KIND.ENFORCEMENT_DECISION, "enforcement_decision", file.decision.id, {})
    with pytest.raises(StateError, match="no longer in force"):
        prepare_paper(world.officer(), order, vault)


def test_number_stays_cancelled_with_its_reason_when_the_paper_is_cancelled(
    world: World, vault: Vault, case_id: int
) -> None:
    paper = prepared(world.officer(), world.clerk(), case_id, vault)
    with pytest.raises(ReasonRequiredError):
        cancel_paper(world.clerk(), paper.id)
    cancel_paper(world.clerk(), paper.id, reason="Sai người nhận")
    row = stored(paper.id)
    assert (row.state, row.number.reason) == ("cancelled", "Sai người nhận")
    assert prepared(world.officer(), world.clerk(), case_id, vault).number.number == 2
    assert numbers() == [(1, "cancelled"), (2, "issued")]


def test_number_is_used_again_when_the_file_could_not_be_made(
    world: World, vault: Vault, case_id: int
) -> None:
    officer = world.officer()
    paper = prepare_paper(officer, transfer(case_id), vault)
    _change_template("{{ unknown_field }}")
    issue_paper(world.clerk(), paper.id)
    work()
    failed = stored(paper.id)
    assert (failed.state, failed.error_code, failed.file_id) == ("render_failed", "paper_fault", None)
    assert numbers() == [(1, "reserved")]
    _change_template("Kính gửi: {{ receiving_agency }}")
    render_again(officer, paper.id)
    work()
    assert (stored(paper.id).state, numbers()) == ("prepared", [(1, "issued")])


def test_draft_keeps_its_number_when_it_is_taken_back(world: World, vault: Vault, case_id: int) -> None:
    officer = world.officer()
    paper = prepare_paper(officer, transfer(case_id), vault)
    _change_template("{{ unknown_field }}")
    issue_paper(world.clerk(), paper.id)
    work()
    _change_template("Kính gửi: {{ receiving_agency }}")
    redraft_paper(officer, paper.id, vault)
    issue_paper(world.clerk(), paper.id)
    work()
    assert (stored(paper.id).state, numbers()) == ("prepared", [(1, "issued")])


def test_number_belongs_to_the_new_year_when_a_draft_is_issued_after_midnight(
    world: World, vault: Vault, case_id: int
) -> None:
    officer, number_giver = world.officer(), world.clerk()
    with time_machine.travel("2026-12-31 23:59+07:00", tick=False):
        first, second = (prepare_paper(officer, transfer(case_id), vault) for _ in range(2))
        issue_paper(number_giver, first.id)
    with time_machine.travel("2027-01-01 00:00+07:00", tick=False):
        issue_paper(number_giver, second.id)
    found = [(stored(paper.id).number.year, stored(paper.id).number.number) for paper in (first, second)]
    assert found == [(2026, 1), (2027, 1)]


def test_old_paper_is_replaced_when_the_new_one_is_signed(world: World, vault: Vault, case_id: int) -> None:
    head, officer = world.head(), world.officer()
    old = prepared(officer, world.clerk(), case_id, vault)
    _sign(head, old.id)
    order = transfer(case_id, subject="việc khác")
    new = prepare_paper(officer, PaperOrder(**{**vars(order), "replaces_id": old.id}), vault)
    with pytest.raises(StateError, match="already being prepared"):
        prepare_paper(officer, PaperOrder(**{**vars(order), "replaces_id": old.id}), vault)
    issue_paper(world.clerk(), new.id)
    work()
    assert stored(old.id).state == "signed"
    _sign(head, new.id)
    assert (stored(old.id).state, stored(old.id).replaced_by_id) == ("replaced", new.id)


def test_signed_paper_is_withdrawn_with_a_reason_only(world: World, vault: Vault, case_id: int) -> None:
    head = world.head()
    paper = prepared(world.officer(), world.clerk(), case_id, vault)
    with pytest.raises(TransitionNotAllowedError):
        withdraw_paper(head, paper.id, reason="Chưa ký")
    _sign(head, paper.id)
    with pytest.raises(TransitionNotAllowedError):
        cancel_paper(head.__class__(**{**vars(world.clerk())}), paper.id, reason="Đã ký")
    with pytest.raises(NotPermittedError):
        withdraw_paper(world.officer(), paper.id, reason="Không phải thủ trưởng")
    withdraw_paper(head, paper.id, reason="Sai căn cứ")
    assert (stored(paper.id).state, stored(paper.id).number.state) == ("withdrawn", "issued")


def test_file_is_made_once_when_the_job_runs_twice(world: World, vault: Vault, case_id: int) -> None:
    paper = prepared(world.officer(), world.clerk(), case_id, vault)
    render = stored(paper.id).sha256
    with system_scope("set_up"):
        db.session.execute(update(OfficialDocument).values(changed_at=OfficialDocument.changed_at))
        db.session.commit()
    assert (work(), stored(paper.id).sha256, stored(paper.id).version) == (0, render, 3)


def test_cancelled_paper_gets_no_file_when_its_job_comes_late(
    world: World, vault: Vault, case_id: int
) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    issue_paper(world.clerk(), paper.id)
    cancel_paper(world.clerk(), paper.id, reason="Lập nhầm")
    work()
    row = stored(paper.id)
    assert (row.state, row.file_id, numbers()) == ("cancelled", None, [(1, "cancelled")])
    sweep_files(SYSTEM, vault)
    assert len(list(vault.store.addresses())) == 1


def test_paper_without_a_message_fails_visibly(world: World, vault: Vault, case_id: int) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    issue_paper(world.clerk(), paper.id)
    assert recover_stranded() == 0
    with system_scope("set_up"):
        db.session.execute(db.text("UPDATE outbox_message SET state = 'failed'"))
        db.session.commit()
    assert (recover_stranded(), stored(paper.id).error_code) == (1, "worker_lost")


def test_draft_is_discarded_without_a_number(world: World, vault: Vault, case_id: int) -> None:
    officer = world.officer()
    paper = prepare_paper(officer, transfer(case_id), vault)
    discard_paper(officer, paper.id, reason="Lập nhầm")
    assert (stored(paper.id).state, numbers()) == ("cancelled", [])


def _form(file: Any) -> dict[str, object]:
    return {
        "requester_name": "Trần Thị Hòa",
        "requester_address": "Phường Ba Đình",
        "requested_content": "Trả nợ",
        "debtors": [{"name": file.debtor.full_name, "address": file.debtor.address}],
        "creditors": [{"name": "Trần Thị Hòa", "address": "Phường Ba Đình"}],
    }


def _change_template(body: str) -> None:
    with system_scope("set_up"):
        db.session.execute(
            update(DocumentTemplate).where(DocumentTemplate.kind == "transfer_letter").values(body=body)
        )
        db.session.commit()


def _sign(head: Any, paper_id: int) -> None:
    """As the signing service will do it."""
    with unit_of_work(head) as session:
        paper = session.get(OfficialDocument, paper_id, populate_existing=True)
        apply_transition(session, head, paper, Step("sign", changes={"signed_by_id": head.user_id}))
        finish_replacement(session, head, paper)

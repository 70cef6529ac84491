"""Papers of decisions and records that end: what becomes of them, of their numbers, and what can no longer be signed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, StateError
from backoffice.extensions import db
from backoffice.services.document_intake import Upload
from backoffice.services.document_signature import attach_scan, finish_signing, read_unsigned
from backoffice.services.enforcement_decision import (
    discard_enforcement_decision,
    draft_enforcement_decision,
    sign_enforcement_decision,
    withdraw_enforcement_decision,
)
from backoffice.services.non_enforceable_decision import (
    NewNonEnforceable,
    discard_non_enforceable_decision,
    draft_non_enforceable_decision,
    sign_non_enforceable_decision,
    withdraw_non_enforceable_decision,
)
from backoffice.services.official_document import PaperOrder, issue_paper, prepare_paper
from backoffice.services.signing_batch import SigningOrder, request_signing
from backoffice.workflow.errors import ReasonRequiredError
from config import Settings
from tests import factories
from tests.services.conftest import World
from tests.services.papers import KIND, numbers, stored, work
from tests.services.signing import Signing, signature
from tests.services.signing import work as sign_waiting
from tests.signatures.parts import PASSPHRASE, document

EXPORT = ("export.request", "default", '{"package": "documents"}')
WITHDRAW = {
    "enforcement_decision": withdraw_enforcement_decision,
    "non_enforceable_decision": withdraw_non_enforceable_decision,
}
DISCARD = {
    "enforcement_decision": discard_enforcement_decision,
    "non_enforceable_decision": discard_non_enforceable_decision,
}
TABLES = sorted(WITHDRAW)


@pytest.fixture
def signing(world: World, lawful_settings: Settings) -> Signing:
    assert world.agencies
    return Signing.make(lawful_settings)


def _decision(world: World, table: str, state: str) -> Any:
    """A decision of CC001 in this state."""
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    row = file.decision if table == "enforcement_decision" else factories.make_non_enforceable(file)
    with system_scope("set_up"):
        row.state = state
        db.session.commit()
    return row


def _about(row: Any, kind: str = "") -> dict[str, Any]:
    with system_scope("set_up"):
        return {
            "kind": kind or row.__tablename__,
            "subject_type": row.__tablename__,
            "subject_id": row.id,
        }


def _set(row: Any, **values: Any) -> None:
    with system_scope("set_up"):
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


@pytest.mark.parametrize("table", TABLES)
def test_waiting_papers_are_cancelled_when_their_decision_is_withdrawn(
    world: World, signing: Signing, log_of: Callable[[Any], list[Any]], table: str
) -> None:
    head, decision = world.head(), _decision(world, table, "signed")
    steps = {"drafted": "discard", "rendering": "cancel", "render_failed": "cancel", "prepared": "cancel"}
    papers = [signing.paper(world.agencies["CC001"], **_about(decision), title=state) for state in steps]
    for paper, state in zip(papers, steps, strict=True):
        _set(paper, state=state)
    WITHDRAW[table](head, decision.id, expected_version=1, reason="Sai người")
    assert [stored(paper.id).state for paper in papers] == ["cancelled"] * 4
    rows = [row for paper in papers for row in log_of(paper)]
    assert [row.transition for row in rows] == list(steps.values())
    assert {row.actor_id for row in rows} == {head.user_id}
    assert all(row.reason.endswith("bị thu hồi: Sai người") for row in rows)


@pytest.mark.parametrize("table", TABLES)
def test_signed_paper_is_withdrawn_and_the_register_asked_for_when_its_decision_is_withdrawn(
    world: World, signing: Signing, log_of: Callable[[Any], list[Any]], outbox: Any, table: str
) -> None:
    head, decision = world.head(), _decision(world, table, "signed")
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(decision))
    signing.sign(head, paper, signing.add_key(head))
    before = outbox().count(EXPORT)
    WITHDRAW[table](head, decision.id, expected_version=1, reason="Sai người")
    assert stored(paper.id).state == "withdrawn"
    assert [row.transition for row in log_of(paper)] == ["sign", "withdraw"]
    assert outbox().count(EXPORT) == before + 1


@pytest.mark.parametrize("table", TABLES)
def test_paper_and_decision_stay_when_the_withdrawal_of_the_decision_is_refused(
    world: World, signing: Signing, table: str
) -> None:
    head, decision = world.head(), _decision(world, table, "signed")
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(decision))
    with pytest.raises(ReasonRequiredError):
        WITHDRAW[table](head, decision.id, expected_version=1)
    with pytest.raises(StateError):
        DISCARD[table](head, decision.id, expected_version=1)
    assert (stored(paper.id).state, stored(paper.id).version) == ("prepared", 1)


@pytest.mark.parametrize("table", TABLES)
def test_paper_is_not_signed_when_its_draft_decision_is_discarded(
    world: World, signing: Signing, table: str
) -> None:
    head, decision = world.head(), _decision(world, table, "drafted")
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(decision))
    key = signing.add_key(head)
    unsigned = read_unsigned(head, paper.id, 1, signing.vault)
    DISCARD[table](world.officer(), decision.id, expected_version=1)
    assert stored(paper.id).state == "cancelled"
    for version in (1, 2):
        with pytest.raises(StateError):
            signing.sign(head, paper, key, version=version)
    scan = Upload("quet.pdf", io.BytesIO(document(text="ký tay")))
    with pytest.raises(StateError):
        attach_scan(head, paper.id, scan, signing.vault, expected_version=2)
    assert (unsigned.paper_id, signature(paper.id)) == (paper.id, None)


@pytest.mark.parametrize("state", ["withdrawn", "discarded", "superseded"])
def test_paper_that_still_waits_is_refused_every_way_when_its_decision_is_not_in_force(
    world: World, signing: Signing, state: str
) -> None:
    head, decision = world.head(), _decision(world, "non_enforceable_decision", "signed")
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(decision))
    key = signing.add_key(head)
    _set(decision, state=state)
    with pytest.raises(StateError, match="no longer in force"):
        signing.sign(head, paper, key)
    scan = Upload("quet.pdf", io.BytesIO(document(text="ký tay")))
    with pytest.raises(StateError, match="no longer in force"):
        attach_scan(head, paper.id, scan, signing.vault, expected_version=1)
    request_signing(head, SigningOrder(key.id, PASSPHRASE, [(paper.id, 1)]), signing.settings)
    sign_waiting()
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)


def test_signed_file_is_not_named_when_the_decision_ended_while_it_was_made(
    world: World, signing: Signing
) -> None:
    head, decision = world.head(), _decision(world, "enforcement_decision", "signed")
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(decision))
    made = signing.signed(head, paper, signing.add_key(head))
    _set(decision, state="withdrawn")
    with pytest.raises(StateError, match="no longer in force"):
        finish_signing(head, made, signing.vault)
    assert (stored(paper.id).state, signature(paper.id)) == ("prepared", None)


@pytest.mark.parametrize(
    ("kind", "fits", "others"),
    [
        ("commune_publication_notice", "published", ("withdrawal_due", "withdrawn")),
        ("removal_proof", "withdrawn", ("published", "withdrawal_due")),
    ],
)
def test_paper_of_a_record_is_signed_only_when_the_record_still_is_what_it_says(
    world: World, signing: Signing, kind: str, fits: str, others: tuple[str, ...]
) -> None:
    head, file = world.head(), factories.make_file(world.agencies["CC001"], state="non_enforceable")
    record = factories.make_record(file, factories.make_non_enforceable(file))
    paper = signing.paper(world.agencies["CC001"], world.officer(), **_about(record, kind))
    key = signing.add_key(head)
    for state in (*others, fits):
        _set(record, state=state, withdrawn_on=date(2026, 10, 2) if state == "withdrawn" else None)
        if state in others:
            with pytest.raises(StateError, match="taken down"):
                signing.sign(head, paper, key)
    assert stored(paper.id).state == "prepared"
    signing.sign(head, paper, key)
    assert stored(paper.id).state == "signed"


def test_number_of_a_discarded_decision_stays_cancelled_and_the_next_draft_takes_the_next_one(
    world: World, signing: Signing, case_id: int
) -> None:
    world.head()
    officer, clerk = world.officer(), world.clerk()
    file = factories.make_file(world.agencies["CC001"], state="accepted")
    _set(file.case, officer_id=officer.user_id)
    first = draft_enforcement_decision(officer, file.case.id, "57/QĐ-CCTHADS")
    paper = _issued(officer, clerk, first.id, signing)
    assert numbers() == [(57, "issued")]
    discard_enforcement_decision(officer, first.id, expected_version=1, reason="Sai tên")
    row = stored(paper)
    assert (row.state, row.number.reason) == (
        "cancelled", "Dự thảo quyết định số 57/QĐ-CCTHADS bị hủy bỏ: Sai tên",
    )  # fmt: skip
    for same in ("57/QĐ-CCTHADS", "057/QĐ-CCTHADS"):
        with pytest.raises(InvalidInputError, match="Take the next one"):
            draft_enforcement_decision(officer, file.case.id, same)
    second = draft_enforcement_decision(officer, file.case.id, "58/QĐ-CCTHADS")
    assert stored(_issued(officer, clerk, second.id, signing)).state == "prepared"
    assert numbers() == [(57, "cancelled"), (58, "issued")]


def test_number_of_a_discarded_decision_is_free_when_no_paper_took_it(world: World, case_id: int) -> None:
    officer, case = world.officer(), factories.make_case(world.agencies["CC001"], state="accepted")
    first = draft_enforcement_decision(officer, case.id, "57/QĐ-CCTHADS")
    discard_enforcement_decision(officer, first.id, expected_version=1)
    assert draft_enforcement_decision(officer, case.id, "57/QĐ-CCTHADS").state == "drafted"
    assert numbers() == []


def test_number_stays_issued_when_the_decision_is_withdrawn_after_its_paper_went_out(
    world: World, signing: Signing, case_id: int
) -> None:
    head, officer, clerk = world.head(), world.officer(), world.clerk()
    file = factories.make_file(world.agencies["CC001"], state="accepted")
    _set(file.case, officer_id=officer.user_id)
    decision = draft_enforcement_decision(officer, file.case.id, "57/QĐ-CCTHADS")
    paper = stored(_issued(officer, clerk, decision.id, signing))
    signing.sign(head, paper, signing.add_key(head))
    with pytest.raises(StateError):
        sign_enforcement_decision(head, decision.id, expected_version=2)
    withdraw_enforcement_decision(head, decision.id, expected_version=2, reason="Bản án bị hủy")
    assert (stored(paper.id).state, numbers()) == ("withdrawn", [(57, "issued")])
    with pytest.raises(InvalidInputError):
        draft_enforcement_decision(officer, file.case.id, "57/QĐ-CCTHADS")


def test_papers_of_the_earlier_decision_end_when_a_new_one_takes_its_place(
    world: World, signing: Signing
) -> None:
    head, officer = world.head(), world.officer()
    file = factories.make_file(world.agencies["CC001"], state="non_enforceable")
    earlier = factories.make_non_enforceable(file)
    out = signing.paper(world.agencies["CC001"], officer, **_about(earlier))
    signing.sign(head, out, signing.add_key(head))
    waiting = signing.paper(world.agencies["CC001"], officer, **_about(earlier), title="Bản thứ hai")
    new = NewNonEnforceable(file.obligation.id, "99/QĐ-CCTHADS", "2026_b", date(2026, 10, 2))
    later = draft_non_enforceable_decision(officer, new)
    sign_non_enforceable_decision(head, later.id, expected_version=1)
    assert (earlier.state, stored(out.id).state, stored(waiting.id).state) == (
        "superseded", "withdrawn", "cancelled",
    )  # fmt: skip


def _issued(officer: Actor, clerk: Actor, decision_id: int, signing: Signing) -> int:
    """A paper of the decision with number and file; its id."""
    order = PaperOrder(KIND.ENFORCEMENT_DECISION, "enforcement_decision", decision_id, {})
    paper = prepare_paper(officer, order, signing.vault)
    issue_paper(clerk, paper.id)
    work()
    return stored(paper.id).id

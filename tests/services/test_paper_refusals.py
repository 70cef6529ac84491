"""Papers that are refused: without the right, outside the scope, with what is missing, out of turn."""

from __future__ import annotations

import pytest

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import DocumentTemplate
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import (
    NoTemplateError,
    PaperOrder,
    cancel_paper,
    issue_paper,
    open_paper,
    outline_paper,
    prepare_paper,
)
from tests.services.conftest import World
from tests.services.papers import KIND, numbers, prepared, stored, transfer


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SUPPORT_OFFICER, Role.MONITORING_OFFICER])
def test_drafting_is_refused_when_the_role_only_reads(
    world: World, vault: Vault, case_id: int, role: Role
) -> None:
    with pytest.raises(NotPermittedError):
        prepare_paper(world.actor(role), transfer(case_id), vault)


def test_number_is_refused_when_the_role_only_prepares(world: World, vault: Vault, case_id: int) -> None:
    officer = world.officer()
    paper = prepare_paper(officer, transfer(case_id), vault)
    with pytest.raises(NotPermittedError):
        issue_paper(officer, paper.id)
    assert (stored(paper.id).state, numbers()) == ("drafted", [])


def test_paper_of_another_agency_looks_missing(world: World, vault: Vault, case_id: int) -> None:
    paper = prepared(world.officer(), world.clerk(), case_id, vault)
    stranger, its_clerk = world.officer("CC002"), world.clerk("CC002")
    for deed in (
        lambda: prepare_paper(stranger, transfer(case_id), vault),
        lambda: outline_paper(stranger, KIND.TRANSFER_LETTER, "enforcement_case", case_id),
        lambda: cancel_paper(its_clerk, paper.id, reason="Không phải của tôi"),
        lambda: open_paper(stranger, paper.id, vault),
    ):
        with pytest.raises(NotFoundError):
            deed()


def test_kind_that_does_not_fit_the_row_is_refused(world: World, vault: Vault, case_id: int) -> None:
    for kind, table in ((KIND.REMOVAL_PROOF, "enforcement_case"), (KIND.TRANSFER_LETTER, "ab_user")):
        with pytest.raises(NotFoundError):
            prepare_paper(world.officer(), PaperOrder(kind, table, case_id, {}), vault)


def test_draft_is_refused_when_values_or_template_are_missing(
    world: World, vault: Vault, case_id: int
) -> None:
    officer = world.officer()
    with pytest.raises(StateError, match="Nội dung"):
        prepare_paper(officer, transfer(case_id, subject=""), vault)
    with pytest.raises(NoTemplateError):
        prepare_paper(officer, PaperOrder(KIND.FEEDBACK_REPLY, "enforcement_case", case_id, {}), vault)
    assert list(vault.store.addresses()) == []


def test_issue_is_refused_when_a_newer_template_is_in_force(world: World, vault: Vault, case_id: int) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    with system_scope("set_up"):
        old = stored(paper.id).template
        columns = {item.name: getattr(old, item.name) for item in DocumentTemplate.__table__.columns}
        db.session.add(DocumentTemplate(**{**columns, "id": None, "edition": 2}))
        db.session.commit()
    with pytest.raises(StateError, match="Draft it anew"):
        issue_paper(world.clerk(), paper.id)
    assert numbers() == []


def test_second_issue_is_refused_and_takes_no_number(world: World, vault: Vault, case_id: int) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    issue_paper(world.clerk(), paper.id, expected_version=1)
    for given in ({"expected_version": 1}, {}):
        with pytest.raises((ConflictError, StateError)):
            issue_paper(world.clerk(), paper.id, **given)
    assert numbers() == [(1, "reserved")]

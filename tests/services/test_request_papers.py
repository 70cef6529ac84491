"""Papers about requests: slips made from what was declared, and signed results in the hands of their applicant."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.errors import NotFoundError, NotPermittedError
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.citizen_request import open_result, view_request
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.official_document import PaperOrder, issue_paper, outline_paper, prepare_paper
from backoffice.services.online_request import receive, refuse
from backoffice.services.request_letters import Reply
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from tests.requests import NUMBER, registered, seen
from tests.services.conftest import World
from tests.services.papers import add_templates, work

KIND = OfficialDocumentKind


def sent(world: World, vault: Vault, desk: Actor, procedure: str = "enforcement_request") -> CitizenAccess:
    """A request in support, and its applicant."""
    receipt = registered(world.agencies["CC001"], vault, procedure)
    receive(desk, seen(receipt.request_id))
    return look_up(receipt.code, NUMBER)


def slip(desk: Actor, access: CitizenAccess, vault: Vault) -> int:
    """A guidance slip with number and file."""
    order = PaperOrder(KIND.GUIDANCE_SLIP, "online_request", access.request_id, {})
    paper_id = prepare_paper(desk, order, vault).id
    issue_paper(desk, paper_id)
    work()
    return paper_id


def sign(head: Actor, paper_id: int) -> None:
    """The step of a signature, without its certificate."""
    with unit_of_work(head) as session:
        apply_transition(session, head, load_row(session, OfficialDocument, paper_id), Step("sign"))


def test_slip_knows_what_was_declared_but_not_the_code(world: World, vault: Vault, desk: Actor) -> None:
    access = sent(world, vault, desk)
    add_templates("guidance_slip.2015")
    values = outline_paper(desk, KIND.GUIDANCE_SLIP, "online_request", access.request_id).values
    assert (values["applicant_name"], values["received_on"]) == ("Nguyễn Thị Hòa", date(2026, 10, 5))
    assert str(values["registration_code"]).startswith("••••")
    assert values["contact_name"] == "Trần Thị Hòa"


def test_refusal_and_transfer_know_ground_and_petition(world: World, vault: Vault, desk: Actor) -> None:
    access, petition = sent(world, vault, desk), sent(world, vault, desk, "feedback")
    add_templates("refusal_reply.2026", "transfer_letter.2015")
    refuse(desk, seen(access.request_id), "no_competence", Reply("Không có thẩm quyền.", by_email=False))
    refused = outline_paper(desk, KIND.REFUSAL_REPLY, "online_request", access.request_id).values
    letter = outline_paper(desk, KIND.TRANSFER_LETTER, "online_request", petition.request_id).values
    assert refused["ground_article"] == "Điều 34 khoản 4, Luật Thi hành án dân sự 106/2025/QH15"
    assert (letter["petition_type"], letter["subject"]) == ("Phản ánh", "Thời gian tiếp công dân")


def test_signed_result_is_fetched_by_its_applicant_alone(world: World, vault: Vault, desk: Actor) -> None:
    access, other = sent(world, vault, desk), sent(world, vault, desk)
    add_templates("guidance_slip.2015")
    paper_id = slip(desk, access, vault)
    assert list(view_request(access).results) == []
    with pytest.raises(NotFoundError):
        open_result(access, paper_id, vault)
    sign(world.head(), paper_id)
    (result,) = view_request(access).results
    assert (result.paper_id, len(result.check_code)) == (paper_id, 19)
    assert b"".join(open_result(access, paper_id, vault).chunks).startswith(b"%PDF")
    with pytest.raises(NotFoundError):
        open_result(other, paper_id, vault)


def test_paper_about_a_request_is_refused_when_kind_or_role_does_not_fit(
    world: World, vault: Vault, desk: Actor
) -> None:
    access = sent(world, vault, desk)
    for kind in (KIND.REMOVAL_PROOF, KIND.ENFORCEMENT_DECISION):
        with pytest.raises(NotFoundError):
            outline_paper(desk, kind, "online_request", access.request_id)
    with pytest.raises(NotPermittedError):
        outline_paper(
            world.actor(Role.MONITORING_OFFICER), KIND.GUIDANCE_SLIP, "online_request", access.request_id
        )

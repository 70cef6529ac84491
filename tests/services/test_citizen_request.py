"""What applicants see of their requests and may do with them, and what they may not."""

from __future__ import annotations

import io
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.extensions import db
from backoffice.models import Document
from backoffice.models.states import DocumentKind
from backoffice.services.citizen_request import (
    answer_supplement,
    ask_reopening,
    view_request,
    withdraw_request,
)
from backoffice.services.document_crypto import add_master_key
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_upkeep import rewrap_keys
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.online_request import accept, ask_supplement, guide, receive
from backoffice.services.request_letters import Reply
from config import Settings
from tests.documents import zoo
from tests.factories import SYSTEM
from tests.requests import NUMBER, registered, seen, stored
from tests.services.conftest import World

ASK = Reply("Thiếu bản án.")


def sent(world: World, vault: Vault, procedure: str = "enforcement_request") -> CitizenAccess:
    """A request that was just sent, and its applicant."""
    return look_up(registered(world.agencies["CC001"], vault, procedure).code, NUMBER)


def paper(name: str = "ban-an.pdf", content: bytes | None = None) -> Attachment:
    """A file that is attached to an answer."""
    return Attachment(Upload(name, io.BytesIO(content or zoo.pdf())), DocumentKind.JUDGMENT)


def test_applicant_sees_what_was_declared_who_has_it_and_until_when(
    world: World, vault: Vault, desk: Actor
) -> None:
    access = sent(world, vault)
    receive(desk, seen(access.request_id))
    view = view_request(access)
    assert view.declared["applicant_name"] == "Nguyễn Thị Hòa"
    assert (view.state, view.due_on, view.is_paused) == ("received", date(2026, 10, 12), False)
    assert view.officer_name == "Trần Thị Hòa"
    assert [line.message for line in view.explanation if "Due at" in line.message]
    assert (view.can_answer, view.can_withdraw, view.can_choose_time, view.can_ask_reopening) == (
        False,
        True,
        False,
        False,
    )


def test_answer_goes_in_with_its_files_when_something_is_asked_for(
    world: World, vault: Vault, desk: Actor
) -> None:
    access = sent(world, vault)
    receive(desk, seen(access.request_id))
    ask_supplement(desk, seen(access.request_id), ASK, date(2026, 10, 9))
    assert view_request(access).is_paused
    answer_supplement(access, "Tôi gửi bản án.", [paper()], vault)
    view = view_request(access)
    assert [(message.text, message.is_from_citizen) for message in view.messages] == [
        ("Thiếu bản án.", False),
        ("Tôi gửi bản án.", True),
    ]
    assert (view.state, list(view.files)) == ("received", ["ban-an"])
    with pytest.raises(StateError, match="Nothing is asked"):
        answer_supplement(access, "Gửi lần nữa.", [], vault)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_answer_is_refused_when_it_is_empty(world: World, vault: Vault, desk: Actor, text: str) -> None:
    access = sent(world, vault)
    receive(desk, seen(access.request_id))
    ask_supplement(desk, seen(access.request_id), ASK, date(2026, 10, 9))
    with pytest.raises(InvalidInputError):
        answer_supplement(access, text, [], vault)
    with pytest.raises(FilesRefusedError):
        answer_supplement(access, "", [paper("x.exe", b"MZ")], vault)
    assert stored(access.request_id).state == "supplement_asked"
    with system_scope("set_up"):
        assert db.session.scalars(select(Document)).all() == []


def test_request_is_withdrawn_only_when_no_case_was_opened_from_it(
    world: World, vault: Vault, desk: Actor
) -> None:
    access, other = sent(world, vault), sent(world, vault)
    withdraw_request(access, "Đã tự thỏa thuận.")
    view = view_request(access)
    assert (view.state, view.outcome, view.can_ask_reopening) == ("withdrawn", "withdrawn", True)
    with pytest.raises(StateError):
        withdraw_request(access, "")
    receive(desk, seen(other.request_id))
    accept(desk, seen(other.request_id), ASK)
    with pytest.raises(StateError, match="case was opened"):
        withdraw_request(other, "")
    assert view_request(other).can_withdraw is False


def test_reopening_is_asked_for_only_when_the_request_is_closed(
    world: World, vault: Vault, desk: Actor
) -> None:
    access = sent(world, vault, "officer_change")
    with pytest.raises(StateError):
        ask_reopening(access, "Xin xem lại.")
    receive(desk, seen(access.request_id))
    guide(desk, seen(access.request_id), ASK)
    ask_reopening(access, "Xin xem lại.")
    assert stored(access.request_id).state == "guided"
    assert [message.kind for message in view_request(access).messages] == ["guidance", "reopening"]


def test_request_is_not_found_when_the_proof_names_another_agency(world: World, vault: Vault) -> None:
    access = sent(world, vault)
    with pytest.raises(NotFoundError):
        view_request(CitizenAccess(access.request_id, "TC.C01.CC002."))


def test_everything_can_still_be_read_when_the_master_key_was_renewed(
    world: World, vault: Vault, desk: Actor, lawful_settings: Settings
) -> None:
    access = sent(world, vault)
    receive(desk, seen(access.request_id))
    guide(desk, seen(access.request_id), ASK)
    before = stored(access.request_id).key_id
    add_master_key(lawful_settings.documents.keys_file)
    assert rewrap_keys(SYSTEM, Vault.of(lawful_settings.documents)).requests == 2
    assert stored(access.request_id).key_id != before
    view = view_request(access)
    assert (view.declared["identity_number"], view.messages[0].text) == (NUMBER, "Thiếu bản án.")


def test_code_works_after_years_when_nothing_was_forgotten(world: World, vault: Vault) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    with time_machine.travel("2028-10-05 09:00+07:00", tick=False):
        assert view_request(look_up(receipt.code, NUMBER)).state == "submitted"

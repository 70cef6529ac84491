"""Taking requests in: one code a sending, everything in one transaction, nothing readable in the database."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import current_app
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import Document, LookUpTry, Notice, OnlineRequest, RequestParty, TransitionLog
from backoffice.models.request_states import RequestChannel
from backoffice.models.states import DocumentKind
from backoffice.services.declared import FieldsRefusedError
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment, register_request
from backoffice.services.intake_lookup import LookUpRefusedError, look_up, must_prove_human
from backoffice.services.look_up_key import LookUpKeys, look_up_keys
from backoffice.services.request_seal import unseal
from exports.check_code import check_character, code_from, read_check_code
from tests.documents import zoo
from tests.requests import APPLICANT, MATTERS, NUMBER, answers, registered, sending, stored, token
from tests.services.conftest import World


def count(model: type[Any]) -> int:
    """How many rows of a table there are."""
    with system_scope("set_up"):
        return db.session.scalar(select(func.count(model.id))) or 0


@pytest.mark.parametrize("procedure", MATTERS)
def test_request_is_kept_with_code_and_history_when_sent(
    world: World, vault: Vault, procedure: str, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    receipt = registered(world.agencies["CC001"], vault, procedure)
    request = stored(receipt.request_id)
    assert (request.state, request.workflow_version, request.procedure) == ("submitted", "2026", procedure)
    assert read_check_code(receipt.code) is not None
    assert [entry.transition for entry in log_of(request)] == ["register"]
    with system_scope("set_up"):
        assert unseal(request)["identity_number"] == NUMBER
    assert request.name_fold == "nguyen thi hoa"
    assert not receipt.is_repeat


def test_nothing_declared_can_be_read_in_the_row_when_stored(world: World, vault: Vault) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    request = stored(receipt.request_id)
    with system_scope("set_up"):
        kept = " ".join(str(getattr(request, column.key)) for column in OnlineRequest.__table__.columns)
        party = db.session.scalars(select(RequestParty).where(RequestParty.role == "debtor")).one()
    secrets = (NUMBER, APPLICANT["address"], APPLICANT["email"], read_check_code(receipt.code), "Trả lãi")
    assert [word for word in secrets if str(word) in kept] == []
    assert (party.full_name, party.identity_key) == ("Trần Văn Mẫu", None)


@pytest.mark.parametrize("changes", [{"email": ""}, {}])
def test_letter_of_receipt_waits_only_when_an_address_was_given(
    world: World, vault: Vault, changes: dict[str, str]
) -> None:
    registered(world.agencies["CC001"], vault, values=answers(**changes))
    assert count(Notice) == (0 if changes else 1)


def test_sending_twice_gives_one_request_and_one_code_when_the_line_broke(world: World, vault: Vault) -> None:
    new = sending(world.agencies["CC001"])
    first, second = register_request(new, vault), register_request(new, vault)
    assert (first.code, first.request_id, first.due_on) == (second.code, second.request_id, second.due_on)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert (count(OnlineRequest), count(Notice)) == (1, 1)


def test_sendings_at_the_same_moment_give_one_request_when_a_button_is_pressed_twice(
    world: World, vault: Vault
) -> None:
    new, app, barrier = sending(world.agencies["CC001"]), current_app._get_current_object(), Barrier(4)  # type: ignore[attr-defined]

    def send(_number: int) -> str:
        with app.app_context():
            barrier.wait()
            code = register_request(new, vault).code
            db.session.remove()
            return code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(send, range(4)))
    assert len(codes) == 1
    assert (count(OnlineRequest), count(Notice)) == (1, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": "feedback"}, "form"),
        ({"values": answers(identity_number="012345678")}, "form"),
        ({"client_token": "short"}, "form"),
        ({"client_token": "x" * 31 + " "}, "form"),
    ],
)
def test_sending_is_refused_when_its_token_served_something_else_or_is_none(
    world: World, vault: Vault, change: dict[str, Any], field: str
) -> None:
    new = sending(world.agencies["CC001"])
    register_request(new, vault)
    changed = {"client_token": new.client_token, "procedure": "enforcement_request", **change}
    with pytest.raises(InvalidInputError) as caught:
        register_request(sending(world.agencies["CC001"], **changed), vault)
    assert caught.value.field == field
    assert count(OnlineRequest) == 1


def test_files_are_attached_encrypted_and_sensitive_when_they_are_good(world: World, vault: Vault) -> None:
    files = (
        Attachment(Upload("ban-an.pdf", io.BytesIO(zoo.pdf())), DocumentKind.JUDGMENT, "Bản án"),
        Attachment(Upload("cccd.jpg", io.BytesIO(zoo.picture())), DocumentKind.IDENTITY),
    )
    receipt = registered(world.agencies["CC001"], vault, attachments=files)
    with system_scope("set_up"):
        found = db.session.scalars(select(Document).order_by(Document.id)).all()
    assert [(row.subject_type, row.subject_id) for row in found] == [
        ("online_request", receipt.request_id)
    ] * 2
    assert [row.title for row in found] == ["Bản án", "cccd"]
    assert all(row.is_sensitive and row.uploaded_by_id is None for row in found)


def test_nothing_is_kept_when_one_file_is_refused(world: World, vault: Vault) -> None:
    files = (Attachment(Upload("virus.exe", io.BytesIO(b"MZ")), DocumentKind.OTHER),)
    with pytest.raises(FilesRefusedError):
        registered(world.agencies["CC001"], vault, attachments=files)
    assert (count(OnlineRequest), count(Document), count(Notice)) == (0, 0, 0)


@pytest.mark.parametrize("agency_id", [0, 999_999])
def test_request_is_refused_when_the_agency_does_not_exist(
    world: World, vault: Vault, agency_id: int
) -> None:
    new = sending(world.agencies["CC001"])
    with pytest.raises(InvalidInputError, match="agency"):
        register_request(type(new)(new.procedure, agency_id, new.values, new.client_token), vault)


def test_request_is_refused_when_the_agency_is_closed_today(world: World, vault: Vault) -> None:
    agency = world.agencies["CC001"]
    with system_scope("set_up"):
        agency.valid_to = date(2026, 10, 6)
        db.session.commit()
    with time_machine.travel("2026-10-07 09:00+07:00", tick=False), pytest.raises(InvalidInputError):
        registered(agency, vault)


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.HEAD, Role.INSPECTOR, Role.CLERK])
def test_desk_entry_is_refused_when_the_role_keys_nothing_in(world: World, vault: Vault, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        register_request(
            sending(world.agencies["CC001"], channel=RequestChannel.DESK), vault, actor=world.actor(role)
        )


def test_desk_entry_keeps_who_keyed_it_in_when_somebody_came_in_person(
    world: World, vault: Vault, log_of: Callable[[Any], list[TransitionLog]]
) -> None:
    officer = world.actor(Role.SUPPORT_OFFICER)
    new = sending(world.agencies["CC001"], channel=RequestChannel.DESK)
    request = stored(register_request(new, vault, actor=officer).request_id)
    assert (request.channel, log_of(request)[0].actor_id) == ("desk", officer.user_id)


def test_every_wrong_field_is_named_at_once_when_a_form_is_bad(world: World, vault: Vault) -> None:
    bad = answers(
        applicant_name="123", identity_number="12345", birth_on="31/02/1984", email="a b@c", amount_vnd="-5"
    )
    with pytest.raises(FieldsRefusedError) as caught:
        registered(world.agencies["CC001"], vault, values={**bad, "is_admin": "1"})
    names = {"applicant_name", "identity_number", "birth_on", "email", "amount_vnd", "is_admin"}
    assert set(caught.value.refusals) == names
    assert count(OnlineRequest) == 0


def test_request_is_found_when_code_and_number_fit_however_they_are_typed(world: World, vault: Vault) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    typed = receipt.code.lower().replace("-", " ").replace("0", "o")
    found = look_up(typed, "001.184.000.123")
    assert found.request_id == receipt.request_id
    assert found.actor.scope.prefixes == ("TC.C01.CC001.",)
    assert count(LookUpTry) == 0


@pytest.mark.parametrize("wrong", ["code", "number", "both", "nothing"])
def test_every_failure_looks_the_same_when_code_or_number_is_wrong(
    world: World, vault: Vault, wrong: str
) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    code = "7K3M-Q9TX-40VB-WZ8V" if wrong in ("code", "both") else receipt.code
    number = "001184000124" if wrong in ("number", "both") else NUMBER
    with pytest.raises(LookUpRefusedError) as caught:
        look_up("" if wrong == "nothing" else code, "" if wrong == "nothing" else number)
    assert (caught.value.message, caught.value.params) == (LookUpRefusedError.message, {})
    assert count(LookUpTry) == 1


def test_code_rests_for_an_hour_when_it_was_tried_too_often(world: World, vault: Vault) -> None:
    receipt = registered(world.agencies["CC001"], vault)
    with time_machine.travel("2026-10-05 10:00+07:00", tick=False) as clock:
        for _try in range(5):
            with pytest.raises(LookUpRefusedError):
                look_up(receipt.code, "001184000124")
        with pytest.raises(LookUpRefusedError):
            look_up(receipt.code, NUMBER)
        clock.move_to("2026-10-05 11:00:01+07:00")
        assert look_up(receipt.code, NUMBER).failed_tries == 6


def test_pages_ask_more_when_many_look_ups_have_failed(world: World, vault: Vault) -> None:
    assert must_prove_human() is False
    with system_scope("set_up"):
        now = stored(registered(world.agencies["CC001"], vault).request_id).received_at
        db.session.add_all(LookUpTry(code_key=f"{number:064}", at=now) for number in range(300))
        db.session.commit()
    assert must_prove_human() is True


def test_codes_differ_and_need_the_key_when_tokens_differ(world: World) -> None:
    keys, one = look_up_keys(), token()
    codes = {keys.new_code(token()) for _number in range(200)} | {keys.new_code(one)}
    assert len(codes) == 201
    assert all(check_character(code[:-1]) == code[-1] for code in codes)
    assert LookUpKeys(b"\0" * 32).new_code(one) != keys.new_code(one) == keys.new_code(one)
    with pytest.raises(ValueError, match="too few"):
        code_from(b"\0" * 9)

"""Keying a dossier in: one dossier a sending, the day of receipt, originals, what is missing; and who is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backoffice.access.roles import Role
from backoffice.errors import InvalidInputError, NotPermittedError
from backoffice.models.request_states import RequestChannel
from backoffice.services.declared import FieldsRefusedError
from backoffice.services.desk_entry import DeskEntry, key_in, with_applicant
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import look_up
from tests.requests import NUMBER, answers, notices, old_answers, sending, stored
from tests.services.conftest import World


def entry(world: World, **changes: Any) -> DeskEntry:
    """A dossier that was handed in to CC001."""
    own = {
        name: changes.pop(name)
        for name in ("originals_compared", "missing", "until", "by_email")
        if name in changes
    }
    new = sending(world.agencies["CC001"], channel=changes.pop("channel", RequestChannel.DESK), **changes)
    return DeskEntry(new, **own)


def test_dossier_is_in_support_with_its_originals_when_it_is_keyed_in(world: World, vault: Vault) -> None:
    officer = world.actor(Role.SUPPORT_OFFICER)
    receipt = key_in(officer, entry(world, originals_compared=True), vault)
    row = stored(receipt.request_id)
    assert (row.state, row.channel, row.handler_id) == ("received", "desk", officer.user_id)
    assert row.originals_received_on == date(2026, 10, 5)
    assert look_up(receipt.code, NUMBER).request_id == receipt.request_id


def test_one_dossier_is_made_and_left_alone_when_it_is_sent_again(world: World, vault: Vault) -> None:
    officer, other = world.actor(Role.SUPPORT_OFFICER), world.actor(Role.SUPPORT_OFFICER)
    sent = entry(world)
    first = key_in(officer, sent, vault)
    again = key_in(other, replace(sent, originals_compared=True), vault)
    assert (again.request_id, again.code, again.is_repeat) == (first.request_id, first.code, True)
    row = stored(first.request_id)
    assert (row.handler_id, row.originals_received_on, row.version) == (officer.user_id, None, 2)


def test_fields_and_clocks_are_those_of_the_day_when_it_came_before_the_new_law(
    world: World, vault: Vault
) -> None:
    officer, day = world.actor(Role.SUPPORT_OFFICER), date(2026, 6, 30)
    with pytest.raises(FieldsRefusedError) as refused:
        key_in(officer, entry(world, values=answers(), received_on=day), vault)
    assert "birth_on" in refused.value.refusals
    row = stored(key_in(officer, entry(world, values=old_answers(), received_on=day), vault).request_id)
    assert row.received_on == day
    later = stored(key_in(officer, entry(world, received_on=date(2026, 10, 1)), vault).request_id)
    assert later.total_deadline is not None
    assert later.total_deadline["started_on"] == "2026-10-01"


def test_missing_things_are_asked_for_and_mailed_when_that_was_chosen(world: World, vault: Vault) -> None:
    officer, until = world.actor(Role.SUPPORT_OFFICER), date(2026, 10, 12)
    sent = entry(world, missing="Giấy ủy quyền", until=until, by_email=True)
    row = stored(key_in(officer, sent, vault).request_id)
    assert (row.state, row.paused_on) == ("supplement_asked", date(2026, 10, 5))
    assert notices() == ["request_received", "request_supplement"]
    key_in(officer, entry(world, missing="Giấy ủy quyền", until=until), vault)
    assert notices()[2:] == ["request_received"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": RequestChannel.ONLINE}, "channel"),
        ({"received_on": date(2026, 10, 6)}, "received_on"),
        ({"received_on": date(2025, 10, 4)}, "received_on"),
        ({"missing": "Bản án"}, "until"),
        ({"missing": "Bản án", "until": date(2026, 10, 5)}, "until"),
        ({"missing": "x" * 4001, "until": date(2026, 10, 6)}, "missing"),
    ],
)
def test_dossier_is_refused_when_day_or_term_cannot_be(
    world: World, vault: Vault, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        key_in(world.actor(Role.SUPPORT_OFFICER), entry(world, **changes), vault)
    assert refused.value.field == field
    assert notices() == []


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.EXAMINER, Role.INSPECTOR])
def test_dossier_is_refused_when_the_role_is_not_at_the_desk(world: World, vault: Vault, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        key_in(world.actor(role), entry(world), vault)
    assert notices() == []


def test_party_is_the_applicant_only_when_it_was_left_empty() -> None:
    typed = {
        "applicant_role": "debtor",
        "applicant_name": "A",
        "address": "B",
        "debtor_name": " ",
        "debtor_address": "",
    }
    assert with_applicant(typed)["debtor_name"] == "A"
    assert with_applicant(typed)["debtor_address"] == "B"
    assert with_applicant({**typed, "debtor_name": "C"})["debtor_address"] == ""
    assert with_applicant({**typed, "applicant_role": "representative"})["debtor_name"] == " "

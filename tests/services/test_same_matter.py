"""Hints of the same person and the same matter: what is found, what is not, and who sees nothing."""

from __future__ import annotations

import pytest

from backoffice.access.roles import Role
from backoffice.access.scope import use_scope
from backoffice.errors import NotPermittedError
from backoffice.services.document_vault import Vault
from backoffice.services.same_matter import (
    ALIKE,
    IDENTITY,
    MATTER,
    NAME,
    Alike,
    find_alike,
    likeness,
    sought_in,
    sought_of,
)
from config import Settings
from tests.requests import answers, registered, stored
from tests.services.conftest import World

OTHER = {
    "applicant_name": "Phạm Quốc Hùng",
    "identity_number": "001084000321",
    "creditor_name": "Phạm Quốc Hùng",
}


@pytest.fixture
def vault(lawful_settings: Settings) -> Vault:
    """The vault of the test's own folder."""
    return Vault.of(lawful_settings.documents)


def found(
    world: World, role: Role = Role.SUPPORT_OFFICER, agency: str = "CC001", **typed: str
) -> list[Alike]:
    """What somebody of the agency is told who types this."""
    actor = world.actor(role, agency)
    with use_scope(actor.scope):
        return find_alike(actor, sought_in(typed))


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"identity_number": "001.184.000.123"}, (IDENTITY,)),
        ({"applicant_name": "NGUYEN THI HOA"}, (NAME,)),
        ({"applicant_name": "Nguyễn Thị Hoàa"}, (NAME,)),
        ({"debtor_name": "trần văn mẫu"}, (NAME,)),
        ({"applicant_name": "Nguyễn Thị Hòa", "judgment_number": "12/2026/ds-st"}, (NAME, MATTER)),
    ],
)
def test_request_is_hinted_at_when_number_or_name_are_alike(
    world: World, vault: Vault, typed: dict[str, str], reasons: tuple[str, ...]
) -> None:
    key = registered(world.agencies["CC001"], vault).request_id
    registered(
        world.agencies["CC001"],
        vault,
        "feedback",
        values=answers("feedback") | {"applicant_name": "Lê Minh Tâm", "identity_number": "001084000777"},
    )
    assert [(one.request_id, one.reasons) for one in found(world, **typed)] == [(key, reasons)]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"identity_number": "001184000124"},
        {"identity_number": "0011840001"},
        {"applicant_name": "Hòa"},
        {"applicant_name": "Nguyễn Văn Bình"},
        {"applicant_name": "%_ %_"},
        {"judgment_number": "12/2026/DS-ST"},
        {"applicant_name": "\0" * 10 + "\u0301" * 10_000},
    ],
)
def test_nothing_is_hinted_at_when_nothing_is_alike(
    world: World, vault: Vault, typed: dict[str, str]
) -> None:
    registered(world.agencies["CC001"], vault)
    assert found(world, **typed) == []


def test_request_is_hinted_at_beside_another_and_never_beside_itself(world: World, vault: Vault) -> None:
    first = registered(world.agencies["CC001"], vault).request_id
    second = registered(world.agencies["CC001"], vault, values=answers(**OTHER)).request_id
    actor = world.actor(Role.EXAMINER)
    with use_scope(actor.scope):
        hints = find_alike(actor, sought_of(stored(first)))
    # Another person on the same judgment against the same debtor.
    assert [(one.request_id, one.reasons) for one in hints] == [(second, (NAME, MATTER))]


def test_request_of_another_agency_is_never_hinted_at(world: World, vault: Vault) -> None:
    registered(world.agencies["CC001"], vault)
    typed = {"identity_number": "001184000123", "applicant_name": "Nguyễn Thị Hòa"}
    assert found(world, Role.HEAD, "CC002", **typed) == []
    assert found(world, Role.SUPPORT_OFFICER, "CC288", **typed) == []
    assert len(found(world, Role.EXAMINER, "C01", **typed)) == 1


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.AGENCY_ADMINISTRATOR, Role.CENTRAL_OFFICER])
def test_hints_are_refused_when_the_role_reads_no_requests(world: World, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        found(world, role, "TC" if role is Role.CENTRAL_OFFICER else "CC001", applicant_name="Nguyễn Thị Hòa")


def test_names_are_alike_only_when_they_share_most_of_their_signs() -> None:
    assert likeness("nguyen thi hoa", "nguyen thi hoa") == 1
    assert likeness("nguyen thi hoa", "hoa nguyen thi") == 1
    assert likeness("nguyen thi hoa", "nguyen thi hoaa") >= ALIKE
    assert likeness("nguyen thi hoa", "nguyen van hung") < ALIKE
    assert likeness("", "") == 0

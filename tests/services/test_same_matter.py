"""Hints of the same person and the same matter: what is found, what is not, and who sees nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import use_scope
from backoffice.errors import NotPermittedError
from backoffice.queries.same_matter import requests_naming
from backoffice.services.document_vault import Vault
from backoffice.services.same_matter import (
    IDENTITY,
    MATTER,
    NAME,
    SAME,
    SIMILAR,
    Alike,
    find_alike,
    likeness,
    sought_in,
    sought_of,
)
from tests.requests import answers, registered, stored
from tests.services.conftest import World

OTHER = {
    "applicant_name": "Phạm Quốc Hùng",
    "identity_number": "001084000321",
    "creditor_name": "Phạm Quốc Hùng",
}


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
        ({"applicant_name": "Nguyễn Thị Hoàa"}, (SIMILAR,)),
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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nguyen thi hoa", "nguyen thi hoaf"),
        ("john smith", "john smyth"),
        ("nguyen thi hoa", "nguyen thi hoaa"),
        ("nguyen thi hoa", "nguyne thi hoa"),
        ("pham quoc hung", "pham quoc hugn"),
        ("nguyen thi hoa", "nguyenthi hoa"),
    ],
)
def test_names_are_similar_when_one_word_is_mistyped(one: str, other: str) -> None:
    assert 80 < likeness(one, other) < SAME
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nguyen ngoc tuan", "nguyen quoc tuan"),
        ("nguyen van nam", "nguyen van lam"),
        ("nguyen van hung", "nguyen van dung"),
        ("le van an", "le van anh"),
        ("nguyen thi hoa", "nguyen thi hao"),
        ("nguyen van thanh", "nguyen van thinh"),
        ("le minh quan", "le minh quang"),
        ("nguyen thi hoa", "nguyen thi hoai"),
        ("nguyen thi thu hoa", "nguyen thi hoa"),
        ("nguyen thi hoaa", "nguyne thi hoa"),
        ("hoa", "hoaf"),
        ("cong ty so 12", "cong ty so 13"),
        ("", ""),
        ("", "nguyen thi hoa"),
    ],
)
def test_names_are_not_alike_when_two_people_share_part_of_them(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) == 0


def test_names_are_the_same_when_only_the_order_of_words_differs() -> None:
    assert likeness("hoa nguyen thi", "nguyen thi hoa") == SAME


def test_hint_names_the_person_who_matched_when_that_is_not_the_applicant(world: World, vault: Vault) -> None:
    registered(world.agencies["CC001"], vault)
    (hint,) = found(world, applicant_name="Trần Văn Mẫu")
    assert hint.applicant_name == "Nguyễn Thị Hòa"
    assert [(match.reason, match.name, match.role) for match in hint.matches] == [
        (NAME, "Trần Văn Mẫu", "debtor")
    ]


def test_same_name_comes_first_when_many_share_all_words_but_one(world: World, vault: Vault) -> None:
    agency = world.agencies["CC001"]
    key = registered(agency, vault).request_id
    for given in ("Lan", "Mai", "Cúc"):
        other = answers("feedback") | {
            "applicant_name": f"Nguyễn Thị {given}",
            "identity_number": f"00108400012{len(given)}",
        }
        registered(agency, vault, "feedback", values=other)
    with use_scope(world.actor(Role.SUPPORT_OFFICER, "CC001").scope):
        rows = requests_naming([["nguyen", "thi", "hoa"]], clock.now() - timedelta(days=1), 0, 1)
        assert [row.id for row in rows] == [key]
    assert [one.request_id for one in found(world, applicant_name="Nguyễn Thị Hòa")] == [key]

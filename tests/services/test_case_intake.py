"""Opening a case: what is stored, and what is refused with the field at fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import CaseParty, EnforcementCase, EnforcementObligation
from backoffice.models.states import CaseOrigin, ObligationCode, PartyKind, PartyRole
from backoffice.services.agency_reorganisation import reorganise_agencies
from backoffice.services.enforcement_case import NewCase, NewObligation, NewParty, open_case
from tests.factories import SYSTEM
from tests.services.test_agency_reorganisation import DAY, HAI_DUONG, HANOI

DEBTOR = NewParty(PartyRole.DEBTOR, PartyKind.PERSON, "Nguyễn Văn  Hòa", "12 Đội Cấn", "001084000999")
CREDITOR = NewParty(PartyRole.CREDITOR, PartyKind.ORGANISATION, "Ngân hàng Mẫu", "1 Tràng Tiền")


def _new(agency_id: int, **changes: object) -> NewCase:
    new = NewCase(
        agency_id=agency_id,
        case_number="15/2026",
        origin=CaseOrigin.ON_REQUEST,
        judgment_number="12/2026/DS-ST",
        judgment_on=date(2026, 9, 1),
        court_name="Tòa án nhân dân khu vực 1",
        accepted_on=date(2026, 10, 2),
        parties=(DEBTOR, CREDITOR),
        obligations=(NewObligation(0, ObligationCode.LOAN_REPAYMENT, 50_000_000),),
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def _case_count() -> int:
    with system_scope("set_up"):
        return db.session.scalar(select(func.count()).select_from(EnforcementCase)) or 0


def test_open_case_stores_case_parties_and_obligations_when_all_is_well(world, log_of):
    agency, officer = world.agencies["CC001"], world.officer()
    case = open_case(officer, _new(agency.id))
    with system_scope("set_up"):
        parties = db.session.scalars(select(CaseParty).order_by(CaseParty.id)).all()
        (obligation,) = db.session.scalars(select(EnforcementObligation)).all()
    assert (case.state, case.version, case.agency_path) == ("accepted", 1, "TC.C01.CC001.")
    assert [(row.full_name, row.name_fold, row.agency_path) for row in parties] == [
        ("Nguyễn Văn Hòa", "nguyen van hoa", "TC.C01.CC001."),
        ("Ngân hàng Mẫu", "ngan hang mau", "TC.C01.CC001."),
    ]
    assert (obligation.debtor_id, obligation.outstanding_amount_vnd) == (parties[0].id, 50_000_000)
    (row,) = log_of(case)
    assert (row.transition, row.from_state, row.to_state, row.actor_id) == (
        "open",
        None,
        "accepted",
        officer.user_id,
    )


def test_open_case_refuses_with_the_field_when_input_is_wrong(world):
    agency, officer = world.agencies["CC001"], world.officer()
    money = NewObligation(0, ObligationCode.FINE, -1)
    wrong: dict[str, list[dict[str, object]]] = {
        "case_number": [{"case_number": " \u200b "}, {"case_number": "x" * 41}],
        "judgment_number": [{"judgment_number": ""}, {"judgment_number": "x" * 61}],
        "court_name": [{"court_name": ""}],
        "accepted_on": [{"accepted_on": date(2026, 10, 6)}],
        "judgment_on": [{"judgment_on": date(2026, 10, 3)}],
        "parties": [{"parties": (CREDITOR,)}, {"parties": (DEBTOR,)}, {"parties": ()}],
        "obligations": [
            {"obligations": ()},
            {"obligations": (replace(money, debtor_index=1, amount_vnd=1),)},
        ],
        "amount_vnd": [{"obligations": (money,)}, {"obligations": (replace(money, amount_vnd=10**16),)}],
        "full_name": [{"parties": (replace(DEBTOR, full_name="x" * 201), CREDITOR)}],
        "address": [{"parties": (replace(DEBTOR, address=""), CREDITOR)}],
        "phone": [{"parties": (replace(DEBTOR, phone="0" * 21), CREDITOR)}],
    }
    for field, inputs in wrong.items():
        for changes in inputs:
            with pytest.raises(InvalidInputError) as refusal:
                open_case(officer, _new(agency.id, **changes))
            assert refusal.value.field == field, changes
    assert _case_count() == 0


def test_open_case_needs_no_creditor_when_it_is_opened_ex_officio(world):
    agency, officer = world.agencies["CC001"], world.officer()
    case = open_case(officer, _new(agency.id, origin=CaseOrigin.EX_OFFICIO, parties=(DEBTOR,)))
    assert case.origin == "ex_officio"


def test_open_case_refuses_when_the_number_is_taken_in_the_agency(world):
    officer, head = world.officer(), world.head("C01")
    open_case(officer, _new(world.agencies["CC001"].id))
    with pytest.raises(InvalidInputError) as refusal:
        open_case(head, _new(world.agencies["CC001"].id, case_number=" 15/2026 "))
    assert refusal.value.field == "case_number"
    open_case(head, _new(world.agencies["CC002"].id))
    assert _case_count() == 2


def test_open_case_refuses_when_the_agency_is_foreign_or_closed(world):
    officer = world.officer("CC288")
    with pytest.raises(NotFoundError):
        open_case(officer, _new(world.agencies["CC001"].id))
    reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    before = {"judgment_on": date(2025, 6, 2), "accepted_on": date(2025, 6, 30)}
    for changes in ({}, before):
        with pytest.raises(InvalidInputError) as refusal:
            open_case(officer, _new(world.agencies["CC288"].id, **changes))
        assert refusal.value.field == "agency_id"
    assert _case_count() == 0


def test_open_case_refuses_when_the_role_does_not_allow_it(world):
    for role in set(Role) - {Role.ENFORCEMENT_OFFICER, Role.PROFESSIONAL_OFFICER, Role.HEAD}:
        with pytest.raises(NotPermittedError):
            open_case(world.actor(role), _new(world.agencies["CC001"].id))
    assert _case_count() == 0

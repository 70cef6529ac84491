"""Closing agencies and naming successors: the plan, the refusals, and what stays as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.access.identity import scope_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope, use_scope
from backoffice.errors import InvalidInputError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, EnforcementCase, StaffMember
from backoffice.queries.agencies import agency_by_code, agency_in_force, valid_on
from backoffice.services.agency_directory import agency_directory
from backoffice.services.agency_reorganisation import plan_reorganisation, reorganise_agencies
from backoffice.services.enforcement_agency import import_agencies, import_agency_names
from tests import factories
from tests.factories import SYSTEM, rows_of

DAY = date(2025, 7, 1)


def _line(old: str, old_name: str, new: str, new_name: str, day: str = "2025-07-01") -> dict[str, str]:
    return {
        "old_code": old,
        "old_name": old_name,
        "new_code": new,
        "new_name": new_name,
        "effective_date": day,
    }


HANOI = _line("01", "Thành phố Hà Nội", "01", "Thành phố Hà Nội")
HAI_DUONG = _line("30", "Tỉnh Hải Dương", "31", "Hải Phòng")


def _valid_on(day: date) -> Sequence[EnforcementAgency]:
    return db.session.scalars(select(EnforcementAgency).where(valid_on(day))).all()


def _tree() -> list[tuple[object, ...]]:
    with system_scope("set_up"):
        rows = db.session.scalars(select(EnforcementAgency).order_by(EnforcementAgency.code))
        return [
            (row.code, row.name, row.path, row.valid_from, row.valid_to, row.successor_id) for row in rows
        ]


def test_reorganise_agencies_makes_34_of_63_when_the_real_file_is_applied(app: Flask):
    with app.app_context():
        import_agencies(SYSTEM, rows_of("agencies.csv"))
        rows = rows_of("province-succession-2025.csv")
        plan = reorganise_agencies(SYSTEM, rows, DAY, legal_basis="Công văn 3769/BTP-TCTHADS")
        assert (len(plan.closings), plan.district_count, len(plan.successors)) == (63, 696, 34)
        with system_scope("set_up"):
            before = Counter(agency.level for agency in _valid_on(date(2025, 6, 30)))
            after = Counter(agency.level for agency in _valid_on(DAY))
            names = [agency.name for agency in _valid_on(DAY)]
            hai_duong, district = agency_by_code("C30"), agency_by_code("CC288")
            successor = agency_by_code("P31")
        assert before == {"national": 1, "provincial": 63, "district": 696}
        assert after == {"national": 1, "provincial": 34}
        cities = {name.rpartition("thành phố ")[2] for name in names if "thành phố" in name}
        assert cities == {"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"}
        assert "Thi hành án dân sự tỉnh Tuyên Quang" in names
        assert hai_duong.name == "Cục Thi hành án dân sự tỉnh Hải Dương"
        assert {hai_duong.valid_to, district.valid_to} == {date(2025, 6, 30)}
        assert {hai_duong.successor_id, district.successor_id} == {successor.id}
        assert (successor.valid_from, successor.legal_basis) == (DAY, "Công văn 3769/BTP-TCTHADS")
        once = _tree()
        assert reorganise_agencies(SYSTEM, rows, DAY).is_applied
        assert _tree() == once


def test_reorganise_agencies_leaves_history_and_moves_staff_when_applied(world, log_of):
    case = factories.make_case(world.agencies["CC288"])
    official = factories.make_staff(world.agencies["C30"], Role.HEAD)
    officer = factories.make_staff(world.agencies["CC288"], Role.ENFORCEMENT_OFFICER)
    closed_id = world.agencies["CC288"].id
    plan = reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    assert (plan.moved_staff_count, plan.staying_staff_count) == (1, 1)
    with system_scope("set_up"):
        successor = agency_by_code("P31")
        kept = db.session.scalar(select(EnforcementCase).where(EnforcementCase.id == case.id))
        people = {row.id: row.agency_id for row in db.session.scalars(select(StaffMember))}
        assert agency_in_force(closed_id, date(2026, 10, 5)).code == "P31"
        assert agency_in_force(closed_id, date(2025, 6, 30)).code == "CC288"
        (row,) = log_of(world.agencies["TC"])
    assert successor.name == "Thi hành án dân sự thành phố Hải Phòng"
    assert (kept.agency_id, kept.agency_path) == (closed_id, "TC.C30.CC288.")
    assert people == {official.id: successor.id, officer.id: closed_id}
    assert (row.transition, row.reason) == ("reorganise", "2 + 3 → 2 (2025-07-01)")


def test_scope_of_a_successor_covers_its_predecessors_when_agencies_were_merged(world):
    own, foreign = (factories.make_case(world.agencies[code]) for code in ("CC288", "CC001"))
    factories.make_staff(world.agencies["C30"], Role.HEAD)
    reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    with system_scope("set_up"):
        successor = agency_by_code("P31")
    with use_scope(scope_of(successor.id)):
        assert db.session.scalars(select(EnforcementCase.id)).all() == [own.id]
    with use_scope(scope_of(world.agencies["CC001"].id)):
        assert db.session.scalars(select(EnforcementCase.id)).all() == [foreign.id]


def test_names_are_known_at_once_when_agencies_were_merged_or_named_anew(world):
    assert "P31" not in agency_directory().by_code
    reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    assert agency_directory().by_code["P31"].name == "Thi hành án dân sự thành phố Hải Phòng"
    line = {"agency_code": "P31", "name": "Tên mới", "valid_from": "2025-08-01", "valid_to": ""}
    import_agency_names(SYSTEM, [line | {"legal_basis": "Quyết định 1"}])
    assert agency_directory().by_code["P31"].name == "Tên mới"
    assert "hai phong" in agency_directory().by_code["P31"].fold


WRONG_FILES = (
    [HANOI],
    [HANOI, HAI_DUONG, _line("31", "Thành phố Hải Phòng", "31", "Hải Phòng")],
    [HANOI, HAI_DUONG, HAI_DUONG],
    [HANOI, HAI_DUONG | {"effective_date": "2025-07-02"}],
    [HANOI, HAI_DUONG | {"effective_date": "1/7/2025"}],
    [HANOI, HAI_DUONG | {"old_name": "Tỉnh Hưng Yên"}],
    [HANOI, HAI_DUONG | {"new_code": "1"}],
    [HANOI, HAI_DUONG | {"new_name": ""}],
    [HANOI | {"new_code": "30", "new_name": "Hải Dương"}, HAI_DUONG],
    [HANOI, HAI_DUONG | {"new_code": "01", "new_name": "Hà Tây"}],
    [{"old_code": "01"}],
)


def test_reorganise_agencies_changes_nothing_when_the_file_is_wrong(world):
    before = _tree()
    for rows in WRONG_FILES:
        with pytest.raises(InvalidInputError) as refusal:
            reorganise_agencies(SYSTEM, rows, DAY)
        assert refusal.value.field == "file", rows
    assert _tree() == before


def test_reorganise_agencies_refuses_when_another_file_took_the_codes(world):
    reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG], DAY)
    before = _tree()
    with pytest.raises(InvalidInputError):
        reorganise_agencies(SYSTEM, [HANOI, HAI_DUONG | {"new_name": "Hải Phòng mới"}], DAY)
    assert _tree() == before


def test_plan_reorganisation_changes_nothing_when_it_is_only_shown(world):
    before = _tree()
    plan = plan_reorganisation(world.administrator(), [HANOI, HAI_DUONG], DAY)
    assert not plan.is_applied
    assert {closing.code: closing.district_count for closing in plan.closings} == {"C01": 2, "C30": 1}
    assert _tree() == before


def test_reorganise_agencies_refuses_when_the_role_does_not_allow_it(world):
    before = _tree()
    for role in set(Role) - {Role.NATIONAL_ADMINISTRATOR}:
        with pytest.raises(NotPermittedError):
            reorganise_agencies(world.actor(role, "TC"), [HANOI, HAI_DUONG], DAY)
    assert _tree() == before

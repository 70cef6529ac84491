"""Importing the agency tree and the dated names."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import AgencyLevelName, AgencyName, EnforcementAgency
from backoffice.queries.agencies import agency_name_on, national_agency
from backoffice.services.enforcement_agency import import_agencies, import_agency_names, import_level_names
from tests import factories
from tests.factories import SYSTEM, rows_of


def _line(**changes: str) -> dict[str, str]:
    line = {
        "code": "CC900",
        "name": "Chi cục Thi hành án dân sự huyện Mới",
        "level": "district",
        "parent_code": "C01",
        "province_code": "01",
        "district_code": "900",
        "pilot_2018": "false",
    }
    return line | changes


def _count() -> int:
    with system_scope("set_up"):
        return db.session.scalar(select(func.count()).select_from(EnforcementAgency)) or 0


def test_import_agencies_builds_the_real_tree_when_run_twice(app: Flask):
    with app.app_context():
        first = import_agencies(SYSTEM, rows_of("agencies.csv"))
        second = import_agencies(SYSTEM, rows_of("agencies.csv"))
        assert (first.added, second.added, second.unchanged) == (760, 0, 760)
        with system_scope("set_up"):
            agencies = {row.id: row for row in db.session.scalars(select(EnforcementAgency))}
        levels = Counter(row.level for row in agencies.values())
        assert levels == {"national": 1, "provincial": 63, "district": 696}
        for row in agencies.values():
            parent = agencies.get(row.parent_id)
            assert row.path == (parent.path if parent else "") + row.code + "."
            assert row.path.count(".") == {"national": 1, "provincial": 2, "district": 3}[row.level]


def test_import_agencies_finds_the_parent_when_children_come_first(app: Flask):
    with app.app_context():
        rows = list(reversed(rows_of("agencies.csv")))
        assert import_agencies(SYSTEM, rows).added == 760


WRONG_LINES = (
    {"level": "ward"},
    {"code": "cc900"},
    {"code": "CC-900"},
    {"code": ""},
    {"name": " \u200b "},
    {"name": "x" * 201},
    {"parent_code": "C99"},
    {"parent_code": ""},
    {"parent_code": "CC001"},
    {"level": "national"},
    {"pilot_2018": "maybe"},
    {"code": "CC001"},
    {"code": "CC001", "name": "Chi cục Thi hành án dân sự quận Ba Đình", "district_code": "002"},
)


def test_import_agencies_changes_nothing_when_a_line_is_wrong(world):
    before = _count()
    for changes in WRONG_LINES:
        with pytest.raises(InvalidInputError) as refusal:
            import_agencies(SYSTEM, [_line(code="CC901"), _line(**changes)])
        assert refusal.value.params["line"] == 3, changes
    assert _count() == before


def test_import_agencies_refuses_when_a_column_is_missing(world):
    line = _line()
    del line["parent_code"]
    with pytest.raises(InvalidInputError):
        import_agencies(SYSTEM, [line])


def test_import_agencies_refuses_when_the_role_does_not_allow_it(world):
    for role in set(Role) - {Role.NATIONAL_ADMINISTRATOR}:
        with pytest.raises(NotPermittedError):
            import_agencies(world.actor(role, "TC"), [_line()])
    assert _count() == len(factories.TREE)


def test_import_names_keeps_what_levels_were_called_when_the_law_changed(world):
    import_level_names(SYSTEM, rows_of("agency_level_names.csv"))
    import_agency_names(SYSTEM, rows_of("agency_names.csv"))
    assert import_level_names(SYSTEM, rows_of("agency_level_names.csv")).unchanged == 6
    assert import_agency_names(SYSTEM, rows_of("agency_names.csv")).unchanged == 1
    days = {
        date(2025, 2, 28): "Tổng cục Thi hành án dân sự",
        date(2025, 3, 1): "Cục Quản lý Thi hành án dân sự",
        date(2026, 10, 5): "Cục Quản lý Thi hành án dân sự",
    }
    with system_scope("set_up"):
        root = national_agency()
        assert {day: _level_name_on("national", day) for day in days} == days
        assert {day: agency_name_on(root, day) for day in days} == days
        assert _level_name_on("district", date(2025, 6, 30)) == "Chi cục Thi hành án dân sự"
        assert _level_name_on("district", date(2025, 7, 1)) is None
        assert _level_name_on("regional", date(2025, 6, 30)) is None


def _level_name_on(level: str, day: date) -> str | None:
    names = select(AgencyLevelName).where(AgencyLevelName.level == level)
    kept = [row for row in db.session.scalars(names) if row.valid_from <= day <= (row.valid_to or day)]
    assert len(kept) < 2
    return kept[0].name_vi if kept else None


WRONG_NAMES = (
    {"level": "ward"},
    {"name_vi": ""},
    {"legal_basis": "x" * 201},
    {"valid_from": "01/07/2025"},
    {"valid_from": "2025-07-01", "valid_to": "2025-06-30"},
)


def test_import_level_names_changes_nothing_when_a_line_is_wrong(world):
    for changes in WRONG_NAMES:
        with pytest.raises(InvalidInputError):
            import_level_names(SYSTEM, [rows_of("agency_level_names.csv")[0] | changes])
    assert db.session.scalar(select(func.count()).select_from(AgencyLevelName)) == 0


def test_import_level_names_refuses_when_two_names_overlap(world):
    first = rows_of("agency_level_names.csv")[0]
    with pytest.raises(InvalidInputError):
        import_level_names(SYSTEM, [first, first | {"valid_from": "2025-02-28", "valid_to": ""}])
    assert db.session.scalar(select(func.count()).select_from(AgencyLevelName)) == 0


def test_import_agency_names_refuses_when_the_agency_is_unknown(world):
    line = rows_of("agency_names.csv")[0] | {"agency_code": "C99"}
    with pytest.raises(InvalidInputError):
        import_agency_names(SYSTEM, [line])
    assert db.session.scalar(select(func.count()).select_from(AgencyName)) == 0

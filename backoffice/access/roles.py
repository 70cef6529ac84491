"""The roles that exist now, each with its name in both languages."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A set of duties that an account can hold (R78, R79)."""

    ENFORCEMENT_OFFICER = "enforcement_officer"
    MONITORING_OFFICER = "monitoring_officer"
    HEAD = "head"
    AGENCY_ADMINISTRATOR = "agency_administrator"
    CENTRAL_OFFICER = "central_officer"
    EXPORT_OPERATOR = "export_operator"
    INSPECTOR = "inspector"
    NATIONAL_ADMINISTRATOR = "national_administrator"


ROLE_TITLES: dict[Role, tuple[str, str]] = {
    Role.ENFORCEMENT_OFFICER: ("Chấp hành viên", "Enforcement officer"),
    Role.MONITORING_OFFICER: ("Cán bộ theo dõi", "Monitoring officer"),
    Role.HEAD: ("Thủ trưởng cơ quan", "Head of agency"),
    Role.AGENCY_ADMINISTRATOR: ("Quản trị viên Cục", "Agency administrator"),
    Role.CENTRAL_OFFICER: ("Công chức Tổng cục", "Central officer"),
    Role.EXPORT_OPERATOR: ("Cán bộ vận hành xuất dữ liệu", "Export operator"),
    Role.INSPECTOR: ("Cán bộ kiểm tra", "Inspector"),
    Role.NATIONAL_ADMINISTRATOR: ("Quản trị viên Trung ương", "National administrator"),
}

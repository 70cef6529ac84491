"""The roles that exist now, each with its name in both languages."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A set of duties that an account can hold (R78, R79)."""

    SUPPORT_OFFICER = "support_officer"
    PROFESSIONAL_OFFICER = "professional_officer"
    EXAMINER = "examiner"
    SECRETARY = "secretary"
    CLERK = "clerk"
    ENFORCEMENT_OFFICER = "enforcement_officer"
    MONITORING_OFFICER = "monitoring_officer"
    HEAD = "head"
    COMPLAINTS_OFFICER = "complaints_officer"
    AGENCY_ADMINISTRATOR = "agency_administrator"
    CENTRAL_OFFICER = "central_officer"
    CENTRAL_UNIT_HEAD = "central_unit_head"
    EXPORT_OPERATOR = "export_operator"
    INSPECTOR = "inspector"
    NATIONAL_ADMINISTRATOR = "national_administrator"


ROLE_TITLES: dict[Role, tuple[str, str]] = {
    Role.SUPPORT_OFFICER: ("Công chức hỗ trợ trực tuyến", "Online-support officer"),
    Role.PROFESSIONAL_OFFICER: ("Chuyên viên nghiệp vụ", "Professional officer"),
    Role.EXAMINER: ("Thẩm tra viên", "Examiner"),
    Role.SECRETARY: ("Thư ký thi hành án", "Enforcement secretary"),
    Role.CLERK: ("Văn thư", "Records clerk"),
    Role.ENFORCEMENT_OFFICER: ("Chấp hành viên", "Enforcement officer"),
    Role.MONITORING_OFFICER: ("Cán bộ theo dõi", "Monitoring officer"),
    Role.HEAD: ("Thủ trưởng cơ quan", "Head of agency"),
    Role.COMPLAINTS_OFFICER: ("Công chức giải quyết khiếu nại, tố cáo", "Complaints officer"),
    Role.AGENCY_ADMINISTRATOR: ("Quản trị viên Cục", "Agency administrator"),
    Role.CENTRAL_OFFICER: ("Công chức Trung ương", "Central officer"),
    Role.CENTRAL_UNIT_HEAD: ("Thủ trưởng đơn vị Trung ương", "Head of a central unit"),
    Role.EXPORT_OPERATOR: ("Cán bộ vận hành xuất dữ liệu", "Export operator"),
    Role.INSPECTOR: ("Cán bộ kiểm tra", "Inspector"),
    Role.NATIONAL_ADMINISTRATOR: ("Quản trị viên Trung ương", "National administrator"),
}

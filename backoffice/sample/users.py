"""Demonstration accounts, one for each role, so that every screen can be seen through the right eyes.

Passwords are drawn for each installation and kept in one file that its owner alone can read; they are never part
of the project. Not here: real accounts (`services.staff_member`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.password_rule import new_password
from backoffice.access.roles import ROLE_TITLES, Role
from backoffice.models import StaffMember
from backoffice.services.staff_member import NewStaff, create_staff
from backoffice.services.transaction import unit_of_work

LOGINS = "demo-logins.json"


class DemoUser(NamedTuple):
    """One account of the demonstration."""

    username: str
    family_name: str
    given_name: str
    agency_code: str
    roles: frozenset[Role]


DEMO_USERS = (
    DemoUser("quantri.tw", "Quản trị", "Trung Ương", "TC", frozenset({Role.NATIONAL_ADMINISTRATOR})),
    DemoUser("xuatdulieu", "Vận hành", "Xuất Dữ Liệu", "TC", frozenset({Role.EXPORT_OPERATOR})),
    DemoUser("kiemtra", "Cán bộ", "Kiểm Tra", "TC", frozenset({Role.INSPECTOR})),
    DemoUser("congchuc.tw", "Công chức", "Trung Ương", "TC", frozenset({Role.CENTRAL_OFFICER})),
    DemoUser("lanhdao.tw", "Thủ trưởng đơn vị", "Trung Ương", "TC", frozenset({Role.CENTRAL_UNIT_HEAD})),
    DemoUser("khieunai.tw", "Giải quyết", "Khiếu Nại", "TC", frozenset({Role.COMPLAINTS_OFFICER})),
    DemoUser("cuctruong.hanoi", "Cục trưởng", "Hà Nội", "C01", frozenset({Role.HEAD})),
    DemoUser("quantri.hanoi", "Quản trị", "Hà Nội", "C01", frozenset({Role.AGENCY_ADMINISTRATOR})),
    DemoUser("thamtra.hanoi", "Thẩm tra viên", "Hà Nội", "C01", frozenset({Role.EXAMINER})),
    DemoUser("hotro.badinh", "Hỗ trợ trực tuyến", "Ba Đình", "CC001", frozenset({Role.SUPPORT_OFFICER})),
    DemoUser("hotro2.badinh", "Bộ phận một cửa", "Ba Đình", "CC001", frozenset({Role.SUPPORT_OFFICER})),
    DemoUser("chuyenvien.badinh", "Chuyên viên", "Ba Đình", "CC001", frozenset({Role.PROFESSIONAL_OFFICER})),
    DemoUser("thuky.badinh", "Thư ký", "Ba Đình", "CC001", frozenset({Role.SECRETARY})),
    DemoUser("vanthu.badinh", "Văn thư", "Ba Đình", "CC001", frozenset({Role.CLERK})),
    DemoUser("chv.badinh", "Chấp hành viên", "Ba Đình", "CC001", frozenset({Role.ENFORCEMENT_OFFICER})),
    DemoUser("truong.badinh", "Chi cục trưởng", "Ba Đình", "CC001", frozenset({Role.HEAD})),
    DemoUser("theodoi.badinh", "Theo dõi", "Ba Đình", "CC001", frozenset({Role.MONITORING_OFFICER})),
    DemoUser("chv.hoankiem", "Chấp hành viên", "Hoàn Kiếm", "CC002", frozenset({Role.ENFORCEMENT_OFFICER})),
    DemoUser("truong.hoankiem", "Chi cục trưởng", "Hoàn Kiếm", "CC002", frozenset({Role.HEAD})),
)


def make_users(logins: Path) -> int:
    """Make the accounts that are missing and write all log-ins to the file; returns how many were made.

    An account whose password is no longer known (the file is gone) cannot be helped here: remove the database.
    """
    known = read_logins(logins)
    made = 0
    with unit_of_work(Actor.system("set_up")) as session:
        existing = set(session.scalars(select(StaffMember.username)))
        # The file first: an account without a known password would be lost, a password without account is harmless.
        for user in DEMO_USERS:
            if user.username not in existing:
                known[user.username] = _login(user)
        write_logins(logins, known)
        for user in DEMO_USERS:
            if user.username not in existing:
                _create(user, str(known[user.username]["password"]))
                made += 1
    return made


def read_logins(logins: Path) -> dict[str, dict[str, str]]:
    """The log-ins by user name; empty when none were made."""
    if not logins.exists():
        return {}
    return {entry["username"]: entry for entry in json.loads(logins.read_text(encoding="utf-8"))}


def _login(user: DemoUser) -> dict[str, str]:
    (role,) = user.roles
    title_vi, title_en = ROLE_TITLES[role]
    return {
        "username": user.username,
        "password": new_password(),
        "agency_code": user.agency_code,
        "role_vi": title_vi,
        "role_en": title_en,
    }


def _create(user: DemoUser, password: str) -> None:
    create_staff(
        Actor.system("set_up"),
        NewStaff(
            username=user.username,
            family_name=user.family_name,
            given_name=user.given_name,
            email=f"{user.username}@example.org",
            password=password,
            agency_code=user.agency_code,
            roles=user.roles,
            is_sample=True,
            must_change_password=False,
        ),
    )


def write_logins(path: Path, logins: dict[str, dict[str, str]]) -> None:
    """Write all log-ins to the file, which its owner alone can read."""
    write_private(path, list(logins.values()))


def write_private(path: Path, entries: list[dict[str, str]]) -> None:
    """Write a note of the demonstration, which its owner alone can read."""
    text = json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)

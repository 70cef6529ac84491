"""Rows for tests, made directly and committed: a small agency tree, the law, staff, and a case with its papers.

Needs an open application context. Not here: fixtures, and anything a service should have done in the test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, TypeVar

from flask_appbuilder.security.sqla.models import Role as StoredRole

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementAgency,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
    StaffMember,
)
from backoffice.services.legal_rule import import_rules
from backoffice.services.working_calendar import import_overrides
from config import ROOT

DATA = ROOT / "backoffice" / "data"
SYSTEM = Actor.system("set_up")
# A hash that no password has: tests that sign in set a real one.
NO_PASSWORD = "scrypt:1:1:1$x$00"

TREE = (
    ("TC", "Tổng cục Thi hành án dân sự", "national", None, None),
    ("C01", "Cục Thi hành án dân sự thành phố Hà Nội", "provincial", "TC", "01"),
    ("C30", "Cục Thi hành án dân sự tỉnh Hải Dương", "provincial", "TC", "30"),
    ("CC001", "Chi cục Thi hành án dân sự quận Ba Đình", "district", "C01", "01"),
    ("CC002", "Chi cục Thi hành án dân sự quận Hoàn Kiếm", "district", "C01", "01"),
    ("CC288", "Chi cục Thi hành án dân sự thành phố Hải Dương", "district", "C30", "30"),
)
_numbers = count(1)
Row = TypeVar("Row")


def rows_of(name: str) -> list[dict[str, str]]:
    """The lines of a file of backoffice/data."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def save(row: Row) -> Row:
    """Add the row and commit, seeing everything."""
    with system_scope("set_up"):
        db.session.add(row)
        db.session.commit()
    return row


def make_tree() -> dict[str, EnforcementAgency]:
    """TC with two provinces and three district offices, by code."""
    made: dict[str, EnforcementAgency] = {}
    with system_scope("set_up"):
        for code, name, level, parent, province in TREE:
            above = made.get(parent or "")
            made[code] = EnforcementAgency(
                code=code,
                name=name,
                level=level,
                parent=above,
                path=(above.path if above else "") + code + ".",
                province_code=province,
            )
        db.session.add_all(made.values())
        db.session.commit()
    return made


def load_law() -> None:
    """The legal rules and the calendar of the project."""
    import_rules(SYSTEM, rows_of("legal_rules.csv"))
    import_overrides(SYSTEM, rows_of("calendar_overrides.csv"))


def make_roles() -> dict[str, StoredRole]:
    """The framework's roles, without grants, by name."""
    with system_scope("set_up"):
        made = {name: StoredRole(name=name) for name in (*(role.value for role in Role), "Public")}
        db.session.add_all(made.values())
        db.session.commit()
    return made


def make_staff(agency: EnforcementAgency, *roles: Role, username: str | None = None) -> StaffMember:
    """An active person of the agency; the roles must exist."""
    name = username or f"user{next(_numbers)}"
    with system_scope("set_up"):
        stored = db.session.query(StoredRole).filter(StoredRole.name.in_([role.value for role in roles]))
        member = StaffMember(
            username=name,
            last_name="Trần Thị",
            first_name="Hòa",
            email=f"{name}@thads.example.vn",
            password=NO_PASSWORD,
            active=True,
            agency_id=agency.id,
            roles=list(stored),
            is_sample=True,
        )
        db.session.add(member)
        db.session.commit()
    return member


def make_actor(agency: EnforcementAgency, *roles: Role) -> Actor:
    """The actor of a new person of the agency with these roles."""
    member = make_staff(agency, *roles)
    with system_scope("set_up"):
        return actor_of(member)


def make_case(agency: EnforcementAgency, **values: Any) -> EnforcementCase:
    """A case of the agency that is being verified."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "case_number": f"{number}/2026",
        "origin": "on_request",
        "state": "verifying",
        "judgment_number": f"{number}/2026/DS-ST",
        "judgment_on": date(2026, 1, 5),
        "court_name": "Tòa án nhân dân khu vực 1",
        "accepted_on": date(2026, 1, 6),
        "is_sample": True,
    }
    return save(EnforcementCase(agency_id=agency.id, agency_path=agency.path, **(fields | values)))


@dataclass(frozen=True)
class CaseFile:
    """A case with one debtor, one obligation and a signed enforcement decision."""

    case: EnforcementCase
    debtor: CaseParty
    obligation: EnforcementObligation
    decision: EnforcementDecision


def make_file(agency: EnforcementAgency, *, state: str = "verifying", **case_values: Any) -> CaseFile:
    """A case file of the agency, its case in the given state."""
    case = make_case(agency, state=state, **case_values)
    scoped = {"agency_id": agency.id, "agency_path": agency.path, "case_id": case.id}
    debtor = save(
        CaseParty(
            **scoped,
            role="debtor",
            kind="person",
            full_name="Nguyễn Văn Hòa",
            address="12 phố Đội Cấn, phường Ba Đình (dữ liệu mẫu)",
            is_sample=True,
        )
    )
    obligation = save(
        EnforcementObligation(
            **scoped,
            debtor_id=debtor.id,
            obligation_code="loan_repayment",
            amount_vnd=50_000_000,
            outstanding_amount_vnd=30_000_000,
        )
    )
    decision = save(
        EnforcementDecision(
            **scoped,
            decision_number=f"{next(_numbers)}/QĐ-CCTHADS",
            decided_on=date(2026, 1, 8),
            state="signed",
        )
    )
    return CaseFile(case, debtor, obligation, decision)


def make_non_enforceable(file: CaseFile, **values: Any) -> NonEnforceableDecision:
    """A decision on not yet having conditions in the file; signed under the law of 2026 unless told otherwise."""
    fields: dict[str, Any] = {
        "decision_number": f"{next(_numbers)}/QĐ-CCTHADS",
        "decided_on": date(2026, 9, 21),
        "ground_code": "2026_a",
        "state": "signed",
    }
    return save(
        NonEnforceableDecision(
            agency_id=file.case.agency_id,
            agency_path=file.case.agency_path,
            case_id=file.case.id,
            debtor_id=file.debtor.id,
            enforcement_decision_id=file.decision.id,
            obligation_id=file.obligation.id,
            **(fields | values),
        )
    )


def make_record(file: CaseFile, decision: NonEnforceableDecision, **values: Any) -> DebtorRecord:
    """The public record of the decision, a true copy of the file; published unless told otherwise."""
    fields: dict[str, Any] = {
        "state": "published",
        "full_name": file.debtor.full_name,
        "address": file.debtor.address,
        "judgment_number": file.case.judgment_number,
        "judgment_on": file.case.judgment_on,
        "court_name": file.case.court_name,
        "enforcement_decision_number": file.decision.decision_number,
        "enforcement_decision_on": file.decision.decided_on,
        "obligation_code": file.obligation.obligation_code,
        "obligation_amount_vnd": file.obligation.outstanding_amount_vnd,
        "reason_code": decision.ground_code,
        "published_on": date(2026, 9, 25),
        "updated_on": date(2026, 9, 25),
        "publish_due_on": date(2026, 9, 28),
        "is_sample": True,
    }
    if values.get("state") in ("draft", "approved", "cancelled"):
        fields |= {"published_on": None, "updated_on": None}
    return save(
        DebtorRecord(
            agency_id=file.case.agency_id,
            agency_path=file.case.agency_path,
            decision_id=decision.id,
            **(fields | values),
        )
    )

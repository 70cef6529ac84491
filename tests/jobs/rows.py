"""Rows for the tests of background work: a small agency tree, cases and public debtor records with fixed ids."""

from __future__ import annotations

from datetime import date, timedelta

from backoffice.access.actor import Actor
from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementAgency,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
)
from backoffice.models.debtor_record import CROCKFORD
from backoffice.services.transaction import unit_of_work

SAMPLE = Actor.system("sample_data")
AS_OF = date(2026, 9, 15)
_TREE = (
    ("TC", "Tổng cục Thi hành án dân sự", "national", None, None),
    ("C01", "Cục Thi hành án dân sự thành phố Hà Nội", "provincial", "TC", "01"),
    ("CC001", "Chi cục Thi hành án dân sự quận Ba Đình", "district", "C01", "01"),
    ("CC002", "Chi cục Thi hành án dân sự quận Hoàn Kiếm", "district", "C01", "01"),
)


def add_agencies() -> None:
    """The national agency, one province and two districts."""
    with unit_of_work(SAMPLE) as session:
        known: dict[str, EnforcementAgency] = {}
        for code, name, level, parent, province in _TREE:
            above = known.get(parent or "")
            agency = EnforcementAgency(
                code=code,
                name=name,
                level=level,
                parent_id=above.id if above else None,
                path=f"{above.path if above else ''}{code}.",
                province_code=province,
            )
            session.add(agency)
            session.flush()
            known[code] = agency


def add_records(count: int, first: int = 0, **changes: object) -> list[int]:
    """Published debtor records with everything they need; the same numbers give the same rows."""
    with unit_of_work(SAMPLE) as session:
        agencies = {row.code: row for row in session.query(EnforcementAgency)}
        records = []
        for number in range(first, first + count):
            agency = agencies["CC001" if number % 3 else "CC002"]
            record = _record(session, agency, number)
            for name, value in changes.items():
                setattr(record, name, value)
            session.add(record)
            session.flush()
            records.append(record.id)
        return records


def public_id(number: int) -> str:
    """A public id that follows from the number."""
    digits = ""
    for _ in range(16):
        number, rest = divmod(number * 31 + 7, 32)
        digits += CROCKFORD[rest]
    return digits


def _record(session, agency, number: int) -> DebtorRecord:  # type: ignore[no-untyped-def]
    day = date(2026, 1, 5) + timedelta(days=number % 200)
    own = {"agency_id": agency.id, "agency_path": agency.path}
    judgment = {"judgment_number": f"{number}/2025/DS-ST", "judgment_on": date(2025, 11, 3)}
    court = {"court_name": "Tòa án nhân dân khu vực 1 - Hà Nội"}
    case = EnforcementCase(
        **own, **judgment, **court, case_number=f"{number}", origin="on_request", state="non_enforceable",
        accepted_on=day - timedelta(days=60),
    )  # fmt: skip
    session.add(case)
    session.flush()
    person = {
        "full_name": f"Nguyễn Văn Thử {number}",
        "address": f"Số {number}, phố Thử, Hà Nội (dữ liệu mẫu)",
    }
    party = CaseParty(**own, **person, case_id=case.id, role="debtor", kind="person", is_sample=True)
    session.add(party)
    session.flush()
    money = {"obligation_code": "loan_repayment"}
    obligation = EnforcementObligation(
        **own, **money, case_id=case.id, debtor_id=party.id, amount_vnd=1_000_000 + number,
        outstanding_amount_vnd=1_000_000 + number,
    )  # fmt: skip
    opening = EnforcementDecision(
        **own, case_id=case.id, decision_number=f"{number}/QĐ-CCTHADS", decided_on=day - timedelta(days=59),
        state="signed",
    )  # fmt: skip
    session.add_all([obligation, opening])
    session.flush()
    decision = NonEnforceableDecision(
        **own, case_id=case.id, debtor_id=party.id, enforcement_decision_id=opening.id,
        obligation_id=obligation.id, decision_number=f"{number}/QĐ-CĐK", decided_on=day,
        ground_code="2015_a", state="signed",
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return DebtorRecord(
        **own, **person, **judgment, **court, **money, decision_id=decision.id, public_id=public_id(number),
        state="published", enforcement_decision_number=opening.decision_number,
        enforcement_decision_on=opening.decided_on, obligation_amount_vnd=1_000_000 + number,
        reason_code="2015_a", published_on=day + timedelta(days=3), updated_on=day + timedelta(days=3),
        is_sample=True,
    )  # fmt: skip

"""What tests of citizens' requests share: answers that fit, sendings, a request as it stands.

Not here: fixtures (`tests/services/conftest.py`), rows past the services (`tests/side_rows.py`).
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, Notice, OnlineRequest
from backoffice.services.document_vault import Vault
from backoffice.services.intake import NewRequest, Receipt, register_request
from backoffice.services.online_request import Seen, receive

NUMBER = "001184000123"
APPLICANT = {
    "applicant_kind": "person",
    "applicant_name": "Nguyễn Thị  Hòa",
    "identity_number": "001 184 000 123",
    "birth_on": "02/09/1984",
    "address": "Số 1, phố Mẫu, phường Ba Đình, Hà Nội",
    "email": "hoa.nguyen@example.vn",
}
MATTERS: dict[str, dict[str, str]] = {
    "enforcement_request": {
        "applicant_role": "creditor",
        "judgment_number": "12/2026/DS-ST",
        "judgment_on": "05/01/2026",
        "court_name": "Tòa án nhân dân khu vực 1",
        "creditor_name": "Nguyễn Thị Hòa",
        "creditor_address": "Số 1, phố Mẫu",
        "debtor_kind": "person",
        "debtor_name": "Trần Văn Mẫu",
        "debtor_address": "Số 2, phố Mẫu",
        "obligation_code": "loan_repayment",
        "amount_vnd": "50.000.000 đ",
        "content": "Trả số tiền gốc.\r\n\r\n\r\n\r\nTrả lãi chậm trả.",
    },
    "result_confirmation": {
        "applicant_role": "creditor",
        "judgment_number": "12/2026/DS-ST",
        "judgment_on": "2026-01-05",
        "content": "Xác nhận số tiền đã thi hành.",
    },
    "feedback": {
        "feedback_kind": "reflection",
        "people_count": "1",
        "subject_line": "Thời gian tiếp công dân",
        "content": "Bộ phận một cửa đóng cửa sớm.",
    },
    "complaint": {
        "complaint_level": "first",
        "concerned": "Quyết định số 5/QĐ-CTHADS",
        "content": "Quyết định trái pháp luật.",
        "claim": "Thu hồi quyết định.",
    },
    "denunciation": {"concerned_person": "Lê Văn Mẫu", "content": "Nhận tiền của đương sự."},
    "officer_change": {
        "enforcement_decision_number": "5/QĐ-CTHADS",
        "officer_name": "Lê Văn Mẫu",
        "content": "Chấp hành viên là người thân của bị đơn.",
    },
    "coercion_cost_relief": {
        "enforcement_decision_number": "5/QĐ-CTHADS",
        "relief_kind": "reduction",
        "content": "Hộ nghèo.",
    },
    "enforcement_fee_relief": {
        "enforcement_decision_number": "5/QĐ-CTHADS",
        "relief_kind": "exemption",
        "content": "Gia đình có công với cách mạng.",
    },
}


def token() -> str:
    """A sending's token as a form would bear it."""
    return secrets.token_hex(16)


def answers(procedure: str = "enforcement_request", **changes: str) -> dict[str, str]:
    """Answers that the procedure accepts since July 2026, with changes; None leaves a field out."""
    found: dict[str, Any] = {**APPLICANT, **MATTERS[procedure], **changes}
    return {name: value for name, value in found.items() if value is not None}


def old_answers(procedure: str = "enforcement_request") -> dict[str, str]:
    """Answers as the forms before July 2026 asked for them."""
    found = answers(procedure)
    del found["birth_on"]
    return {**found, "judgment_on": "05/01/2018"} if "judgment_on" in found else found


def sending(agency: EnforcementAgency, procedure: str = "enforcement_request", **changes: Any) -> NewRequest:
    """A request on its way to the agency."""
    with system_scope("set_up"):
        agency_id = agency.id
    values = changes.pop("values", None) or answers(procedure)
    return NewRequest(procedure, agency_id, values, changes.pop("client_token", token()), **changes)


def registered(
    agency: EnforcementAgency, vault: Vault, procedure: str = "enforcement_request", **changes: Any
) -> Receipt:
    """The receipt of a request that the public sent to the agency."""
    return register_request(sending(agency, procedure, **changes), vault)


def stored(request_id: int) -> OnlineRequest:
    """The row as it stands in the database."""
    with system_scope("set_up"):
        db.session.expire_all()
        found = db.session.get_one(OnlineRequest, request_id)
        db.session.refresh(found)
    return found


def seen(request_id: int) -> Seen:
    """The request as an officer has it on the screen now."""
    return Seen(request_id, stored(request_id).version)


def received(
    world: Any, vault: Vault, desk: Actor, procedure: str = "enforcement_request", **more: Any
) -> int:
    """A request that is being checked."""
    number = registered(world.agencies["CC001"], vault, procedure, **more).request_id
    receive(desk, seen(number))
    return number


def notices() -> list[str]:
    """The events of all letters, in their order."""
    with system_scope("set_up"):
        return list(db.session.scalars(select(Notice.event).order_by(Notice.id)))

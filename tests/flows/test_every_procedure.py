"""What may come of a request under every procedure before it is decided: completed, guided, reopened, refused, taken back.

Not here: what is decided, and how the result is given out (the journeys of each procedure).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice import clock
from backoffice.access.roles import Role
from tests.flows.house import RECEIVED, Dossier, House
from tests.flows.officer import Officer

# Where each form goes, and who receives it there.
DESKS: dict[str, tuple[str, Role]] = {
    "enforcement_request": ("CC001", Role.SUPPORT_OFFICER),
    "result_confirmation": ("CC001", Role.SUPPORT_OFFICER),
    "feedback": ("CC001", Role.SUPPORT_OFFICER),
    "complaint_first": ("CC001", Role.COMPLAINTS_OFFICER),
    "complaint_second": ("TC", Role.COMPLAINTS_OFFICER),
    "denunciation": ("C01", Role.COMPLAINTS_OFFICER),
    "officer_change": ("CC001", Role.SUPPORT_OFFICER),
    "coercion_cost_relief": ("CC001", Role.SUPPORT_OFFICER),
    "enforcement_fee_relief": ("CC001", Role.SUPPORT_OFFICER),
}
REFUSED = ("result_confirmation", "officer_change", "coercion_cost_relief", "enforcement_fee_relief")
NEVER_REFUSED = ("feedback", "complaint_first", "complaint_second", "denunciation")


def received(house: House, form: str) -> tuple[Dossier, Officer]:
    """A request in support, and the browser of whoever supports it."""
    code, role = DESKS[form]
    dossier, desk = house.filed(form, agency=code), house.officer(role, code)
    desk.take(dossier.id, "receive")
    return dossier, desk


def sent(dossier: Dossier, page: str, text: str) -> None:
    """Words of the citizen through a page behind the code."""
    dossier.citizen.open(f"/ho-so-cua-toi/{page}/")
    dossier.citizen.send({"text": text})
    assert text in dossier.citizen.answer.text, dossier.citizen.faults()


@pytest.mark.parametrize("form", list(DESKS))
def test_request_is_completed_guided_reopened_and_taken_back_when_both_sides_write(
    house: House, form: str
) -> None:
    dossier, desk = received(house, form)
    until = f"{clock.today() + timedelta(days=5):%d/%m/%Y}"
    desk.fill(dossier.id, "supplement", text="Thiếu giấy tờ tùy thân.", until=until, sending="email")
    dossier.state()
    assert until in dossier.citizen.answer.text
    assert house.stored(dossier.id).due_on is None
    sent(dossier, "bo-sung", "Tôi gửi bổ sung.")
    desk.fill(dossier.id, "guide", text="Gửi cơ quan khác.", sending="email")
    assert dossier.state() == "Đã kết thúc: đã có hướng dẫn"
    sent(dossier, "xem-xet-lai", "Tôi có tài liệu mới.")
    desk.fill(dossier.id, "keep-closed", text="Tài liệu này đã xem.", sending="email")
    dossier.state()
    assert "Tài liệu này đã xem." in dossier.citizen.answer.text
    sent(dossier, "xem-xet-lai", "Xin xem thêm lần nữa.")
    desk.take(dossier.id, "reopen", reason="Có tình tiết mới.")
    dossier.state()
    sent(dossier, "rut", "Đã tự thỏa thuận.")
    assert dossier.state() == "Đã kết thúc: ông, bà đã rút hồ sơ"
    dossier.check_log(
        "register", "receive", "ask_supplement", "answer_supplement", "guide", "ask_reopening", "keep_closed",
        "ask_reopening", "reopen", "withdraw",
    )  # fmt: skip
    dossier.check_letters(RECEIVED, "request_supplement", "request_guidance", "request_guidance")


@pytest.mark.parametrize("form", REFUSED)
def test_request_ends_with_the_ground_of_its_procedure_when_it_is_refused(house: House, form: str) -> None:
    dossier, desk = received(house, form)
    address = f"/requests/form/{dossier.id}/refuse"
    desk.open(address)
    words = {"text": "Thuộc cơ quan khác.", "sending": "email"}
    desk.press(address, expected=400, ground_code="limitation_expired", **words)
    desk.fill(dossier.id, "refuse", ground_code="no_competence", **words)
    assert dossier.state() == "Đã kết thúc: bị từ chối"
    dossier.check_log("register", "receive", "refuse")
    assert words["text"] in dossier.check_letters(RECEIVED, "request_refused")[1]


@pytest.mark.parametrize("form", NEVER_REFUSED)
def test_petition_is_never_refused_when_it_is_in_support(house: House, form: str) -> None:
    dossier, desk = received(house, form)
    assert "refuse" not in desk.offered(dossier.id)
    dossier.check_log("register", "receive")

"""Requests for enforcement from the citizen's first page to the result: every outcome, under the law of 2026."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice import clock
from backoffice.access.roles import Role
from tests.citizens.browser import PDF
from tests.flows.house import DESK, RECEIVED, Dossier, House, username
from tests.flows.officer import Officer

FORM = "enforcement_request"
EXAMINER = username("CC001", Role.PROFESSIONAL_OFFICER)
MISSING = "Hồ sơ thiếu bản án.\nÔng, bà gửi đủ các trang."


@pytest.fixture
def desk(house: House) -> Officer:
    return house.officer(Role.SUPPORT_OFFICER)


def sign_decision(house: House, decision: str) -> None:
    """The head signs a decision in case management."""
    head = house.officer(Role.HEAD)
    head.open(decision)
    head.press(decision.replace("/show/", "/step/") + "/sign")


def complete(desk: Officer, dossier: Dossier) -> None:
    """Ask for what is missing, and let the citizen add it."""
    until = f"{clock.today() + timedelta(days=5):%d/%m/%Y}"
    desk.fill(dossier.id, "supplement", text=MISSING, until=until, sending="email")
    assert dossier.state() == "Chờ ông, bà bổ sung"
    assert until in dossier.citizen.answer.text
    dossier.citizen.open("/ho-so-cua-toi/bo-sung/")
    dossier.citizen.send({"text": "Tôi gửi bản án.", "files": (PDF, "ban-an.pdf")})


def test_request_becomes_a_case_and_its_decision_comes_back_when_it_is_complete(
    house: House, desk: Officer
) -> None:
    dossier = house.filed(FORM)
    head, examiner = house.officer(Role.HEAD), house.officer(Role.PROFESSIONAL_OFFICER)
    assert dossier.state() == "Đã gửi, chờ tiếp nhận"
    assert desk.offered(dossier.id) == {"receive"}
    desk.take(dossier.id, "receive")
    complete(desk, dossier)
    assert dossier.state() == "Đang kiểm tra hồ sơ"
    assert "Tôi gửi bản án." in desk.open(f"/requests/show/{dossier.id}")
    desk.fill(dossier.id, "accept", text="Hồ sơ hợp lệ.", sending="email")
    assert dossier.state() == "Đang giải quyết"
    assert desk.offered(dossier.id) == set()
    head.fill(dossier.id, "assign", officer_id=EXAMINER)
    decision = dossier.decide(examiner)
    examiner.take(dossier.id, "submit_draft")
    assert dossier.state() == "Chờ ký"
    head.take(dossier.id, "rework", reason="Thiếu lãi chậm trả.")
    examiner.take(dossier.id, "submit_draft")
    sign_decision(house, decision)
    assert dossier.state() == "Đã ký"
    assert f"{dossier.id}/QĐ-CCTHADS, {clock.today():%d/%m/%Y}" in dossier.citizen.answer.text
    desk.fill(dossier.id, "return", text="Mời nhận kết quả.", sending="email")
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    assert "Mời nhận kết quả." in dossier.citizen.answer.text
    dossier.check_log(
        "register", "receive", "ask_supplement", "answer_supplement", "accept", "forward_to_case",
        "assign_examiner", "submit_draft", "rework", "submit_draft", "take_decision", "return_result",
    )  # fmt: skip
    letters = dossier.check_letters(RECEIVED, "request_supplement", "request_taken_up", "result_given")
    assert "gửi đủ các trang" in letters[1]
    assert f"{dossier.id}/QĐ-CCTHADS" in letters[3]


def test_request_goes_on_with_an_appointment_when_it_was_answered_with_guidance_first(
    house: House, desk: Officer
) -> None:
    dossier = house.filed(FORM)
    citizen = dossier.citizen
    desk.take(dossier.id, "receive")
    desk.fill(dossier.id, "guide", text="Bản án chưa có hiệu lực.", sending="email")
    assert dossier.state() == "Đã kết thúc: đã có hướng dẫn"
    citizen.open("/ho-so-cua-toi/xem-xet-lai/")
    citizen.send({"text": "Bản án đã có hiệu lực."})
    desk.take(dossier.id, "reopen", reason="Đã có bản án có hiệu lực.")
    desk.fill(dossier.id, "accept-with-appointment", text="Mời mang bản chính.", sending="software")
    assert dossier.state() == "Chờ bản chính của ông, bà"
    citizen.open("/ho-so-cua-toi/hen/")
    slot = citizen.page.select_one("input[name=slot]")
    assert slot is not None
    citizen.send({"slot": str(slot["value"])})
    assert DESK in citizen.answer.text
    assert DESK in desk.open(f"/requests/show/{dossier.id}")
    assert house.stored(dossier.id).case_id is None
    desk.take(dossier.id, "compare_originals")
    examiner = house.officer(Role.PROFESSIONAL_OFFICER)
    sign_decision(house, dossier.decide(examiner))
    desk.fill(dossier.id, "return", sending="software")
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    dossier.check_log(
        "register", "receive", "guide", "ask_reopening", "reopen", "accept_with_appointment",
        "compare_originals", "forward_to_case", "take_decision", "return_result",
    )  # fmt: skip
    dossier.check_letters(RECEIVED, "request_guidance", "appointment_booked")


def test_request_ends_with_its_ground_when_it_is_refused(house: House, desk: Officer) -> None:
    dossier = house.filed(FORM)
    desk.take(dossier.id, "receive")
    desk.open(f"/requests/form/{dossier.id}/refuse")
    desk.press(
        f"/requests/form/{dossier.id}/refuse", expected=400, ground_code="", text="Không.", sending="email"
    )
    desk.fill(
        dossier.id, "refuse", ground_code="limitation_expired", text="Đã hết thời hiệu.", sending="email"
    )
    assert dossier.state() == "Đã kết thúc: bị từ chối"
    assert "Đã hết thời hiệu." in dossier.citizen.answer.text
    assert desk.offered(dossier.id) == {"reopen"}
    dossier.check_log("register", "receive", "refuse")
    letters = dossier.check_letters(RECEIVED, "request_refused")
    assert "Điều 34 khoản 4" in letters[1]
    assert "Đã hết thời hiệu." in letters[1]


def test_request_ends_and_its_time_is_free_again_when_the_citizen_takes_it_back(
    house: House, desk: Officer
) -> None:
    dossier = house.filed(FORM)
    citizen = dossier.citizen
    desk.take(dossier.id, "receive")
    desk.fill(dossier.id, "accept-with-appointment", text="Mời mang bản chính.", sending="email")
    dossier.state()
    citizen.open("/ho-so-cua-toi/hen/")
    offered = [item["value"] for item in citizen.page.select("input[name=slot]")]
    citizen.send({"slot": str(offered[3])})
    citizen.open("/ho-so-cua-toi/rut/")
    citizen.send({"text": "Hai bên đã tự thỏa thuận."})
    assert dossier.state() == "Đã kết thúc: ông, bà đã rút hồ sơ"
    assert "Hai bên đã tự thỏa thuận." in desk.open(f"/requests/show/{dossier.id}")
    assert desk.offered(dossier.id) == {"reopen"}
    other = house.filed(FORM)
    desk.take(other.id, "receive")
    desk.fill(other.id, "accept-with-appointment", text="Mời.", slot_id=str(offered[3]), sending="software")
    dossier.check_log("register", "receive", "accept_with_appointment", "withdraw")
    dossier.check_letters(RECEIVED, "request_taken_up", "appointment_booked", "appointment_cancelled")

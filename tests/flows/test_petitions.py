"""Petitions, complaints, denunciations and what is decided at the one-stop desk, from the first page to the answer."""

from __future__ import annotations

from typing import Any

import pytest

from backoffice.access.roles import Role
from tests.flows.house import RECEIVED, Dossier, House, username

CLASSIFIED = {"kind": "proposal", "is_eligible": "yes", "competence": "own", "people_count": "1"}
ENDS = {
    "propose_reply": ("Đã ký", "replied"),
    "propose_transfer": ("Đã ký", "transferred"),
    "propose_filing": ("Đã kết thúc: lưu đơn", "filed"),
}
# Where a complaint goes, and who classifies, handles and leads there.
HERE = ("CC001", Role.SUPPORT_OFFICER, Role.EXAMINER, Role.HEAD)
CENTRE = ("TC", Role.COMPLAINTS_OFFICER, Role.COMPLAINTS_OFFICER, Role.CENTRAL_UNIT_HEAD)
PLACES = {
    "feedback": HERE,
    # It names an officer, so it is confidential: the unit for complaints handles it.
    "complaint_first": ("CC001", Role.COMPLAINTS_OFFICER, Role.COMPLAINTS_OFFICER, Role.HEAD),
    "complaint_second": CENTRE,
    "denunciation": ("C01", Role.COMPLAINTS_OFFICER, Role.COMPLAINTS_OFFICER, Role.HEAD),
}


def handled(house: House, dossier: Dossier, place: Any, classified: dict[str, str], proposal: str) -> None:
    """Classified at the desk, assigned by the leader, proposed by the officer, approved by the leader."""
    code, at_desk, handler, leader = place
    desk, officer, head = (house.officer(role, code) for role in (at_desk, handler, leader))
    desk.take(dossier.id, "receive")
    desk.fill(dossier.id, "classify", **classified)
    assert dossier.state() == "Chờ lãnh đạo"
    head.fill(dossier.id, "assign", officer_id=username(code, handler))
    officer.take(dossier.id, proposal)
    head.take(dossier.id, "file" if proposal == "propose_filing" else "sign")


@pytest.mark.parametrize("proposal", list(ENDS))
def test_petition_ends_as_the_leader_agrees_when_the_officer_proposes(house: House, proposal: str) -> None:
    several = proposal == "propose_transfer"
    count = "3" if several else "1"
    dossier = house.filed("feedback", {"people_count": count})
    competence = "other_body" if several else "own"
    handled(house, dossier, HERE, {**CLASSIFIED, "competence": competence, "people_count": count}, proposal)
    state, outcome = ENDS[proposal]
    assert dossier.state() == state
    stored = house.stored(dossier.id)
    assert (stored.outcome, stored.classification["people_count"]) == (outcome, int(count))
    last = "file" if outcome == "filed" else "sign"
    steps = ["register", "receive", "classify", "assign", proposal, last]
    if outcome == "filed":
        assert house.officer(Role.SUPPORT_OFFICER).offered(dossier.id) == set()
        dossier.check_log(*steps)
        dossier.check_letters(RECEIVED)
        return
    desk = house.officer(Role.SUPPORT_OFFICER)
    desk.fill(dossier.id, "return", text="Trả lời đơn của ông, bà.", sending="email")
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    assert "Trả lời đơn của ông, bà." in dossier.citizen.answer.text
    dossier.check_log(*steps, "return_result")
    dossier.check_letters(RECEIVED, "feedback_replied")


@pytest.mark.parametrize("form", ["complaint_first", "complaint_second", "denunciation"])
def test_complaint_is_decided_and_answered_when_it_is_eligible(house: House, form: str) -> None:
    code, at_desk, *_others = PLACES[form]
    dossier = house.filed(form, agency=code)
    kind = "denunciation" if form == "denunciation" else "complaint"
    before = house.stored(dossier.id).total_due_on
    handled(house, dossier, PLACES[form], {**CLASSIFIED, "kind": kind}, "propose_reply")
    after = house.stored(dossier.id)
    # The days of the decision count from the acceptance.
    assert after.total_due_on != before
    assert dossier.state() == "Đã ký"
    house.officer(at_desk, code).fill(dossier.id, "return", text="Đã có quyết định.", sending="email")
    dossier.check_log("register", "receive", "classify", "assign", "propose_reply", "sign", "return_result")
    dossier.check_letters(RECEIVED, "feedback_replied")


@pytest.mark.parametrize("form", ["officer_change", "coercion_cost_relief", "enforcement_fee_relief"])
def test_request_at_the_one_stop_desk_is_granted_when_the_head_signs(house: House, form: str) -> None:
    dossier = house.filed(form)
    desk, examiner, head = (house.officer(role) for role in (Role.SUPPORT_OFFICER, Role.EXAMINER, Role.HEAD))
    desk.take(dossier.id, "receive")
    desk.fill(dossier.id, "accept", text="Hồ sơ hợp lệ.", sending="software")
    head.fill(dossier.id, "assign", officer_id=username("CC001", Role.EXAMINER))
    examiner.take(dossier.id, "submit_draft")
    head.take(dossier.id, "rework", reason="Nêu rõ căn cứ.")
    assert dossier.state() == "Đang giải quyết"
    examiner.take(dossier.id, "submit_draft")
    head.take(dossier.id, "sign")
    desk.fill(dossier.id, "return", text="Mời nhận quyết định.", sending="email")
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    assert house.stored(dossier.id).case_id is None
    dossier.check_log(
        "register", "receive", "accept", "assign_examiner", "submit_draft", "rework", "submit_draft", "sign",
        "return_result",
    )  # fmt: skip
    dossier.check_letters(RECEIVED, "result_given")


def test_second_officer_sees_what_was_done_and_what_they_typed_when_both_open_one_request(
    house: House,
) -> None:
    dossier = house.filed("feedback")
    first, second = house.officer(Role.SUPPORT_OFFICER), house.officer(Role.SUPPORT_OFFICER)
    first.take(dossier.id, "receive")
    second.open(f"/requests/form/{dossier.id}/guide")
    first.fill(dossier.id, "classify", **CLASSIFIED)
    second.press(f"/requests/form/{dossier.id}/guide", expected=409, text="Gửi Tòa án.", sending="email")
    assert "Gửi Tòa án." in second.text
    # Who was faster, and with what.
    assert "Phân loại và chuyển lãnh đạo" in second.text
    assert house.stored(dossier.id).state == "awaiting_assignment"
    dossier.check_log("register", "receive", "classify")
    dossier.check_letters(RECEIVED)

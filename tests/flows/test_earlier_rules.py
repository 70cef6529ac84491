"""Requests under rules that held before July 2026, and one that was begun under them and ended under the new law."""

from __future__ import annotations

from datetime import date

import time_machine

from backoffice.access.roles import Role
from tests.flows.house import Dossier, House
from tests.flows.test_enforcement_requests import EXAMINER, FORM, sign_decision

UNDER_PROCESS, LAST_DAY, NEW_LAW = (
    "2026-03-02 09:00+07:00",
    "2026-06-30 09:00+07:00",
    "2026-07-02 09:00+07:00",
)


def examined(house: House, dossier: Dossier) -> None:
    """Assigned, drafted, signed in the case, and returned."""
    house.officer(Role.HEAD).fill(dossier.id, "assign", officer_id=EXAMINER)
    examiner = house.officer(Role.PROFESSIONAL_OFFICER)
    decision = dossier.decide(examiner)
    examiner.take(dossier.id, "submit_draft")
    sign_decision(house, decision)
    house.officer(Role.SUPPORT_OFFICER).fill(dossier.id, "return", text="Mời nhận.", sending="email")


def test_case_is_opened_with_the_originals_when_the_process_of_2020_holds(house: House) -> None:
    with time_machine.travel(UNDER_PROCESS, tick=False):
        dossier = house.filed(FORM)
        desk = house.officer(Role.SUPPORT_OFFICER)
        desk.take(dossier.id, "receive")
        # One working day for each step; the whole runs from the originals.
        stored = house.stored(dossier.id)
        assert (stored.workflow_version, stored.due_on, stored.total_due_on) == (
            "2020",
            date(2026, 3, 3),
            None,
        )
        desk.fill(dossier.id, "accept", text="Mời mang bản chính hoặc gửi bưu điện.", sending="email")
        assert dossier.state() == "Chờ bản chính của ông, bà"
        assert house.stored(dossier.id).case_id is None
        desk.take(dossier.id, "compare_originals")
        stored = house.stored(dossier.id)
        assert stored.case_id is not None
        assert stored.total_due_on == date(2026, 3, 9)
        examined(house, dossier)
        assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    dossier.check_log(
        "register", "receive", "accept", "compare_originals", "forward_to_case", "assign_examiner",
        "submit_draft", "take_decision", "return_result",
    )  # fmt: skip


def test_request_ends_under_the_new_law_when_it_was_begun_under_the_old(house: House) -> None:
    with time_machine.travel(LAST_DAY, tick=False):
        dossier = house.filed(FORM)
        house.officer(Role.SUPPORT_OFFICER).take(dossier.id, "receive")
        assert house.stored(dossier.id).workflow_version == "2020"
    with time_machine.travel(NEW_LAW, tick=False):
        desk = house.officer(Role.SUPPORT_OFFICER)
        # What was sent counts by itself now: no appointment has to be given.
        assert {"accept", "accept-with-appointment"} <= desk.offered(dossier.id)
        desk.fill(dossier.id, "accept", text="Hồ sơ hợp lệ.", sending="email")
        stored = house.stored(dossier.id)
        assert (stored.workflow_version, stored.state) == ("2026", "in_examination")
        assert stored.case_id is not None
        examined(house, dossier)
        assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    dossier.check_log(
        "register", "receive", "accept", "forward_to_case", "assign_examiner", "submit_draft",
        "take_decision", "return_result",
    )  # fmt: skip

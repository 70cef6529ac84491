"""One citizen's request with everything around it, made directly and committed, like the rows of `tests/side_rows.py`.

Its sealed parts are under a key that no file of keys has. Not here: requests that a test leads (`tests/requests.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.models import (
    Appointment,
    AppointmentSlot,
    OnlineRequest,
    RequestMessage,
    RequestParty,
    SurveyComment,
    SurveyQuestion,
    SurveyTally,
)
from backoffice.workflow.survey import ended_quarters
from tests.factories import save

_SEALED = {"sealed": "00" * 40, "key_id": "none"}


def make_request_rows(own: dict[str, Any], person_id: int, mark: str) -> dict[str, int]:
    """The rows, each of their texts with the mark; returns ids by the screen that shows them."""
    name, day = f"Nguyễn Thị Hòa {mark}".strip(), clock.today()
    request = save(
        OnlineRequest(
            **own,
            **_SEALED,
            procedure="enforcement_request",
            family="enforcement",
            channel="online",
            state="refused",
            outcome="refused",
            ground_code="no_competence",
            workflow_version="2026",
            received_at=clock.now(),
            code_key=uuid4().hex * 2,
            code_ending="8V",
            client_key=uuid4().hex * 2,
            identity_key=uuid4().hex * 2,
            applicant_name=name,
            locale="vi",
            total_due_on=day,
            pauses=[],
            handler_id=person_id,
            decision_number=f"9/QĐ {mark}".strip(),
            fee_receipt_number=f"BL {mark}".strip(),
        )
    )
    with system_scope("set_up"):
        request_id = request.id
    named = {"request_id": request_id, "role": "debtor", "kind": "person"}
    save(RequestParty(**own, **named, full_name=f"Trần Văn Mẫu {mark}".strip(), identity_key=uuid4().hex * 2))
    save(
        RequestMessage(
            **own, **_SEALED, request_id=request_id, kind="refusal", author_id=person_id, at=clock.now()
        )
    )
    found = {"OnlineRequestView": request_id, **_visit(own, request_id, mark)}
    return found | {"SurveyQuestionView": make_survey_rows(own, mark)}


def _visit(own: dict[str, Any], request_id: int, mark: str) -> dict[str, int]:
    """A time of a desk and an appointment there that was cancelled."""
    starts = clock.now() + timedelta(days=1)
    slot = save(
        AppointmentSlot(
            **own, desk=f"Bàn {mark}".strip(), starts_at=starts, ends_at=starts + timedelta(minutes=30)
        )
    )
    with system_scope("set_up"):
        slot_id = slot.id
    visit = save(
        Appointment(
            **own,
            request_id=request_id,
            slot_id=slot_id,
            starts_at=starts,
            purpose="originals",
            state="cancelled",
            public_key=uuid4().hex,
        )
    )
    with system_scope("set_up"):
        return {"AppointmentSlotView": slot_id, "AppointmentView": visit.id}


def make_survey_rows(own: dict[str, Any], mark: str) -> int:
    """A question with enough answers to be shown, and words; returns the question's id."""
    text = f"Hài lòng không? {mark}".strip()
    question = save(
        SurveyQuestion(
            **own,
            code=uuid4().hex[:12],
            edition=1,
            procedure="",
            kind="choice",
            position=10,
            text_vi=text,
            text_en=text,
            options=[["o1", f"Có {mark}".strip(), f"Yes {mark}".strip()], ["o2", "Không", "No"]],
            valid_from=clock.today(),
        )
    )
    with system_scope("set_up"):
        question_id = question.id
    counted = {"question_id": question_id, "quarter": ended_quarters(clock.today(), 1)[0]}
    save(SurveyTally(**own, **counted, procedure="feedback", choice="o1", answer_count=7))
    for _number in range(5):
        save(SurveyComment(**own, **counted, **_SEALED, public_key=uuid4().hex))
    return question_id

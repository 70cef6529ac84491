"""Giving the result of a request out: how, the fee with its receipt, who took it, and what the applicant is told.

Belongs here: R25, R34, R38, R39, R44. Not here: other deeds of the desk (`online_request`), times (`appointment`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import Appointment, OnlineRequest
from backoffice.models.request_states import (
    AppointmentPurpose,
    HandoverWay,
    RequestFamily,
    RequestMessageKind,
)
from backoffice.queries.appointments import booked_appointment
from backoffice.services.appointment import book, hold_time
from backoffice.services.appointment_letters import tell_booked
from backoffice.services.case_intake import checked_amount
from backoffice.services.notice_hooks import vietnamese_day
from backoffice.services.online_request import Seen
from backoffice.services.public_fields import checked_text
from backoffice.services.request_letters import Reply, invitation, send_answer, write_reply
from backoffice.services.request_step import hold_request, load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.notice_events import NoticeEvent

RECEIVER_LENGTH = 200


@dataclass(frozen=True)
class Fee:
    """What was collected for a result, with the number of its receipt; empty for nothing."""

    amount_vnd: int | None = None
    receipt_number: str | None = None


@dataclass(frozen=True)
class Handover:
    """How a result is given out.

    `receiver` is who took it at the desk, or the number of the posting. A result for the desk that nobody has taken yet
    lies there until it is collected; with `slot_id` the applicant comes for it at that time.
    """

    fee: Fee = field(default_factory=Fee)
    way: HandoverWay = HandoverWay.ONLINE
    receiver: str = ""
    slot_id: int | None = None
    reply: Reply = field(default_factory=lambda: Reply("", by_email=False))


def return_result(actor: Actor, seen: Seen, handover: Handover) -> OnlineRequest:
    """Give the result out, note the fee and who took it, and tell the applicant.

    Raises as `take_step`, InvalidInputError for a fee without a receipt or a time that is gone.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        hold_time(session, handover.slot_id)
        changes = {"returned_on": clock.today(), **_fee(handover.fee), **_handed_over(handover)}
        take_step(session, actor, request, _step("return_result", seen, changes))
        appointment = None
        if handover.slot_id is not None:
            appointment = book(session, actor, request, handover.slot_id, AppointmentPurpose.RESULT)
        if handover.reply.text.strip():
            write_reply(session, actor, request, RequestMessageKind.RESULT, handover.reply)
        if handover.reply.by_email:
            _tell(session, request, handover.reply.text, appointment)
        return request


def hand_out(actor: Actor, seen: Seen, receiver: str, fee: Fee) -> OnlineRequest:
    """Note who collected a result that lay at the desk; the appointment for it was kept.

    Raises as `take_step`, InvalidInputError for nobody, or a fee without a receipt.
    """
    with unit_of_work(actor) as session:
        request = hold_request(session, seen.request_id)
        taken = checked_text("handed_over_to", receiver, RECEIVER_LENGTH)
        changes = {"handed_over_on": clock.today(), "handed_over_to": taken, **_fee(fee)}
        take_step(session, actor, request, _step("hand_out", seen, changes))
        appointment = booked_appointment(session, request.id)
        if appointment is not None:
            apply_transition(session, actor, appointment, Step("keep"))
        return request


def _step(name: str, seen: Seen, changes: dict[str, Any]) -> Step:
    return Step(name, expected_version=seen.version, changes=changes)


def _handed_over(handover: Handover) -> dict[str, Any]:
    way = HandoverWay.DESK if handover.slot_id is not None else handover.way
    given = handover.receiver.strip() and handover.slot_id is None and way is not HandoverWay.ONLINE
    receiver = checked_text("handed_over_to", handover.receiver, RECEIVER_LENGTH) if given else None
    lies = way is HandoverWay.DESK and receiver is None
    return {
        "handed_over_way": way.value,
        "handed_over_to": receiver,
        "handed_over_on": None if lies else clock.today(),
    }


def _fee(fee: Fee) -> dict[str, Any]:
    amount = checked_amount("fee_vnd", fee.amount_vnd)
    if not amount:
        return {}
    number = checked_text("fee_receipt_number", fee.receipt_number, 40)
    return {"fee_vnd": amount, "fee_receipt_number": number}


def _tell(session: Session, request: OnlineRequest, text: str, appointment: Appointment | None) -> None:
    """The letter about the result: a reply to a petition, a result to be collected, or one that is there already."""
    if request.family == RequestFamily.FEEDBACK:
        values = {"decided_on": vietnamese_day(request.decided_on or request.returned_on)}
        send_answer(session, request, NoticeEvent.FEEDBACK_REPLIED, "result", values)
        if appointment is not None:
            tell_booked(session, request, appointment)
        return
    event = NoticeEvent.RESULT_READY if appointment else NoticeEvent.RESULT_GIVEN
    values = {
        "document_number": request.decision_number or "",
        "guidance": text,
        **invitation(request, appointment),
    }
    send_answer(session, request, event, "result", values, appointment)

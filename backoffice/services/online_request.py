"""Deeds of the desk on a request: receive, ask to complete, accept, guide, refuse, compare, classify, reopen.

Belongs here: R18 to R23, R29, R30, R35, R37. Not here: keying in (`intake`), the professional unit and the head
(`request_examination`), giving the result out (`request_return`), the applicant (`citizen_request`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.models import Appointment, OnlineRequest
from backoffice.models.request_states import (
    AppointmentPurpose,
    RequestFamily,
    RequestMessageKind,
    RequestOutcome,
    RequestState,
)
from backoffice.queries.appointments import booked_appointment
from backoffice.queries.rules import rule_book
from backoffice.services.appointment import book, give_back, hold_time
from backoffice.services.notice_hooks import vietnamese_day
from backoffice.services.procedures import procedure_book
from backoffice.services.request_confidence import CONFIDENTIAL_KINDS, make_confidential
from backoffice.services.request_letters import (
    Reply,
    citation,
    invitation,
    send_answer,
    write_reply,
)
from backoffice.services.request_seal import unseal
from backoffice.services.request_step import load_request, take_step
from backoffice.services.standing_in import acted_for
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, Taken, apply_transition
from backoffice.workflow.messages import N_
from backoffice.workflow.notice_events import NoticeEvent
from backoffice.workflow.permissions import Permission

_Kind, _Event = RequestMessageKind, NoticeEvent
# The only ground that the process names for anything but an enforcement request (R35).
NO_COMPETENCE = "no_competence"
COMPETENCES = ("own", "other_agency", "other_body")
FEEDBACK_KINDS = ("petition", "proposal", "reflection", "complaint", "denunciation")


@dataclass(frozen=True)
class Seen:
    """The request that the officer looked at: its id and the version that was on the screen."""

    request_id: int
    version: int


@dataclass(frozen=True)
class Classification:
    """The four questions about a petition (R30): its kind, whether it is fit to be handled, whose it is, how many."""

    kind: str
    is_eligible: bool
    competence: str
    people_count: int


def receive(actor: Actor, seen: Seen) -> OnlineRequest:
    """Take a new request into support; whoever does so is its officer from now on. Raises as `take_step`."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        _step(session, actor, request, seen, "receive", handler_id=actor.user_id)
        return request


def ask_supplement(actor: Actor, seen: Seen, reply: Reply, until: date) -> OnlineRequest:
    """Ask the applicant to complete the request by a day; until the answer comes no clock runs (R21).

    Raises as `take_step`, and InvalidInputError for no text or a day that is not ahead.
    """
    return _ask(actor, seen, reply, until, "ask_supplement")


def ask_originals(actor: Actor, seen: Seen, reply: Reply, until: date) -> OnlineRequest:
    """Guide somebody whose originals do not fit or are missing; the request stays where it is (R23)."""
    return _ask(actor, seen, reply, until, "ask_originals")


def accept(
    actor: Actor, seen: Seen, reply: Reply, *, slot_id: int | None = None, name: str = "accept"
) -> OnlineRequest:
    """Accept a complete request, with an appointment where one is due (R20); `name` is the step of the table.

    Raises as `take_step`, InvalidInputError for a time that is gone or where one is missing.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        hold_time(session, slot_id)
        more = {"originals_received_on": clock.today()} if name == "accept_with_originals" else {}
        taken = _step(session, actor, request, seen, name, **more)
        write_reply(session, actor, request, _Kind.ACCEPTANCE, reply)
        appointment = _invited(session, actor, request, slot_id, AppointmentPurpose.ORIGINALS)
        if reply.by_email:
            event = _Event.REQUEST_ACCEPTED if appointment else _Event.REQUEST_TAKEN_UP
            values = {
                "guidance": reply.text,
                "legal_basis": _basis(taken, request),
                **invitation(request, appointment),
            }
            send_answer(session, request, event, "accepted", values, appointment)
        return request


def guide(actor: Actor, seen: Seen, reply: Reply) -> OnlineRequest:
    """Close a request with guidance on where or how to go on; it can be reopened.

    One that its applicant does not complete is closed this way too, once the day given for that is over.
    Raises as `take_step`.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        taken = _step(session, actor, request, seen, "guide", outcome=RequestOutcome.GUIDED.value)
        _give_back(session, actor, request)
        write_reply(session, actor, request, _Kind.GUIDANCE, reply)
        if reply.by_email:
            values = {"guidance": reply.text, "legal_basis": _basis(taken, request)}
            send_answer(session, request, _Event.REQUEST_GUIDANCE, "guidance", values)
        return request


def refuse(actor: Actor, seen: Seen, ground_code: str, reply: Reply) -> OnlineRequest:
    """Refuse a request on a ground of the law in force today (R22, R35).

    Raises as `take_step`, InvalidInputError for a ground that the law does not know.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        if ground_code not in refusal_grounds(request, clock.today()):
            raise InvalidInputError("ground_code", N_("Choose a ground of the law in force."))
        changes = {"ground_code": ground_code, "outcome": RequestOutcome.REFUSED.value}
        taken = _step(session, actor, request, seen, "refuse", **changes)
        _give_back(session, actor, request)
        write_reply(session, actor, request, _Kind.REFUSAL, reply, ground_code=ground_code)
        if reply.by_email:
            values = {"ground": reply.text, "legal_basis": _basis(taken, request)}
            send_answer(session, request, _Event.REQUEST_REFUSED, "refused", values)
        return request


def refusal_grounds(request: OnlineRequest, on: date) -> tuple[str, ...]:
    """The grounds on which a request may be refused that day, in the order of the law."""
    if request.family != RequestFamily.ENFORCEMENT:
        return (NO_COMPETENCE,)
    rule = rule_book("request.refuse").find("request.refuse", on)
    return tuple(rule.parameters["grounds"]) if rule else ()


def compare_originals(actor: Actor, seen: Seen) -> OnlineRequest:
    """Note that the originals came and agree with what was sent; the appointment was kept (R23, R37, R42).

    Which step that is depends on whether the draft was made before. Raises as `take_step`.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        name = "compare_drafted" if request.state == RequestState.DRAFTED else "compare_originals"
        _step(session, actor, request, seen, name, originals_received_on=clock.today())
        appointment = booked_appointment(session, request.id)
        if appointment is not None:
            apply_transition(session, actor, appointment, Step("keep"))
        return request


def classify(actor: Actor, seen: Seen, found: Classification) -> OnlineRequest:
    """Classify a petition in four ways and put it before the leader (R30).

    Raises as `take_step`, InvalidInputError for an answer that is none.
    """
    _check(found)
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        kept = {
            "kind": found.kind,
            "is_eligible": found.is_eligible,
            "competence": found.competence,
            "people_count": found.people_count,
        }
        _step(session, actor, request, seen, "classify", classification=kept)
        if found.kind in CONFIDENTIAL_KINDS:
            make_confidential(session, request, unseal(request))
        return request


def announce(actor: Actor, seen: Seen, reply: Reply) -> OnlineRequest:
    """Tell the petitioner what is proposed before the leader signs: the order of the draft of 2019."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        _step(session, actor, request, seen, "announce")
        write_reply(session, actor, request, _Kind.RESULT, reply)
        if reply.by_email:
            send_answer(session, request, _Event.FEEDBACK_REPLIED, "announced", {})
        return request


def reopen(actor: Actor, seen: Seen, reason: str) -> OnlineRequest:
    """Take up again a request that was closed with guidance, refused or withdrawn. Raises as `take_step`.

    Whoever does so is its officer from now on; a deputy leaves it to the absent officer. A wish of the applicant is
    granted with it.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        officer_id = acted_for(actor, request, Permission.ONLINE_REQUEST_SUPPORT) or actor.user_id
        changes = {
            "outcome": None,
            "ground_code": None,
            "handler_id": officer_id,
            "reopening_asked_on": None,
        }
        take_step(session, actor, request, Step("reopen", None, reason, seen.version, changes=changes))
        return request


def keep_closed(actor: Actor, seen: Seen, reply: Reply) -> OnlineRequest:
    """Answer an applicant who asked to take a request up again that it stays closed, and why. Raises as `take_step`."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        taken = _step(session, actor, request, seen, "keep_closed", reopening_asked_on=None)
        write_reply(session, actor, request, _Kind.GUIDANCE, reply)
        if reply.by_email:
            values = {"guidance": reply.text, "legal_basis": _basis(taken, request)}
            send_answer(session, request, _Event.REQUEST_GUIDANCE, "kept_closed", values)
        return request


def _ask(actor: Actor, seen: Seen, reply: Reply, until: date, name: str) -> OnlineRequest:
    if until <= clock.today():
        raise InvalidInputError("until", N_("Choose a day that lies ahead."))
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        taken = _step(session, actor, request, seen, name, answer_due_on=until)
        message = write_reply(session, actor, request, _Kind.SUPPLEMENT, reply, until=until.isoformat())
        if reply.by_email:
            values = {
                "guidance": reply.text,
                "due_on": vietnamese_day(until),
                "legal_basis": _basis(taken, request),
            }
            send_answer(session, request, _Event.REQUEST_SUPPLEMENT, f"supplement:{message.id}", values)
        return request


def _step(
    session: Session, actor: Actor, request: OnlineRequest, seen: Seen, name: str, **changes: Any
) -> Taken:
    return take_step(session, actor, request, Step(name, expected_version=seen.version, changes=changes))


def _invited(
    session: Session, actor: Actor, request: OnlineRequest, slot_id: int | None, purpose: AppointmentPurpose
) -> Appointment | None:
    """The appointment that goes with a step; without a time the originals come by post."""
    return book(session, actor, request, slot_id, purpose) if slot_id is not None else None


def _give_back(session: Session, actor: Actor, request: OnlineRequest) -> None:
    """The time of a request that has come to its end is free again."""
    appointment = booked_appointment(session, request.id)
    if appointment is not None:
        give_back(session, actor, request, appointment)


def _basis(taken: Taken, request: OnlineRequest) -> str:
    """The rule that the step rests on, or else that of the whole, or else that of the procedure."""
    kept = request.total_deadline or request.deadline
    if own := citation(taken.transition.basis_for(request), clock.today()):
        return own
    if kept:
        return f"{kept['article']}, {kept['law']}"
    return procedure_book().procedure(request.procedure, request.received_on).basis


def _check(found: Classification) -> None:
    if found.kind not in FEEDBACK_KINDS:
        raise InvalidInputError("kind", N_("Choose one of the answers."))
    if found.competence not in COMPETENCES:
        raise InvalidInputError("competence", N_("Choose one of the answers."))
    if not 0 < found.people_count < 1_000_000:
        raise InvalidInputError("people_count", N_("Write a number above zero."))

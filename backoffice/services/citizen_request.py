"""What the applicant sees of a request and may do with it, after code and number were proved (`intake_lookup`).

Belongs here: R13, answering, appointments, withdrawing, asking to reopen. Not here: pages, sessions, limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import Appointment, AppointmentSlot, Document, OnlineRequest
from backoffice.models.request_states import RequestMessageKind, RequestState
from backoffice.models.states import DocumentState
from backoffice.queries.appointments import booked_appointment, free_slots
from backoffice.queries.documents import sums_of_subject
from backoffice.queries.online_requests import messages_of, papers_of_request
from backoffice.services.appointment import (
    book_visit,
    cancel_appointment,
    move_appointment,
    purpose_of,
)
from backoffice.services.document import MOST_FILES, Details, Opened, attach_file
from backoffice.services.document_intake import take_in
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.procedures import procedure_book
from backoffice.services.request_letters import Written, read_message, write_message
from backoffice.services.request_seal import unseal
from backoffice.services.request_step import hold_request, load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.messages import N_, Line, Name
from backoffice.workflow.online_request import OPEN_STATES
from exports.check_code import written

_S, _Kind = RequestState, RequestMessageKind
# So far ahead may a citizen choose a time.
OFFERED = timedelta(days=45)
_NOTHING_ASKED = N_("Nothing is asked for at present, or your answer is here already.")
_REOPENABLE = frozenset({_S.GUIDED, _S.REFUSED, _S.WITHDRAWN})


@dataclass(frozen=True)
class Result:
    """A signed paper that the applicant may fetch; `check_code` is printed on it."""

    paper_id: int
    title: str
    issued_on: date | None
    check_code: str


@dataclass(frozen=True)
class RequestView:
    """A request as its applicant sees it.

    `declared` are the answers by field name, `officer_name` who has it now, `files` titles of attached files. The
    `can_` flags say what may be done now. `merged_with` is the number of the request with which it is treated together,
    where the same person filed that one; of another's nothing is told.
    """

    request_number: str
    procedure: Name
    agency_name: str
    state: str
    outcome: str | None
    ground_code: str | None
    received_at: datetime
    due_on: date | None
    explanation: tuple[Line, ...]
    is_paused: bool
    officer_name: str | None
    declared: Mapping[str, str]
    messages: Sequence[Written]
    files: Sequence[str]
    appointment: Appointment | None
    results: Sequence[Result]
    decision_number: str | None
    decided_on: date | None
    failed_tries: int
    can_answer: bool
    can_withdraw: bool
    can_choose_time: bool
    can_ask_reopening: bool
    reopening_asked_on: date | None = None
    is_merged: bool = False
    merged_with: str = ""


def view_request(access: CitizenAccess) -> RequestView:
    """What the applicant sees now. Raises NotFoundError, KeyMissingError, FileDamagedError."""
    with unit_of_work(access.actor) as session:
        request = load_request(session, access.request_id)
        kept = request.total_deadline or request.deadline
        person = request.examiner or request.handler
        is_open, is_merged = request.state in OPEN_STATES, request.duplicate_of_id is not None
        return RequestView(
            request_number=request.request_number,
            procedure=procedure_book().procedure(request.procedure, request.received_on).title,
            agency_name=request.agency.name,
            state=request.state,
            outcome=request.outcome,
            ground_code=request.ground_code,
            received_at=request.received_at,
            due_on=(request.total_due_on or request.due_on) if is_open and not is_merged else None,
            explanation=tuple(Line.from_record(line) for line in kept["explanation"]) if kept else (),
            is_paused=request.paused_on is not None,
            officer_name=person.get_full_name() if person is not None and is_open else None,
            declared=unseal(request),
            messages=[read_message(message) for message in messages_of(session, request.id)],
            files=_titles(session, request),
            appointment=booked_appointment(session, request.id),
            results=[
                Result(paper.id, paper.title, paper.issued_on, written(paper.check_code))
                for paper in papers_of_request(session, request)
            ],
            decision_number=request.decision_number,
            decided_on=request.decided_on,
            failed_tries=access.failed_tries,
            can_answer=request.state == _S.SUPPLEMENT_ASKED and not is_merged,
            can_withdraw=is_open and request.state != _S.SIGNED and request.case_id is None,
            can_choose_time=purpose_of(request) is not None,
            can_ask_reopening=request.state in _REOPENABLE and request.reopening_asked_on is None,
            reopening_asked_on=request.reopening_asked_on,
            is_merged=is_merged,
            merged_with=_own_number(request.duplicate_of, request.identity_key),
        )


def open_result(access: CitizenAccess, paper_id: int, vault: Vault) -> Opened:
    """The file of a signed result of the request; that it was fetched is written first.

    Raises NotFoundError for any other paper, and what the vault raises.
    """
    actor = access.actor
    with unit_of_work(actor) as session:
        request = load_request(session, access.request_id)
        found = [paper for paper in papers_of_request(session, request) if paper.id == paper_id]
        if not found or found[0].file is None:
            raise NotFoundError
        paper, file = found[0], found[0].file
        write_log(session, actor, paper, LogEntry("download", paper.state, paper.state))
        name = f"{paper.kind}-{paper.number or paper.id}".replace("/", "-") + ".pdf"
        session.flush()
        session.expunge(file)
    return Opened(name, "application/pdf", file.size_bytes, vault.open(file))


def answer_supplement(
    access: CitizenAccess, text: str, attachments: Sequence[Attachment], vault: Vault
) -> None:
    """Send what the agency asked for: words, files or both; the clocks go on.

    Raises StateError when nothing is asked for, InvalidInputError for an empty answer, FilesRefusedError.
    """
    if len(attachments) > MOST_FILES:
        raise InvalidInputError("files", N_("Choose from 1 to %(limit)s files."), limit=MOST_FILES)
    actor = access.actor
    with unit_of_work(actor) as session:
        request = load_request(session, access.request_id)
        if request.state != _S.SUPPLEMENT_ASKED:
            raise StateError(_NOTHING_ASKED)
        known = sums_of_subject(session, request.__tablename__, request.id)
    if not text.strip() and not attachments:
        raise InvalidInputError("text", N_("Write an answer or attach what is missing."))
    taken = take_in([one.upload for one in attachments], known, vault, archives=False) if attachments else []
    with unit_of_work(actor) as session:
        request = hold_request(session, access.request_id)
        if request.state != _S.SUPPLEMENT_ASKED:
            raise StateError(_NOTHING_ASKED)
        take_step(session, actor, request, Step("answer_supplement"))
        for one, file in zip(attachments, taken, strict=True):
            details = Details(one.title, one.kind.value, is_sensitive=True)
            attach_file(session, actor, request, file, details, vault)
        if text.strip():
            write_message(session, actor, request, _Kind.ANSWER, text)


def withdraw_request(access: CitizenAccess, reason: str) -> None:
    """Take the request back while nothing was signed; its appointment is given back.

    Raises StateError afterwards, or when a case was opened from it.
    """
    actor = access.actor
    with unit_of_work(actor) as session:
        request = hold_request(session, access.request_id)
        if request.case_id is not None:
            raise StateError(
                N_(
                    "A case was opened from this request. Tell the agency in writing what you want to take back."
                )
            )
        if booked_appointment(session, request.id) is not None:
            cancel_appointment(actor, request.id)
        changes = {"outcome": "withdrawn", "merged_on": None}
        take_step(session, actor, request, Step("withdraw", changes=changes))
        request.duplicate_of_id = None
        if clean_reason(reason):
            write_message(session, actor, request, _Kind.WITHDRAWAL, reason)


def ask_reopening(access: CitizenAccess, text: str) -> None:
    """Ask the agency to take the request up again; an officer decides.

    Raises StateError while it is open or done, GuardRefusedError while an earlier wish waits for its answer.
    """
    actor = access.actor
    with unit_of_work(actor) as session:
        request = hold_request(session, access.request_id)
        if request.state not in _REOPENABLE:
            raise StateError(N_("This request cannot be reopened. Send a new one."))
        take_step(
            session, actor, request, Step("ask_reopening", changes={"reopening_asked_on": clock.today()})
        )
        write_message(session, actor, request, _Kind.REOPENING, text)


def offered_slots(access: CitizenAccess) -> Sequence[AppointmentSlot]:
    """The times that the applicant may choose now, the first first; none where no visit is due."""
    with unit_of_work(access.actor) as session:
        request = load_request(session, access.request_id)
        if purpose_of(request) is None:
            return []
        now = clock.now()
        return free_slots(session, request.agency_id, now, now + OFFERED)


def choose_time(access: CitizenAccess, slot_id: int) -> Appointment:
    """Take a time, or another one instead. Raises StateError where no visit is due, InvalidInputError for a time gone."""
    actor = access.actor
    with unit_of_work(actor) as session:
        request = load_request(session, access.request_id)
        if purpose_of(request) is None:
            raise StateError(N_("No visit is due for this request at present."))
        if booked_appointment(session, request.id) is not None:
            return move_appointment(actor, request.id, slot_id)
        return book_visit(actor, request.id, slot_id)


def _own_number(other: OnlineRequest | None, identity_key: str) -> str:
    return other.request_number if other is not None and other.identity_key == identity_key else ""


def _titles(session: Session, request: OnlineRequest) -> list[str]:
    """What is attached and may be told: files held back are named too, their content is never shown here."""
    statement = select(Document.title).where(
        Document.subject_type == request.__tablename__,
        Document.subject_id == request.id,
        Document.state != DocumentState.REMOVED,
    )
    return list(session.scalars(statement.order_by(Document.id)))

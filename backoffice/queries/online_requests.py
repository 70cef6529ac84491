"""Citizens' requests as the deeds and screens need them. Not here: searches of lists (`views`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from backoffice import clock
from backoffice.connections import KEPT
from backoffice.models import (
    Absence,
    Appointment,
    EnforcementDecision,
    LookUpTry,
    OfficialDocument,
    OnlineRequest,
    RequestMessage,
    RequestReader,
    StaffMember,
)
from backoffice.models.request_states import AppointmentState, RequestMessageKind
from backoffice.models.states import DecisionState, OfficialDocumentState
from backoffice.queries.absences import is_running, named
from backoffice.queries.current import reading

_BATCH = 200
_BY_CLIENT_KEY = (
    select(OnlineRequest).where(OnlineRequest.client_key == bindparam("made_by")).execution_options(**KEPT)
)


def is_unanswered() -> ColumnElement[bool]:
    """Requests on their own whose applicant let the day pass by which something was asked for."""
    own = OnlineRequest.duplicate_of_id.is_(None)
    return and_(OnlineRequest.answer_due_on < clock.today(), own)


def request_by_client_key(session: Session, client_key: str) -> OnlineRequest | None:
    """The request that this sending made, in the present scope."""
    return session.scalar(_BY_CLIENT_KEY, {"made_by": client_key})


def request_by_keys(session: Session, code_key: str, identity_key: str) -> OnlineRequest | None:
    """The request with this code and this identity number: one question for both, so that no part can be tried."""
    return session.scalar(
        select(OnlineRequest).where(
            OnlineRequest.code_key == code_key, OnlineRequest.identity_key == identity_key
        )
    )


def request_of_case(session: Session, case_id: int) -> OnlineRequest | None:
    """The request that a case was opened from, in the present scope."""
    return session.scalar(
        select(OnlineRequest).where(OnlineRequest.case_id == case_id).order_by(OnlineRequest.id).limit(1)
    )


def person_of_agency(person_id: int) -> StaffMember | None:
    """An active person with the roles, or None."""
    statement = select(StaffMember).where(StaffMember.id == person_id, StaffMember.active.is_(True))
    return reading().scalars(statement).unique().one_or_none()


def waiting_after(session: Session, row: OnlineRequest, condition: ColumnElement[bool]) -> int | None:
    """The next request that fits, in the order of receipt after this one; then the first of all, so that none is lost."""
    at, key = OnlineRequest.received_at, OnlineRequest.id
    is_later = or_(at > row.received_at, and_(at == row.received_at, key > row.id))
    statement = select(OnlineRequest.id).where(condition, OnlineRequest.id != row.id)
    order = (case((is_later, 0), else_=1), at, key)
    return session.scalar(statement.order_by(*order).limit(1))


def messages_of(session: Session, request_id: int) -> Sequence[RequestMessage]:
    """What was written about a request, the first first."""
    statement = select(RequestMessage).where(RequestMessage.request_id == request_id)
    return session.scalars(statement.order_by(RequestMessage.id)).all()


def merged_into(session: Session, request_id: int) -> Sequence[int]:
    """The requests that are treated together with this one, by their ids."""
    statement = select(OnlineRequest.id).where(OnlineRequest.duplicate_of_id == request_id)
    return session.scalars(statement.order_by(OnlineRequest.id)).all()


def last_message_of(session: Session, request_id: int, kind: RequestMessageKind) -> RequestMessage | None:
    """The latest message of a kind about a request."""
    statement = select(RequestMessage).where(
        RequestMessage.request_id == request_id, RequestMessage.kind == kind.value
    )
    return session.scalar(statement.order_by(RequestMessage.id.desc()).limit(1))


@dataclass(frozen=True)
class AroundRequest:
    """What stands around a request: what was written, the first first, its booked appointment, who of it is away, the
    requests that are treated together with it and the one that it is treated with.
    """

    messages: Sequence[RequestMessage]
    appointment: Appointment | None
    absences: Sequence[Absence]
    together: Sequence[OnlineRequest]


def around_request(session: Session, request_id: int, other_id: int = 0) -> AroundRequest:
    """What was written about a request, its booked appointment, and which of its officers is away today.

    One statement, because every page of a request asks it. `other_id` is the request that this one is treated with.
    """
    is_it = OnlineRequest.id == request_id
    officers = is_it & Absence.member_id.in_((OnlineRequest.handler_id, OnlineRequest.examiner_id))
    visit = (
        is_it & (Appointment.request_id == OnlineRequest.id) & (Appointment.state == AppointmentState.BOOKED)
    )
    statement = (
        select(RequestMessage, Appointment, Absence, OnlineRequest)
        .select_from(OnlineRequest)
        .join(RequestMessage, is_it & (RequestMessage.request_id == OnlineRequest.id), isouter=True)
        .join(Appointment, visit, isouter=True)
        .join(Absence, officers & is_running(clock.today()), isouter=True)
        .options(
            load_only(OnlineRequest.received_at, OnlineRequest.applicant_name, OnlineRequest.duplicate_of_id)
        )
        .options(joinedload(Appointment.slot), *named(Absence.absentee), *named(Absence.deputy))
        .where(or_(is_it, OnlineRequest.duplicate_of_id == request_id, OnlineRequest.id == other_id))
        .order_by(RequestMessage.id, OnlineRequest.id)
    )
    rows = session.execute(statement).all()
    messages = dict.fromkeys(row[0] for row in rows if row[0] is not None)
    absences = dict.fromkeys(row[2] for row in rows if row[2] is not None)
    visit_booked = next((row[1] for row in rows if row[1] is not None), None)
    together = dict.fromkeys(row[3] for row in rows if row[3].id != request_id)
    return AroundRequest(list(messages), visit_booked, list(absences), list(together))


def readers_of(session: Session, request_id: int) -> Sequence[RequestReader]:
    """Who was given a confidential request, and who is barred from it."""
    return session.scalars(select(RequestReader).where(RequestReader.request_id == request_id)).all()


def papers_of_request(session: Session, request: OnlineRequest) -> Sequence[OfficialDocument]:
    """The signed papers about a request, and those of the signed decisions of the case that came from it."""
    decisions = select(EnforcementDecision.id).where(
        EnforcementDecision.case_id == (request.case_id or 0),
        EnforcementDecision.state == DecisionState.SIGNED.value,
    )
    about = or_(
        (OfficialDocument.subject_type == "online_request") & (OfficialDocument.subject_id == request.id),
        (OfficialDocument.subject_type == "enforcement_decision")
        & OfficialDocument.subject_id.in_(decisions),
    )
    signed = select(OfficialDocument).where(
        OfficialDocument.state == OfficialDocumentState.SIGNED.value, about
    )
    return session.scalars(signed.order_by(OfficialDocument.id)).all()


def failed_look_ups(session: Session, code_key: str, since: datetime) -> int:
    """How often this code was tried in vain since that moment."""
    tries = select(func.count(LookUpTry.id)).where(LookUpTry.code_key == code_key, LookUpTry.at >= since)
    return session.scalar(tries) or 0


def all_failed_look_ups(session: Session, since: datetime) -> int:
    """How often any code was tried in vain since that moment."""
    return session.scalar(select(func.count(LookUpTry.id)).where(LookUpTry.at >= since)) or 0


def requests_not_under(session: Session, key_id: str, after: int) -> Sequence[OnlineRequest]:
    """A portion of the requests that are not sealed under this master key, those after an id."""
    statement = select(OnlineRequest).where(OnlineRequest.key_id != key_id, OnlineRequest.id > after)
    return session.scalars(statement.order_by(OnlineRequest.id).limit(_BATCH)).all()


def request_messages_not_under(session: Session, key_id: str, after: int) -> Sequence[RequestMessage]:
    """A portion of the messages about requests that are not sealed under this master key, those after an id."""
    statement = select(RequestMessage).where(RequestMessage.key_id != key_id, RequestMessage.id > after)
    return session.scalars(statement.order_by(RequestMessage.id).limit(_BATCH)).all()

"""What the applicant sees of a request after code and number were right: where it stands, what was declared and said.

Belongs here: reading it under the applicant's scope. Not here: who may look (`intake_lookup`), words for states and the
page (`views.public_look_up`), what the applicant may do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.errors import NotFoundError
from backoffice.models import OnlineRequest
from backoffice.queries.online_requests import booked_appointment, documents_of_request, messages_of_request
from backoffice.services.agency_directory import agency_directory
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.procedures import procedure_book
from backoffice.services.request_seal import unseal
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import Line, Name
from backoffice.workflow.online_request import OPEN_STATES
from backoffice.workflow.procedures import FieldRule
from exports.text import fold_ascii


@dataclass(frozen=True)
class Said:
    """What agency or applicant wrote, and when; `texts` by what they are."""

    kind: str
    at: datetime
    texts: Mapping[str, str]


@dataclass(frozen=True)
class RequestStatus:
    """One request as its applicant sees it. `due_on` is the day of the whole, `step_due_on` that of the present step.

    Who of the agency handles it is not named: the agency answers for it, not one person.
    """

    procedure: Name
    procedure_code: str
    family: str
    state: str
    is_open: bool
    received_at: datetime
    agency_name: str
    due_on: date | None
    step_due_on: date | None
    waits_since: date | None
    explanation: tuple[Line, ...]
    declared: Sequence[tuple[FieldRule, str]]
    attached: Sequence[tuple[str, str]]
    said: Sequence[Said]
    appointment: tuple[datetime, datetime, str, str] | None
    decision_number: str | None
    decided_on: date | None


def status_of(access: CitizenAccess) -> RequestStatus:
    """The request that code and number opened. Raises NotFoundError when it is not there any more."""
    with unit_of_work(access.actor) as session:
        request = load_row(session, OnlineRequest, access.request_id)
        kept: Mapping[str, Any] = request.total_deadline or request.deadline or {}
        known = agency_directory().by_id.get(request.agency_id)
        return RequestStatus(
            procedure=procedure_book().procedure(request.procedure, request.received_on).title,
            procedure_code=request.procedure,
            family=request.family,
            state=request.state,
            is_open=request.state in OPEN_STATES,
            received_at=request.received_at,
            agency_name=known.name if known else request.agency.name,
            due_on=request.total_due_on,
            step_due_on=request.due_on,
            waits_since=request.paused_on,
            explanation=tuple(Line.from_record(line) for line in kept.get("explanation", ())),
            declared=_declared(request),
            attached=documents_of_request(session, request.id),
            said=[Said(row.kind, row.at, unseal(row)) for row in messages_of_request(session, request.id)],
            appointment=_appointment(session, request),
            decision_number=request.decision_number,
            decided_on=request.decided_on,
        )


def is_applicant(access: CitizenAccess, name: str) -> bool:
    """Whether this is the name of the applicant, with or without marks."""
    with unit_of_work(access.actor) as session:
        try:
            request = load_row(session, OnlineRequest, access.request_id)
        except NotFoundError:
            return False
        return request.name_fold == fold_ascii(name)


def _declared(request: OnlineRequest) -> list[tuple[FieldRule, str]]:
    """What was declared, with the fields of the day on which it came, in their order."""
    values = unseal(request)
    rules = procedure_book().fields(request.procedure, request.received_on)
    return [(rule, values[rule.name]) for rule in rules if rule.name in values]


def _appointment(session: Session, request: OnlineRequest) -> tuple[datetime, datetime, str, str] | None:
    booked = booked_appointment(session, request.id)
    if booked is None:
        return None
    return booked.slot.starts_at, booked.slot.ends_at, booked.slot.desk, booked.purpose

"""What the applicant is shown of a request, as plain values: the view of it, the words of its fields, its times.

Belongs here: reading all of it in one transaction, so that nothing has to be read again when the page is made. Not
here: what the applicant sees and may do (`citizen_request`), who may look (`intake_lookup`), pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backoffice.models import OnlineRequest
from backoffice.services.agency_directory import agency_directory
from backoffice.services.citizen_request import RequestView, offered_slots, view_request
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.procedures import procedure_book
from backoffice.services.request_step import load_request
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.online_request import OPEN_STATES
from backoffice.workflow.procedures import FieldRule


@dataclass(frozen=True)
class Visit:
    """A time at a desk; `purpose` is empty for one that is only offered."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    desk: str
    purpose: str = ""


@dataclass(frozen=True)
class RequestStatus:
    """One request as its applicant sees it; `waits_since` while it is the applicant's turn."""

    view: RequestView
    procedure_code: str
    is_open: bool
    agency_name: str
    step_due_on: date | None
    waits_since: date | None
    declared: Sequence[tuple[FieldRule, str]]
    visit: Visit | None


def status_of(access: CitizenAccess) -> RequestStatus:
    """The request that code and number opened. Raises NotFoundError, KeyMissingError, FileDamagedError."""
    with unit_of_work(access.actor) as session:
        request = load_request(session, access.request_id)
        view = view_request(access)
        known = agency_directory().by_id.get(request.agency_id)
        return RequestStatus(
            view=view,
            procedure_code=request.procedure,
            is_open=request.state in OPEN_STATES,
            agency_name=known.name if known else view.agency_name,
            step_due_on=request.due_on,
            waits_since=request.paused_on,
            declared=_declared(request, view),
            visit=_visit(view),
        )


def offered_times(access: CitizenAccess) -> list[Visit]:
    """The times that may be chosen now, the first first."""
    with unit_of_work(access.actor):
        return [Visit(slot.id, slot.starts_at, slot.ends_at, slot.desk) for slot in offered_slots(access)]


def _declared(request: OnlineRequest, view: RequestView) -> list[tuple[FieldRule, str]]:
    """What was declared, with the fields of the day on which it came, in their order."""
    rules = procedure_book().fields(request.procedure, request.received_on)
    return [(rule, view.declared[rule.name]) for rule in rules if rule.name in view.declared]


def _visit(view: RequestView) -> Visit | None:
    booked = view.appointment
    if booked is None:
        return None
    return Visit(booked.slot.id, booked.slot.starts_at, booked.slot.ends_at, booked.slot.desk, booked.purpose)

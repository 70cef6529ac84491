"""Deeds of the professional unit and of the head on a request: assign, draft, propose, approve, send back, file.

Belongs here: R24, R25, R27, R31 to R33, R36, R38. Not here: the desk (`online_request`), papers
(`official_document`), decisions (`enforcement_decision`), which approve a request by themselves when they are signed.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import OnlineRequest, StaffMember
from backoffice.models.confidence import open_path
from backoffice.models.request_states import RequestFamily, RequestOutcome, RequestState
from backoffice.queries.online_requests import person_of_agency
from backoffice.services.online_request import Seen
from backoffice.services.request_confidence import (
    admit_member,
    bar_member,
    require_not_barred,
    settle_readings,
)
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

_PROPOSALS = {
    "propose_reply": RequestOutcome.REPLIED,
    "propose_transfer": RequestOutcome.TRANSFERRED,
    "propose_filing": RequestOutcome.FILED,
}


def assign(actor: Actor, seen: Seen, officer_id: int, *, reason: str | None = None) -> OnlineRequest:
    """Give the examination to an officer who may do it and sees the request (R24, R31).

    Raises as `take_step`, InvalidInputError for another person.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        name = "assign" if request.family == RequestFamily.FEEDBACK else "assign_examiner"
        take_step(session, actor, request, Step(name, reason=reason, expected_version=seen.version))
        _require_officer(session, request, officer_id, Permission.ONLINE_REQUEST_EXAMINE)
        request.examiner_id = officer_id
        settle_readings(session, request)
        return request


def hand_over(actor: Actor, seen: Seen, officer_id: int, *, reason: str | None = None) -> OnlineRequest:
    """Give the support of a request to another officer of the desk, for example to a deputy. Raises as `assign`."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        take_step(session, actor, request, Step("hand_over", reason=reason, expected_version=seen.version))
        _require_officer(session, request, officer_id, Permission.ONLINE_REQUEST_SUPPORT)
        request.handler_id = officer_id
        settle_readings(session, request)
        return request


def bar(actor: Actor, seen: Seen, officer_id: int) -> OnlineRequest:
    """Let an officer whom a confidential request is about see nothing more of it.

    Raises as `take_step`, InvalidInputError for somebody unknown, oneself, or whoever is in charge of it.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        take_step(session, actor, request, Step("bar_officer", expected_version=seen.version))
        if officer_id == actor.user_id or person_of_agency(officer_id) is None:
            raise InvalidInputError("officer_id", N_("Choose another active officer."))
        bar_member(session, request, officer_id)
        return request


def admit(actor: Actor, seen: Seen, officer_id: int) -> OnlineRequest:
    """Let an officer who was barred for another one's name see a confidential request again.

    Raises as `take_step`, InvalidInputError for somebody who is not barred.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        take_step(session, actor, request, Step("admit_officer", expected_version=seen.version))
        admit_member(session, request, officer_id)
        return request


def submit_draft(actor: Actor, seen: Seen) -> OnlineRequest:
    """Put the draft before the head (R24, R36); whoever does so examined it. Raises as `take_step`."""
    return _examined(actor, seen, "submit_draft", {})


def propose(actor: Actor, seen: Seen, name: str) -> OnlineRequest:
    """Propose what becomes of a petition: a reply, a transfer, or filing without action (R32).

    Raises as `take_step`, StateError for anything else.
    """
    if name not in _PROPOSALS:
        raise StateError
    return _examined(actor, seen, name, {"outcome": _PROPOSALS[name].value})


def approve(actor: Actor, seen: Seen) -> OnlineRequest:
    """The head approves: a draft or proposal is then ready to be returned, a petition to be filed is filed.

    Raises as `take_step`.
    """
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        name = "file" if request.state == RequestState.AWAITING_FILING else "sign"
        outcome = request.outcome or RequestOutcome.GRANTED.value
        changes = {"outcome": outcome}
        take_step(session, actor, request, Step(name, None, None, seen.version, changes=changes))
        return request


def order_rework(actor: Actor, seen: Seen, reason: str) -> OnlineRequest:
    """The head sends a draft or proposal back, with what is wrong (R27). Raises as `take_step`."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        changes = {"outcome": None}
        take_step(session, actor, request, Step("rework", None, reason, seen.version, changes=changes))
        return request


def _examined(actor: Actor, seen: Seen, name: str, changes: dict[str, object]) -> OnlineRequest:
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        known = {"examiner_id": request.examiner_id or actor.user_id}
        take_step(session, actor, request, Step(name, None, None, seen.version, changes={**known, **changes}))
        return request


def _require_officer(
    session: Session, request: OnlineRequest, officer_id: int, permission: Permission
) -> None:
    """Refuse anybody who is not active, may not do it, does not see the agency, or is barred from the request."""
    person: StaffMember | None = person_of_agency(officer_id)
    found = actor_of(person) if person is not None else None
    if found is None or not found.may(permission) or not found.scope.covers(open_path(request.agency_path)):
        raise InvalidInputError("officer_id", N_("Choose an active officer who may do this here."))
    require_not_barred(session, request, officer_id)

"""Treating a request together with another one on the same matter, knowingly, and separating it again.

Belongs here: who is merged with whom and what may not be. Not here: hints (`same_matter`), the clocks (`request_clock`),
what the applicant sees (`citizen_request`).

A merged request stays in its state and takes no step until it is separated; then it goes on from there, with the days
that its clocks had left. Nothing of either request is copied into the other.
"""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import OnlineRequest
from backoffice.queries.appointments import booked_appointment
from backoffice.queries.online_requests import merged_into
from backoffice.services.online_request import Seen
from backoffice.services.request_step import hold_request, load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.messages import N_

_NUMBER = re.compile(r"\s*([0-9]{1,18})\s*/\s*([0-9]{4})\s*")


def merge(actor: Actor, seen: Seen, number: str, reason: str) -> OnlineRequest:
    """Treat a request together with the one of this number; its clocks stand, its appointment is given back.

    Raises as `take_step`, InvalidInputError for a number that names no request it can be merged with.
    """
    with unit_of_work(actor) as session:
        request, other = load_request(session, seen.request_id), _other(session, number)
        # Both, and always the older first: nobody merges them the other way round meanwhile.
        for key in sorted({request.id, other.id}):
            hold_request(session, key)
        _check(session, request, other)
        take_step(session, actor, request, Step("merge", None, reason, seen.version))
        request.duplicate_of_id = other.id
        appointment = booked_appointment(session, request.id)
        if appointment is not None:
            apply_transition(session, actor, appointment, Step("cancel"))
        return request


def unmerge(actor: Actor, seen: Seen, reason: str) -> OnlineRequest:
    """Treat a merged request on its own again: state and remaining days are as before. Raises as `take_step`."""
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        take_step(session, actor, request, Step("unmerge", None, reason, seen.version))
        request.duplicate_of_id = None
        return request


def _other(session: Session, number: str) -> OnlineRequest:
    found = _NUMBER.fullmatch(number)
    try:
        other = load_request(session, int(found[1])) if found else None
    except NotFoundError:
        other = None
    if found is None or other is None or other.received_on.year != int(found[2]):
        raise InvalidInputError("number", N_("No request that you may see has this number."))
    return other


def _check(session: Session, request: OnlineRequest, other: OnlineRequest) -> None:
    if other.id == request.id:
        raise InvalidInputError("number", N_("This is the number of the request itself."))
    if other.agency_id != request.agency_id:
        raise InvalidInputError("number", N_("The other request is with another agency."))
    if other.procedure != request.procedure:
        raise InvalidInputError("number", N_("The other request is under another procedure."))
    if other.duplicate_of_id is not None:
        raise InvalidInputError("number", N_("That request is itself treated together with another one."))
    if merged_into(session, request.id):
        raise InvalidInputError(
            "number",
            N_("Others are treated together with this request. Merge the other one into this instead."),
        )

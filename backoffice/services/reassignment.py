"""Giving the open work of one officer to others at once: who would get what, and carrying it out row by row.

The plan changes nothing. Each row then goes through the service of a single assignment, with its own permission,
version and history. Not here: standing in for a few days (`absence`), the task (`background_task`, `task_rows`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of, require
from backoffice.access.roles import Role
from backoffice.errors import NotFoundError
from backoffice.models import EnforcementAgency, EnforcementCase, OnlineRequest, StaffMember
from backoffice.queries.absences import running_absences
from backoffice.queries.officer_work import (
    CASES,
    EXAMINATION,
    SUPPORT,
    Load,
    loads_of,
    open_requests_of,
    running_cases_of,
)
from backoffice.queries.staff import colleagues_of
from backoffice.services.enforcement_case import change_officer
from backoffice.services.online_request import Seen
from backoffice.services.request_examination import assign, hand_over
from backoffice.services.task_rows import TakeStep
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.background_task import MOST_ROWS
from backoffice.workflow.errors import TransitionNotFoundError
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS

WORKS = (SUPPORT, EXAMINATION, CASES)
_NEEDED: Mapping[str, Permission] = {
    SUPPORT: Permission.ONLINE_REQUEST_SUPPORT,
    EXAMINATION: Permission.ONLINE_REQUEST_EXAMINE,
    CASES: Permission.CASE_ENFORCE,
}
# The step of each work, in the order in which they are taken on one request.
_STEPS: Mapping[str, tuple[str, ...]] = {
    SUPPORT: ("hand_over",),
    EXAMINATION: ("assign", "assign_examiner"),
    CASES: ("reassign",),
}


@dataclass(frozen=True)
class Colleague:
    """Somebody who may take work over: what work, how much the person has already, until when away."""

    id: int
    name: str
    works: frozenset[str]
    load: Load
    away_on: date | None = None


@dataclass(frozen=True)
class Holder:
    """The officer whose work is given away, with how much there is."""

    member: StaffMember
    load: Load


@dataclass(frozen=True)
class Line:
    """One row of a plan: which work on it changes hands, and who gets it; nobody when nobody chosen may do it.

    `is_fixed` marks a row whose present state lets nobody else have it.
    """

    row: Any
    works: tuple[str, ...]
    to_id: int | None
    is_fixed: bool = False


def holders(actor: Actor) -> Sequence[Holder]:
    """The people of the actor's own agency who have open work, by name. Raises NotPermittedError."""
    require(actor, Permission.ONLINE_REQUEST_ASSIGN)
    with unit_of_work(actor) as session:
        own = session.get(StaffMember, actor.user_id)
        people = colleagues_of(own.agency_id) if own is not None and own.agency_id is not None else ()
        loads = loads_of({person.id for person in people})
        return [Holder(person, loads[person.id]) for person in people if loads[person.id].is_any]


def holder(actor: Actor, officer_id: int) -> tuple[Holder, list[Colleague]]:
    """One officer in scope with the colleagues who may take over; closed accounts too, whose work stays behind.

    Raises NotPermittedError, NotFoundError.
    """
    require(actor, Permission.ONLINE_REQUEST_ASSIGN)
    with unit_of_work(actor) as session:
        statement = (
            select(StaffMember, EnforcementAgency.id)
            .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
            .where(StaffMember.id == officer_id)
        )
        found = session.execute(statement).unique().first()
        if found is None:
            raise NotFoundError
        people = [person for person in colleagues_of(found[1]) if person.id != officer_id]
        loads = loads_of({officer_id, *(person.id for person in people)})
        away = {
            one.member_id: one.to_on for one in running_absences([one.id for one in people], clock.today())
        }
        able = [_colleague(person, loads[person.id], away.get(person.id)) for person in people]
        return Holder(found[0], loads[officer_id]), [person for person in able if person.works]


def plan_reassignment(
    actor: Actor, officer_id: int, works: Collection[str], chosen: Sequence[Colleague]
) -> list[Line]:
    """Which open row would go to whom: to the one who is chosen, or evenly by present load to several.

    No more than MOST_ROWS rows, what is due first. Raises NotPermittedError.
    """
    require(actor, Permission.ONLINE_REQUEST_ASSIGN)
    has = {person.id: person.load.requests for person in chosen}
    holds = {person.id: person.load.cases for person in chosen}
    with unit_of_work(actor):
        lines = [
            _line(request, _works_of(request, officer_id, works), chosen, has)
            for request in open_requests_of(officer_id, works, MOST_ROWS)
        ]
        room = MOST_ROWS - len(lines)
        if CASES in works and actor.may(Permission.CASE_ASSIGN) and room:
            lines += [_line(case, (CASES,), chosen, holds) for case in running_cases_of(officer_id, room)]
        return lines


def giver(parameters: Mapping[str, Any]) -> TakeStep:
    """How a task gives one row away: by its id, to whom and which work of it, as the plan said."""
    given, reason = parameters["to"], str(parameters["reason"])

    def take(actor: Actor, row_id: int, version: int) -> Any:
        works, officer_id = given[str(row_id)]
        if works == [CASES]:
            return change_officer(actor, row_id, officer_id, expected_version=version, reason=reason)
        return give_request(actor, Seen(row_id, version), works, officer_id, reason)

    return take


def give_request(
    actor: Actor, seen: Seen, works: Collection[str], officer_id: int, reason: str
) -> OnlineRequest:
    """Give support or examination of a request, or both, to one officer, all or nothing.

    Raises as `hand_over` and `assign`, NotFoundError for no work.
    """
    request: OnlineRequest | None = None
    with unit_of_work(actor):
        if SUPPORT in works:
            request = hand_over(actor, seen, officer_id, reason=reason)
            seen = Seen(seen.request_id, request.version)
        if EXAMINATION in works:
            request = assign(actor, seen, officer_id, reason=reason)
        if request is None:
            raise NotFoundError
        return request


def _colleague(person: StaffMember, load: Load, away_on: date | None) -> Colleague:
    roles = {role.name for role in person.roles}
    held = permissions_of(roles)
    works = {work for work, permission in _NEEDED.items() if permission in held}
    if Role.ENFORCEMENT_OFFICER.value not in roles:
        works.discard(CASES)
    return Colleague(person.id, person.get_full_name(), frozenset(works), load, away_on)


def _works_of(request: OnlineRequest, officer_id: int, works: Collection[str]) -> tuple[str, ...]:
    """Which work on a request is this officer's and was asked for."""
    own = ((SUPPORT, request.handler_id), (EXAMINATION, request.examiner_id))
    return tuple(work for work, holder_id in own if work in works and holder_id == officer_id)


def _line(
    row: OnlineRequest | EnforcementCase,
    works: tuple[str, ...],
    chosen: Sequence[Colleague],
    loads: dict[int, int],
) -> Line:
    """One row to whoever of those who may do all of it has least now; the load grows with it."""
    movable = tuple(work for work in works if _may_move(row, work))
    if not movable:
        return Line(row, works, None, is_fixed=True)
    able = [person.id for person in chosen if person.works.issuperset(movable)]
    if not able:
        return Line(row, movable, None)
    to_id = min(able, key=lambda person: loads[person])
    loads[to_id] += len(movable)
    return Line(row, movable, to_id)


def _may_move(row: OnlineRequest | EnforcementCase, work: str) -> bool:
    """Whether the workflow lets the row be given to somebody else in its present state."""
    name = getattr(row, "workflow_name", row.__tablename__)
    workflow = WORKFLOWS.version(name, clock.today())
    for step in _STEPS[work]:
        try:
            if row.state in workflow.find(step).sources:
                return True
        except TransitionNotFoundError:
            continue
    return False

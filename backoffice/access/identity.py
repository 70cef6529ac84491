"""From the person who signed in to the scope and the actor of the request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of
from backoffice.access.scope import NOTHING, Scope, enter_scope, leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, RequestReader, StaffMember
from backoffice.models.confidence import confidential_below, open_path
from backoffice.workflow.permissions import Permission

FILE_ENDPOINTS = frozenset({"static", "shared.static"})
# Paths are codes and dots.
_BETWEEN = ","


def scope_of(agency_id: int | None) -> Scope:
    """The subtrees a member of this agency may see: its own, and those of the agencies it succeeded.

    Successor links carry the scope over a reorganisation, so that no old row has to be rewritten.
    """
    if agency_id is None:
        return NOTHING
    with system_scope("sign_in"):
        return scope_from(db.session.scalar(select(reach_of(EnforcementAgency.id == agency_id))))


def reach_of(own: ColumnElement[bool]) -> Any:
    """The paths of the agency that the condition selects, and of all it succeeded, as one text for `scope_from`.

    A part of a statement, so that the person of a session is read together with the scope.
    """
    first = select(EnforcementAgency.id, EnforcementAgency.path).where(own).correlate(None)
    reach = first.cte("reach", recursive=True)
    succeeded = aliased(EnforcementAgency)
    further = select(succeeded.id, succeeded.path).join(reach, succeeded.successor_id == reach.c.id)
    # A union without repetition also ends where two agencies name each other.
    reach = reach.union(further)
    return select(func.aggregate_strings(reach.c.path, _BETWEEN)).scalar_subquery()


def scope_from(paths: str | None, given: str | None = None, barred: str | None = None) -> Scope:
    """The scope of the paths that `reach_of` found, with those of `readings_of`."""
    if not paths:
        return NOTHING
    prefixes = _without_nested(sorted(paths.split(_BETWEEN)))
    # What somebody was given stays behind when the person moves to another agency.
    kept = tuple(
        path for path in sorted((given or "").split(_BETWEEN)) if open_path(path).startswith(prefixes)
    )
    return Scope(prefixes, None, kept, tuple(sorted(barred.split(_BETWEEN))) if barred else ())


def readings_of(person: Any, *, is_barred: bool) -> Any:
    """The paths of confidential requests that a person was given, or is barred from, as one text for `scope_from`."""
    mine = select(func.aggregate_strings(RequestReader.path, _BETWEEN)).where(
        RequestReader.member_id == person, RequestReader.is_barred.is_(is_barred)
    )
    return mine.correlate(None).scalar_subquery()


def actor_of(user: StaffMember, known: Scope | None = None) -> Actor:
    """The actor of a signed-in person; inactive people may nothing. `known` is the scope where it was read already."""
    roles = frozenset(role.name for role in user.roles) if user.is_active else frozenset()
    scope = (_scope_of_person(user) if known is None else known) if roles else NOTHING
    permissions = permissions_of(roles)
    if Permission.ONLINE_REQUEST_CONFIDENTIAL.value in permissions:
        scope = replace(scope, confidential=confidential_below(scope.prefixes) + scope.confidential)
    return Actor(user.id, user.get_full_name(), permissions, scope, roles)


def _scope_of_person(user: StaffMember) -> Scope:
    """The scope of somebody whom no session names."""
    parts = (
        reach_of(EnforcementAgency.id == user.agency_id),
        readings_of(user.id, is_barred=False),
        readings_of(user.id, is_barred=True),
    )
    with system_scope("sign_in"):
        return scope_from(*db.session.execute(select(*parts)).one())


def current_actor() -> Actor:
    """The actor of this request; found once a request."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        is_known = current_user and current_user.is_authenticated
        actor = actor_of(current_user, _scope_read_with(current_user)) if is_known else ANONYMOUS
        g.actor = actor
    return actor


def keep_scope(user: StaffMember, scope: Scope) -> None:
    """Note the scope that was read together with the person whom the session names."""
    g.scope_read = (user.id, scope)


def _scope_read_with(user: StaffMember) -> Scope | None:
    """The scope that was read together with this person; None when somebody else was read."""
    key, scope = g.get("scope_read", (None, None))
    return scope if key == user.id else None


def enter_request_scope() -> None:
    """Before each request: forget whatever was there, then set the person's scope, before any other query."""
    leave_scope()
    g.pop("actor", None)
    g.pop("scope_read", None)
    # A style or a script asks no row of anybody: it comes without a person and also while the database is away.
    if request.endpoint not in FILE_ENDPOINTS:
        enter_scope(current_actor().scope)


def leave_request_scope(_error: Any = None) -> None:
    """After each request: the next one on this thread starts with nothing."""
    leave_scope()


ANONYMOUS = Actor(None, "anonymous", frozenset(), NOTHING)


def _without_nested(paths: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)

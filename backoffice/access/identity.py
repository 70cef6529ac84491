"""From the person who signed in to the scope and the actor of the request."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of
from backoffice.access.scope import NOTHING, Scope, enter_scope, leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, StaffMember

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


def scope_from(paths: str | None) -> Scope:
    """The scope of the paths that `reach_of` found."""
    return Scope(_without_nested(sorted(paths.split(_BETWEEN)))) if paths else NOTHING


def actor_of(user: StaffMember, known: Scope | None = None) -> Actor:
    """The actor of a signed-in person; inactive people may nothing. `known` is the scope where it was read already."""
    roles = frozenset(role.name for role in user.roles) if user.is_active else frozenset()
    scope = (scope_of(user.agency_id) if known is None else known) if roles else NOTHING
    return Actor(user.id, user.get_full_name(), permissions_of(roles), scope, roles)


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

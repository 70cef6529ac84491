"""From the person who signed in to the scope and the actor of the request."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_login import current_user
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of
from backoffice.access.scope import NOTHING, Scope, enter_scope, leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, StaffMember

FILE_ENDPOINTS = frozenset({"static", "shared.static"})


def scope_of(agency_id: int | None) -> Scope:
    """The subtrees a member of this agency may see: its own, and those of the agencies it succeeded.

    Successor links carry the scope over a reorganisation, so that no old row has to be rewritten.
    """
    if agency_id is None:
        return NOTHING
    with system_scope("sign_in"):
        found = _own_and_succeeded({agency_id}, EnforcementAgency.id.in_([agency_id]))
        wanted = set(found) - {agency_id}
        while wanted:
            more = _own_and_succeeded(wanted)
            wanted = set(more) - set(found)
            found.update(more)
    return Scope(_without_nested(sorted(found.values())))


def actor_of(user: StaffMember) -> Actor:
    """The actor of a signed-in person; inactive people may nothing."""
    roles = frozenset(role.name for role in user.roles) if user.is_active else frozenset()
    scope = scope_of(user.agency_id) if roles else NOTHING
    return Actor(user.id, user.get_full_name(), permissions_of(roles), scope, roles)


def current_actor() -> Actor:
    """The actor of this request; found once a request."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        actor = actor_of(current_user) if current_user and current_user.is_authenticated else ANONYMOUS
        g.actor = actor
    return actor


def enter_request_scope() -> None:
    """Before each request: forget whatever was there, then set the person's scope, before any other query."""
    leave_scope()
    g.pop("actor", None)
    # A style or a script asks no row of anybody: it comes without a person and also while the database is away.
    if request.endpoint not in FILE_ENDPOINTS:
        enter_scope(current_actor().scope)


def leave_request_scope(_error: Any = None) -> None:
    """After each request: the next one on this thread starts with nothing."""
    leave_scope()


ANONYMOUS = Actor(None, "anonymous", frozenset(), NOTHING)


def _own_and_succeeded(agencies: set[int], own: Any = None) -> dict[int, str]:
    """The paths of the agencies that these succeeded, by id; with `own` also of those it selects."""
    condition = EnforcementAgency.successor_id.in_(agencies)
    rows = db.session.execute(
        select(EnforcementAgency.id, EnforcementAgency.path).where(
            condition if own is None else own | condition
        )
    )
    return {row.id: row.path for row in rows}


def _without_nested(paths: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)

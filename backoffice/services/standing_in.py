"""In whose place somebody acts: the absent officer to whom a row was given, when the actor is the deputy that day.

It changes no right: whoever acts needs the permission and the scope by himself. Not here: planning absences
(`absence`), whose work a screen shows (`views.standing_in`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.queries.absences import stands_in
from backoffice.workflow.permissions import Permission

# Whose work a deed with this permission is: the column that names the officer.
OFFICER_OF: Mapping[tuple[str, Permission], str] = {
    ("online_request", Permission.ONLINE_REQUEST_SUPPORT): "handler_id",
    ("online_request", Permission.ONLINE_REQUEST_EXAMINE): "examiner_id",
    ("enforcement_case", Permission.CASE_ENFORCE): "officer_id",
}
# Work that is given to one person; a deputy must be allowed all of it that the absent one is.
BOUND_WORK = tuple(permission for _table, permission in OFFICER_OF)


def acted_for(actor: Actor, subject: Any, permission: Permission) -> int | None:
    """The id of the absent officer for whom the actor takes a deed on the row today; None for own work."""
    column = OFFICER_OF.get((subject.__tablename__, permission))
    officer_id: int | None = getattr(subject, column) if column is not None else None
    if officer_id is None or actor.user_id is None or officer_id == actor.user_id:
        return None
    absent = {absence.member_id for absence in stands_in(actor.user_id, clock.today())}
    return officer_id if officer_id in absent else None

"""From one request to the next that waits for the same person: one press, without the way over a list.

Here: the route and whose move it is. Not here: which queues the first page has (`request_queues`), the statement
(`queries.online_requests`).
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, false, or_

from backoffice.access.identity import current_actor
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestState
from backoffice.queries.online_requests import is_unanswered, waiting_after
from backoffice.views.listing import refuse_unknown
from backoffice.views.queue_filters import my_ids
from backoffice.workflow.permissions import Permission

_S, _P = RequestState, Permission
# The states in which the next move is that of people with the right, and the officer whom it then belongs to.
_MOVES: tuple[tuple[Permission, tuple[RequestState, ...], Any], ...] = (
    (_P.ONLINE_REQUEST_SUPPORT, (_S.SUBMITTED, _S.RECEIVED, _S.SIGNED), OnlineRequest.handler_id),
    (_P.ONLINE_REQUEST_EXAMINE, (_S.IN_EXAMINATION,), OnlineRequest.examiner_id),
    (_P.ONLINE_REQUEST_ASSIGN, (_S.AWAITING_ASSIGNMENT,), None),
    (_P.ONLINE_REQUEST_SIGN, (_S.AWAITING_SIGNATURE, _S.AWAITING_FILING), None),
)


def has_moves() -> bool:
    """Whether any step of requests is the person's at all."""
    return any(current_actor().may(permission.value) for permission, _states, _officer in _MOVES)


class NextRequestMixin:
    """Adds the way to the next request; the screen names `next` among its routes."""

    datamodel: Any
    url_of: Any

    @expose("/next/<int:pk>")
    @has_access
    @permission_name("show")
    def next(self, pk: int) -> Any:
        """Open the next request that waits for the person, in the order of receipt; the day's work when none does."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk)
        found = waiting_after(db.session(), row, _my_move()) if has_moves() else None
        return redirect(url_for("HomeView.index") if found is None else self.url_of(found))


def _my_move() -> ColumnElement[bool]:
    """Open requests whose next move is mine: given to me or to whom I stand in for, or in my agency to nobody."""
    actor, mine = current_actor(), my_ids()
    of_agency = OnlineRequest.agency_id == current_user.agency_id
    parts = [
        and_(
            or_(OnlineRequest.state.in_(states), _went_unanswered(permission)),
            of_agency if officer is None else or_(officer.in_(mine), and_(officer.is_(None), of_agency)),
        )
        for permission, states, officer in _MOVES
        if actor.may(permission.value)
    ]
    return and_(OnlineRequest.duplicate_of_id.is_(None), or_(*parts))


def _went_unanswered(permission: Permission) -> ColumnElement[bool]:
    """What the desk asked for and did not get in time is its move again."""
    is_desk = permission is Permission.ONLINE_REQUEST_SUPPORT
    return and_(OnlineRequest.state == RequestState.SUPPLEMENT_ASKED, is_unanswered()) if is_desk else false()

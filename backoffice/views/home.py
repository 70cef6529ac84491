"""The first page after signing in: the day's work, overdue first, each number opening its list.

Not here: which queues there are (`queues`), their numbers (`day_work`, `work_by_agency`).
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.models.states import AgencyLevel
from backoffice.views.cells import staff_name
from backoffice.views.day_work import list_address, next_rows, queue_lines, queues_of
from backoffice.views.listing import refuse_unknown
from backoffice.views.queue_filters import DEPUTY
from backoffice.views.queues import AGENCY, ME
from backoffice.views.standing_in import absences_around_me
from backoffice.views.work_by_agency import work_table
from backoffice.workflow.permissions import Permission

_ABOVE_OTHERS = frozenset({AgencyLevel.NATIONAL.value, AgencyLevel.PROVINCIAL.value})


class HomeView(BaseView):
    """The day's work of the signed-in person."""

    route_base = ""
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """What waits for the person and for the agency, and what is late in the agencies below."""
        refuse_unknown(request.args, set())
        actor = current_actor()
        queues = queues_of(actor)
        lines = queue_lines(queues)
        waiting = [line for line in lines if line.whole.count]
        parts = [(whose, [line for line in waiting if line.queue.whose == whose]) for whose in (ME, AGENCY)]
        parts = [(whose, found) for whose, found in parts if found]
        first = parts[0][1][0] if parts else None
        is_above = bool(current_user.agency) and current_user.agency.level in _ABOVE_OTHERS
        return self.render_template(
            "home.html",
            title=_l("Today's work"),
            today=clock.today(),
            around=absences_around_me(),
            deputy_links=_deputy_links(),
            name_of=staff_name,
            has_queues=bool(queues),
            has_own=any(queue.whose == ME for queue in queues),
            parts=parts,
            empty=[line for line in lines if not line.whole.count],
            first=first,
            next_rows=next_rows(first) if first else [],
            table=work_table(queues, actor.scope) if is_above else None,
        )


def _deputy_links() -> list[tuple[Any, str]]:
    """The lists of the work that is done in place of absent colleagues, for people who may open them."""
    wanted = (
        (_l("Requests supported"), "OnlineRequestView", "mine", Permission.ONLINE_REQUEST_SUPPORT),
        (_l("Requests examined"), "OnlineRequestView", "examined", Permission.ONLINE_REQUEST_EXAMINE),
        (_l("Cases"), "CaseView", "mine", Permission.CASE_ENFORCE),
    )
    actor = current_actor()
    found = [
        (label, list_address(screen, {name: DEPUTY})) for label, screen, name, may in wanted if actor.may(may)
    ]
    return [(label, url) for label, url in found if url is not None]

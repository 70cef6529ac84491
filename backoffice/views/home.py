"""The first page after signing in: what waits, overdue first, each number opening its list.

Not here: counting (`services.interface`), the lists themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.models import DebtorRecord, EnforcementDecision, ExportRun, NonEnforceableDecision
from backoffice.services.interface import COUNT_LIMIT, ServiceInterface
from backoffice.views.filters import ChoiceFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.work_filters import DueFilter

WAITS_FOR_PUBLICATION = ("draft", "approved")
DUE_CHOICES = {"overdue": _l("Overdue"), "soon": _l("Due within three days")}

publish_due = DueFilter(
    "publish_due",
    _l("To be published by"),
    ("publish_due_on",),
    choices=DUE_CHOICES,
    states=WAITS_FOR_PUBLICATION,
)
withdraw_due = DueFilter(
    "withdraw_due",
    _l("End of publication"),
    ("withdraw_due_on",),
    choices=DUE_CHOICES,
    states=("withdrawal_due",),
)
amend_due = DueFilter(
    "amend_due", _l("Amendment"), ("amend_due_on",), choices=DUE_CHOICES, states=("published",)
)


@dataclass(frozen=True)
class Queue:
    """A kind of work that waits: which rows, on which screen, and whether it is late when there is any."""

    title: Any
    screen: str
    filter: ChoiceFilter
    value: str
    model: type[Any]
    is_late: bool = False


@dataclass(frozen=True)
class QueueCount:
    """A queue with what is in it now."""

    title: Any
    count: int
    is_more: bool
    url: str
    is_late: bool = field(default=False)


def _state() -> ChoiceFilter:
    return ChoiceFilter("state", "", ("state",))


QUEUES: tuple[Queue, ...] = (
    Queue(
        _l("Records overdue for publication"), "DebtorRecordView", publish_due, "overdue", DebtorRecord, True
    ),
    Queue(
        _l("Publications overdue to be ended"),
        "DebtorRecordView",
        withdraw_due,
        "overdue",
        DebtorRecord,
        True,
    ),
    Queue(
        _l("Published records overdue for amendment"),
        "DebtorRecordView",
        amend_due,
        "overdue",
        DebtorRecord,
        True,
    ),
    Queue(_l("Records to publish within three days"), "DebtorRecordView", publish_due, "soon", DebtorRecord),
    Queue(
        _l("Publications to end within three days"), "DebtorRecordView", withdraw_due, "soon", DebtorRecord
    ),
    Queue(
        _l("Enforcement decisions to sign"),
        "EnforcementDecisionView",
        _state(),
        "drafted",
        EnforcementDecision,
    ),
    Queue(
        _l("Decisions on not yet having conditions to sign"),
        "NonEnforceableDecisionView",
        _state(),
        "drafted",
        NonEnforceableDecision,
    ),
    Queue(_l("Failed export runs"), "ExportRunView", _state(), "failed", ExportRun, True),
)


class HomeView(BaseView):
    """The day's work of the signed-in person."""

    route_base = ""
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The queues of the screens that the person may open."""
        refuse_unknown(request.args, set())
        queues = [count_queue(queue) for queue in self._visible()]
        late = [queue for queue in queues if queue.is_late and queue.count]
        rest = [queue for queue in queues if not queue.is_late or not queue.count]
        return self.render_template(
            "home.html",
            title=_l("Today's work"),
            late=late,
            rest=rest,
            today=clock.today(),
            limit=COUNT_LIMIT,
        )

    def _visible(self) -> Sequence[Queue]:
        return [queue for queue in QUEUES if self.appbuilder.sm.has_access("can_list", queue.screen)]


def count_queue(queue: Queue) -> QueueCount:
    """The queue with the number of its rows in the person's scope, counted no further than the limit."""
    found = ServiceInterface(queue.model).count([queue.filter.condition(queue.model, queue.value)])
    chosen: dict[str, Any] = {queue.filter.name: queue.value}
    url = url_for(f"{queue.screen}.list", **chosen)
    return QueueCount(queue.title, min(found, COUNT_LIMIT), found > COUNT_LIMIT, url, queue.is_late)

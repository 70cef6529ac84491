"""The queues of citizens' requests (R43): the work desk of support, unit and head. Not here: other queues (`queues`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.views import queue_filters
from backoffice.views.queue import ME, Queue
from backoffice.workflow.permissions import Permission

_YES = "yes"
# Those who watch a whole subtree see what is late there, although others must do it.
_WATCH = Permission.STATISTICS_READ
_DESK, _HEAD = Permission.ONLINE_REQUEST_SUPPORT, Permission.ONLINE_REQUEST_SIGN
_EXAMINE = Permission.ONLINE_REQUEST_EXAMINE


def _requests(
    name: str, title: Any, values: Mapping[str, str], *permissions: Permission, **more: Any
) -> Queue:
    """Citizens' requests that stand somewhere (R43), by the day on which something must happen."""
    due = queue_filters.request_due
    return Queue(name, title, "OnlineRequestView", permissions, values, due=due, order="due_on", **more)


def _listed(name: str, title: Any, values: Mapping[str, str]) -> Queue:
    """Requests for the desk by which no day counts; who has waited longest stands first."""
    return Queue(name, title, "OnlineRequestView", (_DESK,), values, order="received_at")


def _waiting(name: str, title: Any, state: str) -> Queue:
    """Requests whose next move is the citizen's."""
    return _listed(name, title, {"state": state})


REQUEST_QUEUES = (
    _requests(
        "my_requests",
        _l("Requests that I support"),
        {"mine": _YES},
        _DESK,
        whose=ME,
        own_move=("received", "signed"),
    ),
    _requests(
        "my_examinations",
        _l("Requests that I examine"),
        {"examined": _YES},
        _EXAMINE,
        whose=ME,
        own_move=("in_examination",),
    ),
    _requests("new_requests", _l("New requests"), {"state": "submitted"}, _DESK, _WATCH),
    _requests("in_support", _l("Requests in support"), {"state": "received"}, _DESK),
    _waiting("at_the_citizen", _l("Requests that citizens complete"), "supplement_asked"),
    Queue(
        "unanswered",
        _l("Citizens who have not answered in time"),
        "OnlineRequestView",
        (_DESK,),
        {"unanswered": _YES},
    ),
    _waiting("without_originals", _l("Requests that wait for originals"), "awaiting_originals"),
    # Begun under a process that made the draft first: without a queue nobody would meet them again.
    _waiting("with_a_draft", _l("Drafts that wait for the applicant in person"), "drafted"),
    _requests(
        "in_the_unit", _l("Requests in the professional unit"), {"state": "in_examination"}, _EXAMINE, _WATCH
    ),
    _requests(
        "to_assign",
        _l("Petitions to assign"),
        {"state": "awaiting_assignment"},
        Permission.ONLINE_REQUEST_ASSIGN,
    ),
    _requests("to_approve", _l("Results of requests to approve"), {"state": "awaiting_signature"}, _HEAD),
    _requests("archive_asked", _l("Archived files to let out"), {"archive": _YES}, _HEAD),
    Queue(
        "to_file",
        _l("Petitions proposed for filing"),
        "OnlineRequestView",
        (_HEAD,),
        {"state": "awaiting_filing"},
        order="received_at",
    ),
    Queue(
        "visits_to_note",
        _l("Appointments to note"),
        "AppointmentView",
        (Permission.APPOINTMENT_BOOK,),
        {"to_note": _YES},
    ),
    _requests("to_return", _l("Results to return"), {"state": "signed"}, _DESK),
    _listed("to_collect", _l("Results to be collected"), {"to_collect": _YES}),
    _listed("wishes_to_reopen", _l("Applicants who ask to reopen"), {"asks_to_reopen": _YES}),
    _listed("left_alone", _l("Merged requests to answer on their own"), {"left_alone": _YES}),
)

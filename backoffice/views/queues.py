"""The queues of the first page as one table: what waits, where its list is, and who is asked to see to it.

Not here: counting (`queries.work_counts`), the page (`home`). A queue is a list with filters and nothing else, so
the list that it opens shows exactly the rows that it counts.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.views import queue_filters
from backoffice.views.queue import AGENCY, ME, Queue
from backoffice.views.request_queues import REQUEST_QUEUES
from backoffice.workflow.permissions import Permission

__all__ = ["AGENCY", "ME", "QUEUES", "Queue"]

_YES = "yes"


def _mine(name: str, title: Any, screen: str, **more: Any) -> Queue:
    return Queue(name, title, screen, (Permission.CASE_ENFORCE,), whose=ME, **more)


# Those who watch a whole subtree see what is late there, although others must do it.
_WATCH = Permission.STATISTICS_READ

QUEUES: tuple[Queue, ...] = (
    *REQUEST_QUEUES,
    _mine(
        "my_verifications",
        _l("Verifications in my cases"),
        "CaseView",
        values={"mine": _YES},
        due=queue_filters.verification_due,
    ),
    _mine(
        "given_back",
        _l("Records returned to draft in my cases"),
        "DebtorRecordView",
        values={"given_back": _YES},
        due=queue_filters.publish_due,
    ),
    _mine(
        "my_new_cases",
        _l("New cases given to me"),
        "CaseView",
        values={"mine": _YES, "state": "assigned"},
    ),
    Queue(
        "withdraw",
        _l("Publications to end"),
        "DebtorRecordView",
        (Permission.DEBTOR_RECORD_WITHDRAW, _WATCH),
        due=queue_filters.withdraw_due,
    ),
    Queue(
        "approve",
        _l("Records to approve"),
        "DebtorRecordView",
        (Permission.DEBTOR_RECORD_APPROVE, _WATCH),
        {"state": "draft"},
        due=queue_filters.publish_due,
    ),
    Queue(
        "publish",
        _l("Records to publish"),
        "DebtorRecordView",
        (Permission.DEBTOR_RECORD_PUBLISH, _WATCH),
        {"state": "approved"},
        due=queue_filters.publish_due,
    ),
    Queue(
        "amend",
        _l("Published records to amend"),
        "DebtorRecordView",
        (Permission.DEBTOR_RECORD_AMEND, _WATCH),
        due=queue_filters.amend_due,
    ),
    Queue(
        "sign_papers",
        _l("Papers to sign"),
        "SigningView",
        (Permission.OFFICIAL_DOCUMENT_SIGN,),
    ),
    Queue(
        "sign_decisions",
        _l("Enforcement decisions to sign"),
        "EnforcementDecisionView",
        (Permission.DECISION_SIGN,),
        {"state": "drafted"},
    ),
    Queue(
        "sign_non_enforceable",
        _l("Decisions on not yet having conditions to sign"),
        "NonEnforceableDecisionView",
        (Permission.NON_ENFORCEABLE_SIGN,),
        {"state": "drafted"},
    ),
    Queue(
        "assign", _l("Cases without an officer"), "CaseView", (Permission.CASE_ASSIGN,), {"state": "accepted"}
    ),
    Queue(
        "verifications",
        _l("Verifications of all cases"),
        "CaseView",
        (Permission.CASE_ASSIGN, _WATCH),
        due=queue_filters.verification_due,
    ),
    Queue(
        "differing",
        _l("Public records that differ from their decision"),
        "DebtorRecordView",
        (Permission.DEBTOR_RECORD_COMPARE,),
        {"differs": _YES},
        is_trouble=True,
    ),
    Queue(
        "accounts",
        _l("Accounts without a role or of an agency that has ended"),
        "StaffView",
        (Permission.STAFF_EDIT,),
        {"to_look_at": _YES},
        is_trouble=True,
    ),
    Queue(
        "messages_in_trouble",
        _l("Messages that did not arrive"),
        "NoticeView",
        (Permission.NOTICE_SEND,),
        {"trouble": _YES},
        is_trouble=True,
    ),
    Queue(
        "number_papers",
        _l("Papers that wait for their number"),
        "OfficialDocumentView",
        (Permission.OFFICIAL_DOCUMENT_ISSUE,),
        {"state": "drafted"},
    ),
    Queue(
        "approve_templates",
        _l("Templates that wait for a second pair of eyes"),
        "DocumentTemplateView",
        (Permission.DOCUMENT_TEMPLATE_APPROVE,),
        {"state": "proposed"},
    ),
    Queue(
        "failed_runs",
        _l("Failed export runs without a good one since"),
        "ExportRunView",
        (Permission.EXPORT_RUN,),
        {"not_repaired": _YES},
        is_trouble=True,
    ),
    Queue(
        "upkeep_faults",
        _l("Upkeep of the file store that found faults"),
        "UpkeepView",
        (Permission.SCHEDULE_EDIT,),
        {"not_mended": _YES},
        is_trouble=True,
    ),
    Queue(
        "not_removed",
        _l("Ended publications that are still in the published package"),
        "DebtorRecordView",
        (Permission.EXPORT_RUN,),
        {"not_removed": _YES},
        is_trouble=True,
    ),
)

"""What becomes of a message of which a mail server reports that it came back, or that it arrived.

Not here: reading the report (`exports.bounces`). A report is believed no further than its key reaches: it can say of
one message that it came back, and nothing else.
"""

from __future__ import annotations

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.models import Notice
from backoffice.models.notice_states import NoticeState
from backoffice.queries.notices import notice_by_key
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.notice import WORKFLOW, attention_of
from backoffice.workflow.permissions import Permission
from exports.bounces import Report

_RETURNABLE = (NoticeState.SENT, NoticeState.SENDING, NoticeState.UNCONFIRMED)


def take_report(actor: Actor, report: Report) -> str | None:
    """Keep what the report says; returns the new state of the message, None when there was nothing to do."""
    require(actor, Permission.SYSTEM)
    with unit_of_work(actor) as session:
        notice = notice_by_key(session, report.key)
        if notice is None:
            return None
        if report.action == "failed" and notice.state in _RETURNABLE:
            code = f"returned_{report.status}".rstrip("_")[:40]
            _move(notice, actor, "bounce", error_code=code)
        elif report.action in ("delivered", "relayed") and notice.state == NoticeState.UNCONFIRMED:
            _move(notice, actor, "deliver", error_code=None, sent_at=clock.now())
        else:
            return None
        return notice.state


def _move(notice: Notice, actor: Actor, step: str, **changes: object) -> None:
    transition = WORKFLOW.check(step, notice.state, actor.permissions, notice)
    state = transition.target_from(notice.state)
    for name, value in {**changes, "state": state, "attention": attention_of(state)}.items():
        setattr(notice, name, value)
    notice.version += 1

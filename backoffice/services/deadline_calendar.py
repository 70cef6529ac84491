"""The acting person's own deadlines, for a calendar file. Not here: the file (`exports.calendar_files`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.queries.due_work import VERIFICATION, due_work
from backoffice.services.notice import link_to, notice_settings
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.permissions import Permission

MOST = 1000


@dataclass(frozen=True)
class OwnDeadline:
    """One piece of own work: a name that stays the same, what it is, by when, and its page."""

    uid: str
    kind: str
    number: str
    due_on: date
    url: str


def own_deadlines(actor: Actor) -> Sequence[OwnDeadline]:
    """The open work of the person that has a day, at most MOST pieces, what is due first. Raises NotPermittedError."""
    require(actor, Permission.CASE_READ)
    host = notice_settings().base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    with unit_of_work(actor) as session:
        works = due_work(session, officer_id=actor.user_id or 0, limit=MOST)
    return [
        OwnDeadline(
            f"{work.kind}-{work.subject_id}@{host}",
            work.kind,
            work.number,
            work.due_on,
            link_to(f"{'cases' if work.kind == VERIFICATION else 'debtor-records'}/show/{work.subject_id}"),
        )
        for work in works
    ]

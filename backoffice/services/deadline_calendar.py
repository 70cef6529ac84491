"""The acting person's own deadlines and those of the absent in whose place the person works, for a calendar file.

Not here: the file (`exports.calendar_files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.queries.absences import stands_in
from backoffice.queries.due_work import REQUEST, VERIFICATION, due_work
from backoffice.services.notice import link_to, notice_settings
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.permissions import Permission

MOST = 1000
_PAGES = {VERIFICATION: "cases", REQUEST: "requests"}


@dataclass(frozen=True)
class OwnDeadline:
    """One piece of work: a name that stays the same, what it is, by when, its page; `absent` is whose it is usually."""

    uid: str
    kind: str
    number: str
    due_on: date
    url: str
    absent: str = ""


def own_deadlines(actor: Actor) -> Sequence[OwnDeadline]:
    """The open work that has a day and is the person's today, at most MOST pieces, what is due first.

    Raises NotPermittedError.
    """
    require(actor, Permission.CASE_READ)
    host = notice_settings().base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    with unit_of_work(actor) as session:
        me = actor.user_id or 0
        absent = {one.member_id: one.absentee.get_full_name() for one in stands_in(me, clock.today())}
        works = due_work(session, officer_ids=(me, *absent), limit=MOST)
    return [
        OwnDeadline(
            f"{work.kind}-{work.subject_id}@{host}",
            work.kind,
            work.number,
            work.due_on,
            link_to(f"{_PAGES.get(work.kind, 'debtor-records')}/show/{work.subject_id}"),
            absent.get(work.officer_id, ""),
        )
        for work in works
    ]

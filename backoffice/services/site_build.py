"""Asking for a build of the public site, and the database's side of a take-down.

Not here: building (`jobs.site`), removing records from published files (`exports.versions`).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError, NotPermittedError, StateError
from backoffice.models import DebtorRecord
from backoffice.models.states import DebtorRecordState, RunTrigger
from backoffice.queries.outbox import has_waiting
from backoffice.services.export_run import request_export
from backoffice.services.transaction import send, unit_of_work
from backoffice.workflow.permissions import Permission

SITE_JOB = "site.build"


def request_site_build(session: Session, *, purge: bool = False) -> str | None:
    """Leave a site build in the outbox; None when one that waits there will show the same.

    `purge` also removes older sites, and is never merged with another build.
    """
    if not purge and has_waiting(session, SITE_JOB):
        return None
    return send(session, SITE_JOB, purge=int(purge))


def order_site_build(actor: Actor) -> str | None:
    """Ask for a site build by itself. Raises NotPermittedError."""
    if not (actor.may(Permission.EXPORT_RUN) or actor.may(Permission.SYSTEM)):
        raise NotPermittedError
    with unit_of_work(actor) as session:
        return request_site_build(session)


def record_to_take_down(actor: Actor, record_id: int) -> str:
    """The public id of a record that must leave every published version.

    Raises NotFoundError, and StateError unless the record is withdrawn: the next export would publish it again.
    """
    with unit_of_work(actor) as session:
        record = session.get(DebtorRecord, record_id)
        if record is None:
            raise NotFoundError
        if record.state != DebtorRecordState.WITHDRAWN:
            raise StateError
        return record.public_id


def note_taken_down(session: Session, actor: Actor, record_id: int) -> None:
    """Write that the published packages no longer hold the record; ask for fresh ones and for a purged site."""
    record = session.get(DebtorRecord, record_id)
    if record is None:
        raise NotFoundError
    record.taken_down_at = clock.now()
    request_site_build(session, purge=True)
    for package in ("debtors", "statistics"):
        request_export(actor, package, RunTrigger.COMMAND)

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


def request_site_build(session: Session, *, purged_record: int | None = None) -> str | None:
    """Leave a site build in the outbox; None when one that waits there will show the same.

    `purged_record` names a record that was taken down: the build also removes older sites, and is never merged
    with another one.
    """
    if purged_record is not None:
        return send(session, SITE_JOB, purge=1, record_id=purged_record)
    return None if has_waiting(session, SITE_JOB) else send(session, SITE_JOB, purge=0)


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


def request_purge(session: Session, actor: Actor, record_id: int) -> None:
    """The published packages no longer hold the record: ask for a purged site, and for fresh packages."""
    request_site_build(session, purged_record=record_id)
    for package in ("debtors", "statistics"):
        request_export(actor, package, RunTrigger.CHANGE)


def note_taken_down(session: Session, record_id: int) -> None:
    """Write that neither the packages nor the site hold the record any more. Raises NotFoundError."""
    record = session.get(DebtorRecord, record_id)
    if record is None:
        raise NotFoundError
    record.taken_down_at = clock.now()

"""The unit of work: the only place that commits, and the change and outbox rows that every commit needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import use_scope
from backoffice.extensions import db
from backoffice.models import OutboxMessage
from backoffice.models.job import new_message_id
from backoffice.services.changed_rows import collecting
from backoffice.services.row_change import write_row_changes

_open: ContextVar[bool] = ContextVar("unit_of_work_open", default=False)


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[Session]:
    """Run a deed under the actor's scope; commit at the end with the field differences, roll back on any error.

    A deed that calls another joins its transaction: only the outermost block commits.
    """
    session: Session = db.session()
    with use_scope(actor.scope):
        if _open.get():
            yield session
            return
        token = _open.set(True)
        try:
            with collecting(session):
                yield session
                write_row_changes(session, actor)
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _open.reset(token)


def send(
    session: Session,
    job: str,
    *,
    queue: str = "default",
    not_before: datetime | None = None,
    known_as: str | None = None,
    **ids: Any,
) -> str:
    """Leave a job in the outbox of this transaction; returns its id, which is `known_as` if that is given.

    Arguments are ids only.
    Raises ValueError for an argument that is not a number, a short word or nothing: texts would carry
    personal data into the queue.
    """
    for key, value in ids.items():
        if not (value is None or isinstance(value, int) or (isinstance(value, str) and len(value) <= 64)):
            raise ValueError(f"job argument {key!r} is not an id")
    found = known_as or new_message_id()
    session.add(
        OutboxMessage(id=found, job=job, queue=queue, arguments=ids, not_before=not_before or clock.now())
    )
    return found

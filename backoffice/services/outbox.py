"""The life of a message after its transaction: sent, attempted, done once, tried again, given up.

Here: everything the database must know so that Redis may be lost at any time. Not here: leaving a message
(`transaction.send`), talking to Redis (`jobs.outbox`), what a job does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError, NotPermittedError, StateError
from backoffice.models import JobEffect, OutboxMessage
from backoffice.models.states import OutboxState
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.permissions import Permission

# An attempt counts when the job begins: eight deaths in a row are no accident.
MAX_ATTEMPTS = 8
GAVE_UP = "gave_up"
_LONGEST_PAUSE = timedelta(minutes=15)
_KEPT = timedelta(days=30)
_PORTION = 200


@dataclass(frozen=True)
class Message:
    """What a job is given: the message's id, its job name, its ids, and which attempt this is."""

    id: str
    job: str
    arguments: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True)
class SweepResult:
    """How many late messages will be sent again, and how many were given up."""

    resent: int
    given_up: int


def relay(actor: Actor, deliver: Callable[[OutboxMessage], None], limit: int = 50) -> int:
    """Deliver the messages that are due and mark them sent, in one transaction; returns how many.

    A death between the delivery and the commit delivers twice, which `run_once` makes harmless. `deliver`
    raises ValueError for a message that no worker could take: it fails at once, visibly. Any other error
    leaves all of them pending.
    """
    now = clock.now()
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == OutboxState.PENDING, OutboxMessage.not_before <= now)
        .order_by(OutboxMessage.not_before, OutboxMessage.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with unit_of_work(actor) as session:
        ids = session.scalars(due).all()
        if not ids:
            return 0
        # SQLite has no row locks: there, the condition on the state decides between two relays.
        claim = (
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids), OutboxMessage.state == OutboxState.PENDING)
            .values(state=OutboxState.SENT, sent_at=now)
            .returning(OutboxMessage)
        )
        messages = session.scalars(claim, execution_options={"synchronize_session": False}).all()
        for message in sorted(messages, key=lambda row: (row.not_before, row.created_at)):
            try:
                deliver(message)
            except ValueError as error:
                message.state, message.last_error = OutboxState.FAILED, error_code(error)
        return len(messages)


def begin(actor: Actor, message_id: str, job: str) -> Message | None:
    """Count an attempt; None when there is nothing to do (unknown, done, given up, or put off).

    Raises NotFoundError when the message asks for another job: then Redis lied.
    """
    with unit_of_work(actor) as session:
        row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
        if row is None or row.state in (OutboxState.DONE, OutboxState.FAILED):
            return None
        if row.job != job:
            raise NotFoundError
        if row.state == OutboxState.PENDING and row.not_before > clock.now():
            return None
        counted = (
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(attempts=OutboxMessage.attempts + 1)
            .returning(OutboxMessage.attempts)
        )
        attempts = session.scalar(counted, execution_options={"synchronize_session": False})
        return Message(row.id, row.job, dict(row.arguments), attempts or 0)


def run_once(actor: Actor, message_id: str, effect: Callable[[Session], object]) -> bool:
    """Commit the effect, its idempotency key and the end of the message together; False when it was done.

    The key is written first: a second run waits for the first one's transaction and then finds the key.
    """
    with unit_of_work(actor) as session:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        key = insert(JobEffect).values(message_id=message_id, at=clock.now()).on_conflict_do_nothing()
        # Not the row count: drivers may leave it unknown for an insert.
        if session.scalar(key.returning(JobEffect.message_id)) is None:
            return False
        effect(session)
        _close(session, message_id, OutboxState.DONE, None)
        return True


def record_failure(actor: Actor, message_id: str, error: BaseException, sweep_after: int) -> None:
    """Keep what went wrong, as a code without data, and try again later or give up."""
    with unit_of_work(actor) as session:
        row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
        if row is None or row.state in (OutboxState.DONE, OutboxState.FAILED):
            return
        row.last_error = error_code(error)
        if row.attempts >= MAX_ATTEMPTS:
            row.state = OutboxState.FAILED
        else:
            row.state, row.not_before = OutboxState.PENDING, clock.now() + pause(row.attempts, sweep_after)


def postpone(actor: Actor, message_id: str, delay: timedelta) -> None:
    """Try again after the delay without counting this attempt: the job found its place taken."""
    values = {
        "state": OutboxState.PENDING,
        "not_before": clock.now() + delay,
        "attempts": OutboxMessage.attempts - 1,
    }
    with unit_of_work(actor) as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.state != OutboxState.DONE)
            .values(values),
            execution_options={"synchronize_session": False},
        )


def sweep(actor: Actor, is_alive: Callable[[OutboxMessage], bool], sweep_after: int) -> SweepResult:
    """Make messages pending again that were sent `sweep_after` seconds ago and are neither done nor alive."""
    now = clock.now()
    late = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.SENT,
            OutboxMessage.sent_at < now - timedelta(seconds=sweep_after),
        )
        .order_by(OutboxMessage.sent_at)
        .limit(_PORTION)
    )
    resent = given_up = 0
    with unit_of_work(actor) as session:
        for message in [row for row in session.scalars(late) if not is_alive(row)]:
            gave_up = message.attempts >= MAX_ATTEMPTS
            values: dict[str, Any] = {"state": OutboxState.FAILED, "last_error": GAVE_UP}
            if not gave_up:
                wait = pause(message.attempts, sweep_after) if message.attempts else timedelta()
                values = {"state": OutboxState.PENDING, "not_before": (message.sent_at or now) + wait}
            # The job may end while we look: then it is done, and stays done.
            still_sent = (OutboxMessage.id == message.id, OutboxMessage.state == OutboxState.SENT)
            touched = _touched(session, update(OutboxMessage).where(*still_sent).values(values))
            resent, given_up = resent + touched * (not gave_up), given_up + touched * gave_up
    return SweepResult(resent, given_up)


def close_message(session: Session, message_id: str) -> None:
    """End a message whose work was taken over by another one; a late run of it will do nothing."""
    if session.get(JobEffect, message_id) is None:
        session.add(JobEffect(message_id=message_id))
        session.flush()
    _close(session, message_id, OutboxState.DONE, None)


def retry_message(actor: Actor, message_id: str) -> None:
    """Let a given-up message try again from the first attempt. Raises NotFoundError, StateError."""
    if not (actor.may(Permission.EXPORT_RUN) or actor.may(Permission.SYSTEM)):
        raise NotPermittedError
    with unit_of_work(actor) as session:
        row = session.get(OutboxMessage, message_id)
        if row is None:
            raise NotFoundError
        if row.state != OutboxState.FAILED:
            raise StateError
        row.state, row.attempts, row.not_before = OutboxState.PENDING, 0, clock.now()


def prune(actor: Actor) -> int:
    """Forget messages that were done a month ago, with their keys; returns how many."""
    before = clock.now() - _KEPT
    with unit_of_work(actor) as session:
        finished = delete(OutboxMessage).where(
            OutboxMessage.state == OutboxState.DONE, OutboxMessage.done_at < before
        )
        count = _touched(session, finished)
        orphaned = ~exists().where(OutboxMessage.id == JobEffect.message_id)
        _touched(session, delete(JobEffect).where(JobEffect.at < before, orphaned))
        return count


def pause(attempts: int, sweep_after: int) -> timedelta:
    """How long to wait before the next attempt: twice as long each time, at most a quarter of an hour."""
    return min(timedelta(seconds=sweep_after * 2 ** max(0, min(attempts, 12) - 1)), _LONGEST_PAUSE)


def error_code(error: BaseException) -> str:
    """What may be kept of an error: its own code or its class, never its text, which may hold data."""
    return str(getattr(error, "code", None) or type(error).__name__)[:80]


def _close(session: Session, message_id: str, state: OutboxState, error: str | None) -> None:
    values = {"state": state, "done_at": clock.now(), "last_error": error}
    _touched(session, update(OutboxMessage).where(OutboxMessage.id == message_id).values(values))


def _touched(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0

"""One step on many rows, each row in a transaction of its own through its own service.

A row's outcome commits together with the step itself, so that a death in between neither loses nor repeats it.
Not here: which service takes which step (`views.deeds`), the state of the task (`background_task`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError, OpenThadsError, ScopeError
from backoffice.models import BackgroundTask, BackgroundTaskRow
from backoffice.models.states import RowOutcome
from backoffice.queries.background_tasks import outcomes, pending_rows
from backoffice.services.background_task import SYSTEM, TaskLostError, Ticket, finish, held, note_progress
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import Line, Name

# How a step is taken on one row: the person, the row's id, the version that the person saw; returns the row.
TakeStep = Callable[[Actor, int, int], Any]
# Work on one row before its transaction, for steps that take long: it returns how the step is then taken.
Prepare = Callable[[Actor, int, int], TakeStep]
_TELL_EVERY = 10


def run_rows(
    ticket: Ticket, take: TakeStep | None = None, *, prepare: Prepare | None = None
) -> dict[str, int]:
    """Take the step on every row that has no outcome yet, and finish the task; returns the counts by outcome.

    With `prepare` each row is made ready first, outside of any transaction.

    A refused row keeps its sentence and stops nothing. Raises TaskLostError when the task was cancelled or
    taken over: rows that were done stay done.
    """
    with unit_of_work(ticket.actor) as session:
        waiting = pending_rows(session, ticket.task_id)
        before = sum(outcomes(session, ticket.task_id).values()) - len(waiting)
    for number, row_id in enumerate(waiting, 1):
        _take_one(ticket, row_id, take, prepare)
        if number % _TELL_EVERY == 0:
            note_progress(ticket, before + number, None)
    with unit_of_work(ticket.actor) as session:
        counts = outcomes(session, ticket.task_id)
    counts.pop(RowOutcome.PENDING.value)
    finish(ticket, counts)
    return counts


def _take_one(ticket: Ticket, row_id: int, take: TakeStep | None, prepare: Prepare | None) -> None:
    try:
        if prepare is not None:
            take = _made_ready(ticket, row_id, prepare)
        if take is not None:
            _decide(ticket, row_id, take)
    except TaskLostError:
        raise
    except OpenThadsError as error:
        _refuse(row_id, error)


def _made_ready(ticket: Ticket, row_id: int, prepare: Prepare) -> TakeStep | None:
    """How the step is taken on a row that still counts; None when another attempt has decided it."""
    with unit_of_work(ticket.actor) as session:
        _require_held(session, ticket)
        row = session.get(BackgroundTaskRow, row_id, populate_existing=True)
        if row is None or row.outcome != RowOutcome.PENDING:
            return None
        subject = row.subject_id, row.seen_version
    return prepare(ticket.actor, *subject)


def _decide(ticket: Ticket, row_id: int, take: TakeStep) -> None:
    with unit_of_work(ticket.actor) as session:
        _require_held(session, ticket)
        claimed = session.execute(
            _outcome(row_id, RowOutcome.DONE).returning(
                BackgroundTaskRow.subject_id, BackgroundTaskRow.seen_version
            ),
            execution_options={"synchronize_session": False},
        ).one_or_none()
        if claimed is None:
            # Another attempt has decided this row.
            return
        subject = take(ticket.actor, claimed.subject_id, claimed.seen_version)
        session.flush()
        _note_version(session, row_id, subject.version)


def _require_held(session: Session, ticket: Ticket) -> None:
    if session.scalar(select(BackgroundTask.id).where(*held(ticket))) is None:
        raise TaskLostError


def _refuse(row_id: int, error: OpenThadsError) -> None:
    """Keep why the row was refused; the transaction of the step itself is rolled back already."""
    line = refusal_line(error)
    with unit_of_work(SYSTEM) as session:
        statement = _outcome(row_id, RowOutcome.REFUSED, sentence=line.as_record())
        session.execute(statement, execution_options={"synchronize_session": False})


def refusal_line(error: OpenThadsError) -> Line:
    """The sentence of a refusal as it is kept; a row of another agency looks like a missing one."""
    if isinstance(error, ScopeError | NotFoundError):
        return Line(NotFoundError.message)
    return Line(error.message, {name: _kept(value) for name, value in error.params.items()})


def _kept(value: object) -> object:
    return value if isinstance(value, str | int | date | Name) else str(value)


def _outcome(row_id: int, outcome: RowOutcome, **more: Any) -> Any:
    """Decide a row that is not decided yet: of two attempts only one can."""
    open_row = (BackgroundTaskRow.id == row_id, BackgroundTaskRow.outcome == RowOutcome.PENDING)
    return update(BackgroundTaskRow).where(*open_row).values(outcome=outcome.value, **more)


def _note_version(session: Any, row_id: int, version: int) -> None:
    statement = update(BackgroundTaskRow).where(BackgroundTaskRow.id == row_id).values(new_version=version)
    session.execute(statement, execution_options={"synchronize_session": False})

"""Tasks that a person starts from a list: asked for, worked on by one worker at a time, ended, undone.

Here: the states of a task and its history, and whether the person may still have it done. Not here: the steps on
its rows (`task_rows`), writing and keeping files (`list_export`, `list_file`), the messages (`outbox`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.policy import require
from backoffice.access.screen_policy import permission_for
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, OpenThadsError, StateError
from backoffice.models import BackgroundTask, BackgroundTaskRow, EnforcementAgency, StaffMember
from backoffice.models.states import BackgroundTaskState, TaskKind
from backoffice.queries.background_tasks import done_rows, open_tasks_of, stranded_tasks
from backoffice.services.notice_hooks import tell_task_ended
from backoffice.services.outbox import close_message
from backoffice.services.rows import load_row
from backoffice.services.sealed_secret import erase_secret
from backoffice.services.transaction import send, unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.services.turns import take_turn
from backoffice.workflow.background_task import MOST_ROWS, ROWS_AT_ONCE, may_still_be_undone
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

SYSTEM = Actor.system("jobs")
MAX_ATTEMPTS = 3
# More would let one person keep all workers busy.
MOST_OPEN = 3
_OPEN = (BackgroundTaskState.QUEUED.value, BackgroundTaskState.RUNNING.value)
# Rows that are done while the person waits still have a message, for the case that the web process dies.
_AT_ONCE = timedelta(minutes=2)


class TaskLostError(OpenThadsError):
    """The task was cancelled or taken over while this attempt worked; its outcome no longer counts."""

    code = "task_lost"
    message = N_("This task was cancelled or taken over.")


@dataclass(frozen=True)
class TaskOrder:
    """What a person asks for: the screen whose rows it is about, and what is to be done with them."""

    kind: TaskKind
    screen: str
    parameters: Mapping[str, Any]
    source_id: int | None = None


@dataclass(frozen=True)
class Ticket:
    """The right to work on a task, for the person as the person is now; valid while the attempt is this one."""

    task_id: int
    attempt: int
    kind: str
    screen: str
    parameters: Mapping[str, Any]
    actor: Actor


def request_task(
    actor: Actor, order: TaskOrder, rows: Sequence[tuple[int, int]] = (), *, at_once: bool = False
) -> BackgroundTask:
    """Queue a task; `rows` are the ids that it is about, each with the version that the person saw.

    With `at_once` the caller does the work itself, and a worker only if the caller dies. Raises
    NotPermittedError, StateError with too many open tasks, InvalidInputError with too many rows.
    """
    require(actor, Permission.TASK_READ)
    if len(rows) > MOST_ROWS:
        raise InvalidInputError("rows", N_("Choose at most %(limit)s rows."), limit=MOST_ROWS)
    with unit_of_work(actor) as session:
        agency = _agency_of(session, actor)
        # Pressed twice at once, the second counts what the first has started.
        take_turn(session, actor.user_id)
        if len(open_tasks_of(session, actor.user_id or 0)) >= MOST_OPEN:
            raise StateError(N_("Wait until one of your tasks has ended, then start this one."))
        task = _new_task(actor, order, agency, len(rows) or None)
        open_subject(session, actor, task)
        for subject_id, version in rows:
            session.add(_new_row(task, agency, subject_id, version))
        later = clock.now() + _AT_ONCE if at_once else None
        task.message_id = send(session, "task.run", queue="export", not_before=later, task_id=task.id)
        session.flush()
        return task


def request_undo(actor: Actor, task_id: int, step: str, reason: str) -> BackgroundTask:
    """Queue the inverse step for the rows on which the task took its step; each task is undone at most once.

    Rows that somebody has changed since will be refused. Raises NotFoundError for another person's task,
    StateError when its time for undoing is over or nothing of it was done.
    """
    with unit_of_work(actor) as session:
        task = _own_task(session, actor, task_id)
        if task.kind != TaskKind.STEPS or not may_still_be_undone(task.finished_at, clock.now()):
            raise StateError(N_("The time for undoing this task is over."))
        rows = [(row.subject_id, row.new_version or 0) for row in done_rows(session, task.id)]
        if not rows:
            raise StateError(N_("Nothing of this task can be undone."))
        apply_transition(session, actor, task, Step("undo"))
        parameters = {**task.parameters, "step": step, "reason": reason, "on": None}
        order = TaskOrder(TaskKind.UNDO, task.screen, parameters, task.id)
        return request_task(actor, order, rows, at_once=len(rows) <= ROWS_AT_ONCE)


def cancel_task(actor: Actor, task_id: int) -> BackgroundTask:
    """End a task that waits or works; rows that were done stay done, and a passphrase it was given is erased.

    Raises NotFoundError, StateError.
    """
    with unit_of_work(actor) as session:
        task = _own_task(session, actor, task_id)
        apply_transition(session, actor, task, Step("cancel", changes={"finished_at": clock.now()}))
        close_message(session, task.message_id)
        _forget_secret(task)
        return task


def note_download(actor: Actor, task_id: int) -> BackgroundTask:
    """Write into the history that the person takes the file of the list; returns the task with its key.

    Raises NotFoundError for another person's task, one without a file, and a list that the person may no
    longer open: a file must not outlive the right to see its rows.
    """
    with unit_of_work(actor) as session:
        task = _own_task(session, actor, task_id)
        if task.file_key is None or refusal_of(actor, task.screen):
            raise NotFoundError
        apply_transition(session, actor, task, Step("download"))
        return task


def start(task_id: int) -> Ticket | None:
    """Begin the next attempt as the person who asked; None when there is nothing to do any more.

    A person who has left, moved or lost the role gets a failed task that says so.
    """
    with unit_of_work(SYSTEM) as session:
        task = session.get(BackgroundTask, task_id, populate_existing=True)
        if task is None or task.state not in _OPEN:
            return None
        person = session.get(StaffMember, task.requested_by_id, populate_existing=True)
        # Asked before anything is written: a person's scope is read with nothing else in sight.
        actor = actor_of(person) if person is not None else None
        code = _refused_person(person, actor, task)
        if code is None and task.attempts >= MAX_ATTEMPTS:
            code = "worker_lost"
        if code is not None or actor is None:
            _end(session, task, "fail", code)
            return None
        step = "start" if task.state == BackgroundTaskState.QUEUED else "resume"
        changes = {"attempts": task.attempts + 1, "started_at": task.started_at or clock.now()}
        apply_transition(session, SYSTEM, task, Step(step, changes=changes))
        return Ticket(task.id, task.attempts, task.kind, task.screen, dict(task.parameters), actor)


def note_progress(ticket: Ticket, done: int, total: int | None) -> bool:
    """Write how far the attempt is; False when the ticket no longer counts."""
    values: dict[str, Any] = {"progress_done": done, "changed_at": clock.now()}
    if total is not None:
        values["progress_total"] = total
    with unit_of_work(SYSTEM) as session:
        statement = update(BackgroundTask).where(*held(ticket)).values(values).returning(BackgroundTask.id)
        return session.scalar(statement, execution_options={"synchronize_session": False}) is not None


def finish(ticket: Ticket, counts: Mapping[str, int], file: tuple[str, int] | None = None) -> None:
    """End the task with its counts and the key and size of its file. Raises TaskLostError when it was ended."""
    key, size = file or (None, None)
    changes = {"row_counts": dict(counts), "file_key": key, "file_size": size, "error_code": None}
    done = sum(counts.values())
    with unit_of_work(SYSTEM) as session:
        _end(session, _held_task(session, ticket), "finish", None, **changes, progress_done=done)


def fail(ticket: Ticket, code: str) -> None:
    """End the task as failed. Raises TaskLostError when it was ended or taken over."""
    with unit_of_work(SYSTEM) as session:
        _end(session, _held_task(session, ticket), "fail", code)


def recover_stranded(actor: Actor = SYSTEM) -> int:
    """Fail the tasks that wait or work with nothing left to go on with them; returns how many."""
    with unit_of_work(actor) as session:
        tasks = stranded_tasks(session)
        for task in tasks:
            waited = task.state == BackgroundTaskState.QUEUED
            _end(session, task, "fail", "never_started" if waited else "worker_lost")
        return len(tasks)


def refusal_of(actor: Actor, screen: str) -> str | None:
    """Why this person may not have tasks done on a screen's rows, as a code; None when all is well."""
    needed = permission_for(screen, "menu_access")
    allowed = needed is not None and actor.may(needed) and actor.may(Permission.TASK_READ)
    return None if allowed else "role_lost"


def held(ticket: Ticket) -> tuple[Any, ...]:
    """The conditions under which the ticket still counts."""
    return (
        BackgroundTask.id == ticket.task_id,
        BackgroundTask.state == BackgroundTaskState.RUNNING,
        BackgroundTask.attempts == ticket.attempt,
    )


def _refused_person(person: StaffMember | None, actor: Actor | None, task: BackgroundTask) -> str | None:
    if person is None or actor is None or not person.is_active:
        return "account_closed"
    if person.agency_id != task.agency_id:
        return "moved"
    return refusal_of(actor, task.screen)


def _held_task(session: Session, ticket: Ticket) -> BackgroundTask:
    task: BackgroundTask | None = session.scalar(
        select(BackgroundTask)
        .where(*held(ticket))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if task is None:
        raise TaskLostError
    return task


def _end(session: Session, task: BackgroundTask, step: str, code: str | None, **changes: Any) -> None:
    """Take the last step of a task, its message out of the outbox, and what was sealed for it out of its box."""
    values = {"finished_at": clock.now(), "error_code": code, **changes}
    apply_transition(session, SYSTEM, task, Step(step, reason=code, changes=values))
    close_message(session, task.message_id)
    tell_task_ended(session, task)
    if step == "fail":
        _forget_secret(task)


def _forget_secret(task: BackgroundTask) -> None:
    """Erase the passphrase of a task that nobody goes on with; those that finish need it until they are committed."""
    token = task.parameters.get("sealed")
    if token is not None:
        erase_secret(current_app.config["OPENTHADS"], str(token))


def _own_task(session: Session, actor: Actor, task_id: int) -> BackgroundTask:
    """The person's own task; another person's task and a missing one look the same."""
    task = load_row(session, BackgroundTask, task_id)
    if actor.user_id is None or task.requested_by_id != actor.user_id:
        raise NotFoundError
    return task


def _agency_of(session: Session, actor: Actor) -> EnforcementAgency:
    person = session.get(StaffMember, actor.user_id) if actor.user_id else None
    if person is None or person.agency_id is None:
        raise NotPermittedError
    return load_row(session, EnforcementAgency, person.agency_id)


def _new_task(actor: Actor, order: TaskOrder, agency: EnforcementAgency, total: int | None) -> BackgroundTask:
    return BackgroundTask(
        kind=order.kind.value,
        screen=order.screen,
        parameters=dict(order.parameters),
        requested_by_id=actor.user_id,
        source_id=order.source_id,
        message_id="",
        agency_id=agency.id,
        agency_path=agency.path,
        progress_total=total,
    )


def _new_row(
    task: BackgroundTask, agency: EnforcementAgency, subject_id: int, version: int
) -> BackgroundTaskRow:
    # Objects and not their keys: the write guard would ask the database for each key.
    return BackgroundTaskRow(
        task=task, agency=agency, agency_path=agency.path, subject_id=subject_id, seen_version=version
    )

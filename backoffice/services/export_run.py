"""Export runs: asked for, worked on by one worker at a time, ended with a report that staff can read.

Here: the states of a run, its history, its progress, its second and third attempts. Not here: building a
package (`jobs.publication`), when a run is due (`schedule`), the messages themselves (`outbox`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, OpenThadsError, StateError
from backoffice.models import EnforcementAgency, ExportRun, ScheduleSlot, TransitionLog
from backoffice.models.states import AgencyLevel, ExportRunState, OutboxState, RunTrigger
from backoffice.queries.export_runs import AT_WORK, lost_runs, queued_runs, waiting_run
from backoffice.queries.outbox import open_messages
from backoffice.services.outbox import close_message, pause
from backoffice.services.run_report import outcome_report
from backoffice.services.transaction import send, unit_of_work
from backoffice.workflow.export_run import NAME, WORKFLOW
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

PACKAGES = ("debtors", "statistics", "documents")
RUN_JOB = "export.run"
RUN_QUEUE = "export"
MAX_ATTEMPTS = 3


class RunBusyError(OpenThadsError):
    """Another run of the package, or another attempt of this one, is at work."""

    code = "run_busy"
    message = N_("This package is being exported now.")


class RunLostError(OpenThadsError):
    """The run was cancelled or taken over while this attempt worked; its outcome no longer counts."""

    code = "run_lost"
    message = N_("This run was cancelled or taken over.")


@dataclass(frozen=True)
class Ticket:
    """The right to work on a run: valid while the run is running and its attempt is this one."""

    run_id: int
    package: str
    attempt: int


@dataclass(frozen=True)
class Outcome:
    """What a finished attempt leaves: the version shown now, whether it is new, its rows and its report."""

    version: str
    changed: bool
    row_counts: Mapping[str, int]
    report: Mapping[str, Any]


def request_export(
    actor: Actor, package: str, trigger: RunTrigger, slot: ScheduleSlot | None = None
) -> ExportRun:
    """Queue a run of a package; a run that still waits serves, because it will see the same data.

    Raises NotPermittedError, InvalidInputError for the package, StateError before the agencies are there.
    """
    package = known_package(package)
    opening = WORKFLOW.check_opening(actor.permissions)
    with unit_of_work(actor) as session:
        waiting = waiting_run(session, package)
        if waiting is not None:
            if not _has_message(session, waiting.id):
                # Its message was given up: nobody would ever start it.
                send(session, RUN_JOB, queue=RUN_QUEUE, run_id=waiting.id)
            return waiting
        run = ExportRun(
            package_name=package,
            triggered_by=trigger,
            slot_id=slot.id if slot else None,
            requested_by_id=actor.user_id,
            state=WORKFLOW.initial,
        )
        session.add(run)
        session.flush()
        _log(session, actor, run, opening.name, None)
        send(session, RUN_JOB, queue=RUN_QUEUE, run_id=run.id)
        return run


def run_again(actor: Actor, run_id: int) -> ExportRun:
    """Run a finished export once more: a failed run gets fresh attempts, any other is followed by a new run.

    Raises NotFoundError, NotPermittedError, StateError while the run is at work.
    """
    with unit_of_work(actor) as session:
        run = _locked(session, run_id)
        if run.state in AT_WORK:
            raise StateError
        if run.state != ExportRunState.FAILED:
            return request_export(actor, run.package_name, RunTrigger.BUTTON)
        _step(session, actor, run, "retry")
        run.attempts = 0
        send(session, RUN_JOB, queue=RUN_QUEUE, run_id=run.id)
        return run


def cancel_run(actor: Actor, run_id: int) -> ExportRun:
    """End a run that waits or works and publishes nothing yet. Raises NotFoundError, StateError and others."""
    with unit_of_work(actor) as session:
        run = _locked(session, run_id)
        _step(session, actor, run, "cancel")
        run.finished_at = clock.now()
        return run


def start(actor: Actor, run_id: int) -> Ticket | None:
    """Begin the next attempt; None when the run has ended for good.

    Raises RunBusyError when this run, or another of its package, is at work.
    """
    with unit_of_work(actor) as session:
        run = session.get(ExportRun, run_id, with_for_update=True, populate_existing=True)
        if run is None:
            return None
        if run.state in AT_WORK:
            raise RunBusyError
        if run.state == ExportRunState.FAILED and run.attempts < MAX_ATTEMPTS:
            _step(session, actor, run, "retry")
        if run.state != ExportRunState.QUEUED:
            return None
        ticket = Ticket(run.id, run.package_name, run.attempts + 1)
        _claim(session, run)
        _step(session, actor, run, "start")
        return ticket


def note_progress(actor: Actor, ticket: Ticket, done: int, total: int | None, label: str | None) -> bool:
    """Write how far the attempt is, which is also its sign of life; False when the ticket no longer counts."""
    values = {
        "progress_done": done,
        "progress_total": total,
        "progress_label": label,
        "changed_at": clock.now(),
    }
    held = (
        ExportRun.id == ticket.run_id,
        ExportRun.state.in_(AT_WORK),
        ExportRun.attempts == ticket.attempt,
    )
    with unit_of_work(actor) as session:
        statement = update(ExportRun).where(*held).values(values).returning(ExportRun.id)
        found = session.scalar(statement, execution_options={"synchronize_session": False})
        return found is not None


def begin_publishing(actor: Actor, ticket: Ticket) -> None:
    """The new version is about to be shown: from here on the run cannot be cancelled.

    Raises RunLostError when it was cancelled or taken over before; then nothing may be shown.
    """
    with unit_of_work(actor) as session:
        _step(session, actor, _held(session, ticket, (ExportRunState.RUNNING,)), "begin_publishing")


def finish(actor: Actor, ticket: Ticket, outcome: Outcome) -> None:
    """End the run as published or unchanged. Raises RunLostError when the ticket no longer counts."""
    with unit_of_work(actor) as session:
        run = _held(session, ticket)
        _step(session, actor, run, "publish" if outcome.changed else "find_unchanged")
        run.package_version, run.row_counts = outcome.version, dict(outcome.row_counts)
        run.report, run.finished_at = dict(outcome.report), clock.now()
        run.progress_total = run.progress_done = sum(outcome.row_counts.values())
        run.progress_label = None


def fail(
    actor: Actor, ticket: Ticket, code: str, report: Mapping[str, Any] | None, retry_after: int = 60
) -> None:
    """End the attempt as failed with its report, and ask for the next attempt while there is one.

    `retry_after` is the first pause in seconds. Raises RunLostError when the ticket no longer counts.
    """
    with unit_of_work(actor) as session:
        run = _held(session, ticket)
        _step(session, actor, run, "fail", reason=code)
        run.error_code, run.finished_at = code, clock.now()
        run.report = dict(report) if report else outcome_report(run.package_name, code)
        if run.attempts < MAX_ATTEMPTS:
            due = clock.now() + pause(run.attempts, retry_after)
            send(session, RUN_JOB, queue=RUN_QUEUE, not_before=due, run_id=run.id)


def recover_lost_runs(actor: Actor, silent_after: int) -> int:
    """Fail the runs whose worker gave no sign of life for so many seconds; each goes on as its next attempt.

    Runs that wait with nothing left to start them fail too, without another attempt: staff must look.
    """
    with unit_of_work(actor) as session:
        lost = lost_runs(session, clock.now() - timedelta(seconds=silent_after))
        tickets = [Ticket(run.id, run.package_name, run.attempts) for run in lost]
        waiting = [run.id for run in queued_runs(session) if not _has_message(session, run.id)]
    stranded = sum(_fail_stranded(actor, run_id) for run_id in waiting)
    return stranded + sum(_recover(actor, ticket, silent_after) for ticket in tickets)


def _fail_stranded(actor: Actor, run_id: int) -> bool:
    code = "never_started"
    with unit_of_work(actor) as session:
        run = _locked(session, run_id)
        if run.state != ExportRunState.QUEUED or _has_message(session, run_id):
            # Somebody asked for it again while we looked.
            return False
        _step(session, actor, run, "fail", reason=code)
        run.error_code, run.finished_at = code, clock.now()
        run.report = outcome_report(run.package_name, code)
        return True


def _has_message(session: Session, run_id: int) -> bool:
    """Whether a message that is neither done nor given up will start the run."""
    return any(row.arguments.get("run_id") == run_id for row in open_messages(session, RUN_JOB))


def _recover(actor: Actor, ticket: Ticket, silent_after: int) -> bool:
    try:
        with unit_of_work(actor) as session:
            sent = [row for row in open_messages(session, RUN_JOB) if row.state == OutboxState.SENT]
            for message in sent:
                if message.arguments.get("run_id") == ticket.run_id:
                    close_message(session, message.id)
            # Soon again: it waited long enough to be noticed, and its data are not to blame.
            fail(actor, ticket, "worker_lost", None, max(1, silent_after // 6))
    except RunLostError:
        # It ended while we looked.
        return False
    return True


def known_package(name: str) -> str:
    """The package name, if there is such a package. Raises InvalidInputError."""
    if name not in PACKAGES:
        raise InvalidInputError("package", N_("There is no package of this name."))
    return name


def _claim(session: Session, run: ExportRun) -> None:
    """Take the run in one statement that only one of two workers can win, on either database."""
    now = clock.now()
    claim = (
        update(ExportRun)
        .where(
            ExportRun.id == run.id,
            ExportRun.state == ExportRunState.QUEUED,
            ExportRun.attempts == run.attempts,
        )
        .values(
            state=ExportRunState.RUNNING,
            attempts=run.attempts + 1,
            started_at=now,
            changed_at=now,
            finished_at=None,
            error_code=None,
            report=None,
            progress_done=0,
            progress_total=None,
            progress_label=None,
        )
        .returning(ExportRun.id)
    )
    session.flush()
    try:
        won = session.scalar(claim, execution_options={"synchronize_session": False})
    except IntegrityError as error:
        # The unique index: another run of the package is at work.
        raise RunBusyError from error
    if won is None:
        raise RunBusyError


def _step(session: Session, actor: Actor, run: ExportRun, name: str, reason: str | None = None) -> None:
    """Move the run along its workflow and write the history."""
    if not (actor.may(Permission.EXPORT_RUN) or actor.may(Permission.SYSTEM)):
        raise NotPermittedError
    before = run.state
    step = WORKFLOW.check(name, before, actor.permissions, run, reason=reason)
    run.state = step.target_from(before)
    session.flush()
    _log(session, actor, run, name, before, reason)


def _log(
    session: Session, actor: Actor, run: ExportRun, name: str, before: str | None, reason: str | None = None
) -> None:
    """One row of history; runs belong to the whole country, so it lies with the national agency."""
    with system_scope("jobs"):
        national = session.scalar(
            select(EnforcementAgency)
            .where(EnforcementAgency.level == AgencyLevel.NATIONAL, EnforcementAgency.parent_id.is_(None))
            .order_by(EnforcementAgency.code)
            .limit(1)
        )
        if national is None:
            raise StateError(N_("Import the agencies before the first export."))
        session.add(
            TransitionLog(
                agency_id=national.id,
                agency_path=national.path,
                subject_type=NAME,
                subject_id=run.id,
                workflow_version=WORKFLOW.version,
                transition=name,
                from_state=before,
                to_state=run.state,
                actor_id=actor.user_id,
                at=clock.now(),
                reason=reason,
            )
        )
        session.flush()


def _locked(session: Session, run_id: int) -> ExportRun:
    run = session.get(ExportRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFoundError
    return run


def _held(session: Session, ticket: Ticket, states: tuple[ExportRunState, ...] = AT_WORK) -> ExportRun:
    run = _locked(session, ticket.run_id)
    if run.state not in states or run.attempts != ticket.attempt:
        raise RunLostError
    return run

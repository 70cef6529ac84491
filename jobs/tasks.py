"""The job of a task that a person started from a list: an id in, one attempt, its outcome on the task's row.

Not here: what a task does (`backoffice.views.task_run` and the services under it).
"""

from __future__ import annotations

import errno

from flask import current_app
from rq.timeouts import JobTimeoutException

from backoffice.access.actor import Actor
from backoffice.errors import OpenThadsError
from backoffice.models.states import TaskKind
from backoffice.services import background_task, list_file, outbox
from backoffice.services.background_task import TaskLostError, Ticket
from backoffice.services.outbox import Message
from backoffice.services.sealed_secret import SecretBox
from backoffice.services.signing_batch import erase_orphaned_secrets, run_signing
from backoffice.views.task_run import take_steps, write_list
from config import Settings
from jobs.progress import Reporter

SYSTEM = Actor.system("jobs")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run(message: Message) -> None:
    """Make one attempt of a task. An unexpected error is told to the queue, which tries again."""
    ticket = background_task.start(int(message.arguments["task_id"]))
    try:
        if ticket is not None:
            _attempt(ticket)
    except TaskLostError:
        # Cancelled, or another attempt has taken over: nothing of this one counts.
        pass
    outbox.run_once(SYSTEM, message.id, lambda _: None)


def delete_old_files(settings: Settings) -> int:
    """Delete the files of lists whose days are over; returns how many."""
    return list_file.delete_old_files(SYSTEM, settings)


def erase_old_secrets(settings: Settings) -> int:
    """Erase the passphrases whose time is over or whose task has ended; returns how many."""
    return SecretBox.of(settings).sweep() + erase_orphaned_secrets(SYSTEM, settings)


def _attempt(ticket: Ticket) -> None:
    settings: Settings = current_app.config["OPENTHADS"]
    try:
        if ticket.kind == TaskKind.SIGNATURES:
            run_signing(ticket, settings)
            return
        if ticket.kind != TaskKind.EXPORT:
            take_steps(ticket)
            return
        tell = lambda done, total, _label: background_task.note_progress(ticket, done, total)  # noqa: E731
        with Reporter(tell, TaskLostError, settings.sweep_after) as reporter:
            write_list(ticket, settings, lambda done: reporter.note(done, "rows"))
    except TaskLostError:
        raise
    except (OpenThadsError, OSError, JobTimeoutException) as error:
        code = _code_of(error)
        if code is None:
            raise
        background_task.fail(ticket, code)


def _code_of(error: BaseException) -> str | None:
    """Why the task ends here; None for an error that another attempt may not meet again."""
    if isinstance(error, JobTimeoutException):
        return "timed_out"
    if isinstance(error, OSError):
        return "disk_full" if error.errno in _FULL else None
    return outbox.error_code(error)[:40]

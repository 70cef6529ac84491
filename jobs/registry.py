"""The allow-list: every job that may run, by the name that services put into the outbox.

Here: names, and the frame around each job (count the attempt, keep its error). Not here: the jobs themselves.
A job takes the ids of its message, calls one service, and ends its message with `outbox.run_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import current_app

from backoffice.access.actor import Actor
from backoffice.services import outbox
from backoffice.services.outbox import Message
from config import Settings
from jobs import documents, notices, papers, publication, tasks, upkeep
from jobs.guard import Handler

SYSTEM = Actor.system("jobs")

FUNCTIONS: Mapping[str, Callable[[Message], None]] = {
    "appointment.remind": notices.remind,
    "document.erase": documents.erase,
    "notice.digest": notices.digest,
    "notice.send": notices.send,
    "export.request": publication.request,
    "export.run": publication.run,
    "paper.render": papers.render,
    "publication.take_down": publication.remove,
    "site.build": publication.site,
    "task.run": tasks.run,
    "upkeep.run": upkeep.run,
}


# What a worker loads once, before it starts the process of the first such job.
READY: Mapping[str, Callable[[], None]] = {"paper.render": papers.get_ready}


def perform(function: Callable[[Message], None], job: str, message_id: str) -> None:
    """Run one job for one message, if there is still something to do.

    An error is kept on the message as a code, the message tries again later, and RQ is told by the exception.
    """
    message = outbox.begin(SYSTEM, message_id, job)
    if message is None:
        return
    try:
        function(message)
    except Exception as error:
        settings: Settings = current_app.config["OPENTHADS"]
        outbox.record_failure(SYSTEM, message_id, error, settings.sweep_after)
        raise


def handlers(functions: Mapping[str, Callable[[Message], None]]) -> dict[str, Handler]:
    """The functions in their frame, as the worker's allow-list wants them."""
    return {name: partial(perform, function) for name, function in functions.items()}


JOBS = handlers(FUNCTIONS)

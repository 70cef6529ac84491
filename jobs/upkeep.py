"""The job of upkeep: one run, whatever comes of it kept with the end of its message.

Not here: what upkeep there is (`backoffice.services.upkeep`).
"""

from __future__ import annotations

from flask import current_app
from rq.timeouts import JobTimeoutException

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import OpenThadsError
from backoffice.services import outbox, upkeep
from backoffice.services.document_store import is_disk_full
from backoffice.services.outbox import Message
from config import Settings

SYSTEM = Actor.system("documents")


def run(message: Message) -> None:
    """Do it once; a death in between has it done again, which changes nothing."""
    settings: Settings = current_app.config["OPENTHADS"]
    started_at = clock.now()
    try:
        outcome = upkeep.do_upkeep(SYSTEM, str(message.arguments["name"]), settings)
    except JobTimeoutException:
        outcome = upkeep.Outcome(error="timed_out")
    except OSError as error:
        outcome = upkeep.Outcome(error="disk_full" if is_disk_full(error) else "disk_error")
    except OpenThadsError as error:
        outcome = upkeep.Outcome(error=outbox.error_code(error)[:40])
    arguments = message.arguments
    outbox.run_once(
        SYSTEM, message.id, lambda session: upkeep.note_upkeep(session, arguments, started_at, outcome)
    )

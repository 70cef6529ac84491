"""The scheduler process: wakes the ticker, the relay, the sweeper and the reaper, each at its own pace.

Any number of these processes may run at once. Not here: what each round does (`outbox`,
`backoffice.services.schedule`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask

from backoffice.extensions import db
from backoffice.services import outbox as outbox_service
from backoffice.services.schedule import tick
from config import Settings
from jobs import notices, outbox, queues, tasks

log = logging.getLogger("openthads.jobs")

_LONGEST_PAUSE = 10.0


@dataclass
class Chore:
    """One round that is to be repeated; after an error it waits longer each time."""

    name: str
    every: float
    deed: Callable[[], object]
    due_at: float = 0.0
    failures: int = 0


def chores_of(settings: Settings) -> list[Chore]:
    """All rounds of one scheduler process."""
    connection = queues.connect(settings)
    return [
        Chore("ticker", 2.0, lambda: tick(outbox.SYSTEM)),
        Chore("relay", 0.3, lambda: outbox.relay_once(settings, connection)),
        Chore(
            "sweeper",
            max(0.5, min(10.0, settings.sweep_after / 3)),
            lambda: outbox.sweep_once(settings, connection),
        ),
        Chore("reaper", 30.0, lambda: outbox.reap_once(connection)),
        Chore("pruner", 3600.0, lambda: outbox_service.prune(outbox.SYSTEM)),
        Chore("notices", 60.0, lambda: notices.upkeep(settings)),
        Chore("digest", 60.0, lambda: notices.ask_for_digest(settings)),
        Chore("reminders", 60.0, lambda: notices.ask_for_reminders(settings)),
        Chore("old files", 600.0, lambda: tasks.delete_old_files(settings)),
        Chore("passphrases", 60.0, lambda: tasks.erase_old_secrets(settings)),
    ]


def run_scheduler(app: Flask, settings: Settings, stopping: threading.Event) -> None:
    """Turn the rounds until `stopping` is set; a lost database or broker is waited for, never fatal."""
    chores = chores_of(settings)
    while not stopping.is_set():
        with app.app_context():
            turn(chores)
        stopping.wait(max(0.05, min(chore.due_at for chore in chores) - time.monotonic()))


def turn(chores: Sequence[Chore]) -> None:
    """Do every round that is due, in order."""
    for chore in chores:
        if time.monotonic() < chore.due_at:
            continue
        try:
            chore.deed()
            chore.failures = 0
            wait = chore.every
        except Exception as error:
            # No error of one round may end the others. Its class is enough: a text may hold data.
            if chore.failures == 0:
                log.warning("%s: %s, trying again", chore.name, type(error).__name__)
            chore.failures += 1
            wait = min(chore.every * 2**chore.failures, max(chore.every, _LONGEST_PAUSE))
        finally:
            db.session.remove()
        chore.due_at = time.monotonic() + wait

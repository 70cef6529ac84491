"""Runs as a process that makes the round of reminders of 5 October 2026, and dies in it when told to.

Words: the id of the round's message, then `before` or `after` and a number: the process is gone before that commit is
made, or after it. Without them it goes to the end. Settings come from the environment.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date

import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from backoffice import create_app
from backoffice.access.actor import Actor
from backoffice.services.appointment_reminder import remind
from config import load_settings


def main() -> None:
    """Make the round."""
    left = [int(sys.argv[3]) if len(sys.argv) > 3 else 0]

    def die(_session: Session) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with create_app("public", load_settings()).app_context():
        if left[0]:
            event.listen(Session, f"{sys.argv[2]}_commit", die)
        with time_machine.travel("2026-10-05 09:00+07:00", tick=False):
            remind(Actor.system("jobs"), sys.argv[1], date(2026, 10, 5))


if __name__ == "__main__":
    main()

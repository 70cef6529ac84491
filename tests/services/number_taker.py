"""Runs as a process that takes numbers of a register, one after the other, each in a transaction of its own.

Words: the agency's code, how many numbers, and `die` when every second transaction is to end with the process.
Settings come from the environment. Says `ready`, waits for a line, and begins.
"""

from __future__ import annotations

import os
import signal
import sys

from backoffice import clock, create_app
from backoffice.access.actor import Actor
from backoffice.access.scope import Scope
from backoffice.models.states import DocumentSeries
from backoffice.queries.agencies import agency_by_code
from backoffice.services.document_number import NumberPlace, reserve_number
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.permissions import Permission
from config import load_settings


def main() -> None:
    """Take the numbers; with `die` the process is gone in the middle of a transaction that holds one."""
    code, count = sys.argv[1], int(sys.argv[2])
    clerk = Actor(None, "clerk", frozenset({Permission.OFFICIAL_DOCUMENT_ISSUE}), Scope(("TC.",)))
    with create_app("public", load_settings()).app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(count):
            with unit_of_work(clerk) as session:
                agency = agency_by_code(code)
                assert agency is not None
                place = NumberPlace(agency, DocumentSeries.LETTER, clock.today())
                reserve_number(session, clerk, place, "CCTHADS")
        if "die" in sys.argv:
            with unit_of_work(clerk) as session:
                reserve_number(session, clerk, place, "CCTHADS")
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()

"""Staff screens while one form of the citizens' pages is flooded: 50 clients send it without a pause.

Run as `python -m benchmarks.flood`. Staff ask for their pages in turn with and without the flood: with all pages in one
process (`create_web`), with the citizens' pages in a process of their own (`create_counter`), and with that one behind
the others for the processor. The flooding clients run on the same machine and take their share of it too. Not here: the
flood (`flooders`), what is there before (`counter`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.web import STAFF_PREFIX
from benchmarks.counter import Counter, private_counter, serving
from benchmarks.measure import Figure
from benchmarks.staff.client import Client, Timing, at_once
from config import ROOT
from tests import factories
from tests.jobs.helpers import MortalRedis
from tests.requests import registered
from tests.views.world import HASH, PASSWORD

FLOODERS, STAFF, ROUNDS, REPETITIONS = 50, 4, 12, 3
# A page that takes longer makes people press again.
MOST_SECONDS = 3.0
_REQUESTS = 60
_NAME = "desk"
_PAGES = ("/requests/list/", "/", "/requests/show/1")
# What `Nice=` of a service says.
_BEHIND = 10
_MORE_THAN_ALLOWED = 70
_THREADS = ("--workers", "1", "--threads", "8")


@dataclass
class Answers:
    """What the flood was answered, by status, and what those that were held back were told."""

    statuses: Tally[str] = field(default_factory=Tally)
    said: set[str] = field(default_factory=set)
    floods: int = 0


@contextmanager
def flooded(port: int, found: Answers, clients: int = FLOODERS, until: int = 0) -> Iterator[None]:
    """The flood, for as long as the block lasts and until so many answers; it runs when the block begins.

    Each one comes from addresses that nobody had before.
    """
    found.floods += 1
    numbers = (port, clients, found.floods + 9, until)
    command = [sys.executable, "-m", "benchmarks.flooders", *map(str, numbers)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin
        assert program.stdout
        program.stdout.readline()
        try:
            yield
        finally:
            program.stdin.close()
            told = json.loads(program.stdout.readline())
            found.statuses.update(told["answers"])
            found.said.update(told["said"])


def _furnish(counter: Counter) -> None:
    """One officer of the desk and a list of requests."""
    factories.make_roles()
    with system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
    member = factories.make_staff(agency, Role.SUPPORT_OFFICER, username=_NAME)
    with system_scope("set_up"):
        member.password = HASH
        db.session.commit()
    for _ in range(_REQUESTS):
        registered(agency, counter.vault)
    db.session.remove()


def _people(port: int) -> list[Client]:
    clients = [Client(f"http://127.0.0.1:{port}{STAFF_PREFIX}") for _ in range(STAFF)]
    for client in clients:
        client.sign_in("/login/", _NAME, PASSWORD)
    return clients


def _asked(clients: Sequence[Client]) -> Timing:
    return at_once(clients, lambda client, number: _open(client, _PAGES[number % len(_PAGES)]), ROUNDS)


def _open(client: Client, path: str) -> None:
    client.get(path)


def _compared(name: str, clients: Sequence[Client], port: int, found: Answers) -> Iterator[Figure]:
    """Staff with and without the flood at this port, in turn."""
    _asked(clients)
    calm, wet = Timing(()), Timing(())
    for _ in range(REPETITIONS):
        calm += _asked(clients)
        with flooded(port, found):
            wet += _asked(clients)
    note = f"p50 {calm.p50:.0f} → {wet.p50:.0f} ms, p95 {calm.p95:.0f} → {wet.p95:.0f} ms"
    yield Figure(f"flood.{name}.staff.p95", wet.p95 / calm.p95, "×", note=note)
    yield Figure(f"flood.{name}.staff.slowest", max(wet.samples) / 1000, "s", MOST_SECONDS)


def _answered(found: Answers) -> Iterator[Figure]:
    note = ", ".join(f"{count} × {status}" for status, count in found.statuses.most_common())
    yield Figure("flood.answers", found.statuses.total(), "", note=f"{note}; 429 says {sorted(found.said)}")
    faults = sum(count for status, count in found.statuses.items() if status[0] in "b5")
    yield Figure("flood.faults", faults, "", 0)
    yield Figure("flood.held_back", found.statuses["429"], "", 1, at_least=True)


def _figures(counter: Counter) -> Iterator[Figure]:
    found = Answers()
    web, citizens = (
        serving(counter.settings, f"backoffice.web:{name}()", *_THREADS, probe="/healthz")
        for name in ("create_web", "create_counter")
    )
    with web as (_master, port), citizens as (other, counter_port):
        people = _people(port)
        yield from _compared("one_process", people, port, found)
        yield from _compared("own_process", people, counter_port, found)
        for process in (other, *other.children()):
            process.nice(_BEHIND)
        yield from _compared("behind", people, counter_port, found)
        with flooded(counter_port, found, until=_MORE_THAN_ALLOWED * FLOODERS):
            pass
    yield from _answered(found)


def measure(_size: int = 0) -> list[Figure]:
    """Measure and print each figure as soon as it is known."""
    redis, found = MortalRedis(), []
    try:
        with private_counter(redis_url=redis.url) as counter:
            _furnish(counter)
            for figure in _figures(counter):
                print(figure.line(), flush=True)
                found.append(figure)
    finally:
        redis.kill()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a goal is missed."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    return int(not all(figure.passed for figure in measure()))


if __name__ == "__main__":
    sys.exit(main())

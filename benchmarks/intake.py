"""Citizens' intake in figures: sending a request with a paper of 50 KB, beside four bare inserts in one commit.

Run as `python -m benchmarks.intake`. Eight clients send through the web server of an installation, and eight
connections insert, in turn, on one server that waits for its disk. Then the same with Redis stopped. Not here: what is
there before (`counter`), kills (`kills.intake`).
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import psutil
import psycopg

from backoffice.web import SERVICE_PREFIX
from benchmarks.cluster import server_process
from benchmarks.counter import Counter, Drafts, Line, address_of, paper, private_counter, serving
from benchmarks.measure import Figure, server_cpu
from tests.jobs.helpers import MortalRedis

CLIENTS, ROUNDS, REPETITIONS = 8, 6, 5
GOAL = 0.15
_TABLES = ("request", "document", "log", "outbox")
# About as wide as the rows that a request leaves.
_ROW = "x" * 600


@dataclass(frozen=True)
class Pace:
    """So many deeds a second, and the CPU of one in milliseconds: web processes and database."""

    rate: float
    web_ms: float
    server_ms: float


@dataclass
class Bench:
    """The running parts, and how both sides are measured."""

    counter: Counter
    port: int
    web: psutil.Process
    drafts: Drafts
    chance: random.Random
    turn: int = 0

    def sending(self) -> Pace:
        """Requests whose paper is attached already are sent: one commit each."""
        ready = [self.drafts.make(paper(self.chance)) for _ in range(CLIENTS * ROUNDS)]
        body = self.drafts.sending()

        def send(number: int, line: Line) -> None:
            _must(line.ask("POST", f"{SERVICE_PREFIX}/ho-so/{ready[number]}/kiem-tra/", body))

        return self._paced(send, ROUNDS)

    def attaching_and_sending(self) -> Pace:
        """The paper is sent first, and judged in a process of its own, which takes so much that few are enough."""
        ready = [(self.drafts.make(), paper(self.chance)) for _ in range(CLIENTS)]
        body = self.drafts.sending()

        def send(number: int, line: Line) -> None:
            draft, raw = ready[number]
            _must(line.ask("POST", f"{SERVICE_PREFIX}/ho-so/{draft}/giay-to/", *self.drafts.attaching(raw)))
            _must(line.ask("POST", f"{SERVICE_PREFIX}/ho-so/{draft}/kiem-tra/", body))

        return self._paced(send, 1)

    def _paced(self, send: Callable[[int, Line], None], rounds: int) -> Pace:
        first, self.turn = self.turn, self.turn + CLIENTS * rounds

        def work(client: int) -> None:
            for place in range(rounds):
                number = client * rounds + place
                send(number, Line(self.port, self.drafts.cookie, address_of(first + number)))

        return _measured(work, CLIENTS * rounds, self.web, self.counter)

    def inserting(self) -> Pace:
        """Four bare inserts and a commit, many times as often, as they take so much less."""
        rounds = ROUNDS * 20
        with ExitStack() as stack:
            lines = [stack.enter_context(psycopg.connect(self.counter.owner_dsn)) for _ in range(CLIENTS)]

            def work(client: int) -> None:
                for _ in range(rounds):
                    for table in _TABLES:
                        lines[client].execute(f"INSERT INTO bare_{table} (text) VALUES (%s)", [_ROW])
                    lines[client].commit()

            return _measured(work, CLIENTS * rounds, None, self.counter)


def _must(answer: tuple[int, str, str]) -> None:
    if answer[0] != 302:
        raise RuntimeError(f"answered {answer[0]}: {answer[2][-300:]}")


def _measured(work: Callable[[int], None], deeds: int, web: psutil.Process | None, counter: Counter) -> Pace:
    """Let all clients work at once."""
    failures: list[Exception] = []

    def run(client: int) -> None:
        try:
            work(client)
        except Exception as error:
            failures.append(error)

    server = server_process(counter.owner_dsn)
    before, web_before = server_cpu(server), _web_cpu(web)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failures:
        raise failures[0]
    web_ms, server_ms = _web_cpu(web) - web_before, server_cpu(server) - before
    return Pace(deeds / took, web_ms / deeds * 1000, server_ms / deeds * 1000)


def _web_cpu(web: psutil.Process | None) -> float:
    """CPU seconds of the web processes, with those of processes that judged files and have ended."""
    total = 0.0
    for process in web.children() if web is not None else ():
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _compared(name: str, bench: Bench, side: Callable[[], Pace], goal: float | None) -> Iterator[Figure]:
    """One side beside the bare inserts, in turn; the median of the ratios."""
    side()
    pairs = [(side(), bench.inserting()) for _ in range(REPETITIONS)]
    ratio = statistics.median(mine.rate / bare.rate for mine, bare in pairs)
    mine, bare = (statistics.median(pace.rate for pace in paces) for paces in zip(*pairs, strict=True))
    note = f"{mine:.0f} : {bare:.0f} a second"
    yield Figure(f"intake.{name}_by_bare_inserts.rate", ratio, "×", goal, at_least=True, note=note)
    cpu = [statistics.median(getattr(pair[0], part) for pair in pairs) for part in ("web_ms", "server_ms")]
    note = f"web {cpu[0]:.1f}, database {cpu[1]:.1f}"
    yield Figure(f"intake.{name}.cpu", sum(cpu), "ms", note=note)
    if goal and "redis" not in name:
        bare_ms = statistics.median(pair[1].server_ms for pair in pairs)
        yield Figure("intake.bare_inserts.cpu", bare_ms, "ms", note="database alone")


def figures() -> Iterator[Figure]:
    """All figures of the intake."""
    redis = MortalRedis()
    try:
        with private_counter(durable=True, redis_url=redis.url) as counter:
            with psycopg.connect(counter.owner_dsn, autocommit=True) as connection:
                for table in _TABLES:
                    connection.execute(f"CREATE TABLE bare_{table} (id bigserial PRIMARY KEY, text text)")
            command = ("--workers", "2", "--threads", "4")
            application = "backoffice.web:create_counter()"
            with serving(counter.settings, application, *command, probe="/healthz") as (web, port):
                bench = Bench(counter, port, web, Drafts(counter), random.Random(1))
                yield from _compared("send", bench, bench.sending, GOAL)
                yield from _compared("attach_and_send", bench, bench.attaching_and_sending, None)
                redis.kill()
                yield from _compared("send_without_redis", bench, bench.sending, GOAL)
    finally:
        redis.kill()


def measure(_size: int = 0) -> list[Figure]:
    """Measure and print each figure as soon as it is known; the number of records says nothing here."""
    print(f"# intake: {CLIENTS} clients, {CLIENTS * ROUNDS} requests a repetition, {REPETITIONS} repetitions")
    found = []
    for figure in figures():
        print(figure.line(), flush=True)
        found.append(figure)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a goal is missed."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    return int(not all(figure.passed for figure in measure()))


if __name__ == "__main__":
    sys.exit(main())

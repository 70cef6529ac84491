"""The kills: a worker at a chosen kind of work dies at a random moment, and another one takes its place.

Now and then the scheduler or a Redis without persistence dies with it. Not here: what people do meanwhile (`people`).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from backoffice.extensions import db
from benchmarks.kills.people import People, State, counts, papers
from benchmarks.office import Office
from tests.jobs.helpers import Watched
from tests.notices.messages import states

KINDS = ("number", "render", "sign", "send")
_JOBS = {"paper.render": "render", "notice.send": "send"}
# How long a worker is let go on with what it does, seconds; about the time that one such job takes.
_LONGEST = {"number": 0.3, "render": 0.15, "sign": 1.0, "send": 0.4}
_PATIENCE, _NUDGE = 30.0, 4.0
_EVERY_SCHEDULER, _EVERY_REDIS = 20, 60
_DRAIN = 1_200.0


@dataclass
class Kills:
    """One run over an office."""

    office: Office
    people: People
    chance: random.Random
    hit: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    watched: Watched = field(init=False)

    def __post_init__(self) -> None:
        self.watched = Watched(self.office.settings)

    def run(self, wanted: int, seconds: float, tell: Callable[[str], None]) -> None:
        """Kill so many workers at their work, each kind equally often, then let everything be finished.

        After so many seconds no more are killed.
        """
        end = time.monotonic() + seconds
        while self._hits() < wanted and time.monotonic() < end:
            self.office.revive()
            # The kind that was hit least: a kill that came too late for its kind is made up for.
            found = self._kill_at(min(KINDS, key=lambda kind: (self.hit[kind], self.chance.random())))
            self.hit[found] += 1
            if found in KINDS and self._hits() % 10 == 0:
                papers_now = _short(counts(self.office.desks))
                tell(f"{self._hits()} kills {dict(self.hit)}; papers {papers_now}; {states()}")
                self._kill_beside(self._hits())
        self.office.revive()
        self._drain(tell)

    def _hits(self) -> int:
        return sum(self.hit[kind] for kind in KINDS)

    def _kill_beside(self, number: int) -> None:
        if number % _EVERY_SCHEDULER == 0 and self.office.scheduler is not None:
            self.office.scheduler.kill()
            self.office.scheduler.join()
            self.beside["scheduler"] += 1
        if number % _EVERY_REDIS == 0:
            self.office.redis.kill()
            self.office.redis.start()
            self.beside["redis"] += 1

    def _kill_at(self, kind: str) -> str:
        """Wait until a worker does this kind of work, let it go on for a moment, kill it; what it did then."""
        began = nudged = time.monotonic()
        self._give_work(kind)
        while self._now() != kind:
            now = time.monotonic()
            if now - began > _PATIENCE:
                break
            if now - nudged > _NUDGE:
                nudged = now
                self._give_work(kind)
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0.0, _LONGEST[kind]))
        found = self._now()
        worker = self.office.worker
        assert worker is not None
        worker.kill()
        worker.join()
        return found or "between"

    def _give_work(self, kind: str) -> None:
        desk, people = self.chance.choice(self.office.desks), self.people
        if kind == "send":
            people.write(3)
            return
        people.look_after(desk)
        if len(papers(desk, State.DRAFTED)) < 4:
            people.draft(desk, 4)
        if kind != "sign" or not people.sign(desk, 6):
            people.ask_for_numbers(desk, 6)
        db.session.remove()

    def _now(self) -> str | None:
        """What the living worker is doing; None between two jobs."""
        worker = self.office.worker
        found = self.watched.job_of(worker.pid if worker is not None else None)
        if found is None:
            return None
        name, message = found
        return _JOBS.get(name) or self.people.tasks.get(message)

    def _drain(self, tell: Callable[[str], None]) -> None:
        """Let people and workers finish everything. Raises SystemExit when something never ends."""
        end = time.monotonic() + _DRAIN
        while time.monotonic() < end:
            for desk in self.office.desks:
                self.people.go_on(desk)
            found, letters = counts(self.office.desks), states()
            done = found["signed"] + found["cancelled"]
            tell(f"finishing: papers {_short(found)}; messages {letters}")
            if done == sum(found.values()) and not {"queued", "sending", "deferred"} & set(letters):
                return
            db.session.remove()
            time.sleep(3)
        raise SystemExit("not everything was finished")


def _short(found: dict[str, int]) -> str:
    return " ".join(f"{name} {count}" for name, count in found.items() if count)

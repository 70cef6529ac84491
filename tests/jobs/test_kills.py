"""Effects happen exactly once while worker, relay and a Redis without persistence are killed again and again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess

import pytest
from sqlalchemy import func, select, text

from backoffice.models import JobEffect, OutboxMessage
from backoffice.queries.outbox import message_counts
from backoffice.services.schedule import set_schedule
from backoffice.services.transaction import send, unit_of_work
from config import Settings
from tests.jobs import roles
from tests.jobs.helpers import MortalRedis, running_app, wait_until
from tests.jobs.roles import SYSTEM

PLANS = {"postgresql": (150, 18, 9, 5), "sqlite": (60, 5, 3, 2)}


@dataclass
class Victims:
    """A worker and a scheduler that are started again after each death."""

    settings: Settings
    processes: dict[str, ForkServerProcess] = field(default_factory=dict)

    def revive(self) -> None:
        for role in ("worker", "scheduler"):
            process = self.processes.get(role)
            if process is None or not process.is_alive():
                self.processes[role] = roles.start(self.settings, role)

    def kill(self, role: str) -> None:
        process = self.processes[role]
        process.kill()
        process.join()

    def end(self) -> None:
        for role in self.processes:
            self.kill(role)


@pytest.fixture
def victims(settings: Settings, mortal_redis: MortalRedis) -> Iterator[Victims]:
    group = Victims(replace(settings, redis_url=mortal_redis.url, sweep_after=2))
    with running_app(group.settings):
        yield group
        group.end()


def counts() -> dict[str, int]:
    with unit_of_work(SYSTEM) as session:
        return message_counts(session)


def test_effects_happen_exactly_once_when_processes_are_killed(
    victims: Victims, mortal_redis: MortalRedis, database_kind: str
) -> None:
    messages, workers, relays, brokers = PLANS[database_kind]
    chance = random.Random(database_kind)
    set_schedule(SYSTEM, "debtors", "0 2 * * *", is_enabled=False)
    order = ["worker"] * workers + ["scheduler"] * relays + ["redis"] * brokers
    chance.shuffle(order)
    for number, target in enumerate(order):
        leave(messages * (number + 1) // len(order) - messages * number // len(order))
        victims.revive()
        time.sleep(chance.uniform(0.1, 0.4))
        if target == "redis":
            mortal_redis.kill()
            mortal_redis.start()
        else:
            if target == "worker":
                wait_for_work()
            victims.kill(target)
    victims.revive()
    wait_until(lambda: counts()["done"] == messages, f"{messages} messages done: {counts()}", 120)
    with unit_of_work(SYSTEM) as session:
        effects = session.scalar(select(func.count()).select_from(JobEffect))
        counted = session.scalar(text("SELECT version FROM export_schedule"))
        repeated = session.scalar(select(func.count()).where(OutboxMessage.attempts > 1))
    assert (effects, counted) == (messages, messages + 1)
    # The kills did hit work: some messages needed another attempt.
    assert repeated


def wait_for_work() -> None:
    """Wait until a job is in the middle of its effect, so that the kill cuts it."""
    at_work = select(OutboxMessage.id).where(OutboxMessage.attempts > 0, OutboxMessage.state == "sent")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with unit_of_work(SYSTEM) as session:
            if session.scalar(at_work.limit(1)) is not None:
                return
        time.sleep(0.01)


def leave(count: int) -> None:
    with unit_of_work(SYSTEM) as session:
        for _ in range(count):
            send(session, roles.COUNT)

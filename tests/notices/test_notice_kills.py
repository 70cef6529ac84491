"""Each message arrives once while workers, scheduler and a Redis without persistence are killed again and again.

What a kill leaves in the one window that SMTP has (the end was given, the answer not kept) is counted and never sent
again. The mail server is a process of its own that nobody kills, and it takes its time, so that kills hit it.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backoffice.models import Notice, NoticeAttempt
from backoffice.services.transaction import unit_of_work
from config import Settings
from exports.mail import KEY
from tests.jobs import rows
from tests.jobs.helpers import MortalRedis, running_app, wait_until
from tests.jobs.test_kills import Victims
from tests.notices.mail_server import MailServer, mail_server
from tests.notices.messages import SYSTEM, leave, states, with_mail

# Messages, kills of workers, of schedulers, of Redis.
PLANS = {"postgresql": (90, 24, 5, 3), "sqlite": (40, 8, 2, 1)}
DONE = ("sent", "unconfirmed")


@pytest.fixture
def slow_post(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "post", slowest=0.08) as server:
        yield server


@pytest.fixture
def victims(settings: Settings, mortal_redis: MortalRedis, slow_post: MailServer) -> Iterator[Victims]:
    killed = with_mail(
        replace(settings, redis_url=mortal_redis.url, sweep_after=2), slow_post, smtp_seconds=3
    )
    group = Victims(killed)
    with running_app(killed):
        rows.add_agencies()
        rows.add_records(1)
        yield group
        group.end()


def test_each_message_arrives_once_when_processes_are_killed_while_they_send(
    victims: Victims, mortal_redis: MortalRedis, slow_post: MailServer, database_kind: str
) -> None:
    messages, workers, schedulers, brokers = PLANS[database_kind]
    chance = random.Random(database_kind)
    order = ["worker"] * workers + ["scheduler"] * schedulers + ["redis"] * brokers
    chance.shuffle(order)
    left = 0
    for number, target in enumerate(order, 1):
        wanted = messages * number // len(order)
        leave(*(f"nguoi{index}@example.vn" for index in range(left, wanted)))
        left = wanted
        victims.revive()
        _kill(victims, mortal_redis, target, chance)
    victims.revive()
    wait_until(
        lambda: sum(states().get(state, 0) for state in DONE) == messages,
        f"all messages ended: {states()}",
        90,
    )
    _check(slow_post, messages)


def _kill(victims: Victims, redis: MortalRedis, target: str, chance: random.Random) -> None:
    if target == "redis":
        redis.kill()
        redis.start()
        return
    if target == "worker":
        _wait_for_sending()
    time.sleep(chance.uniform(0.0, 0.15))
    victims.kill(target)


def _wait_for_sending() -> None:
    """Wait until a message is being sent, so that the kill cuts it."""
    end = time.monotonic() + 10
    while time.monotonic() < end and not states().get("sending"):
        time.sleep(0.005)


def _check(post: MailServer, messages: int) -> None:
    arrived = Counter(KEY.search(str(mail["Message-ID"]))[1] for mail in post.taken())  # type: ignore[index]
    with unit_of_work(SYSTEM) as session:
        found = {row.public_key: row.state for row in session.scalars(select(Notice))}
        cut = session.scalars(select(NoticeAttempt.outcome).where(NoticeAttempt.outcome == "died")).all()
    unconfirmed = [key for key, state in found.items() if state == "unconfirmed"]
    missing = [key for key in unconfirmed if not arrived[key]]
    print(
        f"\n{messages} messages; attempts cut before the hand-over {len(cut)}; unconfirmed {len(unconfirmed)}, "
        f"of them not arrived {len(missing)}; doubles {sum(count > 1 for count in arrived.values())}"
    )
    assert max(arrived.values()) == 1
    assert [key for key, state in found.items() if state == "sent" and arrived[key] != 1] == []
    assert set(arrived) <= set(found)
    assert len(arrived) + len(missing) == messages
    # The kills did hit work.
    assert len(cut) + len(unconfirmed)

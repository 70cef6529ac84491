"""Fixtures of the tests of background work: a database with agencies, and a Redis that may be killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from config import Settings
from jobs import queues
from tests.jobs import rows
from tests.jobs.helpers import MortalRedis, running_app


@pytest.fixture
def mortal_redis() -> Iterator[MortalRedis]:
    """A Redis of this test alone."""
    server = MortalRedis()
    yield server
    server.kill()


@pytest.fixture
def ready(with_redis: Settings) -> Iterator[Settings]:
    """Settings with agencies in the database, an empty Redis and a short patience; an application is pushed."""
    settings = replace(with_redis, sweep_after=2)
    with queues.connect(settings) as redis:
        redis.flushall()
    with running_app(settings):
        rows.add_agencies()
        yield settings

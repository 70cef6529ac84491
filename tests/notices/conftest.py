"""Fixtures of the tests of messages: a database with agencies and a case, a mail server, settings that name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings
from jobs import queues
from tests.jobs import rows
from tests.jobs.helpers import MortalRedis, running_app
from tests.notices.mail_server import MailServer, mail_server
from tests.notices.messages import with_mail


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server that answers at once."""
    with mail_server(tmp_path / "post") as server:
        yield server


@pytest.fixture
def mortal_redis() -> Iterator[MortalRedis]:
    """A Redis of this test alone."""
    server = MortalRedis()
    yield server
    server.kill()


@pytest.fixture
def office(with_redis: Settings, post: MailServer) -> Iterator[Settings]:
    """Settings with agencies and one record in the database, and the mail server; an application is pushed."""
    settings = with_mail(replace(with_redis, sweep_after=2), post)
    with queues.connect(settings) as redis:
        redis.flushall()
    with running_app(settings):
        rows.add_agencies()
        rows.add_records(1)
        yield settings

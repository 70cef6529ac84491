"""Papers that take too long to make: given up at once, and never in the way of a signature."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty
from sqlalchemy import update

from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DocumentTemplate, OutboxMessage
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import issue_paper, prepare_paper
from config import Settings
from exports.papers import warm_up
from jobs import queues
from tests.services.conftest import World
from tests.services.papers import numbers, stored, transfer, work


@pytest.fixture
def without_collector() -> Iterator[None]:
    """The collector asks its listeners, and an error raised inside one of them is lost: here the end of the time."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_paper_is_given_up_at_once_when_it_takes_too_long(world: World, vault: Vault, case_id: int) -> None:
    warm_up()
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    with system_scope("set_up"):
        kind = DocumentTemplate.kind == "transfer_letter"
        body = "| a | a | a | a | a | a |\n" * 2_200
        db.session.execute(update(DocumentTemplate).where(kind).values(body=body))
        db.session.commit()
    issue_paper(world.clerk(), paper.id)
    with UnixSignalDeathPenalty(3, JobTimeoutException):
        work()
    failed = stored(paper.id)
    assert (failed.state, failed.error_code, failed.file_id) == ("render_failed", "too_slow", None)
    assert numbers() == [(1, "reserved")]
    with system_scope("jobs"):
        message = db.session.query(OutboxMessage).filter_by(job="paper.render").one()
        assert (message.state, message.attempts) == ("done", 1)


def test_paper_is_given_up_when_its_processes_died_again_and_again(
    world: World, vault: Vault, case_id: int
) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    issue_paper(world.clerk(), paper.id)
    with system_scope("jobs"):
        db.session.execute(
            update(OutboxMessage).where(OutboxMessage.job == "paper.render").values(attempts=5)
        )
        db.session.commit()
    work()
    assert (stored(paper.id).state, stored(paper.id).error_code) == ("render_failed", "worker_lost")


@pytest.mark.parametrize("most", [20, 3600])
def test_job_of_a_paper_has_its_own_time_and_queue_behind_those_of_signing(
    world: World, vault: Vault, case_id: int, with_redis: Settings, most: int
) -> None:
    paper = prepare_paper(world.officer(), transfer(case_id), vault)
    issue_paper(world.clerk(), paper.id)
    with system_scope("jobs"):
        message = db.session.query(OutboxMessage).filter_by(job="paper.render").one()
    assert queues.QUEUES.index("export") < queues.QUEUES.index(message.queue)
    settings = replace(with_redis, job_timeout=most)
    with queues.connect(settings) as connection:
        queues.enqueue(connection, settings, message)
        assert _timeout(connection, message) == min(most, 90)


def _timeout(connection: Redis, message: OutboxMessage) -> int:
    job = queues.queue_of(connection, message.queue).fetch_job(queues.job_id(message.id, message.attempts))
    assert job is not None
    assert job.timeout is not None
    return int(job.timeout)

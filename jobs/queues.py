"""The queues in Redis: their names, the connection, and how a message of the outbox becomes a job there.

Redis is a bell, not a store: it may be lost at any moment. Not here: which messages are due
(`backoffice.services.outbox`), what runs (`worker`, `registry`).
"""

from __future__ import annotations

from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.utils import as_text, now, utcparse

from config import Settings
from jobs.guard import GuardedJob

URGENT, EXPORT, PAPERS, DEFAULT = "urgent", "export", "papers", "default"
# In the order in which a worker serves them: people first, signing before a long row of papers to be made, and all
# exports before the site built from them.
QUEUES = (URGENT, EXPORT, PAPERS, DEFAULT)
# Seconds of jobs that must not take as long as others: a paper is made in less than one, or has no end.
SHORT_JOBS = {"paper.render": 90}

FAILURE_TTL = 7 * 24 * 3600


class Sendable(Protocol):
    """What the queue needs to know of a message."""

    @property
    def id(self) -> str: ...
    @property
    def job(self) -> str: ...
    @property
    def queue(self) -> str: ...
    @property
    def attempts(self) -> int: ...


def connect(settings: Settings) -> Redis:
    """A connection that gives up after a few seconds; the caller's loop tries again."""
    return Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=3,
        socket_timeout=10,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1),
    )


def monitoring_interval(settings: Settings) -> int:
    """Seconds between two signs of life of a running job: at least three fit into the time to a sweep."""
    return max(1, min(10, settings.sweep_after // 3))


def queue_of(connection: Redis, name: str) -> Queue:
    """One of our queues. Raises ValueError for a name that no worker watches."""
    if name not in QUEUES:
        raise ValueError(f"no worker watches the queue {name!r}")
    return Queue(name, connection=connection, job_class=GuardedJob, serializer=JSONSerializer)


def job_id(message_id: str, attempts: int) -> str:
    """The id of the job that makes the next attempt; each attempt has its own, so that old traces in Redis
    are never taken for the new job."""
    return f"{message_id}_{attempts}"


def enqueue(connection: Redis, settings: Settings, message: Sendable) -> None:
    """Ring the bell for one message. The job carries the message's id only."""
    queue_of(connection, message.queue).enqueue_call(
        message.job,
        kwargs={"message_id": message.id},
        job_id=job_id(message.id, message.attempts),
        timeout=min(settings.job_timeout, SHORT_JOBS.get(message.job, settings.job_timeout)),
        result_ttl=0,
        failure_ttl=FAILURE_TTL,
        description=message.job,
    )


def is_alive(connection: Redis, message: Sendable, silent_after: float) -> bool:
    """Whether Redis still holds a job of this message that waits in a queue or gave a sign of life lately.

    A job that started counts its attempt at once, so the message's newest job has the number before.
    """
    numbers = {message.attempts, max(0, message.attempts - 1)}
    return any(_is_alive(connection, message, job_id(message.id, number), silent_after) for number in numbers)


def _is_alive(connection: Redis, message: Sendable, identifier: str, silent_after: float) -> bool:
    status, heartbeat = connection.hmget(GuardedJob.key_for(identifier), ["status", "last_heartbeat"])
    if status == b"queued":
        return connection.lpos(queue_of(connection, message.queue).key, identifier) is not None
    if status != b"started" or not heartbeat:
        return False
    return (now() - utcparse(as_text(heartbeat))).total_seconds() < silent_after

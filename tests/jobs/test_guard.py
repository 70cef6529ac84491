"""Nothing in Redis can make a worker run anything but an allow-listed job for a message of the outbox."""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import DefaultSerializer, JSONSerializer

from backoffice.models import OutboxMessage
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs import queues
from tests.jobs import roles


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (__import__("os").system, (f"touch {self.path}",))


@pytest.fixture
def database_kind() -> str:
    """The lock is before the database: one kind is enough."""
    return "sqlite"


@pytest.fixture
def redis(ready: Settings) -> Iterator[Redis]:
    with queues.connect(ready) as connection:
        yield connection


def plant(redis: Redis, name: str, data: bytes, **fields: bytes) -> None:
    """Put a raw job into the first queue, as somebody with access to Redis would."""
    payload = {"data": data, "status": b"queued", "origin": b"urgent", "timeout": b"60"}
    payload |= {"created_at": b"2026-01-01T00:00:00.000000Z", "enqueued_at": b"2026-01-01T00:00:00.000000Z"}
    redis.hset(f"rq:job:{name}", mapping={**payload, **fields})
    redis.rpush("rq:queue:urgent", name)
    redis.sadd("rq:queues", "rq:queue:urgent")


@pytest.fixture
def work(ready: Settings, redis: Redis, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Runs a worker over what was planted, with one honest message behind it that must still be done."""

    def run() -> None:
        with unit_of_work(roles.SYSTEM) as session:
            session.add(OutboxMessage(id="a" * 32, job=roles.COUNT, queue="urgent", arguments={}))
        roles.finish(ready)
        with unit_of_work(roles.SYSTEM) as session:
            assert session.get_one(OutboxMessage, "a" * 32, populate_existing=True).state == "done"

    return run


def test_worker_refuses_job_when_payload_names_os_system(work, redis: Redis, tmp_path: Path) -> None:
    target = tmp_path / "owned"
    Queue("urgent", connection=redis, serializer=JSONSerializer).enqueue(
        "os.system", f"touch {target}", job_id="evil"
    )
    work()
    assert not target.exists()
    assert redis.zscore("rq:failed:urgent", "evil") is not None


def test_worker_refuses_job_when_payload_is_pickled(work, redis: Redis, tmp_path: Path) -> None:
    target = tmp_path / "owned"
    bomb = pickle.dumps(Bomb(target))
    honest = json.dumps([roles.COUNT, None, [], {"message_id": "b" * 32}]).encode()
    plant(redis, "data", zlib.compress(pickle.dumps(("os.getpid", None, (Bomb(target),), {}))))
    plant(redis, "meta", honest, meta=bomb)
    plant(redis, "result", honest, result=bomb)
    for registry in ("wip", "failed", "finished", "deferred", "ready"):
        redis.zadd(f"rq:{registry}:urgent", {"data": 1, "meta": 1})
    work()
    assert not target.exists()


def test_worker_refuses_job_when_default_serializer_was_used(work, redis: Redis, tmp_path: Path) -> None:
    target = tmp_path / "owned"
    queue = Queue("urgent", connection=redis, serializer=DefaultSerializer)
    queue.enqueue("os.system", f"touch {target}", job_id="evil")
    work()
    assert not target.exists()


NOT_OURS = [
    ["subprocess.run", None, [["touch", "PATH"]], {}],
    ["builtins.exec", None, ["open('PATH','w')"], {}],
    ["system", {"__class__": "os"}, ["touch PATH"], {}],
    ["format", "{0}", [], {"message_id": "c" * 32}],
    ["jobs.publication.run", None, [], {"message_id": "c" * 32}],
    ["jobs.registry.perform", None, [], {"message_id": "c" * 32}],
    [roles.COUNT, None, ["extra"], {"message_id": "c" * 32}],
    [roles.COUNT, None, [], {"message_id": "c" * 32, "more": 1}],
    [roles.COUNT, None, [], {"message_id": ["c" * 32]}],
    [roles.COUNT, None, [], {"message_id": "../../etc"}],
    [[roles.COUNT], None, [], {"message_id": "c" * 32}],
    [None, None, [], {}],
    "no list at all",
]


def test_worker_refuses_job_when_it_is_not_one_of_ours(work, redis: Redis, tmp_path: Path) -> None:
    target = tmp_path / "owned"
    for number, payload in enumerate(NOT_OURS):
        plant(redis, f"evil{number}", json.dumps(payload).replace("PATH", str(target)).encode())
    work()
    assert not target.exists()
    states = [redis.hget(f"rq:job:evil{number}", "status") for number in range(len(NOT_OURS))]
    assert states == [b"failed"] * len(NOT_OURS)


def test_worker_ignores_callbacks_and_webhooks_when_a_job_names_them(
    work, redis: Redis, tmp_path: Path
) -> None:
    target = tmp_path / "owned"
    hooks = json.dumps([{"url": "http://127.0.0.1:9/", "events": ["finished", "failed"]}]).encode()
    name = b"shutil.rmtree"
    plant(
        redis,
        "evil",
        json.dumps([roles.COUNT, None, [], {"message_id": "d" * 32}]).encode(),
        success_callback_name=name,
        failure_callback_name=name,
        webhooks=hooks,
    )
    work()
    assert not target.exists()
    log = (Path(tmp_path) / "var" / "roles.log").read_text(errors="replace")
    assert "rmtree" not in log
    assert "Webhook" not in log


def test_worker_runs_nothing_when_the_message_asks_for_another_job(
    work, redis: Redis, ready: Settings
) -> None:
    with unit_of_work(roles.SYSTEM) as session:
        session.add(
            OutboxMessage(id="e" * 32, job="export.request", queue="urgent", arguments={"package": "debtors"})
        )
        session.get_one(OutboxMessage, "e" * 32).state = "sent"
    plant(redis, "evil", json.dumps([roles.COUNT, None, [], {"message_id": "e" * 32}]).encode())
    work()
    with unit_of_work(roles.SYSTEM) as session:
        row = session.get_one(OutboxMessage, "e" * 32, populate_existing=True)
        assert (row.state, row.attempts) == ("sent", 0)


def test_queue_is_refused_when_no_worker_watches_it(redis: Redis) -> None:
    with pytest.raises(ValueError, match="no worker watches"):
        queues.queue_of(redis, "other")

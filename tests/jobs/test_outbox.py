"""Messages leave once they are due, happen once, are tried again when they get lost, and are given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisDownError
from sqlalchemy import text

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import NOTHING
from backoffice.errors import NotFoundError, NotPermittedError, StateError
from backoffice.models import JobEffect, OutboxMessage
from backoffice.models.states import RunTrigger
from backoffice.queries.outbox import message_counts
from backoffice.services import export_run, outbox
from backoffice.services.schedule import set_schedule
from backoffice.services.transaction import send, unit_of_work
from config import Settings
from jobs import outbox as relay
from jobs import queues
from tests.jobs import roles
from tests.jobs.roles import SYSTEM

STRANGER = Actor(None, "stranger", frozenset(), NOTHING)


def leave(count: int = 1, job: str = roles.COUNT, **extra: object) -> list[str]:
    """Messages in the outbox, and the counter they move, at one."""
    set_schedule(SYSTEM, "debtors", "0 2 * * *", is_enabled=False)
    with unit_of_work(SYSTEM) as session:
        return [send(session, job, **extra) for _ in range(count)]  # type: ignore[arg-type]


def row(message_id: str) -> OutboxMessage:
    with unit_of_work(SYSTEM) as session:
        return session.get_one(OutboxMessage, message_id, populate_existing=True)


def counter() -> int:
    with unit_of_work(SYSTEM) as session:
        return int(session.scalar(text("SELECT version FROM export_schedule")) or 0) - 1


def age(message_id: str, seconds: int, **values: object) -> None:
    """Make a message look as if it was sent some time ago."""
    with unit_of_work(SYSTEM) as session:
        message = session.get_one(OutboxMessage, message_id)
        message.sent_at = clock.now() - timedelta(seconds=seconds)
        message.state = "sent"
        for name, value in values.items():
            setattr(message, name, value)


@pytest.fixture
def connection(ready: Settings) -> Iterator[Redis]:
    with queues.connect(ready) as redis:
        yield redis


def nobody(_message: OutboxMessage) -> bool:
    return False


def test_relay_sends_each_message_once_when_two_relays_run(ready: Settings, connection: Redis) -> None:
    leave(3)
    assert relay.relay_once(ready, connection) == 3
    assert relay.relay_once(ready, connection) == 0
    assert len(queues.queue_of(connection, "default")) == 3


def test_relay_holds_message_back_when_it_is_not_due(ready: Settings, connection: Redis) -> None:
    (message,) = leave(1, not_before=clock.now() + timedelta(minutes=1))
    assert relay.relay_once(ready, connection) == 0
    assert row(message).state == "pending"


def test_relay_fails_message_when_no_worker_watches_its_queue(ready: Settings, connection: Redis) -> None:
    (message,) = leave(1, queue="nobody")
    relay.relay_once(ready, connection)
    assert (row(message).state, row(message).last_error) == ("failed", "ValueError")


def test_service_commits_and_message_waits_when_redis_is_down(ready: Settings) -> None:
    down = replace(ready, redis_url="redis://127.0.0.1:1/0")
    run = export_run.request_export(SYSTEM, "debtors", RunTrigger.BUTTON)
    assert run.state == "queued"
    with queues.connect(down) as nobody_there:
        with pytest.raises(RedisDownError):
            relay.relay_once(down, nobody_there)
        with pytest.raises(RedisDownError):
            relay.sweep_once(down, nobody_there)
    with unit_of_work(SYSTEM) as session:
        assert message_counts(session)["pending"] == 1


def test_job_effect_happens_once_when_the_message_is_delivered_twice(
    ready: Settings, connection: Redis
) -> None:
    (message,) = leave()
    relay.relay_once(ready, connection)
    queues.enqueue(connection, ready, replace_attempts(row(message), 7))
    roles.finish(ready)
    leave()
    roles.finish(ready)
    assert counter() == 2
    assert row(message).state == "done"


def replace_attempts(message: OutboxMessage, attempts: int) -> outbox.Message:
    """The message as another job of it in Redis would look."""
    twin = outbox.Message(message.id, message.job, {}, attempts)
    object.__setattr__(twin, "queue", message.queue)
    return twin


def test_effect_is_refused_when_its_key_is_there(ready: Settings) -> None:
    (message,) = leave()
    done: list[int] = []
    assert outbox.run_once(SYSTEM, message, lambda _: done.append(1))
    assert not outbox.run_once(SYSTEM, message, lambda _: done.append(2))
    assert done == [1]


def test_nothing_is_kept_when_the_effect_fails(ready: Settings) -> None:
    (message,) = leave()

    def fail(session) -> None:  # type: ignore[no-untyped-def]
        session.execute(text("UPDATE export_schedule SET version = version + 1"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outbox.run_once(SYSTEM, message, fail)
    with unit_of_work(SYSTEM) as session:
        assert session.get(JobEffect, message) is None
    assert (counter(), row(message).state) == (0, "pending")


@pytest.mark.parametrize("state", ["done", "failed"])
def test_job_does_nothing_when_its_message_has_ended(ready: Settings, state: str) -> None:
    (message,) = leave()
    age(message, 0, state=state)
    assert outbox.begin(SYSTEM, message, roles.COUNT) is None
    assert outbox.begin(SYSTEM, "0" * 32, roles.COUNT) is None
    assert row(message).attempts == 0


def test_job_is_refused_when_redis_names_another_job(ready: Settings) -> None:
    (message,) = leave()
    with pytest.raises(NotFoundError):
        outbox.begin(SYSTEM, message, "export.run")


def test_sweep_sends_again_when_redis_lost_everything(ready: Settings, connection: Redis) -> None:
    messages = leave(5)
    relay.relay_once(ready, connection)
    connection.flushall()
    for message in messages:
        age(message, 5)
    assert relay.sweep_once(ready, connection).resent == 5
    roles.finish(ready)
    assert counter() == 5
    assert {row(message).state for message in messages} == {"done"}


def test_sweep_leaves_message_alone_when_its_job_waits_or_is_young(
    ready: Settings, connection: Redis
) -> None:
    waiting, young = leave(2)
    relay.relay_once(ready, connection)
    age(waiting, 3600)
    assert relay.sweep_once(ready, connection).resent == 0
    connection.flushall()
    assert relay.sweep_once(ready, connection).resent == 1
    assert (row(waiting).state, row(young).state) == ("pending", "sent")


def test_sweep_gives_up_when_every_attempt_died(ready: Settings) -> None:
    (message,) = leave()
    age(message, 60, attempts=outbox.MAX_ATTEMPTS)
    assert outbox.sweep(SYSTEM, nobody, 2).given_up == 1
    assert (row(message).state, row(message).last_error) == ("failed", outbox.GAVE_UP)
    assert outbox.sweep(SYSTEM, nobody, 2) == outbox.SweepResult(0, 0)


def test_sweep_waits_longer_when_attempts_died_before(ready: Settings) -> None:
    (message,) = leave()
    age(message, 3, attempts=4)
    outbox.sweep(SYSTEM, nobody, 2)
    wait = (row(message).not_before - clock.now()).total_seconds()
    assert 10 < wait <= 16


def test_failure_is_kept_as_a_code_when_the_error_text_holds_data(ready: Settings) -> None:
    (message,) = leave()
    age(message, 0, attempts=1)
    outbox.record_failure(SYSTEM, message, ValueError("Nguyễn Văn Thử"), 2)
    assert (row(message).state, row(message).last_error) == ("pending", "ValueError")
    age(message, 0, attempts=outbox.MAX_ATTEMPTS)
    outbox.record_failure(SYSTEM, message, NotFoundError(), 2)
    assert (row(message).state, row(message).last_error) == ("failed", "not_found")


def test_failed_job_is_visible_and_tries_again_when_its_arguments_are_wrong(ready: Settings) -> None:
    (message,) = leave(1, job="export.request", package="nothing")
    roles.finish(ready)
    assert (row(message).state, row(message).last_error, row(message).attempts) == (
        "pending",
        "invalid_input",
        1,
    )


@pytest.mark.parametrize(
    ("actor", "state", "error"),
    [(STRANGER, "failed", NotPermittedError), (SYSTEM, "sent", StateError), (SYSTEM, "done", StateError)],
)
def test_retry_is_refused_when_not_permitted_or_not_given_up(
    ready: Settings, actor: Actor, state: str, error: type[Exception]
) -> None:
    (message,) = leave()
    age(message, 0, state=state)
    with pytest.raises(error):
        outbox.retry_message(actor, message)
    assert row(message).state == state


def test_retry_starts_anew_when_the_message_was_given_up(ready: Settings) -> None:
    (message,) = leave()
    age(message, 0, state="failed", attempts=outbox.MAX_ATTEMPTS)
    outbox.retry_message(SYSTEM, message)
    roles.finish(ready)
    assert (row(message).state, counter()) == ("done", 1)


def test_retry_is_refused_when_there_is_no_such_message(ready: Settings) -> None:
    with pytest.raises(NotFoundError):
        outbox.retry_message(SYSTEM, "0" * 32)


def test_prune_forgets_only_what_was_done_long_ago(ready: Settings) -> None:
    old, new, waiting = leave(3)
    do_nothing: Callable[[object], None] = lambda _: None  # noqa: E731
    for message in (old, new):
        outbox.run_once(SYSTEM, message, do_nothing)
    with unit_of_work(SYSTEM) as session:
        session.get_one(OutboxMessage, old).done_at = clock.now() - timedelta(days=31)
        session.get_one(JobEffect, old).at = clock.now() - timedelta(days=31)
    assert outbox.prune(SYSTEM) == 1
    with unit_of_work(SYSTEM) as session:
        assert session.get(JobEffect, old) is None
        assert session.get(JobEffect, new) is not None
        assert {m.id for m in session.query(OutboxMessage)} == {new, waiting}


def test_message_is_refused_when_it_would_carry_text(ready: Settings) -> None:
    with unit_of_work(SYSTEM) as session, pytest.raises(ValueError, match="not an id"):
        send(session, roles.COUNT, name="Nguyễn Văn Thử " * 10)

"""From the outbox to Redis and back: relay, sweeper, reaper. Each is one round of a loop that `schedule` turns.

Not here: the rows themselves (`backoffice.services.outbox`, `backoffice.services.export_run`).
"""

from __future__ import annotations

from redis import Redis
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from backoffice.access.actor import Actor
from backoffice.services import background_task, export_run, outbox, paper_rendering
from config import Settings
from jobs import queues
from jobs.guard import GuardedJob

SYSTEM = Actor.system("jobs")


def relay_once(settings: Settings, connection: Redis) -> int:
    """Send the messages that are due; returns how many. Raises redis' ConnectionError and sends nothing."""
    # Asked first: without Redis, no row lock is taken at all.
    connection.ping()
    return outbox.relay(SYSTEM, lambda message: queues.enqueue(connection, settings, message))


def sweep_once(settings: Settings, connection: Redis) -> outbox.SweepResult:
    """End runs whose worker is gone, and make late messages pending again.

    Without Redis nobody can say which jobs are alive, so ConnectionError is raised before anything changes.
    """
    connection.ping()
    export_run.recover_lost_runs(SYSTEM, settings.sweep_after)
    swept = outbox.sweep(
        SYSTEM,
        lambda message: queues.is_alive(connection, message, settings.sweep_after),
        settings.sweep_after,
    )
    background_task.recover_stranded(SYSTEM)
    paper_rendering.recover_stranded()
    return swept


def reap_once(connection: Redis) -> None:
    """Let RQ put away the traces of jobs whose worker died; its own round comes only when a worker is idle."""
    for name in queues.QUEUES:
        registry = StartedJobRegistry(
            name, connection=connection, job_class=GuardedJob, serializer=JSONSerializer
        )
        registry.cleanup()

"""Our RQ worker: runs allow-listed jobs inside one application, gives signs of life often, leaves no orphan.

Not here: restarting it (`supervisor`), which jobs there are (`registry`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from backoffice.extensions import db
from config import Settings
from jobs.guard import GuardedJob, Handler
from jobs.process import die_with_parent
from jobs.queues import QUEUES, connect, monitoring_interval

log = logging.getLogger("openthads.jobs")

WORKER_TTL = 60
MAINTENANCE_INTERVAL = 30
_LONGEST_WAIT = 10


class OpenThadsWorker(Worker):
    """Takes jobs from the queues and runs each in a process of its own."""

    max_connection_wait_time = 5.0
    app: Flask
    ready: dict[str, Callable[[], None]]

    @property
    def dequeue_timeout(self) -> int:
        """Seconds of one blocking wait; RQ's own is up to 405 s, in which no maintenance would run."""
        return min(_LONGEST_WAIT, super().dequeue_timeout)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run one job in the child process, which must not outlive its worker."""
        die_with_parent(self._parent_pid)
        super().main_work_horse(job, queue)

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Start the child process for one job, from a parent that has loaded what such jobs need."""
        self._parent_pid = os.getpid()
        self._get_ready(job)
        super().fork_work_horse(job, queue)

    def _get_ready(self, job: Job) -> None:
        try:
            name = job.func_name
            prepare = self.ready.pop(name, None) if isinstance(name, str) else None
            if prepare is not None:
                prepare()
        except Exception as error:
            # The job says itself what is wrong with it; here an error would end the worker. No text: it may hold data.
            log.warning("not made ready: %s", type(error).__name__)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Perform the job inside the application."""
        with self.app.app_context():
            # A connection opened before the fork belongs to the parent.
            db.engine.dispose(close=False)
            try:
                return bool(super().perform_job(job, queue, execution))
            finally:
                db.session.remove()
                db.engine.dispose()


def make_worker(
    app: Flask,
    settings: Settings,
    allowed: Mapping[str, Handler],
    queues: Sequence[str] = QUEUES,
    ready: Mapping[str, Callable[[], None]] | None = None,
) -> OpenThadsWorker:
    """A worker for these queues that runs only the jobs of `allowed`. Raises ValueError for an unknown queue.

    `ready` names what is loaded once, before the process of the first job of a name is started.
    """
    unknown = set(queues) - set(QUEUES)
    if unknown:
        raise ValueError(f"unknown queues: {', '.join(sorted(unknown))}")
    job_class = type("AllowedJob", (GuardedJob,), {"allowed": dict(allowed)})
    arguments: dict[str, Any] = {
        "connection": connect(settings),
        "job_class": job_class,
        "serializer": JSONSerializer,
        "worker_ttl": WORKER_TTL,
        "maintenance_interval": MAINTENANCE_INTERVAL,
        "job_monitoring_interval": monitoring_interval(settings),
        "default_result_ttl": 0,
        "log_job_description": False,
    }
    worker = OpenThadsWorker(list(queues), **arguments)
    worker.app, worker.ready = app, dict(ready or {})
    return worker

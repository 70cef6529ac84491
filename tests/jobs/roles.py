"""Roles of background work in processes of their own, forked from a clean server so that they start at once.

Adds one job to the allow-list: it counts, which shows whether an effect happened twice.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import text

from backoffice import create_app
from backoffice.access.actor import Actor
from backoffice.services import outbox
from backoffice.services.outbox import Message
from config import Settings, load_settings
from jobs import outbox as relay
from jobs import queues, registry
from jobs.process import die_with_parent
from jobs.schedule import run_scheduler
from jobs.worker import make_worker

SYSTEM = Actor.system("jobs")
COUNT = "test.count"
_SERVER = multiprocessing.get_context("forkserver")
PRELOADED = ("tests.jobs.roles", "jobs.registry", "flask_appbuilder.security.sqla.manager")
_SERVER.set_forkserver_preload(list(PRELOADED))


def count(message: Message) -> None:
    """Add one, slowly enough to be killed in the middle of the transaction."""

    def add_one(session):  # type: ignore[no-untyped-def]
        session.execute(text("UPDATE export_schedule SET version = version + 1"))
        time.sleep(0.05)

    outbox.run_once(SYSTEM, message.id, add_one)


JOBS = registry.handlers({**registry.FUNCTIONS, COUNT: count})


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process the same settings."""
    return {
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_REDIS_URL": settings.redis_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
        "OPENTHADS_BUILD_DIR": str(settings.build_dir),
        "OPENTHADS_SAMPLE": "1",
        "OPENTHADS_SWEEP_AFTER": str(settings.sweep_after),
        "OPENTHADS_SMTP_HOST": settings.notices.smtp_host,
        "OPENTHADS_SMTP_PORT": str(settings.notices.smtp_port),
        "OPENTHADS_SMTP_SECURITY": settings.notices.smtp_security,
        "OPENTHADS_SMTP_SECONDS": str(settings.notices.smtp_seconds),
        "OPENTHADS_NOTICE_SENDER": settings.notices.sender,
        "OPENTHADS_BASE_URL": settings.notices.base_url,
        "OPENTHADS_QUIET_HOURS": "off",
    }


def start(settings: Settings, role: str, file_limit: int = 0) -> ForkServerProcess:
    """Start `worker`, `scheduler` or `burst` (relay and worker until nothing is due) in a process of its own."""
    log = settings.var_dir / "roles.log"
    process = _SERVER.Process(target=_main, args=(role, environment(settings), str(log), file_limit))
    process.start()
    return process


def finish(settings: Settings, file_limit: int = 0) -> None:
    """Do everything that is due now, through Redis and a worker."""
    process = start(settings, "burst", file_limit)
    process.join(90)
    assert process.exitcode == 0, (settings.var_dir / "roles.log").read_text(errors="replace")[-3000:]


def _main(role: str, variables: Mapping[str, str], log: str, file_limit: int) -> None:
    die_with_parent(os.getppid())
    _write_output_to(Path(log))
    if file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    settings = load_settings(variables)
    app = create_app("staff", settings)
    if role == "worker":
        make_worker(app, settings, JOBS, ready=registry.READY).work(logging_level="WARNING")
    elif role == "scheduler":
        run_scheduler(app, settings, threading.Event())
    else:
        _burst(app, settings)


def _burst(app, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    connection = queues.connect(settings)
    while True:
        with app.app_context():
            if not relay.relay_once(settings, connection):
                return
        make_worker(app, settings, JOBS, ready=registry.READY).work(burst=True, logging_level="WARNING")


def _write_output_to(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(handle, stream.fileno())

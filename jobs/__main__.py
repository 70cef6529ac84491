"""`python -m jobs ROLE`: runs one role of background work, or all of them under a supervisor.

Here: words of the command line, signals, exit codes. Not here: the work.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence

from flask import Flask

from backoffice import create_app
from backoffice.start_check import UnsafeSettingError, refuse_unsafe_database
from config import SettingError, Settings, load_settings
from jobs.broker import BrokerError, find_broker, running_broker, serve_broker
from jobs.process import die_with_parent
from jobs.queues import QUEUES
from jobs.registry import JOBS, READY
from jobs.schedule import run_scheduler
from jobs.supervisor import Child, Supervisor, role_command
from jobs.worker import make_worker

ROLES = ("worker", "scheduler", "broker", "all")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a role until it is asked to end; returns the exit code of the process."""
    options = _parser().parse_args(arguments)
    if options.parent:
        die_with_parent(options.parent)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    try:
        settings = find_broker(load_settings())
        return _run(options, settings)
    except (SettingError, BrokerError, UnsafeSettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def run_worker(app: Flask, settings: Settings, queues: Sequence[str] = QUEUES) -> int:
    """Work until SIGTERM; a second signal, or the end of the parent, also ends the running job."""
    make_worker(app, settings, JOBS, queues, READY).work(logging_level="WARNING")
    return 0


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.role == "broker":
        return serve_broker(settings)
    if options.role == "all":
        return _supervise(options, settings)
    if options.role == "worker":
        # Tasks that people start from a list know the lists by their screens.
        app = create_app("staff", settings)
        refuse_unsafe_database(app)
        return run_worker(app, settings, options.queues)
    app = create_app("public", settings)
    refuse_unsafe_database(app)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    run_scheduler(app, settings, stopping)
    return 0


def _supervise(options: argparse.Namespace, settings: Settings) -> int:
    names = [f"worker {number + 1}" for number in range(options.workers)]
    children = [Child(name, role_command("worker")) for name in names]
    children.append(Child("scheduler", role_command("scheduler")))
    if options.broker:
        # Once here, so that the address is known and a machine that cannot run it is told so at once.
        with running_broker(settings):
            pass
        children.insert(0, Child("broker", role_command("broker")))
    return Supervisor(children).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jobs", description="Background work of OpenTHADS.")
    parser.add_argument("role", choices=ROLES)
    parser.add_argument(
        "--queues", type=_queues, default=QUEUES, help="queues a worker serves, first come first"
    )
    parser.add_argument("--workers", type=int, default=1, help="how many workers `all` starts")
    parser.add_argument("--broker", action="store_true", help="`all` also runs the embedded broker")
    parser.add_argument("--parent", type=int, default=0, help="end when the process with this id ends")
    return parser


def _queues(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    unknown = sorted(set(names) - set(QUEUES))
    if unknown:
        raise argparse.ArgumentTypeError(
            f"unknown queues: {', '.join(unknown)}; known are {', '.join(QUEUES)}"
        )
    return names


if __name__ == "__main__":
    sys.exit(main())

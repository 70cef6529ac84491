"""Each paper is made in a process of its own, forked from a worker that has loaded the renderer once."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from rq.job import Job

from config import Settings
from exports.papers import render_pdf
from jobs import queues
from jobs.guard import GuardedJob
from jobs.worker import OpenThadsWorker, make_worker
from tests.conftest import ROOT
from tests.exports.paper_samples import paper_of, start_template
from tests.jobs import roles
from tests.jobs.helpers import running_app


@pytest.fixture
def database_kind() -> str:
    """What is loaded when has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def worker(with_redis: Settings) -> Iterator[Callable[..., OpenThadsWorker]]:
    """A worker that makes ready what is given."""
    with running_app(with_redis) as app:
        yield lambda **ready: make_worker(app, with_redis, roles.JOBS, ready=ready)


def job_named(settings: Settings, name: object, data: bytes | None = None) -> Job:
    job = GuardedJob.create(roles.count, connection=queues.connect(settings))
    job.func_name = name  # type: ignore[assignment]
    if data is not None:
        job = GuardedJob("x", connection=queues.connect(settings))
        job.data = data
    return job


def test_worker_makes_ready_once_and_only_for_the_job_that_needs_it(worker, with_redis: Settings) -> None:  # type: ignore[no-untyped-def]
    done: list[str] = []
    made = worker(render=lambda: done.append("ready"))
    made._get_ready(job_named(with_redis, "other"))
    assert done == []
    made._get_ready(job_named(with_redis, "render"))
    made._get_ready(job_named(with_redis, "render"))
    assert done == ["ready"]


def test_worker_goes_on_when_making_ready_fails_or_the_job_cannot_be_read(
    worker, with_redis: Settings
) -> None:  # type: ignore[no-untyped-def]
    done: list[str] = []

    def fail() -> None:
        done.append("tried")
        raise RuntimeError("Nguyễn Văn A")

    made = worker(render=fail)
    for job in (job_named(with_redis, ["render"]), job_named(with_redis, "", b"\x80 no json")):
        made._get_ready(job)
    assert done == []
    made._get_ready(job_named(with_redis, "render"))
    assert done == ["tried"]


def test_paper_has_the_same_bytes_when_its_process_was_forked_from_a_ready_one() -> None:
    code = (
        "import hashlib, os\n"
        "from exports.papers import render_pdf, warm_up\n"
        "from tests.exports.paper_samples import paper_of, start_template\n"
        "warm_up()\n"
        "if os.fork() == 0:\n"
        "    pdf = render_pdf(paper_of(start_template('enforcement_decision.2026')))\n"
        "    print(hashlib.sha256(pdf).hexdigest(), flush=True)\n"
        "    os._exit(0)\n"
        "assert os.wait()[1] == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    paper = paper_of(start_template("enforcement_decision.2026"))
    assert done.stdout.split() == [hashlib.sha256(render_pdf(paper)).hexdigest()]

"""Figures of one batch of papers as a worker makes it: numbered by one task, each file in a process of its own.

Run as `python -m benchmarks.paper_batch --documents 1000`. Here: does memory stay flat, what does a paper cost with
everything round it. Not here: the renderer alone (`papers`), workers that die (`kills`).
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from dataclasses import dataclass, field

import psutil
from sqlalchemy import func, select

from backoffice.extensions import db
from backoffice.models import OfficialDocument
from backoffice.models.states import TaskKind
from backoffice.services.background_task import TaskOrder, request_task
from backoffice.services.transaction import unit_of_work
from benchmarks.kills.people import SCREEN, People, State, papers
from benchmarks.measure import Figure
from benchmarks.office import Office, private_office
from tests.notices.messages import SYSTEM

DOCUMENTS = 1_000
_WARM = 100
_GROWTH_GOAL_MB = 20.0
_PATIENCE = 3_600.0


@dataclass
class Watch:
    """Memory of a worker and of the processes of its jobs, while papers are made."""

    worker: psutil.Process
    made: int = 0
    own: dict[int, float] = field(default_factory=dict)
    jobs: dict[int, float] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look again and again until told to stop; the largest value is kept for each number of papers made."""
        while not self.stopping.wait(0.02):
            try:
                self._keep(self.own, self.worker)
                for child in self.worker.children():
                    self._keep(self.jobs, child)
            except psutil.Error:
                continue

    def _keep(self, kept: dict[int, float], process: psutil.Process) -> None:
        kept[self.made] = max(kept.get(self.made, 0.0), process.memory_info().rss / 1e6)

    def growth(self, kept: dict[int, float]) -> tuple[float, float]:
        """The peak after the first papers less the peak until then, and the peak of all."""
        early = max(size for made, size in kept.items() if made <= _WARM)
        late = max((size for made, size in kept.items() if made > _WARM), default=early)
        return late - early, max(early, late)


def figures(documents: int, dsn: str | None = None) -> list[Figure]:
    """Draft the papers, let one task number them and one worker make them; look at its memory meanwhile."""
    with private_office(dsn) as office:
        people, desk = People(office, random.Random(1)), office.desks[0]
        people.draft(desk, documents)
        db.session.remove()
        office.revive()
        assert office.worker is not None
        watch = Watch(psutil.Process(office.worker.pid))
        thread = threading.Thread(target=watch.run, daemon=True)
        thread.start()
        order = TaskOrder(TaskKind.STEPS, SCREEN, {"step": "issue", "language": "vi"})
        request_task(desk.clerk, order, papers(desk, State.DRAFTED))
        _wait(office, watch, 1)
        began = time.monotonic()
        _wait(office, watch, documents)
        taken = time.monotonic() - began
        watch.stopping.set()
        thread.join()
        # Its own, and that of the jobs whose processes have ended.
        cpu = sum(watch.worker.cpu_times()[:4])
    return [*_memory(watch), *_pace(documents, taken, cpu)]


def _memory(watch: Watch) -> list[Figure]:
    own, own_peak = watch.growth(watch.own)
    jobs, jobs_peak = watch.growth(watch.jobs)
    note = f"peak later less the peak of the first {_WARM}; at most {own_peak:.0f} MB"
    jobs_note = f"the largest process of a job, later less first; at most {jobs_peak:.0f} MB"
    return [
        Figure("papers.batch.worker_growth", own, "MB", _GROWTH_GOAL_MB, note=note),
        Figure("papers.batch.job_growth", jobs, "MB", _GROWTH_GOAL_MB, note=jobs_note),
    ]


def _pace(documents: int, taken: float, cpu: float) -> list[Figure]:
    return [
        Figure(
            "papers.batch.cpu",
            1000 * cpu / documents,
            "ms",
            note="worker with its jobs, a paper, numbering included",
        ),
        Figure("papers.batch.rate", documents / taken, "1/s", note="one worker"),
    ]


def _wait(office: Office, watch: Watch, wanted: int) -> None:
    """Wait until so many papers have their file. Raises SystemExit when they never have, or a worker died."""
    end = time.monotonic() + _PATIENCE
    prepared = select(func.count(OfficialDocument.id)).where(OfficialDocument.state == State.PREPARED.value)
    while watch.made < wanted:
        if time.monotonic() > end or office.worker is None or not office.worker.is_alive():
            raise SystemExit(f"only {watch.made} of {wanted} papers were made")
        time.sleep(0.2)
        with unit_of_work(SYSTEM) as session:
            made = session.scalar(prepared) or 0
        if made // 100 > watch.made // 100:
            own, jobs = watch.growth(watch.own), watch.growth(watch.jobs)
            print(
                f"# {made} papers; worker {own[1]:.0f} MB, +{own[0]:.1f}; jobs {jobs[1]:.0f} MB, +{jobs[0]:.1f}",
                flush=True,
            )
        watch.made = made
        db.session.remove()


def main() -> int:
    """Print the figures; 1 when memory grew beyond the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--dsn", help="an empty PostgreSQL database, as its owner; default: a private server")
    given = parser.parse_args()
    found = figures(given.documents, given.dsn)
    for figure in found:
        print(figure.line())
    return 0 if all(figure.passed for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())

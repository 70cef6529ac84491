"""Watching the exports and the site build that workers do: progress while they run, one sentence when they fail.

Not here: doing the work (`jobs`).
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import datetime

from flask import Flask
from rich.console import Console
from rich.status import Status
from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.extensions import db
from backoffice.models import ExportRun, ExportSchedule, ScheduleSlot
from backoffice.models.states import ExportRunState, RunTrigger
from backoffice.queries.export_runs import export_runs
from backoffice.queries.outbox import failed_messages, open_messages
from backoffice.sample import demo_papers
from backoffice.sample.demo_papers import papers_under_way
from backoffice.services.export_run import MAX_ATTEMPTS, PACKAGES, RUN_JOB, request_export
from backoffice.services.site_build import SITE_JOB, order_site_build
from backoffice.services.transaction import unit_of_work
from config import Settings
from exports.papers import renderer_problem
from exports.versions import current_version
from scripts.demo.options import DemoError
from scripts.demo.processes import Processes

SYSTEM = Actor.system("jobs")
_POLL_SECONDS = 0.5
_PAPER_SECONDS = 60.0


def is_published(settings: Settings) -> bool:
    """Whether both packages and the site are there."""
    packages = all(current_version(settings.packages_dir, name) for name in PACKAGES)
    return packages and settings.site_dir.exists()


def follow(app: Flask, settings: Settings, processes: Processes, console: Console) -> None:
    """Wait until packages and site are published; raises DemoError when a worker gives up."""
    begun_at = clock.now()
    asked_again = False
    with app.app_context(), unit_of_work(SYSTEM) as session:
        known_failures = frozenset(message.id for message in failed_messages(session, limit=1000))
    with console.status("Waiting for the scheduler") if console.is_terminal else nullcontext() as status:
        told = ""
        while True:
            processes.check()
            with app.app_context():
                words, is_busy = _look(known_failures)
                if not is_busy and is_published(settings):
                    break
                if not is_busy and not asked_again and _moments_passed(settings, begun_at):
                    asked_again = True
                    _ask_again(settings)
                db.session.remove()
            told = _tell(words, told, status, console)
            time.sleep(_POLL_SECONDS)
    console.print("  ✓ Packages exported, validated and published; site built")


def sign_a_paper(app: Flask, settings: Settings, processes: Processes, console: Console) -> None:
    """Wait until the worker has made the first papers, and let their head sign one, so that there is one to check.

    Without Pango no paper gets a file; the demonstration goes on and says so.
    """
    problem = renderer_problem()
    if problem is not None:
        console.print(f"  · No papers as PDF: {problem}")
        return
    end = time.monotonic() + _PAPER_SECONDS
    with app.app_context():
        while papers_under_way() and time.monotonic() < end:
            processes.check()
            time.sleep(_POLL_SECONDS)
        signed = demo_papers.sign_a_paper(settings)
        db.session.remove()
    if signed:
        console.print("  ✓ Papers made by the worker, two of them signed")


def refresh_site(app: Flask) -> None:
    """Ask for a build from the pages as they are now; nothing is built when they are shown already."""
    with app.app_context():
        order_site_build(SYSTEM)
        db.session.remove()


def _look(known_failures: frozenset[str]) -> tuple[str, bool]:
    """What the newest runs and the site build are doing, and whether anything is still to do."""
    with unit_of_work(SYSTEM) as session:
        newest: dict[str, ExportRun] = {}
        for run in export_runs(session):
            newest.setdefault(run.package_name, run)
        for run in newest.values():
            if run.state == ExportRunState.FAILED and run.attempts >= MAX_ATTEMPTS:
                raise DemoError(
                    f"The export {run.package_name} failed ({run.error_code}): its report is in the staff screens "
                    "under export runs, and make export tries it here and now."
                )
        for message in failed_messages(session):
            if message.id not in known_failures:
                raise DemoError(
                    f"The job {message.job} was given up ({message.last_error}): see log/jobs.log in the data folder."
                )
        words = [_run_words(run) for run in newest.values()]
        exporting, building = (bool(open_messages(session, job)) for job in (RUN_JOB, SITE_JOB))
    if building:
        words.append("site: waiting" if exporting else "site: building")
    return "; ".join(words), exporting or building


def _run_words(run: ExportRun) -> str:
    if run.state != ExportRunState.RUNNING:
        return f"{run.package_name}: {run.state}"
    total = f" of {run.progress_total:,}" if run.progress_total else ""
    return f"{run.package_name}: {run.progress_done:,}{total} rows"


def _tell(words: str, told: str, status: Status | None, console: Console) -> str:
    if status is not None:
        status.update(f"Export by workers: {words}" if words else "Waiting for the scheduler")
    elif words != told:
        console.print(f"    {words}")
    return words


def _moments_passed(settings: Settings, begun_at: datetime) -> bool:
    """Whether the night's moments were taken before this start, by runs whose files are gone now.

    Only then are the files asked for anew; otherwise the scheduler will ask for them, however slow the machine.
    """
    with unit_of_work(SYSTEM) as session:
        taken = select(ExportSchedule.package_name).join(ScheduleSlot).where(ScheduleSlot.taken_at < begun_at)
        return set(_missing_packages(settings)) <= set(session.scalars(taken))


def _missing_packages(settings: Settings) -> list[str]:
    return [name for name in PACKAGES if current_version(settings.packages_dir, name) is None]


def _ask_again(settings: Settings) -> None:
    missing = _missing_packages(settings)
    for name in missing:
        request_export(SYSTEM, name, RunTrigger.COMMAND)
    if not missing:
        order_site_build(SYSTEM)

"""The jobs of publication: one snapshot of the database becomes one version of a package; records are taken down.

With `packages` and `site` the only place that sees both the back office and `exports`. Not here: states and
history of a run (`backoffice.services.export_run`), files (`exports`), the site (`site`).
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from functools import partial

import psycopg
from flask import current_app
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.models.states import RunTrigger
from backoffice.services import export_run, outbox, site_build
from backoffice.services.export_run import Outcome, RunBusyError, RunLostError, Ticket
from backoffice.services.outbox import Message
from config import Settings
from exports.files import DamagedIndexError
from exports.package import BuildResult
from exports.projection import ProjectionError
from exports.schema import SchemaError
from exports.validate import ValidationFailed
from exports.versions import PackageBusyError, StorageError, take_down
from exports.withholding import StatisticsError
from jobs.packages import build
from jobs.progress import Reporter
from jobs.site import SiteBuildError, build_site

SYSTEM = Actor.system("export")
_BUSY_PAUSE = timedelta(seconds=10)

# What went wrong, by the kind of error; `export_run` has the words for each code.
CODES: tuple[tuple[type[BaseException], str], ...] = (
    (ValidationFailed, "validation_failed"),
    (ProjectionError, "projection"),
    (StatisticsError, "statistics"),
    (SchemaError, "schema"),
    (PackageBusyError, "package_busy"),
    (DamagedIndexError, "damaged_index"),
    (JobTimeoutException, "timed_out"),
    (MemoryError, "out_of_memory"),
    (psycopg.Error, "database_error"),
    (sqlite3.Error, "database_error"),
    (DBAPIError, "database_error"),
)


def request(message: Message) -> None:
    """A deed of the back office changed public data: ask for an export of the package, once."""
    package = str(message.arguments["package"])
    outbox.run_once(
        SYSTEM, message.id, lambda _: export_run.request_export(SYSTEM, package, RunTrigger.CHANGE)
    )


def run(message: Message) -> None:
    """Make one attempt of an export run; its outcome and the end of the message commit together.

    The files come first: publishing the same bytes again changes nothing, so a death between the files and
    the commit costs one more attempt that ends as `unchanged`.
    """
    try:
        ticket = export_run.start(SYSTEM, int(message.arguments["run_id"]))
    except RunBusyError:
        outbox.postpone(SYSTEM, message.id, _BUSY_PAUSE)
        return
    try:
        if ticket is not None:
            _attempt(message, ticket)
    except RunLostError:
        # Cancelled, or another attempt has taken over: nothing of this one counts.
        ticket = None
    if ticket is None:
        outbox.run_once(SYSTEM, message.id, lambda _: None)


def _attempt(message: Message, ticket: Ticket) -> None:
    settings: Settings = current_app.config["OPENTHADS"]
    try:
        tell = partial(export_run.note_progress, SYSTEM, ticket)
        with Reporter(tell, RunLostError, settings.sweep_after) as reporter:
            result = build(
                settings,
                ticket.package,
                reporter,
                before_publish=lambda: export_run.begin_publishing(SYSTEM, ticket),
            )
    except RunLostError:
        raise
    except Exception as error:
        code, report = code_of(error), getattr(error, "report", None)
        pause = settings.sweep_after
        outbox.run_once(SYSTEM, message.id, lambda _: export_run.fail(SYSTEM, ticket, code, report, pause))
        if code == "unexpected":
            raise
    else:
        outbox.run_once(SYSTEM, message.id, lambda session: _finish(session, ticket, result))


def _finish(session: Session, ticket: Ticket, result: BuildResult) -> None:
    outcome = Outcome(result.version_id, result.changed, result.row_counts, result.report)
    export_run.finish(SYSTEM, ticket, outcome)
    # Also when nothing changed: an earlier site build may have failed, and one too many is soon over.
    site_build.request_site_build(session)


def code_of(error: BaseException) -> str:
    """The code that staff see for an error of an attempt."""
    if isinstance(error, StorageError):
        return error.code
    return next((code for kind, code in CODES if isinstance(error, kind)), "unexpected")


def remove(message: Message) -> None:
    """Take a withdrawn record out of every published version; then fresh packages and a purged site follow."""
    record_id = int(message.arguments["record_id"])
    settings: Settings = current_app.config["OPENTHADS"]
    public_id = site_build.record_to_take_down(SYSTEM, record_id)
    take_down(settings.packages_dir, "debtors", public_id)
    outbox.run_once(SYSTEM, message.id, lambda session: site_build.request_purge(session, SYSTEM, record_id))


def site(message: Message) -> None:
    """Build the site from the packages that are published now; a purge ends the take-down of its record.

    Raises SiteBuildError when a purge finds a site but no packages to build a clean one from.
    """
    settings: Settings = current_app.config["OPENTHADS"]
    record_id = message.arguments.get("record_id")
    result = build_site(settings, purge=bool(message.arguments.get("purge")))
    if record_id is not None and result.version is None and settings.site_dir.exists():
        raise SiteBuildError
    outbox.run_once(SYSTEM, message.id, lambda session: _end_take_down(session, record_id))


def _end_take_down(session: Session, record_id: int | None) -> None:
    if record_id is not None:
        site_build.note_taken_down(session, int(record_id))

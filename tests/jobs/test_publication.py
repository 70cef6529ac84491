"""Publication through Redis and a worker: whatever goes wrong, the published version stays and staff are told."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import Scope
from backoffice.errors import NotFoundError, StateError
from backoffice.models import DebtorRecord, ExportRun, OutboxMessage, TransitionLog
from backoffice.models.states import RunTrigger
from backoffice.services import export_run, site_build
from backoffice.services.export_run import RunLostError
from backoffice.services.outbox import Message
from backoffice.services.transaction import send, unit_of_work
from config import Settings
from exports.versions import current_version, verify
from jobs import packages, publication
from tests.jobs import roles, rows
from tests.jobs.helpers import wait_until
from tests.jobs.roles import SYSTEM

OPERATOR = Actor(None, "operator", frozenset({"export.run"}), Scope(("TC.",)))


def ask(package: str = "debtors") -> int:
    return export_run.request_export(SYSTEM, package, RunTrigger.COMMAND).id


def row(run_id: int) -> ExportRun:
    with unit_of_work(SYSTEM) as session:
        return session.get_one(ExportRun, run_id, populate_existing=True)


def published(settings: Settings) -> dict[str, object]:
    """The descriptor that everybody sees, after every file was compared with it."""
    assert verify(settings.packages_dir, "debtors") == []
    current = settings.packages_dir / "debtors" / "current" / "datapackage.json"
    return dict(json.loads(current.read_text(encoding="utf-8")))


def published_rows(settings: Settings) -> int:
    return int(published(settings)["resources"][0]["rows"])  # type: ignore[index]


@pytest.fixture
def first_version(ready: Settings) -> Settings:
    """Ten records, published."""
    rows.add_records(10)
    ask()
    roles.finish(ready)
    assert published_rows(ready) == 10
    return ready


def test_worker_publishes_package_and_asks_for_the_site(ready: Settings) -> None:
    rows.add_records(10)
    run_id = ask()
    roles.finish(ready)
    done = row(run_id)
    assert (done.state, done.attempts, done.error_code) == ("published", 1, None)
    assert (done.report["valid"], done.row_counts["debtor_records"]) == (True, 10)
    current = current_version(ready.packages_dir, "debtors")
    assert current is not None
    assert done.package_version == current.id
    assert published(ready)["sample"] is True
    with unit_of_work(SYSTEM) as session:
        assert "site.build" in set(session.scalars(select(OutboxMessage.job)))


def test_package_is_marked_when_invented_rows_are_in_it_without_the_setting(ready: Settings) -> None:
    rows.add_records(2)
    packages.build(replace(ready, sample=False), "debtors")
    assert published(ready)["sample"] is True


def test_package_is_not_marked_when_nothing_in_it_is_invented(ready: Settings) -> None:
    packages.build(replace(ready, sample=False), "debtors")
    assert published(ready).get("sample", False) is False


def test_run_is_unchanged_when_the_data_are_the_same(first_version: Settings) -> None:
    before = published(first_version)
    run_id = ask()
    roles.finish(first_version)
    assert row(run_id).state == "unchanged"
    assert published(first_version) == before


def test_invalid_data_fail_the_run_and_leave_the_published_version(first_version: Settings) -> None:
    rows.add_records(3, first=10, reason_code="1999_z", full_name="Nguyễn Thị Bí Mật")
    before, run_id = published(first_version), ask()
    roles.finish(first_version)
    failed = row(run_id)
    assert (failed.state, failed.error_code) == ("failed", "validation_failed")
    assert failed.report["problem_count"] == 3
    (problem, *_) = failed.report["problems"]
    assert (problem["field"], problem["code"]) == ("reason_code", "enum")
    assert problem["message_vi"] != problem["message_en"]
    assert "Bí Mật" not in json.dumps(failed.report, ensure_ascii=False)
    assert published(first_version) == before


def test_nothing_is_published_when_the_run_is_cancelled_before_publishing_begins(ready: Settings) -> None:
    rows.add_records(2)
    ticket = export_run.start(SYSTEM, ask())
    assert ticket is not None

    def cancelled_meanwhile() -> None:
        export_run.cancel_run(OPERATOR, ticket.run_id)
        export_run.begin_publishing(SYSTEM, ticket)

    with pytest.raises(RunLostError):
        packages.build(ready, "debtors", before_publish=cancelled_meanwhile)
    assert row(ticket.run_id).state == "cancelled"
    assert current_version(ready.packages_dir, "debtors") is None
    assert not (ready.packages_dir / "debtors" / "versions").exists()


def test_cancel_is_refused_when_the_new_version_is_about_to_be_shown(ready: Settings) -> None:
    rows.add_records(2)
    ticket = export_run.start(SYSTEM, ask())
    assert ticket is not None

    def cancelled_too_late() -> None:
        export_run.begin_publishing(SYSTEM, ticket)
        with pytest.raises(StateError):
            export_run.cancel_run(OPERATOR, ticket.run_id)

    assert packages.build(ready, "debtors", before_publish=cancelled_too_late).changed
    assert row(ticket.run_id).state == "publishing"
    assert published_rows(ready) == 2


def test_failed_run_publishes_by_itself_when_the_data_are_mended(first_version: Settings) -> None:
    (wrong,) = rows.add_records(1, first=10, reason_code="1999_z")
    run_id = ask()
    roles.finish(first_version)
    assert row(run_id).state == "failed"
    with unit_of_work(rows.SAMPLE) as session:
        session.get_one(DebtorRecord, wrong).reason_code = "2015_a"
    scheduler, worker = roles.start(first_version, "scheduler"), roles.start(first_version, "worker")
    wait_until(lambda: row(run_id).state == "published", "the second attempt published")
    end(scheduler, worker)
    assert row(run_id).attempts == 2
    assert published_rows(first_version) == 11


def test_full_disk_fails_the_run_and_leaves_the_published_version(
    first_version: Settings, database_kind: str
) -> None:
    rows.add_records(60, first=10)
    before, run_id = published(first_version), ask()
    if database_kind == "sqlite":
        # A limit on files would hit the database too: there, a file lies where the stage must go.
        (first_version.packages_dir / "debtors" / ".stage").write_text("in the way")
    roles.finish(first_version, file_limit=12_000 if database_kind == "postgresql" else 0)
    failed = row(run_id)
    expected = "disk_full" if database_kind == "postgresql" else "disk_error"
    assert (failed.state, failed.error_code) == ("failed", expected)
    assert "Ổ đĩa" in failed.report["problems"][0]["message_vi"] or expected == "disk_error"
    assert published(first_version) == before


def test_killed_export_leaves_the_published_version_and_is_retried(
    first_version: Settings, database_kind: str
) -> None:
    rows.add_records(5, first=10)
    before, run_id = published(first_version), ask()
    with held_back(first_version, database_kind):
        scheduler, worker = roles.start(first_version, "scheduler"), roles.start(first_version, "worker")
        wait_until(lambda: row(run_id).state == "running", "the run at work")
        worker.kill()
        worker.join()
        assert published(first_version) == before
        wait_until(lambda: row(run_id).state == "failed", "the lost run found")
        assert row(run_id).error_code == "worker_lost"
    worker = roles.start(first_version, "worker")
    wait_until(lambda: row(run_id).state == "published", "the second attempt published")
    end(scheduler, worker)
    assert (row(run_id).attempts, published_rows(first_version)) == (2, 15)
    with unit_of_work(SYSTEM) as session:
        steps = session.scalars(select(TransitionLog.transition).where(TransitionLog.subject_id == run_id))
        assert {"fail", "retry", "publish"} <= set(steps)


@contextmanager
def held_back(settings: Settings, database_kind: str) -> Iterator[None]:
    """Keep an export in the middle of its work."""
    if database_kind == "postgresql":
        with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
            connection.execute("LOCK TABLE debtor_record IN ACCESS EXCLUSIVE MODE")
            yield
        return
    # A pipe in place of the file that is opened first: opening it to write waits for a reader.
    lock = settings.packages_dir / "debtors" / ".lock"
    lock.unlink()
    os.mkfifo(lock)
    yield
    lock.unlink()


def test_take_down_removes_the_record_from_every_file(first_version: Settings) -> None:
    rows.add_records(1, first=10)
    ask(), ask("statistics"), ask("documents")
    roles.finish(first_version)
    record_id, person = withdraw(rows.public_id(3))
    assert holders(first_version.build_dir, person)
    with unit_of_work(SYSTEM) as session:
        send(session, "publication.take_down", queue="urgent", record_id=record_id)
    roles.finish(first_version)
    with unit_of_work(rows.SAMPLE) as session:
        assert session.get_one(DebtorRecord, record_id).taken_down_at is not None
    assert published_rows(first_version) == 10
    assert len(list((first_version.packages_dir / "debtors" / "versions").iterdir())) == 2
    assert holders(first_version.build_dir, person) == []
    assert (first_version.site_dir / "index.html").exists()


def test_record_is_not_taken_down_when_the_old_site_still_shows_it(first_version: Settings) -> None:
    record_id, person = withdraw(rows.public_id(3))
    with unit_of_work(SYSTEM) as session:
        send(session, "publication.take_down", queue="urgent", record_id=record_id)
    publication.remove(waiting("publication.take_down"))
    assert holders(first_version.packages_dir, person) == []
    lock = first_version.build_dir / "site-versions" / ".lock"
    lock.unlink(missing_ok=True)
    lock.mkdir(parents=True)
    with pytest.raises(OSError, match="lock"):
        publication.site(waiting("site.build"))
    with unit_of_work(SYSTEM) as session:
        assert session.get_one(DebtorRecord, record_id).taken_down_at is None
    lock.rmdir()
    ask("statistics")
    roles.finish(first_version)
    with unit_of_work(SYSTEM) as session:
        assert session.get_one(DebtorRecord, record_id).taken_down_at is not None
    assert holders(first_version.build_dir, person) == []


def waiting(job: str) -> Message:
    """The newest message of a job that nobody took yet."""
    with unit_of_work(SYSTEM) as session:
        found = session.query(OutboxMessage).filter_by(job=job, state="pending").all()
        message = max(found, key=lambda row: row.created_at)
        return Message(message.id, job, dict(message.arguments), 1)


def holders(folder: Path, person: str) -> list[Path]:
    """The files, also inside compressed ones, that hold the person's name."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            if person.encode() in content:
                found.append(path)
    return found


def withdraw(public_id: str) -> tuple[int, str]:
    with unit_of_work(rows.SAMPLE) as session:
        record = session.query(DebtorRecord).filter_by(public_id=public_id).one()
        record.state = "withdrawn"
        return record.id, record.full_name


def test_take_down_is_refused_when_the_record_is_public_or_unknown(first_version: Settings) -> None:
    with unit_of_work(rows.SAMPLE) as session:
        record_id = session.query(DebtorRecord.id).limit(1).scalar()
        send(session, "publication.take_down", record_id=record_id)
    roles.finish(first_version)
    with pytest.raises(StateError):
        site_build.record_to_take_down(SYSTEM, record_id)
    with pytest.raises(NotFoundError):
        site_build.record_to_take_down(SYSTEM, 10_000)
    with unit_of_work(SYSTEM) as session:
        (message,) = session.query(OutboxMessage).filter_by(job="publication.take_down")
    assert (message.state, message.last_error) == ("pending", "wrong_state")
    assert published_rows(first_version) == 10


def test_export_request_from_a_deed_queues_one_run(ready: Settings) -> None:
    with unit_of_work(SYSTEM) as session:
        for _ in range(3):
            send(session, "export.request", package="debtors")
    rows.add_records(2)
    roles.finish(ready)
    with unit_of_work(SYSTEM) as session:
        states = {run.state for run in session.query(ExportRun)}
    assert states <= {"published", "unchanged"}
    assert published_rows(ready) == 2


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-09-30", "2023-09", "2026-08"),
        ("2026-10-01", "2023-10", "2026-09"),
        ("2027-01-01", "2024-01", "2026-12"),
    ],
)
def test_months_end_with_the_last_complete_one(day: str, first: str, last: str) -> None:
    assert packages.shown_months(packages.date.fromisoformat(day)) == (first, last)


def end(*processes: object) -> None:
    for process in processes:
        process.kill()  # type: ignore[attr-defined]
        process.join()  # type: ignore[attr-defined]

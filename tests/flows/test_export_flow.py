"""The journey of an export: a schedule's moment comes, RQ runs it, valid packages and the site appear."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy import select

from backoffice.models import CaseParty, ExportRun, ExportSchedule, TransitionLog
from backoffice.queries.outbox import message_counts
from backoffice.services.export_run import PACKAGES
from backoffice.services.schedule import set_schedule
from backoffice.services.transaction import unit_of_work
from config import ROOT, Settings
from jobs import queues
from tests.conftest import database_of, make_settings
from tests.jobs import roles, rows
from tests.jobs.helpers import running_app, wait_until
from tests.jobs.roles import SYSTEM


@pytest.fixture
def both(
    tmp_path: Path, sqlite_template: Path, postgres_cluster: str, postgres_template: str
) -> Iterator[dict[str, Settings]]:
    """Settings of two machines with the same rows to come: one on SQLite, one on PostgreSQL."""
    folders = {kind: tmp_path / kind for kind in ("sqlite", "postgresql")}
    for folder in folders.values():
        folder.mkdir()
    shutil.copy(sqlite_template, folders["sqlite"] / "test.sqlite")
    with database_of(postgres_cluster, postgres_template) as url:
        urls = {"sqlite": f"sqlite:///{folders['sqlite'] / 'test.sqlite'}", "postgresql": url}
        yield {kind: make_settings(url, folders[kind]) for kind, url in urls.items()}


def test_scheduled_export_publishes_the_same_valid_bytes_when_the_databases_hold_the_same_rows(
    both: dict[str, Settings], redis_url: str
) -> None:
    published = {}
    for kind, plain in both.items():
        settings = replace(plain, redis_url=redis_url, sweep_after=5)
        with queues.connect(settings) as redis:
            redis.flushall()
        with running_app(settings):
            rows.add_agencies()
            rows.add_records(40)
            write_secrets()
            let_slots_come_due()
            work_until_all_is_done(settings)
            check_rows()
        published[kind] = bytes_of(settings)
        assert (settings.site_dir / "index.html").exists()
        check_nothing_leaked(settings)
    assert published["sqlite"] == published["postgresql"]
    for package in PACKAGES:
        validate(both["sqlite"].packages_dir / package / "current" / "datapackage.json")


# What the database knows of people and nobody may publish, and a public name that the same search must find.
SECRETS = ("079099123987", "1911-11-11", "11/11/1911", "0999888777", "dấu vết riêng", "dau vet rieng")
PUBLIC = "nguyễn văn thử 7"


def write_secrets() -> None:
    """Identifiers for every debtor, and a creditor beside each of them."""
    with unit_of_work(rows.SAMPLE) as session:
        for party in session.scalars(select(CaseParty)).all():
            own = {"agency_id": party.agency_id, "agency_path": party.agency_path, "case_id": party.case_id}
            creditor = CaseParty(
                **own, role="creditor", kind="person", full_name="Lê Dấu Vết Riêng", address="Dấu Vết Riêng"
            )
            for person in (party, creditor):
                person.identity_number, person.phone = "079099123987", "0999888777"
                person.birth_on = date(1911, 11, 11)
            session.add(creditor)


def check_nothing_leaked(settings: Settings) -> None:
    """No file of the packages or of the site holds a secret, also not inside compressed ones."""
    published = [
        path
        for folder in (settings.packages_dir, settings.site_dir.resolve())
        for path in folder.rglob("*")
        if path.is_file()
    ]
    kinds = {path.suffix for path in published}
    assert {".csv", ".parquet", ".json", ".html", ".xml"} <= kinds
    texts = {path: text_of(path) for path in published}
    finders = {path.suffix for path, text in texts.items() if PUBLIC in text}
    assert {".csv", ".parquet"} <= finders
    assert any(PUBLIC in text for path, text in texts.items() if settings.packages_dir not in path.parents)
    assert [(path, secret) for path, text in texts.items() for secret in SECRETS if secret in text] == []


def text_of(path: Path) -> str:
    """All that a file says, in lower case; a table of Parquet value by value."""
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
        values = [str(value) for column in table.to_pydict().values() for value in column]
        return "\n".join([*values, str(table.schema)]).lower()
    content = path.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return content.decode(errors="replace").lower()


def let_slots_come_due() -> None:
    """Both packages each minute, promised since two minutes ago."""
    for package in PACKAGES:
        schedule = set_schedule(SYSTEM, package, "* * * * *")
        with unit_of_work(SYSTEM) as session:
            session.get_one(ExportSchedule, schedule.id).starts_at -= timedelta(minutes=2)


def work_until_all_is_done(settings: Settings) -> None:
    processes = [roles.start(settings, role) for role in ("scheduler", "worker")]
    wait_until(lambda: run_states() >= {"published"} and settings.site_dir.exists(), "all published", 120)
    # No new slots from here on: the open messages end.
    for package in PACKAGES:
        set_schedule(SYSTEM, package, "* * * * *", is_enabled=False)
    wait_until(lambda: open_messages() == 0, "no message open", 120)
    for process in processes:
        process.terminate()
        process.join()


def run_states() -> set[str]:
    """The states of the first run of each package; `published` alone when both are."""
    with unit_of_work(SYSTEM) as session:
        runs = session.scalars(select(ExportRun).order_by(ExportRun.id)).all()
        first = {run.package_name: run.state for run in reversed(runs)}
    return set(first.values()) if set(first) == set(PACKAGES) else set()


def open_messages() -> int:
    with unit_of_work(SYSTEM) as session:
        counts = message_counts(session)
    assert counts["failed"] == 0
    return counts["pending"] + counts["sent"]


def check_rows() -> None:
    """Each package was published once, because of a slot, with its whole history."""
    with unit_of_work(SYSTEM) as session:
        for package in PACKAGES:
            first = session.scalars(
                select(ExportRun).where(ExportRun.package_name == package).order_by(ExportRun.id)
            ).first()
            assert first is not None
            assert (first.state, first.triggered_by) == ("published", "schedule")
            assert first.slot_id is not None
            steps = session.scalars(
                select(TransitionLog.transition)
                .where(TransitionLog.subject_id == first.id, TransitionLog.subject_type == "export_run")
                .order_by(TransitionLog.id)
            )
            assert list(steps) == ["queue", "start", "begin_publishing", "publish"]


def bytes_of(settings: Settings) -> dict[str, bytes]:
    """Every published file by its path, the descriptor included."""
    found = {}
    for package in PACKAGES:
        current = (settings.packages_dir / package / "current").resolve()
        for path in sorted(current.rglob("*")):
            if path.is_file():
                found[f"{package}/{path.relative_to(current)}"] = path.read_bytes()
    assert {"debtors/data/debtor_records.csv", "statistics/data/period_figures.parquet"} <= set(found)
    descriptor = json.loads(found["debtors/datapackage.json"])
    assert descriptor["sample"] is True
    assert found["debtors/data/debtor_records.csv"].count(b"\n") == 41
    return found


def validate(descriptor: Path) -> None:
    """The independent validator finds nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", str(descriptor)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]

"""Upkeep by schedule: asked for once a moment, done by a worker, its result kept, its faults seen and mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import NOTHING
from backoffice.clock import VIETNAM
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.models import ExportSchedule, OutboxMessage, UpkeepRun
from backoffice.queries.waiting_work import is_bad_upkeep_and_not_mended
from backoffice.services import schedule, upkeep
from backoffice.services.document import file_row
from backoffice.services.document_vault import Vault
from backoffice.services.paper_frozen import keep_bytes
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs.registry import FUNCTIONS, perform
from tests.jobs.roles import SYSTEM

EDITOR = Actor(None, "editor", frozenset({"schedule.edit"}), NOTHING)
READER = Actor(None, "reader", frozenset({"schedule.read"}), NOTHING)
NOON = datetime(2026, 9, 15, 12, 0, 30, tzinfo=VIETNAM)


def work() -> int:
    """Do every upkeep that waits, as a worker would; how many there were."""
    with unit_of_work(SYSTEM) as session:
        waiting = select(OutboxMessage.id).where(
            OutboxMessage.job == upkeep.JOB, OutboxMessage.state == "pending"
        )
        found = session.scalars(waiting).all()
    for message_id in found:
        perform(FUNCTIONS[upkeep.JOB], upkeep.JOB, message_id)
    return len(found)


def runs() -> Sequence[UpkeepRun]:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(UpkeepRun).order_by(UpkeepRun.id)).all()


def in_trouble() -> int:
    """How many runs the first page of the national administrator counts."""
    with unit_of_work(SYSTEM) as session:
        return len(session.scalars(select(UpkeepRun.id).where(is_bad_upkeep_and_not_mended())).all())


def keep_file(vault: Vault, data: bytes = b"tep") -> str:
    """A stored file with its row; its address."""
    with unit_of_work(SYSTEM) as session:
        kept = keep_bytes(vault, data)
        file_row(session, kept, vault)
        return kept.address


def test_upkeep_is_asked_for_once_and_done_when_its_moment_has_come(ready: Settings) -> None:
    row = schedule.set_schedule(SYSTEM, "document_sweep", "0 * * * *")
    with unit_of_work(SYSTEM) as session:
        session.get_one(ExportSchedule, row.id).starts_at = NOON - timedelta(hours=3)
    assert schedule.tick(SYSTEM, NOON) == schedule.tick(SYSTEM, NOON) == []
    assert work() == 1
    (run,) = runs()
    assert (run.upkeep, run.counts, run.is_bad, run.requested_by_id) == (
        "document_sweep", {"removed": 0}, False, None,
    )  # fmt: skip
    assert run.slot_id is not None
    assert (work(), in_trouble()) == (0, 0)


def test_faults_are_kept_until_a_later_run_is_good(ready: Settings) -> None:
    vault = Vault.of(ready.documents)
    address = keep_file(vault)
    raw = b"".join(vault.store.read(address))
    vault.store.remove(address)
    upkeep.ask_for_upkeep(EDITOR, "document_verify")
    assert work() == 1
    (run,) = runs()
    assert (run.counts, run.faults, run.fault_count) == (
        {"files": 1, "missing": 1}, [["missing", address]], 1,
    )  # fmt: skip
    assert in_trouble() == 1
    vault.store.put([raw])
    upkeep.ask_for_upkeep(EDITOR, "document_verify")
    assert (work(), in_trouble()) == (1, 0)


@pytest.mark.parametrize("name", upkeep.UPKEEPS)
def test_run_says_why_when_it_was_not_done(ready: Settings, name: str) -> None:
    ready.documents.keys_file.write_text("zz")
    upkeep.ask_for_upkeep(EDITOR, name)
    assert work() == 1
    (run,) = runs()
    assert (run.error_code, run.is_bad, in_trouble()) == ("key_missing", True, 1)


def test_upkeep_is_refused_without_the_right_an_unknown_name_or_when_it_waits_already(
    ready: Settings,
) -> None:
    with pytest.raises(NotPermittedError):
        upkeep.ask_for_upkeep(READER, "document_sweep")
    with pytest.raises(NotFoundError):
        upkeep.ask_for_upkeep(EDITOR, "debtors")
    upkeep.ask_for_upkeep(EDITOR, "document_sweep")
    with pytest.raises(StateError):
        upkeep.ask_for_upkeep(EDITOR, "document_sweep")
    upkeep.ask_for_upkeep(EDITOR, "document_scan")
    assert work() == 2


def test_usual_times_are_given_once_and_spare_what_was_set(ready: Settings) -> None:
    schedule.set_schedule(EDITOR, "document_scan", "*/30 * * * *")
    assert schedule.load_usual_upkeep(SYSTEM) == 2
    assert schedule.load_usual_upkeep(SYSTEM) == 0
    with unit_of_work(SYSTEM) as session:
        found = {row.package_name: row.cron for row in session.scalars(select(ExportSchedule))}
    assert found == {**schedule.USUAL_UPKEEP, "document_scan": "*/30 * * * *"}
    with pytest.raises(NotPermittedError):
        schedule.set_schedule(READER, "document_scan", "0 * * * *")
    with pytest.raises(InvalidInputError):
        schedule.set_schedule(EDITOR, "document_dance", "0 * * * *")


def test_usual_times_are_refused_when_the_person_may_not_set_any(ready: Settings) -> None:
    with pytest.raises(NotPermittedError):
        schedule.load_usual_upkeep(READER)
    with unit_of_work(SYSTEM) as session:
        assert session.scalars(select(ExportSchedule)).all() == []

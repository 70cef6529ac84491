"""The commands on exports, schedules and background work: what they say and leave, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import Result
from flask import current_app

from backoffice.models import ExportRun, OutboxMessage
from backoffice.services.transaction import send, unit_of_work
from config import Settings
from exports.versions import current_version, take_down
from tests.jobs import rows
from tests.jobs.roles import SYSTEM


@pytest.fixture
def flask(ready: Settings):  # type: ignore[no-untyped-def]
    """Runs one command line in the application under test."""
    current_app.config["OPENTHADS"] = ready

    def run(*words: str) -> Result:
        return current_app.test_cli_runner().invoke(args=list(words))

    return run


def test_export_run_publishes_here_when_told_now(flask, ready: Settings) -> None:
    rows.add_records(4)
    done = flask("export", "run", "all", "--now")
    assert done.exit_code == 0, done.output
    assert "debtor_records 4" in done.output
    assert current_version(ready.packages_dir, "debtors") is not None
    assert current_version(ready.packages_dir, "statistics") is not None
    assert "published" in flask("export", "list").output


def test_export_run_ends_with_an_error_when_the_data_are_wrong(flask, ready: Settings) -> None:
    rows.add_records(2, reason_code="1999_z", full_name="Nguyễn Thị Bí Mật")
    done = flask("export", "run", "debtors", "--now")
    assert done.exit_code == 1
    assert "validation_failed" in done.output
    assert "debtor_records row 1 reason_code" in done.output
    assert "Bí Mật" not in done.output
    assert current_version(ready.packages_dir, "debtors") is None


def test_export_run_only_queues_when_not_told_to_wait(flask) -> None:
    assert "Queued: debtors #1" in flask("export", "run", "debtors").output
    with unit_of_work(SYSTEM) as session:
        assert [run.state for run in session.query(ExportRun)] == ["queued"]


def test_export_run_is_refused_when_the_package_is_unknown(flask) -> None:
    assert flask("export", "run", "secrets").exit_code == 2
    with unit_of_work(SYSTEM) as session:
        assert session.query(ExportRun).count() == 0


def test_schedule_is_set_and_listed(flask) -> None:
    assert "next" in flask("schedule", "set", "debtors", "0 2 * * *").output
    assert "switched off" in flask("schedule", "set", "statistics", "0 3 1 * *", "--off").output
    assert flask("schedule", "list").output.splitlines()[1] == "statistics  0 3 1 * *  switched off"


def test_schedule_is_refused_with_a_sentence_when_the_times_are_wrong(flask) -> None:
    done = flask("schedule", "set", "debtors", "often")
    assert done.exit_code == 1
    assert "Give five fields" in done.output
    assert flask("schedule", "list").output == ""


def test_status_tells_of_given_up_messages(flask, ready: Settings) -> None:
    assert flask("jobs", "status").exit_code == 0
    with unit_of_work(SYSTEM) as session:
        message = send(session, "export.request", package="debtors")
        row = session.get_one(OutboxMessage, message)
        row.state, row.last_error = "failed", "gave_up"
    told = flask("jobs", "status")
    assert told.exit_code == 1
    assert f"given up: {message} export.request" in told.output
    assert flask("jobs", "retry", message).exit_code == 0
    assert flask("jobs", "retry", message).exit_code == 1


def test_status_and_relay_say_so_when_redis_is_away(
    flask, ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENTHADS_REDIS_URL", "redis://127.0.0.1:1/0")
    current_app.config["OPENTHADS"] = replace(ready, redis_url="redis://127.0.0.1:1/0")
    assert "messages wait in the database" in flask("jobs", "status").output
    done = flask("jobs", "relay", "--once")
    assert (done.exit_code, "nothing is lost" in done.output) == (1, True)


def test_relay_sends_and_site_is_asked_for_once(flask) -> None:
    assert "Queued." in flask("jobs", "site").output
    assert "waits already" in flask("jobs", "site").output
    assert "Sent: 1" in flask("jobs", "relay", "--once").output


def test_verify_names_the_file_when_a_published_one_was_changed(flask, ready: Settings) -> None:
    assert flask("export", "verify").output.count("nothing was published yet") == 3
    rows.add_records(2)
    assert flask("export", "run", "debtors", "--now").exit_code == 0
    whole = flask("export", "verify")
    assert (whole.exit_code, whole.output.splitlines()[0]) == (0, "debtors: whole")
    with (ready.packages_dir / "debtors" / "current" / "data" / "debtor_records.csv").open("ab") as file:
        file.write(b"\n")
    changed = flask("export", "verify")
    assert changed.exit_code == 1
    assert "data/debtor_records.csv has changed" in changed.output


def test_record_returns_with_the_next_export_when_its_retraction_is_lifted(flask, ready: Settings) -> None:
    rows.add_records(2)
    assert flask("export", "run", "debtors", "--now").exit_code == 0
    take_down(ready.packages_dir, "debtors", rows.public_id(1))
    assert flask("export", "run", "debtors", "--now").exit_code == 1
    assert flask("export", "lift", rows.public_id(1)).exit_code == 0
    assert flask("export", "run", "debtors", "--now").exit_code == 0
    current = ready.packages_dir / "debtors" / "current" / "data" / "debtor_records.csv"
    assert rows.public_id(1) in current.read_text(encoding="utf-8")


@pytest.mark.parametrize("public_id", [rows.public_id(1), "nobody", ""])
def test_lift_is_refused_when_the_record_was_not_taken_down(flask, ready: Settings, public_id: str) -> None:
    done = flask("export", "lift", public_id)
    assert done.exit_code == 1
    assert "was not taken down" in done.output
    assert not (ready.packages_dir / "debtors" / "retractions.json").exists()

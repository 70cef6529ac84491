"""The states of an export run: who may move them, one at work a package, lost and late workers, three attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import NOTHING, Scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.models import ExportRun, JobEffect, OutboxMessage, TransitionLog
from backoffice.models.states import RunTrigger
from backoffice.services import export_run
from backoffice.services.export_run import Outcome, RunBusyError, RunLostError, Ticket
from backoffice.services.transaction import unit_of_work
from config import Settings
from tests.jobs.helpers import running_app
from tests.jobs.roles import SYSTEM

OPERATOR = Actor(None, "operator", frozenset({"export.run"}), Scope(("TC.C01.",)))
READER = Actor(None, "reader", frozenset({"export.read"}), Scope(("TC.",)))
OUTCOME = Outcome("v1", True, {"debtor_records": 5}, {"valid": True, "problems": []})


def queue(package: str = "debtors") -> int:
    return export_run.request_export(OPERATOR, package, RunTrigger.BUTTON).id


def begin(run_id: int) -> Ticket:
    ticket = export_run.start(SYSTEM, run_id)
    assert ticket is not None
    return ticket


def row(run_id: int) -> ExportRun:
    with unit_of_work(SYSTEM) as session:
        return session.get_one(ExportRun, run_id, populate_existing=True)


def history(run_id: int) -> list[tuple[str, str | None]]:
    with unit_of_work(SYSTEM) as session:
        own = (TransitionLog.subject_type == "export_run", TransitionLog.subject_id == run_id)
        rows = session.scalars(select(TransitionLog).where(*own).order_by("id"))
        return [(entry.transition, entry.reason) for entry in rows if entry.agency_path == "TC."]


def messages() -> list[OutboxMessage]:
    with unit_of_work(SYSTEM) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def test_request_queues_run_with_history_and_message(ready: Settings) -> None:
    run_id = queue()
    (message,) = messages()
    assert (row(run_id).state, row(run_id).triggered_by) == ("queued", "button")
    assert (message.job, message.queue, message.arguments) == ("export.run", "export", {"run_id": run_id})
    assert history(run_id) == [("queue", None)]


def test_request_joins_the_waiting_run_when_there_is_one(ready: Settings) -> None:
    assert queue() == queue()
    assert queue("statistics") != queue()
    assert len(messages()) == 2


def test_request_is_refused_when_not_permitted_or_unknown(ready: Settings) -> None:
    with pytest.raises(NotPermittedError):
        export_run.request_export(READER, "debtors", RunTrigger.BUTTON)
    with pytest.raises(InvalidInputError):
        export_run.request_export(OPERATOR, "../etc", RunTrigger.BUTTON)
    assert messages() == []


def test_request_is_refused_when_there_are_no_agencies(with_redis: Settings) -> None:
    with running_app(with_redis):
        with pytest.raises(StateError, match="Import the agencies"):
            queue()
        assert messages() == []


def test_run_ends_as_published_with_its_figures(ready: Settings) -> None:
    ticket = begin(queue())
    assert export_run.note_progress(SYSTEM, ticket, 3, 5, "debtor_records")
    assert (row(ticket.run_id).progress_done, row(ticket.run_id).progress_total) == (3, 5)
    export_run.begin_publishing(SYSTEM, ticket)
    assert row(ticket.run_id).state == "publishing"
    assert export_run.note_progress(SYSTEM, ticket, 5, 5, None)
    export_run.finish(SYSTEM, ticket, OUTCOME)
    done = row(ticket.run_id)
    assert (done.state, done.package_version, done.row_counts) == ("published", "v1", {"debtor_records": 5})
    assert done.finished_at is not None
    assert [name for name, _ in history(ticket.run_id)] == ["queue", "start", "begin_publishing", "publish"]


def test_run_ends_as_unchanged_when_the_bytes_are_the_same(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.finish(SYSTEM, ticket, Outcome("v1", False, {}, {}))
    assert row(ticket.run_id).state == "unchanged"


def test_second_start_is_refused_when_the_run_is_at_work(ready: Settings) -> None:
    ticket = begin(queue())
    with pytest.raises(RunBusyError):
        export_run.start(SYSTEM, ticket.run_id)
    other = queue()
    assert other != ticket.run_id
    with pytest.raises(RunBusyError):
        export_run.start(SYSTEM, other)
    assert (row(other).state, row(other).attempts) == ("queued", 0)
    assert export_run.start(SYSTEM, queue("statistics")) is not None


def test_database_refuses_two_active_runs_of_one_package(ready: Settings) -> None:
    begin(queue())
    other = queue()
    with pytest.raises(IntegrityError), unit_of_work(SYSTEM) as session:
        session.get_one(ExportRun, other).state = "running"


@pytest.mark.parametrize("step", ["start", "finish", "fail"])
def test_machine_step_is_refused_when_a_person_takes_it(ready: Settings, step: str) -> None:
    run_id = queue()
    ticket = Ticket(run_id, "debtors", 0) if step == "start" else begin(run_id)
    deeds = {
        "start": lambda: export_run.start(OPERATOR, run_id),
        "finish": lambda: export_run.finish(OPERATOR, ticket, OUTCOME),
        "fail": lambda: export_run.fail(OPERATOR, ticket, "unexpected", None),
    }
    before = row(run_id).state
    with pytest.raises(NotPermittedError):
        deeds[step]()
    assert row(run_id).state == before


def test_start_gives_nothing_when_the_run_has_ended_or_is_unknown(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.begin_publishing(SYSTEM, ticket)
    export_run.finish(SYSTEM, ticket, OUTCOME)
    assert export_run.start(SYSTEM, ticket.run_id) is None
    assert export_run.start(SYSTEM, 10_000) is None


def test_failed_run_tries_again_twice_and_then_stays_failed(ready: Settings) -> None:
    run_id = queue()
    for attempt in (1, 2, 3):
        ticket = begin(run_id)
        assert ticket.attempt == attempt
        export_run.fail(SYSTEM, ticket, "disk_full", None, 60)
        failed = row(run_id)
        assert (failed.state, failed.error_code, failed.attempts) == ("failed", "disk_full", attempt)
        assert "Ổ đĩa đã đầy" in failed.report["problems"][0]["message_vi"]
    assert export_run.start(SYSTEM, run_id) is None
    waits = [(m.not_before - m.created_at).total_seconds() for m in messages()]
    assert [round(wait, -1) for wait in waits] == [0, 60, 120]


def test_late_worker_is_refused_when_its_run_was_taken_over(ready: Settings) -> None:
    late = begin(queue())
    with unit_of_work(SYSTEM) as session:
        session.get_one(ExportRun, late.run_id).changed_at = clock.now() - timedelta(seconds=3)
    assert export_run.recover_lost_runs(SYSTEM, 2) == 1
    begin(late.run_id)
    assert not export_run.note_progress(SYSTEM, late, 1, None, None)
    with pytest.raises(RunLostError):
        export_run.finish(SYSTEM, late, OUTCOME)
    with pytest.raises(RunLostError):
        export_run.fail(SYSTEM, late, "unexpected", None)
    assert (row(late.run_id).state, row(late.run_id).attempts) == ("running", 2)


def test_lost_run_fails_visibly_and_its_message_ends(ready: Settings) -> None:
    ticket = begin(queue())
    (first,) = messages()
    with unit_of_work(SYSTEM) as session:
        session.get_one(OutboxMessage, first.id).state = "sent"
        session.get_one(ExportRun, ticket.run_id).changed_at = clock.now() - timedelta(seconds=3)
    assert export_run.recover_lost_runs(SYSTEM, 2) == 1
    assert export_run.recover_lost_runs(SYSTEM, 2) == 0
    assert (row(ticket.run_id).state, row(ticket.run_id).error_code) == ("failed", "worker_lost")
    assert history(ticket.run_id)[-1] == ("fail", "worker_lost")
    with unit_of_work(SYSTEM) as session:
        assert session.get(JobEffect, first.id) is not None
    assert [m.state for m in messages()] == ["done", "pending"]


def give_up_messages() -> None:
    with unit_of_work(SYSTEM) as session:
        for message in session.scalars(select(OutboxMessage)):
            message.state = "failed"


@pytest.mark.parametrize("again", ["request", "button"])
def test_waiting_run_gets_a_new_message_when_its_own_was_given_up(ready: Settings, again: str) -> None:
    run_id = queue()
    give_up_messages()
    assert (queue() if again == "request" else export_run.run_again(OPERATOR, run_id).id) == run_id
    assert sorted(m.state for m in messages()) == ["failed", "pending"]
    assert messages()[-1].arguments == {"run_id": run_id}
    assert queue() == run_id
    assert len(messages()) == 2


def test_waiting_run_fails_visibly_when_nothing_is_left_to_start_it(ready: Settings) -> None:
    run_id, other = queue(), queue("statistics")
    give_up_messages()
    assert queue("statistics") == other
    assert export_run.recover_lost_runs(SYSTEM, 2) == 1
    assert export_run.recover_lost_runs(SYSTEM, 2) == 0
    assert (row(run_id).state, row(run_id).error_code) == ("failed", "never_started")
    assert history(run_id)[-1] == ("fail", "never_started")
    assert row(other).state == "queued"
    # The next request is not held up by it.
    assert queue() != run_id
    assert export_run.run_again(OPERATOR, run_id).state == "queued"


def test_run_is_not_lost_when_it_gave_a_sign_of_life(ready: Settings) -> None:
    ticket = begin(queue())
    assert export_run.recover_lost_runs(SYSTEM, 2) == 0
    assert row(ticket.run_id).state == "running"


def test_cancelled_run_stops_its_worker(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.cancel_run(OPERATOR, ticket.run_id)
    assert not export_run.note_progress(SYSTEM, ticket, 1, None, None)
    with pytest.raises(RunLostError):
        export_run.finish(SYSTEM, ticket, OUTCOME)
    assert row(ticket.run_id).state == "cancelled"
    with pytest.raises(StateError):
        export_run.cancel_run(OPERATOR, ticket.run_id)
    with pytest.raises(NotPermittedError):
        export_run.cancel_run(READER, queue())


def test_cancel_is_refused_when_publishing_has_begun(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.begin_publishing(SYSTEM, ticket)
    with pytest.raises(StateError):
        export_run.cancel_run(OPERATOR, ticket.run_id)
    with pytest.raises(RunLostError):
        export_run.begin_publishing(SYSTEM, ticket)
    export_run.finish(SYSTEM, ticket, OUTCOME)
    assert row(ticket.run_id).state == "published"


def test_run_is_taken_over_when_its_worker_died_while_publishing(ready: Settings) -> None:
    late = begin(queue())
    export_run.begin_publishing(SYSTEM, late)
    with unit_of_work(SYSTEM) as session:
        session.get_one(ExportRun, late.run_id).changed_at = clock.now() - timedelta(seconds=3)
    assert export_run.recover_lost_runs(SYSTEM, 2) == 1
    assert row(late.run_id).error_code == "worker_lost"
    assert begin(late.run_id).attempt == 2


def test_run_again_gives_fresh_attempts_when_the_run_failed(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.fail(SYSTEM, ticket, "schema", None)
    assert export_run.run_again(OPERATOR, ticket.run_id).id == ticket.run_id
    assert (row(ticket.run_id).state, row(ticket.run_id).attempts) == ("queued", 0)
    begin(ticket.run_id)
    with pytest.raises(StateError):
        export_run.run_again(OPERATOR, ticket.run_id)


def test_run_again_makes_a_new_run_when_the_old_one_was_published(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.begin_publishing(SYSTEM, ticket)
    export_run.finish(SYSTEM, ticket, OUTCOME)
    assert export_run.run_again(OPERATOR, ticket.run_id).id > ticket.run_id
    assert row(ticket.run_id).state == "published"


def test_run_again_is_refused_when_not_permitted_or_unknown(ready: Settings) -> None:
    ticket = begin(queue())
    export_run.fail(SYSTEM, ticket, "schema", None)
    nobody = Actor(None, "nobody", frozenset(), NOTHING)
    with pytest.raises(NotPermittedError):
        export_run.run_again(nobody, ticket.run_id)
    with pytest.raises(NotFoundError):
        export_run.run_again(OPERATOR, 10_000)
    assert row(ticket.run_id).state == "failed"

"""Limits that count what a person has done: they hold when the same person asks many times at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import NotPermittedError, OpenThadsError, StateError
from backoffice.extensions import db
from backoffice.models import BackgroundTask, StaffMember, TransitionLog
from backoffice.models.states import TaskKind
from backoffice.services.background_task import MOST_OPEN, TaskOrder, request_task
from backoffice.services.identity_search import TooManyLookUpsError, find_by_identity_number
from tests import factories

ORDER = TaskOrder(TaskKind.EXPORT, "DebtorRecordView", {"address": {}, "format": "csv", "language": "vi"})


@pytest.fixture
def person(app: Flask) -> Actor:
    """A head of an office, where one party has an identity number."""
    app.config["OPENTHADS"] = replace(app.config["OPENTHADS"], identity_look_ups=4)
    with app.app_context():
        agencies = factories.make_tree()
        factories.make_roles()
        head = factories.make_staff(agencies["CC001"], Role.HEAD).id
        debtor = factories.make_file(agencies["CC001"]).debtor
        with system_scope("set_up"):
            debtor.identity_number = "001099000001"
            db.session.commit()
            found = actor_of(db.session.get_one(StaffMember, head))
        db.session.remove()
    return found


def at_once(app: Flask, times: int, deed: Callable[[], object]) -> list[str]:
    """What came of the deed, done so often by one person at the same moment: `done`, or the code of the refusal."""
    ready = Barrier(times)

    def do(_number: int) -> str:
        with app.app_context():
            ready.wait()
            try:
                deed()
            except OpenThadsError as error:
                return error.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(do, range(times)))


def test_no_more_tasks_are_open_than_allowed_when_eight_are_started_at_once(
    app: Flask, person: Actor
) -> None:
    outcomes = at_once(app, 8, lambda: request_task(person, ORDER))
    assert outcomes == ["done"] * MOST_OPEN + [StateError.code] * (8 - MOST_OPEN)
    with app.app_context(), system_scope("jobs"):
        assert db.session.query(BackgroundTask).count() == MOST_OPEN


def test_no_more_numbers_are_looked_up_than_allowed_when_eight_are_asked_at_once(
    app: Flask, person: Actor
) -> None:
    outcomes = at_once(app, 8, lambda: find_by_identity_number(person, "001099000001"))
    assert outcomes == ["done"] * 4 + [TooManyLookUpsError.code] * 4
    assert sorted(notes(app)) == ["found"] * 4 + ["refused"] * 4


def test_look_up_is_refused_until_an_hour_is_over_and_every_one_is_kept(app: Flask, person: Actor) -> None:
    start = clock.now()
    with app.app_context():
        for minutes in range(4):
            with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
                find_by_identity_number(person, "000000000000")
        with (
            time_machine.travel(start + timedelta(minutes=59), tick=False),
            pytest.raises(TooManyLookUpsError) as refusal,
        ):
            find_by_identity_number(person, "001099000001")
        assert refusal.value.seconds == 60
        with time_machine.travel(start + timedelta(minutes=60, seconds=1), tick=False):
            assert len(find_by_identity_number(person, "001099000001")) == 1
    assert notes(app) == ["not_found"] * 4 + ["refused", "found"]


def test_look_up_is_refused_when_nobody_in_particular_asks(app: Flask, person: Actor) -> None:
    with app.app_context(), pytest.raises(NotPermittedError):
        find_by_identity_number(replace(person, user_id=None), "001099000001")
    assert notes(app) == []


def notes(app: Flask) -> list[str]:
    """The outcomes of look-ups in the history of the person who looked."""
    with app.app_context(), system_scope("jobs"):
        wanted = (TransitionLog.transition == "look_up_identity", TransitionLog.subject_type == "ab_user")
        found = db.session.scalars(select(TransitionLog.to_state).where(*wanted).order_by(TransitionLog.id))
        return list(found)

"""Reminders while the process that makes their round is killed at every turn: each leaves once, none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import time

import pytest
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Appointment, OutboxMessage, TransitionLog
from backoffice.services.appointment import book_visit
from backoffice.services.document_vault import Vault
from backoffice.services.slot_plan import plan_slots
from config import Settings
from tests.architecture.sources import ROOT
from tests.services.conftest import World
from tests.services.test_appointment import plan, slots, waiting
from tests.services.test_appointment_reminder import MONDAY, TUESDAY, letters, message_of

PEOPLE = 6
# Before and after commits from the first reading to the last letter; none of the runs can be the last one.
DEATHS = [("before", 3), ("after", 3), ("before", 2)]


@pytest.fixture
def message(world: World, lawful_settings: Settings) -> str:
    """The round of a day on which several people are to be reminded."""
    desk = world.actor(Role.SUPPORT_OFFICER)
    plan_slots(desk, plan(world, first_on=TUESDAY, last_on=TUESDAY, closes_at=time(12)))
    vault = Vault.of(lawful_settings.documents)
    for slot in slots()[:PEOPLE]:
        book_visit(desk, waiting(world, vault, desk)[0], slot)
    return message_of(MONDAY)


def start(settings: Settings, message: str, *words: str) -> subprocess.Popen[str]:
    """A process that makes the round."""
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_MIGRATION_DATABASE_URL": settings.migration_database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
    }
    # An open transaction of this process would wait as long as it works.
    db.session.remove()
    command = [sys.executable, "-m", "tests.services.reminder_victim", message, *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True)


def reminded() -> int:
    """How many appointments bear the mark of their reminder."""
    with system_scope("set_up"):
        db.session.expire_all()
        return db.session.scalar(select(func.count(Appointment.reminded_at))) or 0


def entries() -> int:
    """How many reminders the history has."""
    with system_scope("set_up"):
        done = select(func.count(TransitionLog.id)).where(TransitionLog.transition == "remind")
        return db.session.scalar(done) or 0


def test_each_reminder_leaves_once_when_the_round_is_killed_again_and_again(
    lawful_settings: Settings, message: str
) -> None:
    for when, number in DEATHS:
        process = start(lawful_settings, message, when, str(number))
        assert process.wait(60) == -signal.SIGKILL, (when, number)
        # What is marked has its letter and its entry, at every moment.
        assert len(letters("appointment_reminder")) == reminded() == entries() < PEOPLE
    assert reminded()
    assert start(lawful_settings, message).wait(60) == 0
    assert len(letters("appointment_reminder")) == reminded() == entries() == PEOPLE
    with system_scope("set_up"):
        assert db.session.get_one(OutboxMessage, message).state == "done"


def test_each_reminder_leaves_once_when_two_rounds_are_made_at_once(
    lawful_settings: Settings, message: str
) -> None:
    both = [start(lawful_settings, message) for _number in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(letters("appointment_reminder")) == reminded() == entries() == PEOPLE

"""What tests of tasks carried out by workers share: people, records, asking for tasks as their screens do.

Not here: the screens (`tests/views/test_tasks.py`).
"""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.models import BackgroundTask, BackgroundTaskRow, DebtorRecord, EnforcementAgency, StaffMember
from backoffice.models.states import TaskKind
from backoffice.services.background_task import TaskOrder, request_task
from backoffice.services.list_file import file_of
from backoffice.services.transaction import unit_of_work
from config import Settings
from tests import factories
from tests.jobs.roles import SYSTEM

LIST = "DebtorRecordView"


def make_person(code: str = "CC001", role: Role = Role.HEAD) -> int:
    """A person with a role; returns the id."""
    with unit_of_work(SYSTEM) as session:
        agency = session.scalars(select(EnforcementAgency).where(EnforcementAgency.code == code)).one()
    return factories.make_staff(agency, role).id


def actor(person_id: int) -> Actor:
    """The person as now."""
    with unit_of_work(SYSTEM) as session:
        return actor_of(session.get_one(StaffMember, person_id, populate_existing=True))


def ask_list(person_id: int, suffix: str = "csv", screen: str = LIST, **filters: str) -> int:
    """Ask for the file of a list; returns the task's number."""
    parameters = {"address": filters, "format": suffix, "language": "vi"}
    return request_task(actor(person_id), TaskOrder(TaskKind.EXPORT, screen, parameters)).id


def ask_step(person_id: int, step: str, keys: list[int], version: int = 1, **given: Any) -> int:
    """Ask for a step on records, to be taken by a worker; returns the task's number."""
    parameters = {"step": step, "reason": None, "on": None, "missing": 0, "language": "vi", **given}
    rows = [(key, version) for key in keys]
    return request_task(actor(person_id), TaskOrder(TaskKind.STEPS, LIST, parameters), rows).id


def task(task_id: int) -> BackgroundTask:
    """The task as it is stored."""
    with unit_of_work(SYSTEM) as session:
        return session.get_one(BackgroundTask, task_id, populate_existing=True)


def outcomes(task_id: int) -> list[str]:
    """What became of the rows of a task."""
    with unit_of_work(SYSTEM) as session:
        rows = select(BackgroundTaskRow.outcome).where(BackgroundTaskRow.task_id == task_id)
        return list(session.scalars(rows.order_by(BackgroundTaskRow.id)))


def states(keys: list[int]) -> set[tuple[str, int]]:
    """The states and versions that the records have now."""
    with unit_of_work(SYSTEM) as session:
        found = session.execute(
            select(DebtorRecord.state, DebtorRecord.version).where(DebtorRecord.id.in_(keys))
        )
        return {(row.state, row.version) for row in found}


def lines(settings: Settings, task_id: int) -> list[list[str]]:
    """The lines of the CSV file of a task."""
    key = task(task_id).file_key
    assert key is not None
    text = file_of(settings, key).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))

"""What tests of tasks from lists share: records to choose, the buttons of a list, tasks as they are stored.

Not here: fixtures, and background workers (`tests/jobs`).
"""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    BackgroundTask,
    BackgroundTaskRow,
    DebtorRecord,
    EnforcementAgency,
    TransitionLog,
)
from tests import factories
from tests.views.world import World, token_of, username

LIST = "DebtorRecordView"


def add_records(
    world: World, count: int, state: str = "draft", code: str = "CC001", **values: Any
) -> list[int]:
    """Records of an agency, each a true copy of a file of its own; their ids."""
    with world.app.app_context():
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code=code).one()
        keys = []
        for _ in range(count):
            file = factories.make_file(agency, state="non_enforceable")
            decision = factories.make_non_enforceable(file)
            keys.append(factories.make_record(file, decision, state=state, **values).id)
        db.session.remove()
        return keys


def head(world: World) -> FlaskClient:
    """The head of CC001, signed in."""
    return world.client(username("CC001", Role.HEAD))


def post(client: FlaskClient, address: str, **values: Any) -> Any:
    """Press a button somewhere."""
    return client.post(address, data={"csrf_token": token_of(client.get("/").text), **values})


def preview(client: FlaskClient, step: str, keys: list[int], **values: Any) -> Any:
    """Choose rows and a step."""
    return post(client, f"/tasks/preview/{LIST}", step=step, row=[str(key) for key in keys], **values)


def confirm(client: FlaskClient, step: str, pairs: list[tuple[int, int]], **values: Any) -> Any:
    """Confirm a preview of these rows and versions."""
    rows = ",".join(f"{key}.{version}" for key, version in pairs)
    return post(client, f"/tasks/start/{LIST}", step=step, rows=rows, **values)


def task_of(answer: Any) -> int:
    """The number of the task that an answer leads to."""
    assert answer.status_code == 302, answer.text[-1500:]
    return int(answer.location.rsplit("/", 1)[1])


def task(world: World, task_id: int) -> dict[str, Any]:
    """A task as it is stored."""
    with world.app.app_context(), system_scope("jobs"):
        row = db.session.get_one(BackgroundTask, task_id, populate_existing=True)
        found = {
            name: getattr(row, name) for name in ("state", "error_code", "row_counts", "file_key", "attempts")
        }
        db.session.remove()
        return found


def outcomes(world: World, task_id: int) -> dict[int, str]:
    """What became of each row of a task."""
    with world.app.app_context(), system_scope("jobs"):
        rows = db.session.scalars(select(BackgroundTaskRow).where(BackgroundTaskRow.task_id == task_id)).all()
        found = {row.subject_id: row.outcome for row in rows}
        db.session.remove()
        return found


def states(world: World, keys: list[int]) -> list[tuple[str, int]]:
    """State and version of records, in the order of the ids."""
    with world.app.app_context(), system_scope("jobs"):
        rows = db.session.scalars(
            select(DebtorRecord).where(DebtorRecord.id.in_(keys)).order_by(DebtorRecord.id)
        )
        found = [(row.state, row.version) for row in rows]
        db.session.remove()
        return found


def steps_logged(world: World, key: int, subject: str = "debtor_record") -> list[str]:
    """The steps in the history of a row."""
    with world.app.app_context(), system_scope("jobs"):
        rows = db.session.scalars(
            select(TransitionLog.transition)
            .where(TransitionLog.subject_type == subject, TransitionLog.subject_id == key)
            .order_by(TransitionLog.id)
        ).all()
        db.session.remove()
        return list(rows)

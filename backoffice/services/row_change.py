"""Keeping the field differences of every change, in the transaction of the change.

The unit of work writes one `row_change` a row before it commits, tied to the history entry of the deed. A change that
wrote no entry gets one, so that none stays without a person and a moment. Left out: loads past the ORM (sample data,
benchmarks) and the rules and days that are loaded before there is an agency tree to own their history.
Not here: collecting the changes (`changed_rows`), reading them (`queries.history`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import RowChange, TransitionLog
from backoffice.queries.agencies import national_agency
from backoffice.services.changed_rows import ChangedRow, Collected, collected
from backoffice.services.transition_log import PLAIN_DEED


def write_row_changes(session: Session, actor: Actor) -> None:
    """Write what the open unit of work has changed; the commit follows."""
    session.flush()
    found = collected(session) or Collected()
    changed = {row.key: (row, differences(row)) for row in list(found.rows.values())}
    kept = [(row, changes) for row, changes in changed.values() if changes or row.is_counted]
    root = national_agency() if any(row.agency is None for row, _changes in kept) else None
    for row, changes in kept:
        owner = row.agency or ((root.id, root.path) if root else None)
        if owner is not None:
            session.add(_row_change(session, actor, found, row, changes, owner))


def differences(row: ChangedRow) -> dict[str, list[Any]]:
    """{field: [old, new]} of the fields that differ at the end, as JSON can hold them."""
    return {
        name: [storable(row.before[name]), storable(new)]
        for name, new in sorted(row.after.items())
        if row.before[name] != new
    }


def _row_change(
    session: Session,
    actor: Actor,
    found: Collected,
    row: ChangedRow,
    changes: dict[str, list[Any]],
    owner: tuple[int, str],
) -> RowChange:
    return RowChange(
        agency_id=owner[0],
        agency_path=owner[1],
        subject_type=row.cls.__tablename__,
        subject_id=row.id,
        log_id=_entry(session, actor, found, row, owner).id,
        actor_id=actor.user_id,
        at=clock.now(),
        version=row.version,
        is_creation=row.is_creation,
        changes=changes,
    )


def _entry(
    session: Session, actor: Actor, found: Collected, row: ChangedRow, owner: tuple[int, str]
) -> TransitionLog:
    """The entry of the deed: the row's own newest one, else the first of the transaction, else one made now."""
    own = [log for log in found.logs if (log.subject_type, log.subject_id) == row.key]
    if found.logs:
        return own[-1] if own else found.logs[0]
    log = TransitionLog(
        agency_id=owner[0],
        agency_path=owner[1],
        subject_type=row.cls.__tablename__,
        subject_id=row.id,
        workflow_version=PLAIN_DEED,
        transition="save",
        to_state=str(row.after.get("state") or row.after.get("status") or ""),
        actor_id=actor.user_id,
        at=clock.now(),
    )
    session.add(log)
    session.flush()
    return log


def storable(value: Any) -> Any:
    """A value as JSON holds it: days and moments as text."""
    return value.isoformat() if isinstance(value, date | datetime) else value

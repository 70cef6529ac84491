"""Loading one row under the scope, and optimistic locking: the version a person saw is compared in the UPDATE.

Reading the version and comparing it in Python would leave a moment in which somebody else can save.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import LoaderOption

from backoffice.connections import PREPARED
from backoffice.errors import ConflictError, NotFoundError
from backoffice.services.changed_rows import NOTED, note_version

Row = TypeVar("Row")
# What a column of ids can hold; a driver refuses to send more, which must not look like a defect.
LARGEST_ID = 2**63 - 1


def load_row(
    session: Session, cls: type[Row], key: int, *options: LoaderOption, is_held: bool = False
) -> Row:
    """The row with this id; raises NotFoundError when there is none or the present scope hides it.

    `options` say what is read with it; `is_held` is for `hold_row`. Always a query, never the identity map: an object
    already in memory would come back from outside the scope.
    """
    if not 0 < key <= LARGEST_ID:
        raise NotFoundError
    table: Any = cls
    statement, execution = select(cls).where(table.id == key).options(*options), dict(PREPARED)
    if is_held:
        # Rows that point to it may be written meanwhile.
        statement = statement.with_for_update(key_share=True, of=cls)
        execution["populate_existing"] = True
    row: Row | None = session.scalar(statement, execution_options=execution)
    if row is None:
        raise NotFoundError
    return row


def hold_row(session: Session, cls: type[Row], key: int) -> Row:
    """The row as it stands now, held until the transaction ends: whoever else wants to change it waits, and looks anew.

    For deeds that read the state of one row and write another, where no version is compared. Raises as `load_row`.
    """
    table: Any = cls
    if session.get_bind().dialect.name == "sqlite" and 0 < key <= LARGEST_ID:
        # A write that changes nothing: there, reading holds nobody back.
        same = {"version": table.version, "changed_at": table.changed_at}
        held = update(cls).where(table.id == key).values(same)
        session.execute(held, execution_options={"synchronize_session": False, NOTED: True})
    return load_row(session, cls, key, is_held=True)


def key_of(row: Any) -> int:
    """The id of a row, also when the scope hides the row and its emptied columns cannot be read again."""
    identity = inspect(row).identity
    return int(identity[0]) if identity else int(row.id)


def check_version(
    session: Session, row: Any, expected_version: int, changes: Mapping[str, Any] | None = None
) -> None:
    """Raise the row's version from the expected one, with the changes in the same statement, and reload it.

    Raises ConflictError when the row has another version or is hidden from the present scope.
    """
    cls = type(row)
    is_plain = not changes
    statement = (
        update(cls)
        .where(cls.id == row.id, cls.version == expected_version)
        .values({"version": expected_version + 1, **(changes or {})})
        .returning(cls)
        .execution_options(synchronize_session=False, populate_existing=True, **PREPARED)
        .execution_options(**({NOTED: True} if is_plain else {}))
    )
    if session.scalars(statement).one_or_none() is None:
        raise ConflictError
    relations = [name for name in inspect(cls).relationships.keys() if name in inspect(row).dict]  # noqa: SIM118
    if relations:
        # What the row pointed to when it was loaded may be something else now. An empty list would mean all of it.
        session.expire(row, relations)
    if is_plain:
        note_version(session, row)

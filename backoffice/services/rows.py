"""Loading one row under the scope, and optimistic locking: the version a person saw is compared in the UPDATE.

Reading the version and comparing it in Python would leave a moment in which somebody else can save.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from backoffice.connections import PREPARED
from backoffice.errors import ConflictError, NotFoundError

Row = TypeVar("Row")
# What a column of ids can hold; a driver refuses to send more, which must not look like a defect.
LARGEST_ID = 2**63 - 1


def load_row(session: Session, cls: type[Row], key: int) -> Row:
    """The row with this id; raises NotFoundError when there is none or the present scope hides it.

    Always a query, never the identity map: an object already in memory would come back from outside the scope.
    """
    if not 0 < key <= LARGEST_ID:
        raise NotFoundError
    table: Any = cls
    row: Row | None = session.scalar(select(cls).where(table.id == key), execution_options=PREPARED)
    if row is None:
        raise NotFoundError
    return row


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
    statement = (
        update(cls)
        .where(cls.id == row.id, cls.version == expected_version)
        .values({"version": expected_version + 1, **(changes or {})})
        .execution_options(synchronize_session=False, **PREPARED)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise ConflictError
    session.refresh(row)

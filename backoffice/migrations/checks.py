"""Replacing a check constraint of a table, on both databases; for migrations alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def change_check(table: str, name: str, old: str | None, new: str | None) -> None:
    """Replace one check of a table; without `old` it is new, without `new` it goes."""
    is_sqlite = op.get_context().dialect.name == "sqlite"
    # SQLite copies the table, to which others point; it ignores this switch inside a transaction.
    if is_sqlite:
        _foreign_keys("OFF")
    with op.batch_alter_table(table) as batch:
        if old is not None:
            batch.drop_constraint(name, type_="check")
        if new is not None:
            batch.create_check_constraint(name, sa.text(new))
    if is_sqlite:
        _foreign_keys("ON")


def _foreign_keys(state: str) -> None:
    with op.get_context().autocommit_block():
        op.execute(f"PRAGMA foreign_keys = {state}")

"""runs that a change of public data started say so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OLD = "triggered_by IN ('schedule', 'button', 'command')"
_NEW = "triggered_by IN ('schedule', 'button', 'command', 'change')"


def upgrade() -> None:
    _replace(_NEW)


def downgrade() -> None:
    op.execute("UPDATE export_run SET triggered_by = 'command' WHERE triggered_by = 'change'")
    _replace(_OLD)


def _replace(check: str) -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    # SQLite copies the table, to which others may point; it ignores this switch inside a transaction.
    if is_sqlite:
        _foreign_keys("OFF")
    with op.batch_alter_table("export_run") as batch:
        batch.drop_constraint("ck_export_run_triggered_by", type_="check")
        batch.create_check_constraint("ck_export_run_triggered_by", sa.text(check))
    if is_sqlite:
        _foreign_keys("ON")


def _foreign_keys(state: str) -> None:
    with op.get_context().autocommit_block():
        op.execute(f"PRAGMA foreign_keys = {state}")

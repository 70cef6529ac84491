"""runs that a change of public data started say so."""

from __future__ import annotations

from alembic import op

from backoffice.migrations.checks import change_check

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OLD = "triggered_by IN ('schedule', 'button', 'command')"
_NEW = "triggered_by IN ('schedule', 'button', 'command', 'change')"


def upgrade() -> None:
    change_check("export_run", "ck_export_run_triggered_by", _OLD, _NEW)


def downgrade() -> None:
    op.execute("UPDATE export_run SET triggered_by = 'command' WHERE triggered_by = 'change'")
    change_check("export_run", "ck_export_run_triggered_by", _NEW, _OLD)

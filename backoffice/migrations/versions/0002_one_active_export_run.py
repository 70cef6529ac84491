"""one active export run a package."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("state IN ('running', 'publishing')")


def upgrade() -> None:
    op.create_index(
        "uq_export_run_active",
        "export_run",
        ["package_name"],
        unique=True,
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )


def downgrade() -> None:
    op.drop_index("uq_export_run_active", table_name="export_run")

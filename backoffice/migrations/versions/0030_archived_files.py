"""files of ended cases that are asked out of the archive for a confirmation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "online_request", "ix_online_request_archive"
_LOCKED = sa.text("archive_asked_on IS NOT NULL AND archive_released_on IS NULL")


def upgrade() -> None:
    """Add the two days, and an index of what waits for the head."""
    op.add_column(_TABLE, sa.Column("archive_asked_on", sa.Date()))
    op.add_column(_TABLE, sa.Column("archive_released_on", sa.Date()))
    where = {"sqlite_where": _LOCKED, "postgresql_where": _LOCKED}
    op.create_index(_INDEX, _TABLE, ["archive_asked_on", "id"], **where)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(_INDEX, _TABLE)
    op.drop_column(_TABLE, "archive_released_on")
    op.drop_column(_TABLE, "archive_asked_on")

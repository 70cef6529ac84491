"""pieces of applicants' names are found by three-letter groups; PostgreSQL alone has such an index."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NAME, _TABLE, _COLUMNS = "trgm_online_request_name", "online_request", ["name_fold"]


def upgrade() -> None:
    """Add the index; the extension is there since 0006."""
    if op.get_context().dialect.name == "postgresql":
        ops = dict.fromkeys(_COLUMNS, "gin_trgm_ops")
        op.create_index(_NAME, _TABLE, _COLUMNS, postgresql_using="gin", postgresql_ops=ops)


def downgrade() -> None:
    """Drop the index."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_index(_NAME, table_name=_TABLE)

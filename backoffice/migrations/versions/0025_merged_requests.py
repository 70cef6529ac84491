"""requests that are treated together with another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NAME = "fk_online_request_duplicate_of_id_online_request"


def upgrade() -> None:
    op.add_column("online_request", sa.Column("merged_on", sa.Date()))
    if op.get_context().dialect.name == "sqlite":
        # A column may bring its reference along here; a constraint of its own would copy the whole table.
        op.execute("ALTER TABLE online_request ADD COLUMN duplicate_of_id INTEGER REFERENCES online_request (id)")
    else:
        op.add_column("online_request", sa.Column("duplicate_of_id", sa.BigInteger()))
        op.create_foreign_key(_NAME, "online_request", "online_request", ["duplicate_of_id"], ["id"])
    op.create_index("ix_online_request_duplicate_of_id", "online_request", ["duplicate_of_id"])


def downgrade() -> None:
    op.drop_index("ix_online_request_duplicate_of_id", "online_request")
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(_NAME, "online_request", type_="foreignkey")
    op.drop_column("online_request", "duplicate_of_id")
    op.drop_column("online_request", "merged_on")

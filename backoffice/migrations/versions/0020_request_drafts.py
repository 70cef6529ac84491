"""requests that citizens are still writing, and the files they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUM = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "request_draft",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("token", _SUM, nullable=False, unique=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_request_draft_expires_at", "request_draft", ["expires_at"])
    op.create_table(
        "request_draft_file",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("draft_id", _ID, sa.ForeignKey("request_draft.id"), nullable=False),
        sa.Column("file_id", _ID, sa.ForeignKey("stored_file.id"), nullable=False),
    )
    for column in ("draft_id", "file_id"):
        op.create_index(f"ix_request_draft_file_{column}", "request_draft_file", [column])


def downgrade() -> None:
    op.drop_table("request_draft_file")
    op.drop_table("request_draft")

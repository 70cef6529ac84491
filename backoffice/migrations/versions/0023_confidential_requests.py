"""who was given a confidential request, and who is barred from one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PATH = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "request_reader",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("request_id", _ID, sa.ForeignKey("online_request.id"), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("path", _PATH, nullable=False),
        sa.Column("is_barred", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("member_id", "request_id", name="uq_request_reader"),
    )
    op.create_index("ix_request_reader_request", "request_reader", ["request_id"])


def downgrade() -> None:
    op.drop_table("request_reader")

"""runs of upkeep that is done by schedule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "upkeep_run",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("upkeep", sa.String(40), nullable=False),
        sa.Column("slot_id", _ID, sa.ForeignKey("schedule_slot.id"), unique=True),
        sa.Column("requested_by_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("is_bad", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(40)),
    )
    op.create_index("ix_upkeep_run_upkeep", "upkeep_run", ["upkeep"])


def downgrade() -> None:
    op.drop_table("upkeep_run")

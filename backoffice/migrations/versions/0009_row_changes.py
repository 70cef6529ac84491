"""field differences of every change; indexes for reading the history by person and by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations.policies import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    path = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
    op.create_table(
        "row_change",
        sa.Column("id", big, primary_key=True),
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_id", big, nullable=False),
        sa.Column("log_id", big, sa.ForeignKey("transition_log.id"), nullable=False),
        sa.Column("actor_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("is_creation", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("agency_id", big, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", path, nullable=False),
    )
    op.create_index("ix_row_change_scope", "row_change", ["agency_path", "id"])
    op.create_index("ix_row_change_subject", "row_change", ["subject_type", "subject_id"])
    op.create_index("ix_row_change_log", "row_change", ["log_id"])
    protect("row_change")
    op.create_index("ix_transition_log_actor", "transition_log", ["actor_id", "id"])
    op.create_index("ix_transition_log_at", "transition_log", ["at"])


def downgrade() -> None:
    op.drop_index("ix_transition_log_at", table_name="transition_log")
    op.drop_index("ix_transition_log_actor", table_name="transition_log")
    op.drop_table("row_change")

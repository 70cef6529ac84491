"""background tasks that people start from a list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_PATH = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "background_task",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("screen", sa.String(60), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("source_id", _ID, sa.ForeignKey("background_task.id")),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress_done", sa.BigInteger(), nullable=False),
        sa.Column("progress_total", sa.BigInteger()),
        sa.Column("started_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("error_code", sa.String(40)),
        sa.Column("row_counts", sa.JSON()),
        sa.Column("file_key", sa.String(64)),
        sa.Column("file_size", sa.BigInteger()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *_stamps(),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'finished', 'failed', 'cancelled', 'undone')",
            name="ck_background_task_state",
        ),
        sa.CheckConstraint("kind IN ('export', 'steps', 'undo')", name="ck_background_task_kind"),
        sa.CheckConstraint("progress_done >= 0", name="ck_background_task_progress"),
    )
    op.create_index("ix_background_task_requested_by", "background_task", ["requested_by_id", "id"])
    op.create_index("ix_background_task_state", "background_task", ["state"])
    op.create_index("ix_background_task_scope", "background_task", ["agency_path", "id"])
    op.create_table(
        "background_task_row",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("task_id", _ID, sa.ForeignKey("background_task.id"), nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("sentence", sa.JSON()),
        sa.Column("new_version", sa.Integer()),
        *_owner(),
        sa.CheckConstraint(
            "outcome IN ('pending', 'done', 'refused')", name="ck_background_task_row_outcome"
        ),
        sa.UniqueConstraint("task_id", "subject_id", name="uq_background_task_row"),
    )
    op.create_index("ix_background_task_row_scope", "background_task_row", ["agency_path", "id"])
    for table in ("background_task", "background_task_row"):
        policies.protect(table)


def downgrade() -> None:
    op.drop_table("background_task_row")
    op.drop_table("background_task")


def _owner() -> tuple[sa.Column, ...]:
    """The columns of a row that belongs to an agency."""
    return (
        sa.Column("agency_id", _ID, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", _PATH, nullable=False),
    )


def _stamps() -> tuple[sa.Column, ...]:
    return (
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        *_owner(),
    )

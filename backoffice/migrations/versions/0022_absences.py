"""absences of staff with their deputies, and in whose place somebody acted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_PATH = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
_REASONS = "reason_kind IN ('leave', 'illness', 'mission', 'training', 'other')"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("agency_id", _ID, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", _PATH, nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("deputy_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason_kind", sa.String(16), nullable=False),
        sa.Column("passes_on", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("cancelled_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint(_REASONS, name="ck_absence_reason_kind"),
        sa.CheckConstraint("to_on >= from_on", name="ck_absence_order"),
        sa.CheckConstraint("deputy_id <> member_id", name="ck_absence_deputy"),
    )
    op.create_index("ix_absence_scope", "absence", ["agency_path", "id"])
    op.create_index("ix_absence_member", "absence", ["member_id", "to_on"])
    op.create_index("ix_absence_deputy", "absence", ["deputy_id", "to_on"])
    op.create_index("ix_absence_from_on", "absence", ["from_on", "id"])
    policies.protect("absence")
    # Said plainly, because on SQLite the library would copy the whole history for a key.
    op.execute("ALTER TABLE transition_log ADD COLUMN acted_for_id INTEGER REFERENCES ab_user (id)")


def downgrade() -> None:
    op.drop_column("transition_log", "acted_for_id")
    op.drop_table("absence")

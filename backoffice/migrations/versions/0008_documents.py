"""documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_KINDS = (
    "'judgment', 'decision', 'request', 'minutes', 'verification', 'payment', 'letter', 'identity', 'other'"
)


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", _bytewise(64), nullable=False),
        sa.Column("address", _bytewise(64), nullable=False),
        sa.Column("size_bytes", _ID, nullable=False),
        sa.Column("key_id", _bytewise(16), nullable=False),
        sa.Column("wrapped_key", _bytewise(160), nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("ix_stored_file_key_id", "stored_file", ["key_id"])
    op.create_table("document", *_document_columns(), *_document_constraints())
    op.create_index("ix_document_scope", "document", ["agency_path", "id"])
    op.create_index("ix_document_subject", "document", ["subject_type", "subject_id", "id"])
    op.create_index("ix_document_file_id", "document", ["file_id"])
    op.create_table(
        "document_opening",
        sa.Column("id", _ID, nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("client_address", sa.String(45), nullable=False),
        sa.Column("agency_id", _ID, nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["ab_user.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["enforcement_agency.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_document_opening_scope", "document_opening", ["agency_path", "id"])
    op.create_index("ix_document_opening_document", "document_opening", ["document_id", "id"])
    for table in ("document", "document_opening"):
        policies.protect(table)


def _document_columns() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size_bytes", _ID, nullable=False),
        sa.Column("sha256", _bytewise(64), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("removal_rule", sa.String(16), nullable=True),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", _ID, nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    ]


def _document_constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("state IN ('stored', 'quarantined', 'removed')", name="ck_document_state"),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name="ck_document_kind"),
        sa.CheckConstraint("removal_rule IN ('kept', 'erased')", name="ck_document_removal_rule"),
        sa.CheckConstraint("state = 'removed' OR file_id IS NOT NULL", name="ck_document_file"),
        sa.CheckConstraint(
            "(state = 'removed') = (removal_rule IS NOT NULL)", name="ck_document_removal"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["enforcement_agency.id"]),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"]),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["ab_user.id"]),
        sa.PrimaryKeyConstraint("id"),
    ]


def downgrade() -> None:
    op.drop_table("document_opening")
    op.drop_table("document")
    op.drop_table("stored_file")

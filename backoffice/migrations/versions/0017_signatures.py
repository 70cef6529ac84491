"""keys of people who sign, and the signatures on papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies
from backoffice.migrations.checks import change_check

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_OLD_TASKS = "kind IN ('export', 'steps', 'undo', 'papers')"
_NEW_TASKS = "kind IN ('export', 'steps', 'undo', 'papers', 'signatures')"


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _id(name: str, target: str, *, nullable: bool = False, unique: bool = False) -> sa.Column:
    return sa.Column(name, _ID, sa.ForeignKey(target), nullable=nullable, unique=unique)


def _person(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False)


def _owner() -> tuple[sa.Column, ...]:
    return (
        _id("agency_id", "enforcement_agency.id"),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    )


def upgrade() -> None:
    op.create_table("signing_key", *_key_columns())
    op.create_index("ix_signing_key_scope", "signing_key", ["agency_path", "id"])
    op.create_index("ix_signing_key_owner", "signing_key", ["owner_id", "id"])
    op.create_index("ix_signing_key_file_id", "signing_key", ["file_id"])
    op.create_table("document_signature", *_signature_columns())
    op.create_index("ix_document_signature_scope", "document_signature", ["agency_path", "id"])
    for column in ("signer_id", "unsigned_file_id"):
        op.create_index(f"ix_document_signature_{column}", "document_signature", [column])
    for table in ("signing_key", "document_signature"):
        policies.protect(table)
    change_check("background_task", "ck_background_task_kind", _OLD_TASKS, _NEW_TASKS)


def downgrade() -> None:
    rows = "SELECT id FROM background_task WHERE kind = 'signatures'"
    op.execute(f"DELETE FROM background_task_row WHERE task_id IN ({rows})")
    op.execute("DELETE FROM background_task WHERE kind = 'signatures'")
    change_check("background_task", "ck_background_task_kind", _NEW_TASKS, _OLD_TASKS)
    for table in ("document_signature", "signing_key"):
        op.drop_table(table)


def _key_columns() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", _ID, primary_key=True),
        _person("owner_id"),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _id("file_id", "stored_file.id", nullable=True),
        sa.Column("token_label", sa.String(64), nullable=True),
        sa.Column("key_label", sa.String(64), nullable=True),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("serial", _bytewise(64), nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("not_after", _MOMENT, nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_owner(),
        sa.CheckConstraint("kind IN ('file', 'token')", name="ck_signing_key_kind"),
        sa.CheckConstraint("state IN ('active', 'removed')", name="ck_signing_key_state"),
        sa.CheckConstraint(
            "state = 'removed' OR (kind = 'file') = (file_id IS NOT NULL)", name="ck_signing_key_file"
        ),
        sa.CheckConstraint("kind = 'file' OR token_label IS NOT NULL", name="ck_signing_key_token"),
    ]


def _signature_columns() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", _ID, primary_key=True),
        _id("official_document_id", "official_document.id", unique=True),
        _person("signer_id"),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("level", sa.String(8), nullable=True),
        sa.Column("signed_at", _MOMENT, nullable=False),
        sa.Column("sha256_before", _bytewise(64), nullable=False),
        sa.Column("sha256_after", _bytewise(64), nullable=False),
        _id("unsigned_file_id", "stored_file.id"),
        sa.Column("certificate_subject", sa.String(500), nullable=True),
        sa.Column("certificate_issuer", sa.String(500), nullable=True),
        sa.Column("certificate_serial", _bytewise(64), nullable=True),
        sa.Column("certificate_not_after", _MOMENT, nullable=True),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("findings", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_owner(),
        sa.CheckConstraint("way IN ('electronic', 'paper')", name="ck_document_signature_way"),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('B-B', 'B-T', 'B-LT', 'B-LTA')", name="ck_document_signature_level"
        ),
        sa.CheckConstraint(
            "(way = 'electronic') = (level IS NOT NULL AND certificate_subject IS NOT NULL)",
            name="ck_document_signature_certificate",
        ),
        sa.CheckConstraint("sha256_before <> sha256_after", name="ck_document_signature_sums"),
    ]

"""messages to people: templates, messages, attempts, preferences, daily rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_CHANNELS = "channel IN ('email', 'sms', 'chat')"
_STATES = "state IN ('queued', 'sending', 'sent', 'unconfirmed', 'failed', 'bounced', 'cancelled')"
_OUTCOMES = "outcome IN ('started', 'sent', 'deferred', 'refused', 'unconfirmed', 'died')"


def upgrade() -> None:
    _templates()
    _notices()
    _attempts()
    op.create_table(
        "notice_preference",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(_CHANNELS, name="ck_notice_preference_channel"),
        sa.UniqueConstraint("member_id", "event", "channel", name="uq_notice_preference"),
    )
    op.create_table(
        "notice_slot",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("event", "day", name="uq_notice_slot"),
    )
    for table in ("notice", "notice_attempt"):
        policies.protect(table)


def downgrade() -> None:
    for table in ("notice_slot", "notice_preference", "notice_attempt", "notice", "notice_template"):
        op.drop_table(table)


def _templates() -> None:
    op.create_table(
        "notice_template",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint(_CHANNELS, name="ck_notice_template_channel"),
        sa.UniqueConstraint(
            "event", "procedure", "channel", "locale", "revision", name="uq_notice_template_revision"
        ),
    )
    op.create_index(
        "uq_notice_template_in_use",
        "notice_template",
        ["event", "procedure", "channel", "locale"],
        unique=True,
        sqlite_where=sa.text("is_in_use = 1"),
        postgresql_where=sa.text("is_in_use"),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("public_key", _bytewise(32), nullable=False, unique=True),
        sa.Column("idempotency_key", _bytewise(160), nullable=False, unique=True),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("ab_user.id"), index=True),
        sa.Column("address_masked", sa.String(120), nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("key_id", _bytewise(16), nullable=False),
        sa.Column("template_id", _ID, sa.ForeignKey("notice_template.id")),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attention", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_try_at", _MOMENT),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("handed_at", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("route", sa.String(16), nullable=False),
        sa.Column("error_code", sa.String(40)),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *_owner(),
        sa.CheckConstraint(_STATES, name="ck_notice_state"),
        sa.CheckConstraint(_CHANNELS, name="ck_notice_channel"),
    )
    op.create_index("ix_notice_scope", "notice", ["agency_path", "id"])
    op.create_index("ix_notice_subject", "notice", ["subject_type", "subject_id", "id"])
    op.create_index("ix_notice_attention", "notice", ["attention", "id"])
    op.create_index("ix_notice_created_at", "notice", ["created_at"])


def _attempts() -> None:
    op.create_table(
        "notice_attempt",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("notice_id", _ID, sa.ForeignKey("notice.id"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("error_code", sa.String(40)),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        *_owner(),
        sa.CheckConstraint(_OUTCOMES, name="ck_notice_attempt_outcome"),
        sa.UniqueConstraint("notice_id", "attempt", name="uq_notice_attempt"),
    )
    op.create_index("ix_notice_attempt_scope", "notice_attempt", ["agency_path", "id"])


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _owner() -> tuple[sa.Column, ...]:
    """The columns of a row that belongs to an agency."""
    return (
        sa.Column("agency_id", _ID, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    )

"""citizens' requests: what they declare, whom they name, what is written about them, appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_STATES = (
    "state IN ('submitted', 'received', 'supplement_asked', 'awaiting_originals', 'awaiting_assignment', "
    "'in_examination', 'drafted', 'awaiting_filing', 'awaiting_signature', 'signed', 'returned', 'guided', "
    "'refused', 'filed', 'withdrawn')"
)
_FAMILIES = "family IN ('enforcement', 'confirmation', 'feedback', 'one_stop')"
_CHANNELS = "channel IN ('online', 'desk', 'post')"
_OUTCOMES = (
    "outcome IN ('granted', 'replied', 'transferred', 'filed', 'guided', 'refused', 'withdrawn')"
)
_MESSAGES = (
    "kind IN ('supplement', 'acceptance', 'guidance', 'refusal', 'result', 'answer', 'withdrawal', 'reopening')"
)
_ROLES = "role IN ('debtor', 'creditor', 'related')"
_KINDS = "kind IN ('person', 'organisation')"
_VISITS = "state IN ('booked', 'kept', 'missed', 'moved', 'cancelled')"
_PURPOSES = "purpose IN ('originals', 'result')"
_OPEN = sa.text("state NOT IN ('returned', 'guided', 'refused', 'filed', 'withdrawn')")
_HOLDS_SLOT = sa.text("state IN ('booked', 'kept', 'missed')")
_BOOKED = sa.text("state = 'booked'")
_SCOPED = ("online_request", "request_party", "request_message", "appointment_slot", "appointment")


def upgrade() -> None:
    _requests()
    _around_requests()
    _appointments()
    op.create_table(
        "look_up_try",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("code_key", _bytewise(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("ix_look_up_try_code_key", "look_up_try", ["code_key", "at"])
    op.create_index("ix_look_up_try_at", "look_up_try", ["at"])
    for table in _SCOPED:
        op.create_index(f"ix_{table}_scope", table, ["agency_path", "id"])
        policies.protect(table)


def downgrade() -> None:
    for table in ("look_up_try", "appointment", "appointment_slot", "request_message", "request_party"):
        op.drop_table(table)
    op.drop_table("online_request")


def _requests() -> None:
    op.create_table("online_request", *_declared_columns(), *_course_columns(), *_owner())
    for column in ("procedure", "key_id", "handler_id", "examiner_id", "case_id"):
        op.create_index(f"ix_online_request_{column}", "online_request", [column])
    op.create_index("ix_online_request_identity_key", "online_request", ["identity_key", "agency_path"])
    op.create_index("ix_online_request_received_at", "online_request", ["received_at", "id"])
    op.create_index("ix_online_request_name_sort", "online_request", ["name_sort", "id"])
    op.create_index("ix_online_request_state", "online_request", ["state", "agency_path", "due_on"])
    op.create_index(
        "ix_online_request_due", "online_request", ["due_on", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def _declared_columns() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", _ID, primary_key=True),
        sa.Column("public_key", _bytewise(32), nullable=False, unique=True),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("family", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("code_key", _bytewise(64), nullable=False, unique=True),
        sa.Column("code_ending", _bytewise(2), nullable=False),
        sa.Column("client_key", _bytewise(64), nullable=False, unique=True),
        sa.Column("identity_key", _bytewise(64), nullable=False),
        sa.Column("applicant_name", sa.String(200), nullable=False),
        sa.Column("name_fold", _bytewise(200), nullable=False),
        sa.Column("name_sort", _bytewise(400), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("key_id", _bytewise(16), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint(_FAMILIES, name="ck_online_request_family"),
        sa.CheckConstraint(_CHANNELS, name="ck_online_request_channel"),
    ]


def _course_columns() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("workflow_version", sa.String(16), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("deadline", sa.JSON()),
        sa.Column("total_due_on", sa.Date()),
        sa.Column("total_deadline", sa.JSON()),
        sa.Column("paused_on", sa.Date()),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("ground_code", sa.String(40)),
        sa.Column("classification", sa.JSON()),
        sa.Column("handler_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("examiner_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("case_id", _ID, sa.ForeignKey("enforcement_case.id")),
        sa.Column("decision_number", sa.String(60)),
        sa.Column("decided_on", sa.Date()),
        sa.Column("fee_vnd", sa.BigInteger()),
        sa.Column("fee_receipt_number", sa.String(40)),
        sa.Column("originals_received_on", sa.Date()),
        sa.Column("returned_on", sa.Date()),
        sa.CheckConstraint(_STATES, name="ck_online_request_state"),
        sa.CheckConstraint(_OUTCOMES, name="ck_online_request_outcome"),
        sa.CheckConstraint(
            "state <> 'refused' OR ground_code IS NOT NULL", name="ck_online_request_ground"
        ),
        sa.CheckConstraint("fee_vnd IS NULL OR fee_vnd >= 0", name="ck_online_request_fee"),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'received') OR outcome IS NULL", name="ck_online_request_open"
        ),
    ]


def _around_requests() -> None:
    op.create_table(
        "request_party",
        sa.Column("id", _ID, primary_key=True),
        _request(),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("name_fold", _bytewise(200), nullable=False),
        sa.Column("identity_key", _bytewise(64)),
        *_owner(),
        sa.CheckConstraint(_ROLES, name="ck_request_party_role"),
        sa.CheckConstraint(_KINDS, name="ck_request_party_kind"),
    )
    op.create_index("ix_request_party_request_id", "request_party", ["request_id"])
    op.create_index("ix_request_party_identity_key", "request_party", ["identity_key", "agency_path"])
    op.create_index("ix_request_party_name_fold", "request_party", ["name_fold", "agency_path"])
    op.create_table(
        "request_message",
        sa.Column("id", _ID, primary_key=True),
        _request(),
        sa.Column("public_key", _bytewise(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("key_id", _bytewise(16), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("at", _MOMENT, nullable=False),
        *_owner(),
        sa.CheckConstraint(_MESSAGES, name="ck_request_message_kind"),
    )
    op.create_index("ix_request_message_request", "request_message", ["request_id", "id"])
    op.create_index("ix_request_message_key_id", "request_message", ["key_id"])


def _appointments() -> None:
    op.create_table(
        "appointment_slot",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("desk", sa.String(60), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        *_owner(),
        sa.UniqueConstraint("agency_id", "desk", "starts_at", name="uq_appointment_slot"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_appointment_slot_order"),
    )
    op.create_index("ix_appointment_slot_starts_at", "appointment_slot", ["starts_at", "id"])
    op.create_table(
        "appointment",
        sa.Column("id", _ID, primary_key=True),
        _request(),
        sa.Column("slot_id", _ID, sa.ForeignKey("appointment_slot.id"), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reminded_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_key", _bytewise(32), nullable=False, unique=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        *_owner(),
        sa.CheckConstraint(_VISITS, name="ck_appointment_state"),
        sa.CheckConstraint(_PURPOSES, name="ck_appointment_purpose"),
    )
    for name, column, where in (
        ("uq_appointment_slot_held", "slot_id", _HOLDS_SLOT),
        ("uq_appointment_request_booked", "request_id", _BOOKED),
    ):
        op.create_index(
            name, "appointment", [column], unique=True, sqlite_where=where, postgresql_where=where
        )
    op.create_index("ix_appointment_request", "appointment", ["request_id", "id"])


def _request() -> sa.Column:
    return sa.Column("request_id", _ID, sa.ForeignKey("online_request.id"), nullable=False)


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _owner() -> tuple[sa.Column, ...]:
    """The columns of a row that belongs to an agency."""
    return (
        sa.Column("agency_id", _ID, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    )

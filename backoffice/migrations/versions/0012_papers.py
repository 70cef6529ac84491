"""papers made from templates, with the register of their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies
from backoffice.migrations.checks import change_check

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_KINDS = (
    "'enforcement_request_form', 'result_confirmation_form', 'feedback_form', 'complaint_form', "
    "'denunciation_form', 'officer_change_form', 'coercion_cost_relief_form', "
    "'enforcement_fee_relief_form', 'receipt_slip', 'appointment_slip', 'guidance_slip', "
    "'acceptance_reply', 'guidance_reply', 'refusal_reply', 'result_confirmation', "
    "'enforcement_decision', 'non_enforceable_decision', 'feedback_reply', 'transfer_letter', "
    "'commune_publication_notice', 'removal_proof'"
)
_LEVELS = "'any', 'national', 'provincial', 'district', 'regional'"
_SERIES = (
    "series IN ('enforcement_decision', 'non_enforceable_decision', 'letter', 'notice', 'confirmation', 'slip')"
)
_STATES = (
    "'drafted', 'rendering', 'render_failed', 'prepared', 'signed', 'replaced', 'withdrawn', 'cancelled'"
)
_WITH_FILE = "'prepared', 'signed', 'replaced', 'withdrawn'"
_UNDER_WAY = sa.text("state IN ('rendering', 'render_failed')")
_LIVE = sa.text("state NOT IN ('cancelled', 'replaced', 'withdrawn')")
_OLD_TASKS = "kind IN ('export', 'steps', 'undo')"
_NEW_TASKS = "kind IN ('export', 'steps', 'undo', 'papers')"


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _id(name: str, target: str | None = None, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, _ID, *([sa.ForeignKey(target)] if target else ()), nullable=nullable)


def _person(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=True)


def _owner() -> tuple[sa.Column, ...]:
    return (
        _id("agency_id", "enforcement_agency.id"),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    )


def _stamps() -> tuple[sa.Column, ...]:
    return (
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
    )


def upgrade() -> None:
    op.create_table("document_template", *_template_columns(), *_template_checks())
    op.create_index("ix_document_template_state", "document_template", ["state", "id"])
    op.create_index("ix_document_template_valid_from", "document_template", ["valid_from", "id"])
    _create_register()
    op.create_table("official_document", *_paper_columns(), *_paper_checks())
    for column in ("template_id", "number_id", "file_id", "data_file_id", "replaced_by_id"):
        op.create_index(f"ix_official_document_{column}", "official_document", [column])
    op.create_index("ix_official_document_scope", "official_document", ["agency_path", "id"])
    op.create_index("ix_official_document_subject", "official_document", ["subject_type", "subject_id", "id"])
    for column in ("issued_on", "kind"):
        op.create_index(f"ix_official_document_{column}", "official_document", [column, "id"])
    _part("ix_official_document_under_way", ["state", "id"], _UNDER_WAY, unique=False)
    _part("uq_official_document_number", ["number_id"], _LIVE, unique=True)
    for table in ("document_number_book", "document_number", "official_document"):
        policies.protect(table)
    change_check("background_task", "ck_background_task_kind", _OLD_TASKS, _NEW_TASKS)


def downgrade() -> None:
    op.execute(
        "DELETE FROM background_task_row WHERE task_id IN (SELECT id FROM background_task WHERE kind = 'papers')"
    )
    op.execute("DELETE FROM background_task WHERE kind = 'papers'")
    change_check("background_task", "ck_background_task_kind", _NEW_TASKS, _OLD_TASKS)
    for table in ("official_document", "document_number", "document_number_book", "document_template"):
        op.drop_table(table)


def _part(name: str, columns: list[str], where: sa.TextClause, *, unique: bool) -> None:
    op.create_index(
        name, "official_document", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def _template_columns() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("agency_level", sa.String(16), nullable=False),
        sa.Column("rule_set", sa.String(8), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("title_vi", sa.String(400), nullable=False),
        sa.Column("title_en", sa.String(400), nullable=False),
        sa.Column("symbol_pattern", sa.String(60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("is_start_set", sa.Boolean(), nullable=False),
        _person("prepared_by_id"),
        _person("approved_by_id"),
        sa.Column("approved_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *_stamps(),
    ]


def _template_checks() -> list[sa.Constraint]:
    checks = {
        "kind": f"kind IN ({_KINDS})",
        "agency_level": f"agency_level IN ({_LEVELS})",
        "state": "state IN ('drafted', 'proposed', 'approved', 'retired')",
        "validity": "valid_to IS NULL OR valid_to >= valid_from",
        "edition": "edition > 0",
        "prepared_by": "is_start_set OR prepared_by_id IS NOT NULL",
        "four_eyes": "approved_by_id IS NULL OR approved_by_id <> prepared_by_id",
        "approved": "state <> 'approved' OR is_start_set OR approved_by_id IS NOT NULL",
    }
    unique = sa.UniqueConstraint("kind", "agency_level", "rule_set", "edition", name="uq_document_template")
    return [
        unique,
        *(sa.CheckConstraint(rule, name=f"ck_document_template_{name}") for name, rule in checks.items()),
    ]


def _create_register() -> None:
    op.create_table(
        "document_number_book",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        *_owner(),
        sa.CheckConstraint(_SERIES, name="ck_document_number_book_series"),
        sa.CheckConstraint("last_number >= 0", name="ck_document_number_book_last"),
        sa.UniqueConstraint("agency_id", "series", "year", name="uq_document_number_book"),
    )
    op.create_index("ix_document_number_book_scope", "document_number_book", ["agency_path", "id"])
    op.create_table("document_number", *_number_columns())
    op.create_index("ix_document_number_scope", "document_number", ["agency_path", "id"])
    for column in ("issued_on", "number"):
        op.create_index(f"ix_document_number_{column}", "document_number", [column, "id"])


def _number_columns() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", _ID, primary_key=True),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_stamps(),
        *_owner(),
        sa.CheckConstraint(_SERIES, name="ck_document_number_series"),
        sa.CheckConstraint("state IN ('reserved', 'issued', 'cancelled')", name="ck_document_number_state"),
        sa.CheckConstraint("source IN ('register', 'decision')", name="ck_document_number_source"),
        sa.CheckConstraint("number > 0", name="ck_document_number_positive"),
        sa.CheckConstraint("state <> 'cancelled' OR reason IS NOT NULL", name="ck_document_number_reason"),
        sa.UniqueConstraint("agency_id", "series", "year", "number", name="uq_document_number"),
    ]


def _paper_columns() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_type", sa.String(40), nullable=False),
        _id("subject_id"),
        _id("template_id", "document_template.id"),
        _id("number_id", "document_number.id", nullable=True),
        sa.Column("symbol", sa.String(60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _id("file_id", "stored_file.id", nullable=True),
        sa.Column("sha256", _bytewise(64), nullable=True),
        _id("data_file_id", "stored_file.id"),
        sa.Column("check_code", _bytewise(16), nullable=False, unique=True),
        _person("prepared_by_id"),
        _person("signed_by_id"),
        _id("replaced_by_id", "official_document.id", nullable=True),
        sa.Column("error_code", sa.String(40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_stamps(),
        *_owner(),
    ]


def _paper_checks() -> list[sa.Constraint]:
    with_all = "file_id IS NOT NULL AND sha256 IS NOT NULL AND issued_on IS NOT NULL"
    checks = {
        "kind": f"kind IN ({_KINDS})",
        "state": f"state IN ({_STATES})",
        "file": f"state NOT IN ({_WITH_FILE}) OR ({with_all})",
        "replaced": "replaced_by_id IS NULL OR replaced_by_id <> id",
        "successor": "state <> 'replaced' OR replaced_by_id IS NOT NULL",
    }
    return [sa.CheckConstraint(rule, name=f"ck_official_document_{name}") for name, rule in checks.items()]

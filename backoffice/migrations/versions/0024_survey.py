"""questions to those whose requests have ended, and what they answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_SCOPED = ("survey_question", "survey_tally", "survey_comment")


def upgrade() -> None:
    op.add_column(
        "online_request", sa.Column("is_surveyed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _questions()
    _answers()
    for table in _SCOPED:
        op.create_index(f"ix_{table}_scope", table, ["agency_path", "id"])
        policies.protect(table)


def downgrade() -> None:
    for table in ("survey_comment", "survey_tally", "survey_question"):
        op.drop_table(table)
    op.drop_column("online_request", "is_surveyed")


def _questions() -> None:
    op.create_table(
        "survey_question",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("code", _bytewise(40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_vi", sa.String(300), nullable=False),
        sa.Column("text_en", sa.String(300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        *_owner(),
        sa.UniqueConstraint("code", "edition", name="uq_survey_question"),
        sa.CheckConstraint("kind IN ('choice', 'rating', 'text')", name="ck_survey_question_kind"),
        sa.CheckConstraint("edition > 0", name="ck_survey_question_edition"),
    )
    op.create_index("ix_survey_question_position", "survey_question", ["position", "id"])
    op.create_index("ix_survey_question_valid_from", "survey_question", ["valid_from", "id"])


def _answers() -> None:
    op.create_table(
        "survey_tally",
        sa.Column("id", _ID, primary_key=True),
        _question(),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("quarter", _bytewise(7), nullable=False),
        sa.Column("choice", _bytewise(8), nullable=False),
        sa.Column("answer_count", sa.Integer(), nullable=False),
        *_owner(),
        sa.UniqueConstraint(
            "agency_id", "procedure", "quarter", "question_id", "choice", name="uq_survey_tally"
        ),
        sa.CheckConstraint("answer_count >= 0", name="ck_survey_tally_count"),
    )
    op.create_table(
        "survey_comment",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("public_key", _bytewise(32), nullable=False, unique=True),
        _question(),
        sa.Column("quarter", _bytewise(7), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("key_id", _bytewise(16), nullable=False),
        *_owner(),
    )
    op.create_index("ix_survey_comment_key_id", "survey_comment", ["key_id"])
    for table in ("survey_tally", "survey_comment"):
        op.create_index(f"ix_{table}_quarter", table, ["quarter", "agency_path"])
        op.create_index(f"ix_{table}_question_id", table, ["question_id"])


def _question() -> sa.Column:
    return sa.Column("question_id", _ID, sa.ForeignKey("survey_question.id"), nullable=False)


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _owner() -> tuple[sa.Column, ...]:
    """The columns of a row that belongs to an agency."""
    return (
        sa.Column("agency_id", _ID, sa.ForeignKey("enforcement_agency.id"), nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
    )

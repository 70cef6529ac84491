"""accounts: names unique whatever their case, failed sign-ins, sessions, former passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_UNIQUE = {"uq_ab_user_username_lower": "username", "uq_ab_user_email_lower": "email"}
_COLUMNS = (
    sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    sa.Column("must_change_password", sa.Boolean(), server_default="0", nullable=False),
    sa.Column("password_changed_at", _MOMENT, nullable=True),
    sa.Column("password_expires_at", _MOMENT, nullable=True),
    sa.Column("last_sign_in_at", _MOMENT, nullable=True),
)


def upgrade() -> None:
    for column in _UNIQUE.values():
        _refuse_doubles(column)
    for column in _COLUMNS:
        op.add_column("ab_user", column.copy())
    for name, column in _UNIQUE.items():
        op.create_index(name, "ab_user", [sa.text(f"lower({column})")], unique=True)
    op.create_table(
        "staff_session",
        sa.Column("id", _ID, primary_key=True),
        _member(nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("network_address", sa.String(45), nullable=False),
    )
    op.create_index("ix_staff_session_member", "staff_session", ["member_id"])
    op.create_table(
        "sign_in_event",
        sa.Column("id", _ID, primary_key=True),
        _member(nullable=True),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("network_address", sa.String(45), nullable=False),
    )
    op.create_index("ix_sign_in_event_member", "sign_in_event", ["member_id", "id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("name_digest", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_tried_at", _MOMENT, nullable=False),
        sa.Column("blocked_until", _MOMENT, nullable=True),
    )
    op.create_index("ix_sign_in_tries_last", "sign_in_tries", ["last_tried_at"])
    op.create_table(
        "former_password",
        sa.Column("id", _ID, primary_key=True),
        _member(nullable=False),
        sa.Column("password_hash", sa.String(256), nullable=False),
        sa.Column("set_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_former_password_member", "former_password", ["member_id", "id"])


def downgrade() -> None:
    for table in ("former_password", "sign_in_tries", "sign_in_event", "staff_session"):
        op.drop_table(table)
    for name in _UNIQUE:
        op.drop_index(name, "ab_user")
    for column in reversed(_COLUMNS):
        op.drop_column("ab_user", column.name)


def _member(*, nullable: bool) -> sa.Column[int]:
    return sa.Column(
        "member_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=nullable
    )


def _refuse_doubles(column: str) -> None:
    """Stop with a sentence where two accounts differ in capitals only: which one is right, a person decides."""
    if op.get_context().as_sql:
        return
    found = op.get_bind().execute(
        sa.text(f"SELECT lower({column}) FROM ab_user GROUP BY lower({column}) HAVING count(*) > 1")  # noqa: S608
    )
    names = sorted(row[0] for row in found)
    if names:
        raise RuntimeError(f"two accounts share one {column} but for capitals, rename one first: {names}")

"""who took a result and how, and wishes to take a request up again that nobody has answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLE, _CHECK = "online_request", "ck_online_request_handed_over_way"
_WAYS = "handed_over_way IN ('online', 'desk', 'post')"
_ASKED = sa.text("reopening_asked_on IS NOT NULL")
_LYING = sa.text("handed_over_way = 'desk' AND handed_over_on IS NULL")


def upgrade() -> None:
    """Add the columns, the check of the way, and an index of each kind of row that waits."""
    if op.get_context().dialect.name == "sqlite":
        # A column may bring its check along here; one of its own would copy the whole table.
        op.execute(
            f"ALTER TABLE {_TABLE} ADD COLUMN handed_over_way VARCHAR(16) CONSTRAINT {_CHECK} CHECK ({_WAYS})"
        )
    else:
        op.add_column(_TABLE, sa.Column("handed_over_way", sa.String(16)))
        op.create_check_constraint(_CHECK, _TABLE, _WAYS)
    op.add_column(_TABLE, sa.Column("handed_over_on", sa.Date()))
    op.add_column(_TABLE, sa.Column("handed_over_to", sa.String(200)))
    op.add_column(_TABLE, sa.Column("reopening_asked_on", sa.Date()))
    for name, first, where in (
        ("ix_online_request_reopening", "reopening_asked_on", _ASKED),
        ("ix_online_request_to_collect", "returned_on", _LYING),
    ):
        op.create_index(name, _TABLE, [first, "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_online_request_to_collect", _TABLE)
    op.drop_index("ix_online_request_reopening", _TABLE)
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(_CHECK, _TABLE, type_="check")
    for column in ("reopening_asked_on", "handed_over_to", "handed_over_on", "handed_over_way"):
        op.drop_column(_TABLE, column)

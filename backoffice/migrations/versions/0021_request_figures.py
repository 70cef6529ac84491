"""the days by which requests are counted: taken up, settled, and how many working days it took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_DAYS = ("taken_on", "settled_on")


def upgrade() -> None:
    for day in _DAYS:
        op.add_column("online_request", sa.Column(day, sa.Date()))
        op.create_index(f"ix_online_request_{day}", "online_request", [day, "id"])
    op.add_column("online_request", sa.Column("working_days", sa.Integer()))
    _fill()


def downgrade() -> None:
    op.drop_column("online_request", "working_days")
    for day in reversed(_DAYS):
        op.drop_index(f"ix_online_request_{day}", "online_request")
        op.drop_column("online_request", day)


def _fill() -> None:
    """Take the days from the history; how many working days they are apart is not known of old requests."""
    if op.get_context().dialect.name == "sqlite":
        day = "date(l.at, '+7 hours')"
    else:
        # The tables are closed to their owner too, but for a transaction that says what it sees.
        op.execute("SELECT set_config('app.scope', '*migration', true)")
        day = "CAST(l.at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)"
    of_it = "FROM transition_log l WHERE l.subject_type = 'online_request' AND l.subject_id = online_request.id"
    op.execute(
        f"UPDATE online_request SET taken_on = (SELECT min({day}) {of_it} AND l.transition = 'receive')"  # noqa: S608
    )
    op.execute(
        f"UPDATE online_request SET settled_on = (SELECT max({day}) {of_it} AND l.to_state IN "  # noqa: S608
        "('signed', 'guided', 'refused', 'filed', 'withdrawn') AND l.from_state <> l.to_state) "
        "WHERE state IN ('signed', 'returned', 'guided', 'refused', 'filed', 'withdrawn')"
    )
    if op.get_context().dialect.name != "sqlite":
        op.execute("SELECT set_config('app.scope', '', true)")

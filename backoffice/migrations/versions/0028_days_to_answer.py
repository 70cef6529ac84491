"""by which day the applicant of a request was asked to complete it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; requests that wait already are closed when an officer thinks it time."""
    op.add_column("online_request", sa.Column("answer_due_on", sa.Date()))


def downgrade() -> None:
    """Drop the day."""
    op.drop_column("online_request", "answer_due_on")

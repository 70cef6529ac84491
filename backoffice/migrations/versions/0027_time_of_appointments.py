"""appointments bear their time, so that lists stand in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.Column(
        "starts_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("'1970-01-01 00:00:00'")
    )
    op.add_column("appointment", moment)
    op.execute(
        "UPDATE appointment SET starts_at = "
        "(SELECT s.starts_at FROM appointment_slot s WHERE s.id = appointment.slot_id)"
    )
    op.create_index("ix_appointment_starts_at", "appointment", ["starts_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_appointment_starts_at", "appointment")
    op.drop_column("appointment", "starts_at")

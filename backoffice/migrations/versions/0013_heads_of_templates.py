"""what stands around the body of a template: heading, abstract, recipients, who signs, on which law it rests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXTS: dict[str, sa.types.TypeEngine[str]] = {
    "legal_basis": sa.String(600),
    "heading": sa.String(200),
    "abstract": sa.String(500),
    "recipients": sa.Text(),
    "signer_position": sa.String(120),
}


def upgrade() -> None:
    for name, kind in _TEXTS.items():
        op.add_column("document_template", sa.Column(name, kind, nullable=False, server_default=""))


def downgrade() -> None:
    for name in reversed(_TEXTS):
        op.drop_column("document_template", name)

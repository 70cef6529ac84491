"""the key under which the public register knows a paper, so that no export needs its code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from exports.check_code import check_key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("official_document", sa.Column("check_key", _KEY, nullable=False, server_default=""))
    connection = op.get_bind()
    papers = sa.table("official_document", sa.column("id"), sa.column("check_code"), sa.column("check_key"))
    for key, code in connection.execute(sa.select(papers.c.id, papers.c.check_code)).all():
        connection.execute(sa.update(papers).where(papers.c.id == key).values(check_key=check_key(code)))
    op.create_index("uq_official_document_check_key", "official_document", ["check_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_official_document_check_key", "official_document")
    op.drop_column("official_document", "check_key")

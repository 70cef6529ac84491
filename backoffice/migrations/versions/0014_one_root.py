"""only the national agency stands above all others."""

from __future__ import annotations

from backoffice.migrations.checks import change_check

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLE, _NAME = "enforcement_agency", "ck_enforcement_agency_root"
_RULE = "CASE WHEN parent_id IS NULL THEN path = 'TC.' ELSE path LIKE '_%._%.' END"


def upgrade() -> None:
    change_check(_TABLE, _NAME, None, _RULE)


def downgrade() -> None:
    change_check(_TABLE, _NAME, _RULE, None)

"""discarded drafts have a state of their own; a case does not end before it was accepted."""

from __future__ import annotations

from alembic import op

from backoffice.migrations.checks import change_check

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CASE_END = "ended_on IS NULL OR ended_on >= accepted_on"
_STATES = {
    "enforcement_decision": "'drafted', 'signed', 'withdrawn'",
    "non_enforceable_decision": "'drafted', 'signed', 'withdrawn', 'superseded'",
}


def upgrade() -> None:
    # A mistyped day of the past must not stop the upgrade; the acceptance is the earliest day it can mean.
    op.execute("UPDATE enforcement_case SET ended_on = accepted_on WHERE ended_on < accepted_on")
    change_check("enforcement_case", "ck_enforcement_case_end", None, _CASE_END)
    for table, states in _STATES.items():
        change_check(table, f"ck_{table}_state", f"state IN ({states})", f"state IN ({states}, 'discarded')")
        # Nobody ever signed these: they were drafts.
        op.execute(
            f"UPDATE {table} SET state = 'discarded' WHERE state = 'withdrawn' AND signed_by_id IS NULL"  # noqa: S608
        )


def downgrade() -> None:
    for table, states in _STATES.items():
        op.execute(f"UPDATE {table} SET state = 'withdrawn' WHERE state = 'discarded'")  # noqa: S608
        change_check(table, f"ck_{table}_state", f"state IN ({states}, 'discarded')", f"state IN ({states})")
    change_check("enforcement_case", "ck_enforcement_case_end", _CASE_END, None)

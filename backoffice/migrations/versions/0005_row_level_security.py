"""row-level security under the session guard."""

from backoffice.migrations import policies

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "case_party",
    "debtor_record",
    "enforcement_case",
    "enforcement_decision",
    "enforcement_obligation",
    "non_enforceable_decision",
    "transition_log",
)


def upgrade() -> None:
    policies.create_scope_function()
    policies.protect("enforcement_agency", path_column="path")
    policies.open_to_sign_in("enforcement_agency")
    for table in TABLES:
        policies.protect(table)


def downgrade() -> None:
    for table in TABLES:
        policies.unprotect(table)
    policies.close_to_sign_in("enforcement_agency")
    policies.unprotect("enforcement_agency")
    policies.drop_scope_function()

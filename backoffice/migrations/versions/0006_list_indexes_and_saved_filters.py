"""indexes of lists, folded names of staff, saved filters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backoffice.migrations import policies
from exports.text import fold_ascii

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# (name, table, columns) of indexes that lists are sorted by: the column, then the id.
SORTED = (
    ("ix_debtor_record_name_sort", "debtor_record", ["name_sort", "id"]),
    ("ix_debtor_record_publish_due_on", "debtor_record", ["publish_due_on", "id"]),
    ("ix_debtor_record_published_on", "debtor_record", ["published_on", "id"]),
    ("ix_enforcement_case_accepted_on", "enforcement_case", ["accepted_on", "id"]),
    ("ix_case_party_name_sort", "case_party", ["name_sort", "id"]),
    ("ix_enforcement_decision_decided_on", "enforcement_decision", ["decided_on", "id"]),
    ("ix_non_enforceable_decision_decided_on", "non_enforceable_decision", ["decided_on", "id"]),
    ("ix_legal_rule_code", "legal_rule", ["code", "id"]),
    ("ix_legal_rule_valid_from", "legal_rule", ["valid_from", "id"]),
)
# The indexes that these take the place of.
REPLACED = (
    ("ix_debtor_record_name_fold", "debtor_record", ["name_fold"]),
    ("ix_debtor_record_publish_due_on", "debtor_record", ["publish_due_on"]),
    ("ix_debtor_record_published_on", "debtor_record", ["published_on"]),
    ("ix_enforcement_case_accepted_on", "enforcement_case", ["accepted_on"]),
    ("ix_case_party_name_fold", "case_party", ["name_fold"]),
    ("ix_non_enforceable_decision_decided_on", "non_enforceable_decision", ["decided_on"]),
)
# Pieces of names and numbers are found by three-letter groups; PostgreSQL alone has such an index.
SEARCHED = (
    ("trgm_debtor_record_name", "debtor_record", ["name_fold"]),
    ("trgm_debtor_record_number", "debtor_record", ["judgment_number", "enforcement_decision_number"]),
    ("trgm_enforcement_case_number", "enforcement_case", ["case_number", "judgment_number"]),
    ("trgm_case_party_name", "case_party", ["name_fold"]),
    ("trgm_enforcement_decision_number", "enforcement_decision", ["decision_number"]),
    ("trgm_non_enforceable_decision_number", "non_enforceable_decision", ["decision_number"]),
)
# With few sampled values the planner takes a rare name for a common one, and reads the whole table for it.
_SAMPLED = 1000


def upgrade() -> None:
    for name, table, _columns in REPLACED:
        op.drop_index(name, table_name=table)
    for name, table, columns in SORTED:
        op.create_index(name, table, columns)
    op.add_column("ab_user", sa.Column("name_fold", _bytewise(200), nullable=False, server_default=""))
    op.add_column("ab_user", sa.Column("default_filters", sa.JSON(), nullable=False, server_default="{}"))
    _fold_names()
    _create_saved_filter()
    if op.get_context().dialect.name == "postgresql":
        _create_search_indexes()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name, table, _columns in SEARCHED:
            op.drop_index(name, table_name=table)
    op.drop_table("saved_filter")
    for column in ("default_filters", "name_fold"):
        op.drop_column("ab_user", column)
    for name, table, _columns in SORTED:
        op.drop_index(name, table_name=table)
    for name, table, columns in REPLACED:
        op.create_index(name, table, columns)


def _bytewise(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _fold_names() -> None:
    if op.get_context().as_sql:
        # Printed as statements there are no rows to read; names are folded when the accounts are next saved.
        return
    users = sa.table("ab_user", *map(sa.column, ("id", "first_name", "last_name", "name_fold")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(users.c.id, users.c.first_name, users.c.last_name)).all():
        folded = fold_ascii(f"{row.last_name} {row.first_name}")
        connection.execute(users.update().where(users.c.id == row.id).values(name_fold=folded))


def _create_saved_filter() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "saved_filter",
        sa.Column("id", number, nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(60), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency_id", number, nullable=False),
        sa.Column("agency_path", _bytewise(80), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["enforcement_agency.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["ab_user.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner_id", "screen", "name", name="uq_saved_filter"),
    )
    op.create_index("ix_saved_filter_scope", "saved_filter", ["agency_path", "id"])
    policies.protect("saved_filter")


def _create_search_indexes() -> None:
    # A trusted extension: the owner of the database may make it. It stays when the migration is undone.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name, table, columns in SEARCHED:
        op.create_index(
            name, table, columns, postgresql_using="gin", postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops")
        )
    for table in ("debtor_record", "case_party"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN name_fold SET STATISTICS {_SAMPLED}")
    if not op.get_context().as_sql:
        _let_search_under_policies()


def _let_search_under_policies() -> None:
    """Row-level security keeps LIKE away from indexes, because it might betray hidden rows by an error.

    It raises none for patterns of ours, so a superuser may say so. Other owners leave it to the installation
    (docs/operations/install.md, `flask database check`); without it they are right, and slower in large provinces.
    """
    is_superuser = sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if op.get_bind().scalar(is_superuser):
        op.execute("ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF")

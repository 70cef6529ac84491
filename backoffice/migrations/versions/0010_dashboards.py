"""official numbers as a search finds them; indexes of the first page, of the search and of the dashboards."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEYS = {
    "enforcement_case": ("case_number", "judgment_number"),
    "enforcement_decision": ("decision_number",),
    "non_enforceable_decision": ("decision_number",),
}
_DRAFTED = "state = 'drafted'"
_INDEXES: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("ix_enforcement_case_number_key", "enforcement_case", ("case_number_key", "agency_path"), None),
    ("ix_enforcement_case_judgment_key", "enforcement_case", ("judgment_number_key", "agency_path"), None),
    ("ix_enforcement_case_verification", "enforcement_case", ("state", "next_verification_due_on"), None),
    ("ix_enforcement_decision_key", "enforcement_decision", ("decision_number_key", "agency_path"), None),
    ("ix_enforcement_decision_drafted", "enforcement_decision", ("agency_path",), _DRAFTED),
    ("ix_non_enforceable_decision_key", "non_enforceable_decision", ("decision_number_key", "agency_path"), None),
    ("ix_non_enforceable_decision_drafted", "non_enforceable_decision", ("agency_path",), _DRAFTED),
    ("ix_case_party_identity_number", "case_party", ("identity_number",), None),
    ("ix_debtor_record_publish_due", "debtor_record", ("state", "publish_due_on"), None),
    ("ix_debtor_record_withdraw_due", "debtor_record", ("withdraw_due_on",), None),
    ("ix_debtor_record_amend_due", "debtor_record", ("amend_due_on",), None),
    (
        "ix_debtor_record_not_removed",
        "debtor_record",
        ("id",),
        "state = 'withdrawn' AND taken_down_at IS NULL",
    ),
)
_STEP = 5_000


def upgrade() -> None:
    text = sa.String(80)
    if op.get_bind().dialect.name == "postgresql":
        text = sa.String(80, collation="C")
    for table, numbers in _KEYS.items():
        for number in numbers:
            op.add_column(table, sa.Column(f"{number}_key", text, nullable=False, server_default=""))
        _fill(table, numbers)
    for name, table, columns, where in _INDEXES:
        part = {} if where is None else {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, table, list(columns), **part)


def downgrade() -> None:
    for name, table, _columns, _where in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
    for table, numbers in _KEYS.items():
        for number in numbers:
            op.drop_column(table, f"{number}_key")


def _fill(table: str, numbers: tuple[str, ...]) -> None:
    """Give the rows that are there their keys, some thousands at a time."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), *(sa.column(name) for number in numbers for name in (number, f"{number}_key")))
    change = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("row_id"))
        .values({f"{number}_key": sa.bindparam(f"new_{number}") for number in numbers})
    )
    last = 0
    while True:
        wanted = sa.select(rows.c.id, *(rows.c[number] for number in numbers))
        found = connection.execute(wanted.where(rows.c.id > last).order_by(rows.c.id).limit(_STEP)).all()
        if not found:
            return
        last = found[-1].id
        connection.execute(
            change,
            [
                {"row_id": row.id, **{f"new_{number}": _key(getattr(row, number)) for number in numbers}}
                for row in found
            ],
        )


def _key(number: str) -> str:
    """Letters and digits without marks, separators and leading zeros, as the application makes it."""
    plain = unicodedata.normalize("NFD", number.lower().replace("đ", "d").replace("ð", "d"))
    words = re.findall("[a-z0-9]+", "".join(sign for sign in plain if unicodedata.category(sign) != "Mn"))
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", " ".join(words)).replace(" ", "")

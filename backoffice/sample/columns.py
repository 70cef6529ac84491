"""The tables that the sample fills, column by column, and a batch of rows with their ids.

Rows are plain tuples of numbers and ISO texts: the form that both bulk ways (COPY, executemany) take as it is.
"""

from __future__ import annotations

from random import Random
from typing import Any

Row = tuple[Any, ...]

_SCOPE = ("id", "agency_id", "agency_path")
_MADE = ("created_at", "changed_at")

# In the order in which foreign keys allow rows to be written.
COLUMNS: dict[str, tuple[str, ...]] = {
    "enforcement_case": (
        *_SCOPE,
        *("case_number", "origin", "state", "judgment_number", "judgment_on", "court_name", "accepted_on"),
        *("ended_on", "officer_id", "next_verification_due_on", "is_sample", "version", *_MADE),
        *("case_number_key", "judgment_number_key"),
    ),
    "case_party": (
        *_SCOPE,
        *("case_id", "role", "kind", "full_name", "name_fold", "name_sort", "address", "identity_number"),
        *("birth_on", "is_sample", *_MADE),
    ),
    "enforcement_obligation": (
        *_SCOPE,
        *("case_id", "debtor_id", "obligation_code", "amount_vnd", "outstanding_amount_vnd", *_MADE),
    ),
    "enforcement_decision": (
        *_SCOPE,
        *(
            "case_id",
            "decision_number",
            "decided_on",
            "signed_by_id",
            "state",
            "is_sample",
            "version",
            *_MADE,
            "decision_number_key",
        ),
    ),
    "non_enforceable_decision": (
        *_SCOPE,
        *(
            "case_id",
            "debtor_id",
            "enforcement_decision_id",
            "obligation_id",
            "decision_number",
            "decided_on",
        ),
        *("ground_code", "signed_by_id", "state", "is_sample", "version", *_MADE, "decision_number_key"),
    ),
    "debtor_record": (
        *_SCOPE,
        *("public_id", "decision_id", "state", "full_name", "address", "judgment_number", "judgment_on"),
        *("court_name", "enforcement_decision_number", "enforcement_decision_on", "obligation_code"),
        *("obligation_amount_vnd", "reason_code", "published_on", "updated_on", "withdrawn_on"),
        *("publish_due_on", "amend_due_on", "withdraw_due_on", "taken_down_at", "name_fold", "name_sort"),
        *("is_sample", "version", *_MADE),
    ),
    "transition_log": (
        *_SCOPE,
        *("subject_type", "subject_id", "workflow_version", "transition", "from_state", "to_state"),
        *("actor_id", "at", "legal_basis", "reason", "deadline"),
    ),
}
# PostgreSQL keeps moments with their zone; the texts are UTC.
MOMENTS = frozenset({"created_at", "changed_at", "taken_down_at", "at"})


class Batch:
    """Rows of a slice of cases, by table, with the source of chance of this slice alone.

    Ids go on from those in the database.
    """

    def __init__(self, rng: Random, last_ids: dict[str, int]) -> None:
        self.rng = rng
        self.rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self._last_ids = dict(last_ids)

    def next_id(self, table: str) -> int:
        """The next free id of a table."""
        self._last_ids[table] += 1
        return self._last_ids[table]

    def add(self, table: str, row: Row) -> None:
        """Add one row, its values in the order of the table's columns."""
        self.rows[table].append(row)

    @property
    def last_ids(self) -> dict[str, int]:
        """The highest id of each table once this batch is written."""
        return self._last_ids

"""The reads of the export jobs, as SQL text for one snapshot connection on either database.

Raw text on purpose: PostgreSQL copies it straight to CSV (`COPY (…) TO STDOUT`). Only these columns leave the
database; the projection in `exports` refuses any other. Not here: running the SQL, the roll-up over the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

LeafFigure = tuple[str, str, str, int, int | None]
Flow = tuple[str, str, str, int, int | None]

_ISSUED = "('signed', 'replaced', 'withdrawn')"
_AGENCY_NAME = """coalesce((SELECT n.name FROM agency_name n WHERE n.agency_id = a.id AND n.valid_from <= '{day}'
        AND (n.valid_to IS NULL OR n.valid_to >= '{day}') ORDER BY n.valid_from DESC LIMIT 1), a.name)"""


def debtor_records_sql() -> str:
    """Every record that is public now: the six public field groups, ordered by the public id.

    A record whose withdrawal is due stays public until it is withdrawn (Decree 152/2026 Art. 23.2).
    """
    return """
SELECT r.public_id, r.full_name, r.address, r.judgment_number, r.judgment_on, r.court_name,
       r.enforcement_decision_number, r.enforcement_decision_on, r.obligation_code, r.obligation_amount_vnd,
       r.reason_code, a.code AS agency_code, r.published_on, r.updated_on
FROM debtor_record r JOIN enforcement_agency a ON a.id = r.agency_id
WHERE r.state IN ('published', 'withdrawal_due')
ORDER BY r.public_id"""


def debtor_record_count_sql() -> str:
    """How many rows `debtor_records_sql` gives, for the progress bar."""
    return "SELECT count(*) FROM debtor_record r WHERE r.state IN ('published', 'withdrawal_due')"


def issued_documents_sql() -> str:
    """Every paper that was signed, ordered by its check key: nothing of its subject, title or values.

    What takes a paper's place is named once it is signed itself; until then it is nobody's business.
    """
    return f"""
SELECT d.check_key, d.kind AS document_kind, n.number AS document_number, d.symbol AS document_symbol, d.issued_on,
       a.code AS agency_code, d.sha256 AS file_sha256,
       CASE d.state WHEN 'signed' THEN 'valid' ELSE d.state END AS document_state, r.check_key AS replaced_by_key
FROM official_document d JOIN enforcement_agency a ON a.id = d.agency_id
LEFT JOIN document_number n ON n.id = d.number_id
LEFT JOIN official_document r ON r.id = d.replaced_by_id AND d.state = 'replaced' AND r.state IN {_ISSUED}
WHERE d.state IN {_ISSUED}
ORDER BY d.check_key"""  # noqa: S608 (our own words)


def issued_document_count_sql() -> str:
    """How many rows `issued_documents_sql` gives, for the progress bar."""
    return f"SELECT count(*) FROM official_document d WHERE d.state IN {_ISSUED}"  # noqa: S608 (our own words)


def sample_rows_sql() -> str:
    """One row when anything that is or was public, or is counted, is invented."""
    return (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM enforcement_case WHERE is_sample) "
        "OR EXISTS (SELECT 1 FROM debtor_record WHERE is_sample)"
    )


def agency_parents_sql() -> str:
    """Each agency's code with its parent's, for the roll-up."""
    return (
        "SELECT a.code, p.code FROM enforcement_agency a LEFT JOIN enforcement_agency p ON p.id = a.parent_id"
    )


def agencies_sql(day: date) -> str:
    """The agency tree, with the names in force on that day, ordered by code."""
    name = _AGENCY_NAME.format(day=day.isoformat())
    return f"""
SELECT a.code, {name} AS name, a.level, p.code AS parent_code, a.province_code, a.valid_from, a.valid_to,
       s.code AS successor_code
FROM enforcement_agency a
LEFT JOIN enforcement_agency p ON p.id = a.parent_id
LEFT JOIN enforcement_agency s ON s.id = a.successor_id
ORDER BY a.code"""  # noqa: S608 (the only value is a date made by us)


def flows_sql(dialect: str) -> str:
    """Cases and money that came in, went out, or were published, by month, agency and kind of flow.

    Columns: month (YYYY-MM), agency code, flow, case count, đồng. The flow `ended` counts every way a case ends.
    Each case is priced once and read twice; every other table is read once a flow.
    """
    if dialect == "sqlite":
        month, label = "substr({}, 1, 7)", "f.month"
    else:
        # date_trunc is three times cheaper than extract; the text is made once a group.
        month, label = "date_trunc('month', {}::timestamp)", "to_char(f.month, 'YYYY-MM')"
    return _FLOWS_SQL.format(
        label=label,
        accepted=month.format("accepted_on"),
        ended=month.format("ended_on"),
        decided=month.format("t.decided_on"),
        published=month.format("t.published_on"),
        withdrawn=month.format("t.withdrawn_on"),
    )


_FLOWS_SQL = """
WITH priced AS MATERIALIZED (
    SELECT t.agency_id, t.accepted_on, t.ended_on, t.state, o.amount_vnd
    FROM enforcement_case t LEFT JOIN (
        SELECT case_id, CAST(sum(amount_vnd) AS BIGINT) AS amount_vnd FROM enforcement_obligation GROUP BY case_id
    ) o ON o.case_id = t.id
), ended AS (
    SELECT {ended} AS month, agency_id, state, count(*) AS case_count, sum(amount_vnd) AS amount_vnd
    FROM priced WHERE ended_on IS NOT NULL GROUP BY 1, 2, 3
), flow AS (
    SELECT {accepted} AS month, agency_id, 'accepted' AS flow, count(*) AS case_count,
        sum(amount_vnd) AS amount_vnd
    FROM priced GROUP BY 1, 2
    UNION ALL
    SELECT month, agency_id, 'ended', sum(case_count), NULL FROM ended GROUP BY 1, 2
    UNION ALL
    SELECT month, agency_id, state, case_count, amount_vnd FROM ended WHERE state IN ('completed', 'terminated')
    UNION ALL
    SELECT {decided}, t.agency_id, 'non_enforceable', count(*), sum(o.amount_vnd)
    -- The whole obligation: what is outstanding today would change the months of the past.
    FROM non_enforceable_decision t JOIN enforcement_obligation o ON o.id = t.obligation_id
    WHERE t.state IN ('signed', 'withdrawn', 'superseded') GROUP BY 1, 2
    UNION ALL
    SELECT {published}, t.agency_id, 'published', count(*), sum(t.obligation_amount_vnd)
    FROM debtor_record t WHERE t.published_on IS NOT NULL GROUP BY 1, 2
    UNION ALL
    SELECT {withdrawn}, t.agency_id, 'withdrawn_publication', count(*), sum(t.obligation_amount_vnd)
    FROM debtor_record t WHERE t.withdrawn_on IS NOT NULL GROUP BY 1, 2
)
SELECT {label} AS month, a.code AS agency_code, f.flow, CAST(f.case_count AS BIGINT) AS case_count,
    CAST(f.amount_vnd AS BIGINT) AS amount_vnd
FROM flow f JOIN enforcement_agency a ON a.id = f.agency_id"""


PUBLIC_FLOWS = (
    "accepted",
    "completed",
    "terminated",
    "non_enforceable",
    "published",
    "withdrawn_publication",
)


def leaf_figures(flows: Iterable[Flow], first_month: str, last_month: str) -> Iterator[LeafFigure]:
    """Figures of each agency's own rows, not yet rolled up: (month, agency, indicator, cases, đồng).

    Flows outside the months only feed `open_at_end`, the cases open at the end of each month: a count without
    money, because the money of two months would tell that of the cases between them. Unordered.
    """
    stock: dict[str, dict[str, int]] = {}
    for month, agency, flow, cases, amount in flows:
        if flow in PUBLIC_FLOWS and first_month <= month <= last_month:
            yield month, agency, flow, cases, amount
        if flow in ("accepted", "ended"):
            sign = 1 if flow == "accepted" else -1
            moved = stock.setdefault(agency, {})
            moved[month] = moved.get(month, 0) + sign * cases
    for agency, moved in stock.items():
        yield from _open_at_end(agency, moved, first_month, last_month)


def _open_at_end(agency: str, moved: dict[str, int], first: str, last: str) -> Iterator[LeafFigure]:
    cases = sum(change for month, change in moved.items() if month < first)
    for month in months_between(first, last):
        cases += moved.get(month, 0)
        if cases:
            yield month, agency, "open_at_end", cases, None


def months_between(first: str, last: str) -> Iterator[str]:
    """The months from first to last, both included, as YYYY-MM."""
    year, month = int(first[:4]), int(first[5:])
    while (text := f"{year:04d}-{month:02d}") <= last:
        yield text
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)

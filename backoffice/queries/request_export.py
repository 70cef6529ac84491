"""The read of the public figures of citizens' requests, as SQL text for one snapshot connection on either database.

Not here: the other reads of the export (`export`), the roll-up over the tree, what staff see (`request_figures`).
"""

from __future__ import annotations


def request_flows_sql(dialect: str) -> str:
    """Requests that were submitted, taken up and settled, by month, agency and procedure: counts alone.

    Columns: population, month (YYYY-MM, in Viet Nam's time), agency code, procedure, flag (sent online; refused),
    timeliness (`on_time`, `late`, or empty where no last day was laid down), working days, how many. What was taken
    back was submitted, and not processed; what is treated together with another request is counted with that one.
    """
    if dialect == "sqlite":
        day, month = "date(received_at, '+7 hours')", "substr({}, 1, 7)"
    else:
        day, month = "CAST(received_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)", "to_char({}, 'YYYY-MM')"
    return _FLOWS_SQL.format(
        received=month.format(day), taken=month.format("taken_on"), settled=month.format("settled_on")
    )


_FLOWS_SQL = """
WITH flow AS (
    SELECT 'submitted' AS population, {received} AS month, agency_id, procedure,
        CASE WHEN channel = 'online' THEN 1 ELSE 0 END AS flag, '' AS timeliness,
        CAST(NULL AS INTEGER) AS working_days, count(*) AS request_count
    FROM online_request WHERE duplicate_of_id IS NULL GROUP BY 2, 3, 4, 5
    UNION ALL
    SELECT 'received', {taken}, agency_id, procedure, 0, '', CAST(NULL AS INTEGER), count(*)
    FROM online_request WHERE taken_on IS NOT NULL AND duplicate_of_id IS NULL GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'processed', {settled}, agency_id, procedure, CASE WHEN state = 'refused' THEN 1 ELSE 0 END,
        CASE WHEN total_due_on IS NULL THEN '' WHEN settled_on <= total_due_on THEN 'on_time' ELSE 'late' END,
        working_days, count(*)
    FROM online_request
    WHERE settled_on IS NOT NULL AND state <> 'withdrawn' AND duplicate_of_id IS NULL
    GROUP BY 2, 3, 4, 5, 6, 7
)
SELECT f.population, f.month, a.code, f.procedure, f.flag, f.timeliness, f.working_days, f.request_count
FROM flow f JOIN enforcement_agency a ON a.id = f.agency_id"""

"""From one snapshot of the database to the sources of a package. Not here: runs and messages (`publication`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sqlalchemy.engine import make_url

from backoffice import clock
from backoffice.access import row_security
from backoffice.queries import export as queries
from backoffice.queries.request_export import request_flows_sql
from config import Settings
from exports.package import BuildResult, build_package
from exports.request_statistics import months_of_years, request_figures
from exports.sources import PostgresSnapshot, SqliteSnapshot
from exports.statistics import indicators, period_figures
from jobs.progress import Reporter
from jobs.survey_tables import survey_tables

MONTHS_SHOWN = 36

Snapshot = PostgresSnapshot | SqliteSnapshot


def build(
    settings: Settings,
    package: str,
    reporter: Reporter | None = None,
    as_of: date | None = None,
    before_publish: Callable[[], None] | None = None,
) -> BuildResult:
    """Build and publish a package from one snapshot. `as_of` ends the months and picks the agencies' names.

    `before_publish` may still refuse a new version before anybody sees it.
    Raises KeyError for an unknown package and what `exports.package.build_package` raises.
    """
    day = as_of or clock.today()
    with snapshot(settings) as source:
        sources = _SOURCES[package](source, day, reporter)
        return build_package(
            package,
            sources,
            root=settings.packages_dir,
            progress=reporter.note if reporter else None,
            sample=settings.sample or _has_sample_rows(source),
            before_publish=before_publish,
        )


def _has_sample_rows(source: Snapshot) -> bool:
    """Whether the database holds invented rows: then the package says so, whatever the setting says."""
    return any(True for _ in source.rows(queries.sample_rows_sql()))


def snapshot(settings: Settings) -> Snapshot:
    """A snapshot of the database the settings name; a context manager."""
    url = make_url(settings.database_url)
    if settings.is_sqlite:
        return SqliteSnapshot(url.database or "")
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresSnapshot(dsn, row_security.opening_statements("export"))


def shown_months(day: date, count: int = MONTHS_SHOWN) -> tuple[str, str]:
    """The first and the last of the complete months before the day."""
    last = day.year * 12 + day.month - 2
    first = last - count + 1
    return f"{first // 12:04d}-{first % 12 + 1:02d}", f"{last // 12:04d}-{last % 12 + 1:02d}"


def _debtors(source: Snapshot, day: date, reporter: Reporter | None) -> Mapping[str, Iterable[bytes]]:
    if reporter:
        ((count,),) = source.rows(queries.debtor_record_count_sql())
        reporter.expect(count)
    return {
        "agencies": source.table(queries.agencies_sql(day)),
        "debtor_records": source.table(queries.debtor_records_sql()),
    }


def _statistics(source: Snapshot, day: date, _reporter: Reporter | None) -> Mapping[str, Iterable[bytes]]:
    first, last = shown_months(day)
    dialect = "sqlite" if isinstance(source, SqliteSnapshot) else "postgresql"
    tree = [(code, parent) for code, parent in source.rows(queries.agency_parents_sql())]
    leaf = queries.leaf_figures(source.rows(queries.flows_sql(dialect)), first, last)
    requests = source.rows(request_flows_sql(dialect))
    return {
        "agencies": source.table(queries.agencies_sql(day)),
        "indicators": indicators(),
        # Reads all figures now, before the copy of another table begins on the same connection.
        "period_figures": period_figures(leaf, tree),
        "request_figures": request_figures(requests, tree, months_of_years(first, last)),
        **survey_tables(source, day, tree),
    }


def _documents(source: Snapshot, day: date, reporter: Reporter | None) -> Mapping[str, Iterable[bytes]]:
    if reporter:
        ((count,),) = source.rows(queries.issued_document_count_sql())
        reporter.expect(count)
    return {
        "agencies": source.table(queries.agencies_sql(day)),
        "issued_documents": source.table(queries.issued_documents_sql()),
    }


_SOURCES = {"debtors": _debtors, "statistics": _statistics, "documents": _documents}

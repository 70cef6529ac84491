"""Rows for the export tests: a small valid package of each kind, as tuples, tables and databases.

Not here: assertions, fixtures.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import psycopg

from exports.schema import load_package
from exports.sources import Table
from exports.writer import csv_row

COLUMNS = {
    resource.name: resource.schema.columns
    for package in ("debtors", "statistics", "documents")
    for resource in load_package(package).resources
}


def public_id(number: int) -> str:
    """The public identifier of an invented person; larger numbers sort later."""
    digits = "0123456789abcdefghjkmnptvwxyz"
    text = ""
    for _ in range(16):
        number, rest = divmod(number, len(digits))
        text = digits[rest] + text
    return text


AGENCIES = [
    ("C01", "Cục Thi hành án dân sự thành phố Hà Nội", "provincial", "TC", "01", None, "2025-06-30", "P01"),
    ("CC001", "Chi cục THADS quận Ba Đình", "district", "C01", "01", None, "2025-06-30", "KV01"),
    ("CC002", 'Chi cục THADS quận "Hoàn Kiếm"', "district", "C01", "01", None, None, None),
    ("KV01", "Phòng THADS khu vực 1, Hà Nội", "regional", "P01", "01", "2025-07-01", None, None),
    ("P01", "Thi hành án dân sự thành phố Hà Nội", "provincial", "TC", "01", "2025-07-01", None, None),
    ("TC", "Tổng cục Thi hành án dân sự", "national", None, None, None, None, None),
]


def debtor(number: int, **changes: object) -> tuple[object, ...]:
    """An invented debtor record; every third has no amount."""
    row = {
        "public_id": public_id(number),
        "full_name": f"Nguyễn Thị Hoà {number}",
        "address": f'Số {number} ngõ 1, phường "Bến", quận Ba Đình' if number % 2 else f"Thôn {number}",
        "judgment_number": f"{number}/2024/DS-ST",
        "judgment_on": f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "court_name": "Tòa án nhân dân quận Ba Đình",
        "enforcement_decision_number": f"{number}/QĐ-CCTHADS",
        "enforcement_decision_on": "2024-12-31",
        "obligation_code": ("court_fee", "fine", "property_return")[number % 3],
        "obligation_amount_vnd": None if number % 3 == 2 else number * 1_000_000,
        "reason_code": ("2015_a", "2026_dd")[number % 2],
        "agency_code": ("CC001", "CC002", "KV01")[number % 3],
        "published_on": "2026-07-06",
        "updated_on": f"2026-08-{number % 28 + 1:02d}",
    }
    return tuple({**row, **changes}.values())


def debtors(count: int = 8) -> list[tuple[object, ...]]:
    """Valid debtor records in key order."""
    return [debtor(number) for number in range(1, count + 1)]


FIGURES = [
    ("2026-07", "C01", "accepted", 12, 900),
    ("2026-07", "CC001", "accepted", 7, None),
    ("2026-07", "TC", "accepted", 12, 900),
    ("2026-08", "C01", "accepted", 5, 0),
    ("2026-08", "C01", "completed", 6, 3_000_000_000_000),
    ("2026-08", "CC001", "completed", 6, 10),
]
REQUESTS = [
    ("2025-10", "TC", "enforcement_request", 9, 4, 9, None, None, None, None, None, None),
    ("2025-10/2025-12", "C01", "enforcement_request", 30, 12, 28, 25, 2, 20, 3, 4, 9),
    ("2025-10/2025-12", "TC", "denunciation", 6, None, 6, 0, None, None, None, None, None),
    ("2025-11/2025-12", "TC", "enforcement_request", 21, 8, 19, 16, 0, 16, 0, 3, 5),
]
SURVEY = [
    ("2026-Q2", "C01", "enforcement_request", "overall-1-4", 7),
    ("2026-Q2", "C01", "enforcement_request", "overall-1-5", 0),
    ("2026-Q2", "CC001", "enforcement_request", "overall-1-4", None),
    ("2026-Q2", "CC001", "enforcement_request", "overall-1-5", None),
    ("2026-Q3", "TC", "denunciation", "overall-1-5", 6),
]
OPTIONS = [
    (
        "overall-1-4",
        "overall-1",
        "TC",
        "Hài lòng, nhìn chung?",
        "Satisfied overall?",
        "Hài lòng",
        "Satisfied",
        1,
    ),
    (
        "overall-1-5",
        "overall-1",
        "TC",
        "Hài lòng, nhìn chung?",
        "Satisfied overall?",
        "Rất hài lòng",
        "Very",
        2,
    ),
]
INDICATORS = [
    ("accepted", "Thụ lý mới", "Newly accepted", "cases_and_vnd", "Số việc, số tiền", "Cases", 1),
    ("completed", "Thi hành xong", "Completed", "cases_and_vnd", "Số việc đã xong", "Cases done", 2),
    ("terminated", "Đình chỉ", "Terminated", "cases_and_vnd", "Số việc đình chỉ", "Cases ended", 3),
]


def check_key_of(number: int) -> str:
    """The check key of an invented document; larger numbers sort later."""
    return f"{number:032x}"


def issued(number: int, **changes: object) -> tuple[object, ...]:
    """An invented document of the register; every third bears no number, some are replaced or withdrawn."""
    state = ("valid", "replaced", "withdrawn", "valid")[number % 4]
    row = {
        "check_key": check_key_of(number),
        "document_kind": ("enforcement_decision", "acceptance_reply", "complaint_form")[number % 3],
        "document_number": None if number % 3 == 2 else number,
        "document_symbol": None if number % 3 == 2 else "QĐ-CTHADS",
        "issued_on": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "agency_code": ("CC001", "CC002", "KV01")[number % 3],
        "file_sha256": f"{number * 7919:064x}",
        "document_state": state,
        "replaced_by_key": check_key_of(number + 1) if state == "replaced" else None,
    }
    return tuple({**row, **changes}.values())


ROWS: dict[str, dict[str, list[tuple[object, ...]]]] = {
    "debtors": {"debtor_records": debtors(), "agencies": list(AGENCIES)},
    "statistics": {
        "period_figures": list(FIGURES),
        "request_figures": list(REQUESTS),
        "survey_figures": list(SURVEY),
        "survey_options": list(OPTIONS),
        "indicators": list(INDICATORS),
        "agencies": list(AGENCIES),
    },
    "documents": {"issued_documents": [issued(number) for number in range(1, 9)], "agencies": list(AGENCIES)},
}


def csv_bytes(rows: Iterable[tuple[object, ...]]) -> bytes:
    """Rows as published CSV without a header."""
    return b"".join(csv_row(row) for row in rows)


def table(resource: str, rows: Iterable[tuple[object, ...]]) -> Table:
    """Rows as a source of a resource."""
    return Table(COLUMNS[resource], [csv_bytes(rows)])


def sources(package: str, **changes: list[tuple[object, ...]]) -> dict[str, Table]:
    """Sources of a whole valid package, with some tables replaced."""
    return {name: table(name, changes.get(name, rows)) for name, rows in ROWS[package].items()}


_TYPES = {"string": "text", "integer": "bigint", "date": "date"}


def _create_table(package: str, resource: str, types: dict[str, str]) -> str:
    schema = next(r.schema for r in load_package(package).resources if r.name == resource)
    return f"CREATE TABLE {resource} ({', '.join(f'{f.name} {types[f.type]}' for f in schema.fields)})"


def fill_sqlite(path: Path, package: str, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """An SQLite file with the tables of a package; dates are stored as ISO text."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for name, values in rows.items():
            connection.execute(_create_table(package, name, {**_TYPES, "date": "text"}))
            marks = ", ".join("?" * len(COLUMNS[name]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
        connection.commit()


def fill_postgres(dsn: str, package: str, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """PostgreSQL tables with the rows of a package."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        for name, values in rows.items():
            cursor.execute(_create_table(package, name, _TYPES))
            marks = ", ".join(["%s"] * len(COLUMNS[name]))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", values)


def select(package: str, resource: str, dialect: str) -> str:
    """The query that brings a resource in key order."""
    schema = next(r.schema for r in load_package(package).resources if r.name == resource)
    collation = ' COLLATE "C"' if dialect == "postgresql" else ""
    order = ", ".join(f"{name}{collation}" for name in schema.primary_key)
    return f"SELECT {', '.join(schema.columns)} FROM {resource} ORDER BY {order}"

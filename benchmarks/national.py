"""Rows of national size for the export figures: invented, always the same, made by the database itself.

Only the tables and columns that the export queries read, with the skew of real data: the whole agency tree,
about 375 bytes a debtor record. Not here: measuring.
"""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg

AGENCIES = Path(__file__).resolve().parent.parent / "backoffice" / "data" / "agencies.csv"

_TABLES = """
CREATE TABLE enforcement_agency (id integer PRIMARY KEY, code text, name text, level text, parent_id integer,
    province_code text, valid_from date, valid_to date, successor_id integer);
CREATE TABLE agency_name (agency_id integer, name text, valid_from date, valid_to date);
CREATE TABLE enforcement_case (id integer PRIMARY KEY, agency_id integer, accepted_on date, ended_on date,
    state text, is_sample boolean DEFAULT true);
CREATE TABLE enforcement_obligation (id integer PRIMARY KEY, case_id integer, amount_vnd bigint,
    outstanding_amount_vnd bigint);
CREATE TABLE non_enforceable_decision (id integer PRIMARY KEY, obligation_id integer, agency_id integer,
    decided_on date, state text);
CREATE TABLE debtor_record (public_id text {bytewise}, full_name text, address text, judgment_number text,
    judgment_on date, court_name text, enforcement_decision_number text, enforcement_decision_on date,
    obligation_code text, obligation_amount_vnd bigint, reason_code text, agency_id integer, state text,
    published_on date, updated_on date, withdrawn_on date, is_sample boolean DEFAULT true);
"""
_INDEXES = """
CREATE UNIQUE INDEX debtor_record_public_id ON debtor_record (public_id);
CREATE INDEX enforcement_obligation_case ON enforcement_obligation (case_id);
"""

# `h` is a number that looks random and is always the same for a row.
_SPREAD = "SELECT i, (hashint8(i) & 2147483647) AS h, (hashint8(i + 7) & 2147483647) AS g FROM"
_CASES = f"""
INSERT INTO enforcement_case
SELECT i, 65 + h % 696, date '2023-01-01' + h % 1340,
    CASE WHEN g % 10 < 6 THEN date '2023-01-01' + h % 1340 + 1 + g % 700 END,
    CASE WHEN g % 10 < 5 THEN 'completed' WHEN g % 10 < 6 THEN 'terminated' ELSE 'open' END
FROM ({_SPREAD} generate_series(1, %(size)s) i) s;
INSERT INTO enforcement_obligation
SELECT i, i, amount, amount FROM (SELECT i, CASE WHEN h % 9 > 0 THEN (1 + g % 90000) * 10000::bigint END AS amount
    FROM ({_SPREAD} generate_series(1, %(size)s) i) s) o;
INSERT INTO non_enforceable_decision
SELECT i, i, 65 + h % 696, date '2024-01-01' + h % 900, 'signed'
FROM ({_SPREAD} generate_series(1, %(size)s, 3) i) s;
"""
_RECORDS = f"""
INSERT INTO debtor_record
SELECT left(md5(i::text), 16),
    family[1 + (sqrt(h % 100) * 1.9)::int] || ' ' || middle[1 + g % 6] || ' ' || given[1 + (h / 7) % 12],
    'Số ' || 1 + g % 999 || ' đường ' || street[1 + h % 6] || ', phường ' || street[1 + g % 6]
        || ', quận/huyện số ' || 1 + h % 30 || ', tỉnh/thành phố số ' || 1 + h % 63 || ' (dữ liệu mẫu)',
    1 + g % 900 || '/' || 2012 + h % 14 || '/DS-ST', date '2012-01-01' + h % 5000,
    'Tòa án nhân dân huyện số ' || 1 + h % 30 || ', tỉnh/thành phố số ' || 1 + h % 63,
    1 + g % 3000 || '/QĐ-CCTHADS', date '2013-01-01' + h % 4900,
    (array['court_fee', 'fine', 'compensation', 'loan_repayment', 'maintenance', 'recovery_of_illicit_gains'])
        [1 + h % 6],
    CASE WHEN h % 9 > 0 THEN (1 + g % 90000) * 10000::bigint END,
    (array['2015_a', '2015_a', '2015_c', '2026_a', '2026_e', '2026_dd'])[1 + h % 6],
    65 + h % 696, 'published', date '2021-04-15' + h % 1900, date '2021-04-15' + h % 1900 + g % 60, NULL
FROM ({_SPREAD} generate_series(1, %(size)s) i) s, (SELECT
    array['Nguyễn', 'Nguyễn', 'Nguyễn', 'Nguyễn', 'Trần', 'Trần', 'Lê', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ',
        'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý'] AS family,
    array['Văn', 'Thị', 'Thị Ngọc', 'Hữu', 'Đức', 'Minh'] AS middle,
    array['Hòa', 'Hương', 'Dũng', 'Tuấn', 'Hạnh', 'Phượng', 'Nghĩa', 'Thủy', 'Quyết', 'Ánh', 'Đạt', 'Yến'] AS given,
    array['Lê Lợi', 'Nguyễn Huệ', 'Trần Hưng Đạo', 'Điện Biên Phủ', 'Phan Đình Phùng', 'Hai Bà Trưng'] AS street) w;
"""

TABLES = (
    "enforcement_agency",
    "agency_name",
    "enforcement_case",
    "enforcement_obligation",
    "non_enforceable_decision",
    "debtor_record",
)


def fill_postgres(dsn: str, size: int) -> None:
    """Make `size` cases and `size` debtor records over the real agency tree."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(_TABLES.format(bytewise='COLLATE "C"').encode())
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO enforcement_agency VALUES (%s, %s, %s, %s, %s, %s, NULL, NULL, NULL)",
                list(_agencies()),
            )
        for script in (_CASES, _RECORDS):
            connection.execute(script.replace("%(size)s", str(size)).replace("%%", "%").encode())
        connection.execute(_INDEXES.encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def copy_to_sqlite(dsn: str, path: Path) -> None:
    """The same rows in an SQLite file."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as target, psycopg.connect(dsn) as source:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=OFF")
        target.executescript(_TABLES.format(bytewise=""))
        for table in TABLES:
            _copy_table(source, target, table)
        target.executescript(_INDEXES)
        target.commit()
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_table(source: psycopg.Connection, target: sqlite3.Connection, table: str) -> None:
    with source.cursor(name="rows") as cursor:
        cursor.itersize = 20_000
        cursor.execute(f"SELECT * FROM {table}".encode())
        while rows := cursor.fetchmany(20_000):
            marks = ", ".join("?" * len(rows[0]))
            texts = ([None if v is None or isinstance(v, int) else str(v) for v in row] for row in rows)
            plain = (
                [v if isinstance(v, int) else text for v, text in zip(row, spelled, strict=True)]
                for row, spelled in zip(rows, texts, strict=True)
            )
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", plain)


def _agencies() -> Iterator[tuple[object, ...]]:
    with AGENCIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    order = sorted(rows, key=lambda row: ("national", "provincial", "district").index(row["level"]))
    numbers = {row["code"]: number for number, row in enumerate(order, start=1)}
    for row in order:
        parent = numbers.get(row["parent_code"])
        yield (
            numbers[row["code"]],
            row["code"],
            row["name"],
            row["level"],
            parent,
            row["province_code"] or None,
        )

"""Snapshots: the same CSV bytes from both databases, one moment in time, nothing written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.sources import BLOCK_BYTES, PostgresSnapshot, SqliteSnapshot
from exports.writer import csv_row

TEXTS = st.none() | st.text(
    alphabet=st.sampled_from(list("ab ,\"'\\.\n\r\t;đỗ́\u200b0-"))
    | st.characters(exclude_characters="\0", codec="utf-8"),
    max_size=12,
)
ROWS = st.lists(st.tuples(TEXTS, st.none() | st.integers(-(2**63), 2**63 - 1), TEXTS), max_size=30)
AWKWARD = [
    "",
    " ",
    " a ",
    "\\.",
    "\\N",
    "NULL",
    ",",
    '"',
    '""',
    "a\nb",
    "a\rb",
    "a\r\nb",
    "'",
    "\t",
    "=1+1",
    "ệ",
    "đ",
]


def whole(snapshot, sql: str, params: tuple = ()) -> bytes:
    with snapshot:
        return b"".join(snapshot.table(sql, params))


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    path = tmp_path / "rows đ.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (n INTEGER, a TEXT, b BIGINT, c TEXT)")
        connection.commit()
    return path


@pytest.fixture
def postgres(postgres_dsn: str) -> str:
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("CREATE TABLE t (n integer, a text, b bigint, c text)")
    return postgres_dsn


def fill(sqlite_path: Path, postgres: str, rows: list[tuple]) -> None:
    numbered = [(number, *row) for number, row in enumerate(rows)]
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute("DELETE FROM t")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", numbered)
        connection.commit()
    with psycopg.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE t")
        cursor.executemany("INSERT INTO t VALUES (%s, %s, %s, %s)", numbered)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(rows=ROWS)
def test_sqlite_spells_rows_as_postgres_does_when_text_is_arbitrary(sqlite_path, postgres, rows):
    fill(sqlite_path, postgres, rows)
    sql = "SELECT a, b, c FROM t ORDER BY n"
    assert whole(SqliteSnapshot(sqlite_path), sql) == whole(PostgresSnapshot(postgres), sql)


@pytest.mark.parametrize("columns", ["a", "a, c"])
def test_sqlite_spells_rows_as_postgres_does_when_text_is_awkward(sqlite_path, postgres, columns):
    fill(sqlite_path, postgres, [(text, 1, other) for text in AWKWARD for other in (None, "x")])
    sql = f"SELECT {columns} FROM t ORDER BY n"
    assert whole(SqliteSnapshot(sqlite_path), sql) == whole(PostgresSnapshot(postgres), sql)


def test_csv_row_spells_values_as_postgres_does_when_they_have_no_line_break(sqlite_path, postgres):
    texts = [text for text in AWKWARD if text and "\n" not in text and "\r" not in text]
    fill(sqlite_path, postgres, [(text, 7, None) for text in texts])
    expected = b"".join(csv_row([text, 7, None]) for text in texts)
    assert whole(PostgresSnapshot(postgres), "SELECT a, b, c FROM t ORDER BY n") == expected


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_table_names_its_columns_and_keeps_its_parameters(sqlite_path, postgres, kind):
    fill(sqlite_path, postgres, [("đ", 1, "x"), ("e", 2, "y")])
    snapshot = SqliteSnapshot(sqlite_path) if kind == "sqlite" else PostgresSnapshot(postgres)
    mark = "?" if kind == "sqlite" else "%s"
    with snapshot:
        table = snapshot.table(f"SELECT a AS word, b FROM t WHERE a = {mark}", ("đ",))
        assert table.columns == ("word", "b")
        assert b"".join(table) == "đ,1\n".encode()
        assert list(snapshot.rows(f"SELECT c, b FROM t WHERE b > {mark}", (1,))) == [("y", 2)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_snapshot_shows_one_moment_when_others_commit_meanwhile(sqlite_path, postgres, kind):
    fill(sqlite_path, postgres, [("before", 1, None)])
    snapshot = SqliteSnapshot(sqlite_path) if kind == "sqlite" else PostgresSnapshot(postgres)
    with snapshot:
        fill_one(sqlite_path, postgres, kind)
        assert b"".join(snapshot.table("SELECT a FROM t ORDER BY n")) == b"before\n"
        assert list(snapshot.rows("SELECT count(*) FROM t")) == [(1,)]
    again = SqliteSnapshot(sqlite_path) if kind == "sqlite" else PostgresSnapshot(postgres)
    assert whole(again, "SELECT a FROM t ORDER BY n") == b"before\nafter\n"


def fill_one(sqlite_path: Path, postgres: str, kind: str) -> None:
    insert = "INSERT INTO t VALUES (99, 'after', 1, NULL)"
    if kind == "sqlite":
        with closing(sqlite3.connect(sqlite_path)) as connection:
            connection.execute(insert)
            connection.commit()
    else:
        with psycopg.connect(postgres) as connection:
            connection.execute(insert)


def test_sqlite_snapshot_refuses_to_write_when_a_query_tries(sqlite_path):
    with SqliteSnapshot(sqlite_path) as snapshot, pytest.raises(sqlite3.OperationalError, match="readonly"):
        list(snapshot.rows("INSERT INTO t VALUES (1, 'x', 1, 'x') RETURNING n"))


def test_postgres_snapshot_refuses_to_write_when_a_query_tries(postgres):
    with psycopg.connect(postgres) as connection:
        connection.execute("CREATE SEQUENCE numbers")
    with PostgresSnapshot(postgres) as snapshot, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        list(snapshot.table("SELECT nextval('numbers') AS n"))


def test_table_is_refused_when_a_column_name_repeats(postgres):
    with PostgresSnapshot(postgres) as snapshot, pytest.raises(ValueError, match="twice"):
        list(snapshot.table("SELECT a, c AS a FROM t"))


def test_postgres_copy_raises_the_server_error_when_a_row_fails_halfway(postgres):
    with psycopg.connect(postgres) as connection:
        connection.execute("INSERT INTO t SELECT i, 'x', i, 'y' FROM generate_series(0, 60000) i")
    with PostgresSnapshot(postgres) as snapshot, pytest.raises(psycopg.errors.DivisionByZero):
        list(snapshot.table("SELECT n, 1 / (50000 - n) AS d FROM (SELECT * FROM t ORDER BY n) s"))


def test_postgres_dates_are_iso_when_the_database_prefers_another_style(postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET datestyle = 'SQL, DMY'")
    assert whole(PostgresSnapshot(postgres), "SELECT date '2026-07-01' AS d") == b"2026-07-01\n"


def test_sqlite_file_is_not_created_when_it_is_missing(tmp_path):
    with pytest.raises(sqlite3.OperationalError), SqliteSnapshot(tmp_path / "none.sqlite"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_blocks_hold_whole_rows_when_the_table_is_large(sqlite_path, postgres, kind):
    numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 60000) "
    snapshot = SqliteSnapshot(sqlite_path) if kind == "sqlite" else PostgresSnapshot(postgres)
    sql = f"{numbers} SELECT i AS n, '{'đ' * 40}' AS word FROM s ORDER BY i"
    with snapshot:
        blocks = list(snapshot.table(sql))
    assert len(blocks) > 2
    assert all(block.endswith(b"\n") for block in blocks)
    assert max(map(len, blocks)) < BLOCK_BYTES + 1000
    assert sum(block.count(b"\n") for block in blocks) == 60000

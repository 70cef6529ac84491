"""Consistent snapshots of a database, read as blocks of CSV rows.

Here: one read-only transaction over PostgreSQL or SQLite, and rows spelled exactly as PostgreSQL's
`COPY … TO STDOUT (FORMAT csv)` spells them. Not here: which rows to read (the caller's SQL), files, checks.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import Copy
from psycopg.abc import Buffer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

BLOCK_BYTES = 2 * 1024 * 1024
_ROWS_A_FETCH = 2_000

TRANSACTION_SETTINGS = {
    # Dates must be ISO whatever the server's own default is.
    "datestyle": "ISO, YMD",
    # A long export must not be cut by a time-out meant for web requests.
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    # Sums over millions of rows in memory instead of in temporary files, on one core: staff need the others.
    "work_mem": "64MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


@dataclass(frozen=True)
class Table:
    """Rows to publish: the columns they carry and blocks of whole CSV rows without a header. Read once."""

    columns: tuple[str, ...]
    blocks: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.blocks)


class PostgresSnapshot:
    """One REPEATABLE READ READ ONLY transaction; everything read through it is of the same moment.

    Parameters of queries are written `%s`. Nothing is committed; leaving the context ends the transaction.
    `opening` are statements that the transaction begins with: what opens the rows to this reader.
    """

    def __init__(self, dsn: str, opening: Sequence[str] = ()) -> None:
        self._dsn = dsn
        self._opening = opening

    def __enter__(self) -> Self:
        self._connection = psycopg.connect(self._dsn, client_encoding="utf8", application_name="export")
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        for name, value in TRANSACTION_SETTINGS.items():
            self._connection.execute(_trusted(f"SET LOCAL {name} = '{value}'"))
        for statement in self._opening:
            self._connection.execute(_trusted(statement))
        # The snapshot is taken by the first query, so take it now.
        self._connection.execute("SELECT 1")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def table(self, sql: str, params: Sequence[object] = ()) -> Table:
        """The rows of a query, in its order, as CSV blocks of about 2 MB."""
        nothing = _trusted(f"SELECT * FROM ({sql}) AS source LIMIT 0")  # noqa: S608 (our own query)
        cursor = self._connection.execute(nothing, params or None)
        columns = tuple(column.name for column in cursor.description or ())
        return Table(_unique(columns), self._copy(sql, params))

    def rows(self, sql: str, params: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query as tuples, fetched in small portions."""
        with self._connection.cursor(name="export_rows") as cursor:
            cursor.itersize = _ROWS_A_FETCH
            cursor.execute(_trusted(sql), params or None)
            yield from cursor

    def _copy(self, sql: str, params: Sequence[object]) -> Iterator[bytes]:
        statement = _trusted(f"COPY ({sql}) TO STDOUT (FORMAT csv)")
        with self._connection.cursor() as cursor, cursor.copy(statement, params or None) as copy:
            yield from _copied_blocks(self._connection.pgconn, copy)


class SqliteSnapshot:
    """One read transaction over an SQLite file; everything read through it is of the same moment.

    Parameters of queries are written `?`. The file is opened read-only.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def __enter__(self) -> Self:
        uri = f"{self._path.resolve().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        self._connection.execute("BEGIN")
        # BEGIN alone reads nothing: the snapshot is taken by the first read, so take it now.
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def table(self, sql: str, params: Sequence[object] = ()) -> Table:
        """The rows of a query, in its order, as CSV blocks of about 2 MB."""
        cursor = self._connection.execute(f"SELECT * FROM ({sql}) LIMIT 0", tuple(params))  # noqa: S608 (our own query)
        columns = _unique(tuple(column[0] for column in cursor.description))
        return Table(columns, self._csv(sql, params, columns))

    def rows(self, sql: str, params: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query as tuples."""
        yield from self._connection.execute(sql, tuple(params))

    def _csv(self, sql: str, params: Sequence[object], columns: tuple[str, ...]) -> Iterator[bytes]:
        cells = " || ',' || ".join(_csv_cell(name, alone=len(columns) == 1) for name in columns)
        # The database writes the whole row: one value a row reaches Python instead of one a cell.
        cursor = self._connection.execute(
            f"SELECT CAST({cells} || char(10) AS BLOB) FROM ({sql})",  # noqa: S608 (our own query)
            tuple(params),
        )
        yield from _gathered(row[0] for row in cursor)


def _copied_blocks(connection: PGconn, copy: Copy) -> Iterator[bytes]:
    """Rows as they arrive, straight from libpq's buffer, joined into blocks.

    A third cheaper than iterating over `copy`, which goes through a generator for each row; `copy` is asked
    only when the buffer is empty, because it knows how to wait without holding other threads up.
    """
    take = connection.get_copy_data
    waiting: list[Buffer] = []
    filled = 0
    while True:
        size, row = take(1)
        if size == 0:
            row = memoryview(copy.read())
            size = len(row) or -1
        if size < 0:
            break
        waiting.append(row)
        filled += size
        if filled >= BLOCK_BYTES:
            yield b"".join(waiting)
            waiting, filled = [], 0
    while result := connection.get_result():
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result, encoding="utf-8")
    if waiting:
        yield b"".join(waiting)


def _csv_cell(column: str, *, alone: bool) -> str:
    """SQL that spells one SQLite value as PostgreSQL's CSV does.

    Missing is nothing, the empty text is `""`; quotes only around a comma, a quote, CR or LF, and around
    `\\.` when it is the whole row, which would otherwise end a COPY.
    """
    name = '"' + column.replace('"', '""') + '"'
    end_mark = f" OR {name} = '\\.'" if alone else ""
    special = " OR ".join(f"instr({name}, {mark}) > 0" for mark in ("','", "'\"'", "char(13)", "char(10)"))
    return (
        f"CASE WHEN {name} IS NULL THEN '' WHEN typeof({name}) = 'integer' THEN CAST({name} AS TEXT) "
        f"WHEN {name} = '' OR {special}{end_mark} THEN '\"' || replace({name}, '\"', '\"\"') || '\"' "
        f"ELSE {name} END"
    )


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Rows joined into blocks that end with the first row at or beyond BLOCK_BYTES."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _unique(columns: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(columns)) != len(columns):
        raise ValueError(f"the query names a column twice: {list(columns)}")
    return columns


def _trusted(sql: str) -> bytes:
    """The caller's own query text (psycopg asks for bytes where it is not a literal in the code).

    User input reaches the database through parameters only.
    """
    return sql.encode()

"""Writes one table: CSV bytes and their hash in the caller's thread, checks and Parquet in one other thread.

Here: cutting rows into blocks that depend on the bytes alone, the two files, their sizes and hashes. At most
a few blocks wait between the threads, so memory stays flat. Not here: rules (`validate`), versions.
"""

import csv
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from exports.sources import BLOCK_BYTES
from exports.validate import TableValidator

# A row group: large enough for readers that skip, small enough for flat memory.
_ROW_GROUP_BYTES = 5 * BLOCK_BYTES
_WAITING_BLOCKS = 2

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class FileFacts:
    """What anybody can check about a published file."""

    path: str
    byte_count: int
    sha256: str


@dataclass(frozen=True)
class TableFacts:
    """A written table: its two files and its number of rows."""

    csv: FileFacts
    parquet: FileFacts
    row_count: int


def cut_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes as blocks of whole rows whose borders do not depend on how the source cut them.

    A row ends at LF: a line break inside a cell is refused by the validator. A block ends with the first row
    at or beyond BLOCK_BYTES; our own sources cut so themselves, and their blocks pass without a copy.
    """
    rest = b""
    for piece in _at_least_a_block(pieces):
        rows = rest + piece if rest else piece
        start = 0
        while end := _end_of_block(rows, start):
            yield rows[start:end]
            start = end
        rest = rows[start:]
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _at_least_a_block(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, small ones joined, so that cutting does not copy the same bytes again and again."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK_BYTES:
            yield waiting[0] if len(waiting) == 1 else b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _end_of_block(rows: bytes, start: int) -> int:
    """Where the block that starts here ends, 0 when it does not end within these rows."""
    if len(rows) - start < BLOCK_BYTES:
        return 0
    return rows.find(b"\n", start + BLOCK_BYTES - 1) + 1


class ParquetFile:
    """A Parquet file whose bytes depend on the rows alone. Typed tables are added, one a block."""

    def __init__(self, path: Path, schema: Any, plain_columns: tuple[str, ...]) -> None:
        # The stack lets go of everything, also after a failed write on a full disk.
        with ExitStack() as stack:
            file = stack.enter_context(path.open("wb"))
            repeating = [name for name in schema.names if name not in plain_columns]
            self._writer = stack.enter_context(
                pq.ParquetWriter(
                    pa.PythonFile(file, mode="w"),
                    schema,
                    compression="zstd",
                    compression_level=1,
                    # A dictionary of a key, where no value repeats, is only work.
                    use_dictionary=repeating,
                    store_schema=False,
                )
            )
            self._stack = stack.pop_all()
        self._waiting: list[Any] = []
        self._size = 0

    def add(self, table: Any, size: int) -> None:
        """Add the rows of one block of `size` bytes."""
        self._waiting.append(table)
        self._size += size
        if self._size >= _ROW_GROUP_BYTES:
            self._write()

    def close(self) -> None:
        """Write what waits and the footer."""
        if self._waiting:
            self._write()
        self._stack.close()

    def abandon(self) -> None:
        """Let the file go without caring what is in it."""
        self._waiting = []
        self._stack.close()

    def _write(self) -> None:
        # Blocks carry their own dictionaries; one row group needs one.
        group = pa.concat_tables(self._waiting).unify_dictionaries()
        self._waiting, self._size = [], 0
        self._writer.write_table(group, row_group_size=max(group.num_rows, 1))


class CheckingThread:
    """The one thread that checks blocks and writes Parquet; `feed` waits when it falls behind."""

    def __init__(self, validator: TableValidator, parquet: ParquetFile) -> None:
        self._validator, self._parquet = validator, parquet
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[None]] = deque()
        self._sound = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def feed(self, block: bytes) -> None:
        """Hand a block over; raises what went wrong with an earlier one."""
        self._waiting.append(self._pool.submit(self._work, block))
        while len(self._waiting) > _WAITING_BLOCKS:
            self._waiting.popleft().result()

    def join(self) -> None:
        """Wait for the last block; raises what went wrong."""
        while self._waiting:
            self._waiting.popleft().result()

    def _work(self, block: bytes) -> None:
        table = self._validator.check(block)
        self._sound = self._sound and table is not None
        # Once a rule is broken nothing will be published: only look for more problems.
        if self._sound:
            self._parquet.add(table, len(block))


def write_table(
    folder: Path, name: str, source: Iterable[bytes], validator: TableValidator, progress: Progress
) -> TableFacts:
    """Write `name`.csv and `name`.parquet into a folder while the validator reads along.

    `progress` is told the rows done, after each block. Raises OSError when the disk is full.
    """
    csv_path, parquet_path = folder / f"{name}.csv", folder / f"{name}.parquet"
    parquet = ParquetFile(parquet_path, validator.arrow_schema, validator.plain_columns)
    row_count = 0
    try:
        with csv_path.open("wb", buffering=0) as raw, CheckingThread(validator, parquet) as checker:
            file = _HashingFile(raw)
            file.write(header_row(validator.arrow_schema.names))
            for block in cut_rows(source):
                file.write(block)
                checker.feed(block)
                row_count += block.count(b"\n")
                progress(row_count, name)
            checker.join()
        parquet.close()
    except BaseException:
        _abandon(parquet)
        raise
    return TableFacts(
        FileFacts(f"data/{csv_path.name}", file.byte_count, file.digest.hexdigest()),
        file_facts(parquet_path, f"data/{parquet_path.name}"),
        row_count,
    )


def file_facts(path: Path, published_path: str) -> FileFacts:
    """Size and hash of a finished file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileFacts(published_path, path.stat().st_size, digest.hexdigest())


def header_row(columns: Iterable[str]) -> bytes:
    """The first line of a published CSV file."""
    return csv_row(columns)


def csv_row(values: Iterable[object]) -> bytes:
    """One CSV row of values without line breaks: missing as nothing, quotes only where needed."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(["" if value is None else value for value in values])
    return line.getvalue().encode()


def _abandon(parquet: ParquetFile) -> None:
    try:
        parquet.abandon()
    except OSError:
        # The footer could not be written either; the error already on its way says why.
        return


class _HashingFile:
    """A file that hashes and counts what is written to it."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self.digest = hashlib.sha256()
        self.byte_count = 0

    def write(self, data: bytes) -> None:
        """Write all of the data; a short write means that the disk is nearly full, so the rest is tried."""
        self.digest.update(data)
        self.byte_count += len(data)
        rest = memoryview(data)
        while rest:
            rest = rest[self._raw.write(rest) or 0 :]

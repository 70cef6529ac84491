"""Files of the static look-up: deterministic gzip JSON, hash buckets, partitions on disk.

Here: how a key becomes a bucket, how a value becomes bytes, and a spool that keeps memory flat by sorting
entries into partitions on disk. Not here: what the entries mean (`exports.lookup`).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

PARTITIONS = 32
"""Spool files a kind of entry. A power of two, and never more than the smallest bucket count, so that one
bucket never spreads over two partitions."""


def bucket_count(entries: int, per_bucket: int) -> int:
    """The power of two nearest below `entries / per_bucket`, at least `PARTITIONS`."""
    count = PARTITIONS
    while count * 2 * per_bucket <= entries:
        count *= 2
    return count


def bucket_of(key: str, count: int) -> int:
    """The bucket of a key among `count` (a power of two). The same arithmetic runs in the browser."""
    return zlib.crc32(key.encode()) & (count - 1)


def shard_name(kind: str, bucket: int) -> str:
    """Path of a shard below the look-up folder, without its ending. It holds a number, never a name."""
    return f"{kind}/{bucket:04x}"


def pack(value: Any) -> bytes:
    """gzip of compact JSON. No time stamp and no file name, so the same value gives the same bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(_encode(value).encode()) + packer.flush()


class ShardWriter:
    """Writes shards below one folder and counts what it wrote."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = 0
        self.bytes = 0

    def write(self, name: str, value: Any) -> None:
        data = pack(value)
        path = self.root / f"{name}.json.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files += 1
        self.bytes += len(data)


class Spool:
    """Keyed entries on disk, handed back one partition at a time, whole buckets together."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stack = ExitStack()
        self._files: list[TextIO] = []
        self.entries = 0

    def __enter__(self) -> Self:
        self._directory.mkdir(parents=True)
        for number in range(PARTITIONS):
            path = self._directory / f"{number:02d}"
            self._files.append(self._stack.enter_context(path.open("w+", encoding="utf-8", newline="\n")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, entry: list[Any], *keys: str) -> None:
        """Keep one entry under folded keys. JSON escapes line ends, so an entry is one line whatever it holds."""
        text = _encode(entry)
        for key in keys:
            self._files[bucket_of(key, PARTITIONS)].write(f"{key}\t{text}\n")
        self.entries += len(keys)

    def partitions(self) -> Iterator[dict[str, list[list[Any]]]]:
        """Each partition as key → entries, in the order they were added."""
        for file in self._files:
            file.seek(0)
            grouped: dict[str, list[list[Any]]] = {}
            for line in file:
                key, _, text = line.partition("\t")
                grouped.setdefault(key, []).append(json.loads(text))
            yield grouped

    def buckets(self, count: int) -> Iterator[tuple[int, dict[str, list[list[Any]]]]]:
        """Each bucket of `count` with its keys; empty ones too, so that no fetch meets a missing file."""
        for partition, grouped in enumerate(self.partitions()):
            by_bucket: dict[int, dict[str, list[list[Any]]]] = {
                bucket: {} for bucket in range(partition, count, PARTITIONS)
            }
            for key, entries in grouped.items():
                by_bucket[bucket_of(key, count)][key] = entries
            yield from by_bucket.items()

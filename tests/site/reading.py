"""Reading look-up files in tests, as the browser does.

Not here: assertions.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_shard(lookup: Path, name: str) -> Any:
    """The value in one shard."""
    return json.loads(gzip.decompress((lookup / f"{name}.json.gz").read_bytes()))


def manifest(lookup: Path) -> dict[str, Any]:
    """The manifest of a look-up."""
    found: dict[str, Any] = json.loads((lookup / "manifest.json").read_text(encoding="utf-8"))
    return found


def value_of(lookup: Path, kind: str, key: str) -> Any:
    """What the look-up holds for a key, found by its hash alone; None when it holds nothing."""
    number = zlib.crc32(key.encode()) & (manifest(lookup)["buckets"][kind] - 1)
    return read_shard(lookup, f"{kind}/{number:04x}").get(key)


def plain_files(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder with its content, unpacked where it is gzip."""
    for path in sorted(root.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def digest_tree(root: Path) -> dict[str, int]:
    """Path → checksum of every file, to compare two builds."""
    return {
        str(path.relative_to(root)): zlib.crc32(path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }

"""Builds the static files by which anyone checks a document: fetched by bucket, never by code.

Here: which file holds what. Input is a published `documents` package only. Not here: the code and its key
(`exports.check_code`), the page (`site/assets/javascripts/check.js`), how bytes are packed (`exports.lookup_shards`).

Layout below the output folder:
  manifest.json        number of documents, bits of a bucket number, columns of a row (plain JSON, fetched first)
  c/<bucket>.json.gz   the first bits of the check key → documents
  f/<bucket>.json.gz   the first bits of the sum of the file → the same documents once more

A row is whole: it names its agency's place in the shard's list and repeats what is shown of the document that
replaced it. One file answers a question, so that the files asked for together point at no single document.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from exports.lookup import read_rows
from exports.lookup_shards import ShardWriter

FORMAT = 1
FIELDS = (
    "check_key",
    "file_sha256",
    "document_kind",
    "document_number",
    "document_symbol",
    "issued_on",
    "agency",
    "document_state",
    "replaced_by",
)
"""The columns of a row, in order; `agency` is a place in the shard's list, `replaced_by` four columns or None."""
SHOWN_OF_REPLACEMENT = ("document_kind", "document_number", "document_symbol", "issued_on")

FEWEST_IN_A_BUCKET = 128
MOST_BITS = 16
_SORTED_APART = 64
_HEX_OF_A_PART = 2

Row = dict[str, str]


@dataclass(frozen=True)
class CheckSummary:
    """What one build wrote: documents and files, and the bytes of the compressed shards."""

    documents: int
    files: int
    bytes: int


def build_check(package_dir: Path, out_dir: Path) -> CheckSummary:
    """Write the check files of the package in `package_dir` to `out_dir`, replacing what was there.

    Memory grows with the replaced documents only. Raises `FileNotFoundError` when the package lacks a file.
    """
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    agencies = {row["code"]: row["name"] for row in read_rows(package_dir, "agencies")}
    count, replacements = _counted(package_dir)
    with tempfile.TemporaryDirectory(dir=out_dir.parent, prefix=".check-") as scratch:
        stage = Path(scratch) / "out"
        writer = ShardWriter(stage)
        # The register comes in the order of its keys, so its buckets come one after the other.
        bits = bucket_bits(count)
        _write(writer, "c", _rows(_register(package_dir), replacements), bits, agencies)
        by_file = _sorted_by_file(_register(package_dir), Path(scratch) / "files")
        _write(writer, "f", _rows(by_file, replacements, "file_sha256"), bits, agencies)
        manifest = {"format": FORMAT, "documents": count, "bits": bits, "fields": FIELDS}
        text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
        (stage / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        if out_dir.exists():
            shutil.rmtree(out_dir)
        stage.rename(out_dir)
    return CheckSummary(count, writer.files + 1, writer.bytes)


def bucket_bits(documents: int) -> int:
    """How many bits number a bucket, so that about 128 documents or more share each; none for a small register."""
    bits = 0
    while bits < MOST_BITS and FEWEST_IN_A_BUCKET << (bits + 1) <= documents:
        bits += 1
    return bits


def bucket_of(digest: str, bits: int) -> int:
    """The bucket of a key or a sum in hexadecimal: its first bits. The same arithmetic runs in the browser."""
    return int(digest[:4], 16) >> (MOST_BITS - bits)


def _register(package_dir: Path) -> Iterator[Row]:
    return read_rows(package_dir, "issued_documents")


def _counted(package_dir: Path) -> tuple[int, dict[str, list[Any]]]:
    """The number of documents, and what is shown of each that took another one's place, by its key."""
    count, wanted = 0, set()
    for row in _register(package_dir):
        count += 1
        if row["replaced_by_key"]:
            wanted.add(row["replaced_by_key"])
    again = _register(package_dir) if wanted else ()
    found = {
        row["check_key"]: [_value(row, name) for name in SHOWN_OF_REPLACEMENT]
        for row in again
        if row["check_key"] in wanted
    }
    return count, found


def _rows(
    rows: Iterable[Row], replacements: dict[str, list[Any]], key: str = "check_key"
) -> Iterator[tuple[str, str, list[Any]]]:
    """The sorting key, the agency and the row of each document; the agency's place is not known yet."""
    for row in rows:
        values: list[Any] = [_value(row, name) for name in FIELDS[:6]]
        yield (
            row[key],
            row["agency_code"],
            [
                *values,
                None,
                row["document_state"],
                replacements.get(row["replaced_by_key"]),
            ],
        )


def _value(row: Row, name: str) -> Any:
    text = row[name]
    return int(text) if text and name == "document_number" else text or None


def _write(
    writer: ShardWriter,
    kind: str,
    rows: Iterable[tuple[str, str, list[Any]]],
    bits: int,
    agencies: dict[str, str],
) -> None:
    """Write every bucket, the empty ones too, so that no fetch meets a missing file."""
    grouped = groupby(rows, key=lambda entry: bucket_of(entry[0], bits))
    following = next(grouped, None)
    for bucket in range(1 << bits):
        found: list[tuple[str, str, list[Any]]] = []
        if following is not None and following[0] == bucket:
            found = list(following[1])
            following = next(grouped, None)
        names = sorted({agency for _, agency, _ in found})
        places = {agency: place for place, agency in enumerate(names)}
        for _, agency, row in found:
            row[FIELDS.index("agency")] = places[agency]
        shard: dict[str, Any] = {
            "bits": bits,
            "agencies": [agencies[name] for name in names],
            "documents": [row for _, _, row in found],
        }
        writer.write(f"{kind}/{bucket:04x}", shard)


def _sorted_by_file(rows: Iterable[Row], folder: Path) -> Iterator[Row]:
    """The rows in the order of their files' sums: spread over parts on disk, each sorted in memory."""
    folder.mkdir(parents=True)
    parts = [
        (folder / f"{part:02d}").open("w+", encoding="utf-8", newline="") for part in range(_SORTED_APART)
    ]
    try:
        writers: list[Any] = []
        for row in rows:
            writers = writers or [csv.DictWriter(part, list(row)) for part in parts]
            writers[int(row["file_sha256"][:_HEX_OF_A_PART], 16) * _SORTED_APART >> 8].writerow(row)
        names = writers[0].fieldnames if writers else ()
        for part in parts:
            part.seek(0)
            yield from sorted(csv.DictReader(part, names), key=_file_order)
    finally:
        for part in parts:
            part.close()


def _file_order(row: Row) -> tuple[str, str]:
    return row["file_sha256"], row["check_key"]

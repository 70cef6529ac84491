"""Figures of the document check: what its files cost to build and to ask, beside writing the register as CSV.

Run as `python -m benchmarks.check --documents 100000`. Not here: the export of the register (`export`).
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import Figure
from exports.check_shards import build_check

DOCUMENTS = 100_000
_AGENCIES = 760
_COLUMNS = (
    "check_key", "document_kind", "document_number", "document_symbol", "issued_on", "agency_code", "file_sha256",
    "document_state", "replaced_by_key",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line a figure; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--documents", type=int, default=DOCUMENTS, help="How many documents the register has."
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = list(_measure(Path(folder), options.documents))
    for figure in figures:
        sys.stdout.write(f"{figure.line()}\n")
    return 0 if all(figure.passed for figure in figures) else 1


def _measure(folder: Path, documents: int) -> Iterator[Figure]:
    started = time.process_time()
    _write_package(folder / "package" / "data", documents)
    written = time.process_time() - started
    started = time.process_time()
    summary = build_check(folder / "package", folder / "check")
    built = time.process_time() - started
    sizes = sorted(path.stat().st_size for path in (folder / "check").rglob("*.gz"))
    manifest = (folder / "check" / "manifest.json").stat().st_size
    note = f"{built:.2f} s beside {written:.2f} s"
    yield Figure("check.build_by_csv.cpu", built / written, "×", note=note)
    yield Figure("check.bytes_a_document", summary.bytes / max(1, documents), "B", goal=170)
    yield Figure("check.bytes_a_look_up", (manifest + sizes[-1]) / 1024, "KB", goal=40, note="the largest")
    yield Figure("check.files", summary.files, "files", goal=15_000)


def _write_package(data: Path, documents: int) -> None:
    """A register of invented documents, seeded."""
    rng = random.Random(documents)
    data.mkdir(parents=True)
    with (data / "agencies.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("code", "name"), *((f"A{n:03d}", f"Thi hành án dân sự khu vực {n}") for n in range(_AGENCIES))]
        )
    keys = sorted(f"{rng.getrandbits(128):032x}" for _ in range(documents))
    with (data / "issued_documents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for number, key in enumerate(keys, 1):
            day = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            agency, digest = f"A{rng.randrange(_AGENCIES):03d}", f"{rng.getrandbits(256):064x}"
            row = (key, "enforcement_decision", number, "QĐ-THADS", day, agency, digest, "valid", "")
            writer.writerow(row)


if __name__ == "__main__":
    sys.exit(main())

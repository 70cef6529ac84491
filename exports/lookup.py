"""Builds the static look-up over all published debtor records: small files that a browser fetches by hash.

Here: what is indexed and how (names, words of names, document numbers). Input is a published `debtors`
package only; nothing but its public fields can reach the output. Not here: the format of the files
(`exports.lookup_shards`), the search itself (`site/assets/javascripts/lookup.js`).

Layout below the output folder:
  manifest.json         counts, bucket counts, the commonest words (plain JSON, fetched first)
  agencies.json.gz      agency code → name and provincial agency; provincial agencies with their record counts
  n/<bucket>.json.gz    folded full name → records, or a directory of pages when a name has many bearers
  t/<bucket>.json.gz    one folded word, or two in order → full names holding them, with counts by province
  d/<bucket>.json.gz    first number of a judgment or decision number → where its records are
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby
from pathlib import Path
from typing import Any

from exports.lookup_shards import ShardWriter, Spool, bucket_count, shard_name
from exports.text import fold_ascii

FORMAT = 1
PUBLIC_FIELDS = (
    "public_id",
    "full_name",
    "address",
    "judgment_number",
    "judgment_on",
    "court_name",
    "enforcement_decision_number",
    "enforcement_decision_on",
    "obligation_code",
    "obligation_amount_vnd",
    "reason_code",
    "agency_code",
    "published_on",
    "updated_on",
)
"""The columns that may leave, in the order a record has in a shard. The browser reads the same order."""

RECORDS_A_BUCKET = 150
TERMS_A_BUCKET = 400
NUMBERS_A_BUCKET = 400
PAGED_ABOVE = 256
PAGE_SIZE = 128
NAMES_A_WORD = 200
NAMES_A_PAIR = 2000
NAMES_A_PROVINCE = 20
COMMON_WORDS = 512
PROGRESS_STEP = 5000
FOLDS_KEPT = 50_000

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class LookupSummary:
    """What one build wrote: people and files, and the bytes of the compressed shards."""

    records: int
    files: int
    bytes: int


def build_lookup(package_dir: Path, out_dir: Path, progress: Progress | None = None) -> LookupSummary:
    """Write the look-up of the package in `package_dir` to `out_dir`, replacing what was there.

    The folder is swapped in only when complete. Memory does not grow with the number of records.
    Raises `FileNotFoundError` when the package lacks a file, `ValueError` when it lacks a public column.
    """
    report = progress or _silent
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out_dir.parent, prefix=".lookup-") as scratch:
        stage = Path(scratch) / "out"
        builder = _Builder(Path(scratch), ShardWriter(stage))
        summary = builder.build(package_dir, report)
        if out_dir.exists():
            shutil.rmtree(out_dir)
        stage.rename(out_dir)
    return summary


def number_key(number: str) -> str | None:
    """The first number in a document number without leading zeros: `05/2024/DS-ST` → `5`."""
    found = re.search(r"[0-9]+", number)
    return (found.group().lstrip("0") or "0") if found else None


class _Builder:
    """One build: reads once, then writes the three kinds of shard from partitions on disk."""

    def __init__(self, scratch: Path, writer: ShardWriter) -> None:
        self._scratch = scratch
        self._writer = writer
        self._province_of: dict[str, str] = {}
        # Names repeat a great deal, and folding is the dearest step of reading.
        self._fold = lru_cache(maxsize=FOLDS_KEPT)(fold_ascii)
        self._words: Counter[str] = Counter()
        self._by_province: Counter[str] = Counter()

    def build(self, package_dir: Path, report: Progress) -> LookupSummary:
        agencies = list(read_rows(package_dir, "agencies"))
        self._province_of = provincial_agencies(agencies)
        with (
            Spool(self._scratch / "names") as names,
            Spool(self._scratch / "terms") as terms,
            Spool(self._scratch / "numbers") as numbers,
        ):
            self._spool_records(package_dir, names, report)
            buckets = {"n": bucket_count(names.entries, RECORDS_A_BUCKET)}
            report(names.entries, "names")
            self._write_names(names, buckets["n"], terms, numbers)
            buckets["t"] = bucket_count(terms.entries, TERMS_A_BUCKET)
            buckets["d"] = bucket_count(numbers.entries, NUMBERS_A_BUCKET)
            report(names.entries, "words")
            self._write_terms(terms, buckets["t"])
            report(names.entries, "numbers")
            self._write_numbers(numbers, buckets["d"])
            self._write_agencies(agencies)
            self._write_manifest(names.entries, buckets)
            return LookupSummary(names.entries, self._writer.files + 1, self._writer.bytes)

    def _spool_records(self, package_dir: Path, names: Spool, report: Progress) -> None:
        for row in read_rows(package_dir, "debtor_records"):
            amount = row["obligation_amount_vnd"]
            record: list[Any] = [row[field] for field in PUBLIC_FIELDS]
            record[9] = int(amount) if amount else None
            folded = self._fold(row["full_name"])
            names.add(record, folded)
            self._by_province[self._province_of[row["agency_code"]]] += 1
            self._words.update(set(folded.split()))
            if names.entries % PROGRESS_STEP == 0:
                report(names.entries, "read")

    def _write_names(self, names: Spool, count: int, terms: Spool, numbers: Spool) -> None:
        for bucket, keys in names.buckets(count):
            path = shard_name("n", bucket)
            shard: dict[str, Any] = {}
            for folded, unsorted in sorted(keys.items()):
                records = sorted(unsorted, key=self._record_order)
                self._spool_terms(folded, records, terms)
                shard[folded] = self._place_records(path, len(shard), records, numbers)
            self._writer.write(path, shard)

    def _record_order(self, record: list[Any]) -> tuple[str, str, str]:
        return record[1], self._province_of[record[11]], record[0]

    def _place_records(self, path: str, position: int, records: list[list[Any]], numbers: Spool) -> Any:
        if len(records) <= PAGED_ABOVE:
            self._spool_numbers(records, path, numbers)
            return records
        for page, start in enumerate(range(0, len(records), PAGE_SIZE)):
            page_path = f"{path}-{position}-{page}"
            self._writer.write(page_path, records[start : start + PAGE_SIZE])
            self._spool_numbers(records[start : start + PAGE_SIZE], page_path, numbers)
        groups = groupby(records, key=lambda record: (record[1], self._province_of[record[11]]))
        return {
            "page_size": PAGE_SIZE,
            "path": f"{path}-{position}",
            "groups": [[name, province, len(list(group))] for (name, province), group in groups],
        }

    def _spool_numbers(self, records: list[list[Any]], path: str, numbers: Spool) -> None:
        for record in records:
            for number, kind in ((record[6], "d"), (record[3], "j")):
                key = number_key(number)
                if key is not None:
                    numbers.add([number, kind, record[0], path, self._province_of[record[11]]], key)

    def _spool_terms(self, folded: str, records: list[list[Any]], terms: Spool) -> None:
        words = sorted(set(folded.split()))
        pairs = [f"{first} {second}" for first, second in combinations(words, 2)]
        for name, group in groupby(records, key=lambda record: str(record[1])):
            provinces = Counter(self._province_of[record[11]] for record in group)
            terms.add([name, sorted(provinces.items())], *words, *pairs)

    def _write_terms(self, terms: Spool, count: int) -> None:
        for bucket, keys in terms.buckets(count):
            shard = {term: _term_value(term, names) for term, names in sorted(keys.items())}
            self._writer.write(shard_name("t", bucket), shard)

    def _write_numbers(self, numbers: Spool, count: int) -> None:
        for bucket, keys in numbers.buckets(count):
            shard = {key: sorted(entries) for key, entries in sorted(keys.items())}
            self._writer.write(shard_name("d", bucket), shard)

    def _write_agencies(self, agencies: list[dict[str, str]]) -> None:
        provincial = {
            row["code"]: [province_name(row["name"]), self._by_province.get(row["code"], 0)]
            for row in agencies
            if self._province_of[row["code"]] == row["code"]
        }
        listed = {row["code"]: [row["name"], self._province_of[row["code"]]] for row in agencies}
        self._writer.write("agencies", {"agencies": listed, "provinces": provincial})

    def _write_manifest(self, records: int, buckets: dict[str, int]) -> None:
        common = sorted(self._words.items(), key=lambda item: (-item[1], item[0]))[:COMMON_WORDS]
        manifest = {
            "format": FORMAT,
            "records": records,
            "fields": PUBLIC_FIELDS,
            "buckets": buckets,
            "words": dict(common),
        }
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._writer.root.mkdir(parents=True, exist_ok=True)
        (self._writer.root / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _term_value(term: str, names: list[list[Any]]) -> dict[str, Any]:
    counted = [(sum(count for _, count in provinces), name, provinces) for name, provinces in names]
    counted.sort(key=lambda item: (-item[0], item[1]))
    limit = NAMES_A_PAIR if " " in term else NAMES_A_WORD
    kept = counted[:limit] + _commonest_by_province(counted[limit:])
    left = {name for _, name, _ in counted} - {name for _, name, _ in kept}
    places = Counter(place for _, name, provinces in counted if name in left for place, _ in provinces)
    return {
        "records": sum(total for total, _, _ in counted),
        "names": [[name, provinces] for _, name, provinces in kept],
        "more": len(left),
        "more_by_province": sorted(places.items()),
    }


def _commonest_by_province(counted: list[tuple[int, str, Any]]) -> list[tuple[int, str, Any]]:
    """Of names too rare for the national list, the commonest of each province: a reader who chooses a
    province must not be told of nobody because other provinces have more bearers."""
    by_place: dict[str, list[tuple[int, str]]] = {}
    for _, name, provinces in counted:
        for place, count in provinces:
            by_place.setdefault(place, []).append((-count, name))
    kept = {name for names in by_place.values() for _, name in sorted(names)[:NAMES_A_PROVINCE]}
    return [entry for entry in counted if entry[1] in kept]


def read_rows(package_dir: Path, resource: str) -> Iterator[dict[str, str]]:
    """Rows of one CSV resource of a package, in file order, as text. Empty means missing."""
    path = package_dir / "data" / f"{resource}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        missing = set(PUBLIC_FIELDS if resource == "debtor_records" else ()) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name} lacks the columns {sorted(missing)}")
        yield from reader


def provincial_agencies(agencies: list[dict[str, str]]) -> dict[str, str]:
    """For every agency code the provincial agency above it (or itself); the national agency is its own."""
    by_code = {row["code"]: row for row in agencies}
    found: dict[str, str] = {}
    for code in by_code:
        current, seen = code, {code}
        while by_code[current]["level"] not in {"provincial", "national"}:
            parent = by_code[current]["parent_code"]
            if parent not in by_code or parent in seen:
                break
            seen.add(parent)
            current = parent
        found[code] = current
    return found


def province_name(agency_name: str) -> str:
    """`Cục Thi hành án dân sự tỉnh Hà Giang` → `Tỉnh Hà Giang`; other names stay as they are."""
    short = re.sub(r"^(Cục )?Thi hành án dân sự (?=tỉnh |thành phố )", "", agency_name)
    return short[:1].upper() + short[1:]


def _silent(_done: int, _label: str) -> None:
    """Progress that nobody asked for."""

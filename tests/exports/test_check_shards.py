"""The files of the document check: found by bucket, telling nothing of codes or people, equal when built again."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from exports.check_code import check_key
from exports.check_shards import FIELDS, bucket_bits, bucket_of, build_check
from tests.site.reading import digest_tree, plain_files, read_shard
from tests.site.sample import (
    REPLACED,
    REPLACEMENT,
    UNNUMBERED,
    VALID,
    WITHDRAWN,
    code_of,
    file_of,
    issued,
    issued_documents,
    write_documents,
)


def many(count: int) -> list[dict[str, str]]:
    """Invented documents with random keys, as those of random codes are."""
    rng = random.Random(count)
    # Made once: the key of a code is slow on purpose.
    plain = issued(7)
    return [
        plain
        | {
            "check_key": f"{rng.getrandbits(128):032x}",
            "file_sha256": f"{rng.getrandbits(256):064x}",
            "document_number": str(number),
            "agency_code": rng.choice(("CC001", "CC002", "CC250", "C01")),
        }
        for number in range(1, count + 1)
    ]


def found(folder: Path, kind: str, digest: str) -> dict[str, Any] | None:
    """What the browser finds for a key or a sum."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    shard = read_shard(folder, f"{kind}/{bucket_of(digest, manifest['bits']):04x}")
    rows = [dict(zip(manifest["fields"], row, strict=True)) for row in shard["documents"]]
    field = {"c": "check_key", "f": "file_sha256"}[kind]
    for row in rows:
        if row[field] == digest:
            return row | {"agency": shard["agencies"][row["agency"]]}
    return None


@pytest.fixture
def built(tmp_path: Path) -> Path:
    package = write_documents(tmp_path / "p", issued_documents())
    build_check(package.directory, tmp_path / "check")
    return tmp_path / "check"


@pytest.mark.parametrize(
    ("number", "state"), [(VALID, "valid"), (REPLACED, "replaced"), (WITHDRAWN, "withdrawn")]
)
def test_document_is_found_when_its_code_or_its_file_is_known(built: Path, number: int, state: str) -> None:
    by_code = found(built, "c", check_key(code_of(number)))
    by_file = found(built, "f", hashlib.sha256(file_of(number)).hexdigest())
    assert by_code == by_file
    assert by_code is not None
    assert (by_code["document_state"], by_code["document_number"]) == (state, number)
    assert by_code["agency"] == "Chi cục Thi hành án dân sự quận Ba Đình"


def test_replacement_is_shown_without_its_key_when_a_document_was_replaced(built: Path) -> None:
    row = found(built, "c", check_key(code_of(REPLACED)))
    assert row is not None
    assert row["replaced_by"] == ["enforcement_decision", REPLACEMENT, "QĐ-CCTHADS", "2026-10-01"]
    assert found(built, "c", check_key(code_of(UNNUMBERED)))["document_number"] is None  # type: ignore[index]


@pytest.mark.parametrize("digest", ["0" * 32, "f" * 32, check_key(code_of(12345))])
def test_nothing_is_found_when_the_key_is_not_in_the_register(built: Path, digest: str) -> None:
    assert found(built, "c", digest) is None


def test_no_file_holds_a_code_when_built(built: Path) -> None:
    everything = b"".join(data for _, data in plain_files(built)).upper()
    codes = [code_of(number) for number in (VALID, REPLACED, REPLACEMENT, WITHDRAWN, UNNUMBERED)]
    assert [code for code in codes if code.encode() in everything] == []
    assert set(FIELDS) == {
        "check_key", "file_sha256", "document_kind", "document_number", "document_symbol", "issued_on", "agency",
        "document_state", "replaced_by",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("documents", "bits"), [(0, 0), (1, 0), (255, 0), (256, 1), (100_000, 9), (50_000_000, 16)]
)
def test_bucket_is_shared_by_many_documents_when_there_are_many(documents: int, bits: int) -> None:
    assert bucket_bits(documents) == bits
    assert bucket_of("ffff0000", bits) == (1 << bits) - 1


def test_one_hundred_thousand_documents_cost_little_when_one_is_checked(tmp_path: Path) -> None:
    documents = many(100_000)
    package = write_documents(tmp_path / "p", documents)
    summary = build_check(package.directory, tmp_path / "check")
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "check").rglob("*.gz")}
    assert (summary.documents, summary.files) == (100_000, 2 * 512 + 1)
    assert max(sizes.values()) <= 24_000
    assert sum(path.stat().st_size for path in (tmp_path / "check").rglob("*.gz")) <= 170 * 100_000
    manifest = (tmp_path / "check" / "manifest.json").stat().st_size
    assert manifest + max(sizes.values()) <= 25_000
    smallest = min(
        len(read_shard(tmp_path / "check", f"{kind}/{bucket:04x}")["documents"])
        for kind in "cf"
        for bucket in range(512)
    )
    assert smallest >= 100
    for document in documents[:: 100_000 // 40]:
        assert found(tmp_path / "check", "c", document["check_key"]) is not None
        assert found(tmp_path / "check", "f", document["file_sha256"]) is not None


def test_two_builds_are_equal_when_the_register_is(tmp_path: Path) -> None:
    package = write_documents(tmp_path / "p", many(1_000))
    build_check(package.directory, tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "left-over").write_text("old", encoding="utf-8")
    build_check(package.directory, tmp_path / "b")
    assert digest_tree(tmp_path / "a") == digest_tree(tmp_path / "b")


def test_paths_hold_bucket_numbers_only_when_built(built: Path) -> None:
    paths = [path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()]
    assert [p for p in paths if not re.fullmatch(r"manifest\.json|[cf]/[0-9a-f]{4}\.json\.gz", p)] == []


def test_build_refuses_and_keeps_the_old_files_when_the_package_lacks_its_table(
    tmp_path: Path, built: Path
) -> None:
    before = digest_tree(built)
    (tmp_path / "broken" / "data").mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        build_check(tmp_path / "broken", built)
    assert digest_tree(built) == before

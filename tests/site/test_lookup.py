"""The static look-up as files: what is found, what can never be there, bytes that stay the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from exports.lookup import (
    NAMES_A_PROVINCE,
    NAMES_A_WORD,
    PUBLIC_FIELDS,
    LookupSummary,
    build_lookup,
    number_key,
    province_name,
    provincial_agencies,
    read_rows,
)
from exports.lookup_shards import PARTITIONS, Spool, bucket_count, bucket_of, pack
from exports.text import fold_ascii
from tests.site.reading import digest_tree, manifest, plain_files, read_shard, value_of
from tests.site.sample import agencies, many_records, named_records, record, write_debtors


@pytest.fixture(scope="module")
def lookup(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("lookup") / "out"
    build_lookup(packages / "debtors" / "current", target)
    return target


def all_rows(lookup: Path) -> list[list[object]]:
    """Every record in the name shards, pages included."""
    found = []
    for path, _ in plain_files(lookup / "n"):
        shard = read_shard(lookup, str(path.relative_to(lookup)).removesuffix(".json.gz"))
        groups = [shard] if isinstance(shard, list) else [v for v in shard.values() if isinstance(v, list)]
        found += [row for group in groups for row in group]
    return found


def test_lookup_holds_each_record_once_when_names_repeat(lookup: Path, packages: Path) -> None:
    published = list(read_rows(packages / "debtors" / "current", "debtor_records"))
    found = {row[0]: row for row in all_rows(lookup)}
    assert len(all_rows(lookup)) == len(published) == manifest(lookup)["records"]
    for row in published:
        expected: list[object] = [row[field] for field in PUBLIC_FIELDS]
        expected[9] = int(row["obligation_amount_vnd"]) if row["obligation_amount_vnd"] else None
        assert found[row["public_id"]] == expected


@pytest.mark.parametrize("typed", ["Nguyễn Văn Hòa", "nguyen van hoa", "NGUYỄN VĂN HOÀ", "Nguyễn Văn Hóa"])
def test_lookup_finds_same_people_when_marks_differ(lookup: Path, typed: str) -> None:
    named = {row["public_id"] for row in named_records()[:4]}
    assert named <= {row[0] for row in value_of(lookup, "n", fold_ascii(typed))}


def test_lookup_finds_nobody_when_name_is_not_published(lookup: Path) -> None:
    assert value_of(lookup, "n", fold_ascii("Không Có Ai")) is None
    assert value_of(lookup, "t", "khong co") is None
    assert value_of(lookup, "d", "987654321") is None


def test_pair_counts_equal_brute_force_when_province_is_chosen(lookup: Path, packages: Path) -> None:
    rows = list(read_rows(packages / "debtors" / "current", "debtor_records"))
    province_of = provincial_agencies(agencies())
    expected = Counter(
        (row["full_name"], province_of[row["agency_code"]])
        for row in rows
        if {"thi", "lan"} <= set(fold_ascii(row["full_name"]).split())
    )
    found = value_of(lookup, "t", "lan thi")
    counted = {(name, place): count for name, places in found["names"] for place, count in places}
    assert counted == expected
    assert found["records"] == sum(expected.values())
    assert found["more"] == 0


def test_word_keeps_names_of_each_province_when_the_national_list_is_cut(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    common = [f"Ngô {first}{second}" for first in letters[:9] for second in letters][:NAMES_A_WORD]
    rows = [record(number, full_name=common[number % NAMES_A_WORD]) for number in range(2 * NAMES_A_WORD)]
    rows += [
        record(5000 + number, full_name=f"Ngô Hiếm {letters[number]}", agency_code="CC250")
        for number in range(NAMES_A_PROVINCE + 3)
    ]
    rows.append(record(9000, full_name="Ngô Ở Xa", agency_code="C02"))
    write_debtors(tmp_path / "p", rows)
    build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    places = provincial_agencies(agencies())
    entry = value_of(tmp_path / "out", "t", "ngo")
    rare = [name for name, _ in entry["names"] if name.startswith("Ngô Hiếm")]
    assert "Ngô Ở Xa" in [name for name, _ in entry["names"]]
    assert len(rare) == NAMES_A_PROVINCE
    assert entry["more"] == 3
    assert entry["more_by_province"] == [[places["CC250"], 3]]


def test_name_is_paged_when_it_has_many_bearers(lookup: Path) -> None:
    entry = value_of(lookup, "n", "le thi lan")
    assert {group[1]: group[2] for group in entry["groups"]} == {"C01": 300}
    pages = [read_shard(lookup, f"{entry['path']}-{page}") for page in range(3)]
    assert [len(page) for page in pages] == [128, 128, 44]
    assert not (lookup / f"{entry['path']}-3.json.gz").exists()


@pytest.mark.parametrize(("number", "kind"), [("5", "j"), ("7777", "d")])
def test_number_leads_to_the_record_when_zeros_are_dropped(lookup: Path, number: str, kind: str) -> None:
    wanted = named_records()[7]["public_id"]
    path = next(
        path for _, k, found, path, _ in value_of(lookup, "d", number) if (k, found) == (kind, wanted)
    )
    assert any(row[0] == wanted for row in read_shard(lookup, path)["phung thi doc nhat"])


def test_paths_hold_no_name_when_listed(lookup: Path) -> None:
    stems = {path.name.split(".")[0] for path in lookup.rglob("*.gz")} - {"agencies"}
    assert all(set(stem) <= set("0123456789abcdef-") for stem in stems)


def test_builds_are_byte_identical_when_data_are_the_same(
    packages: Path, lookup: Path, tmp_path: Path
) -> None:
    build_lookup(packages / "debtors" / "current", tmp_path / "again")
    assert digest_tree(tmp_path / "again") == digest_tree(lookup)


def test_removed_person_is_in_no_file_when_rebuilt_over_the_old(tmp_path: Path) -> None:
    gone = record(5, full_name="Ngô Độc Đáo Riêng", address="Ngõ Không Ai Biết 99")
    kept = many_records(200)[6:]
    write_debtors(tmp_path / "p", [*kept, gone])
    build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    before = b"".join(data for _, data in plain_files(tmp_path / "out"))
    assert gone["public_id"].encode() in before
    write_debtors(tmp_path / "p", kept)
    summary = build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    after = b"".join(data for _, data in plain_files(tmp_path / "out"))
    traces = (gone["public_id"], gone["full_name"], gone["address"], "rieng")
    assert [trace for trace in traces if trace.encode() in after] == []
    assert summary.records == len(kept)


def test_only_public_fields_leave_when_the_file_has_others(tmp_path: Path) -> None:
    home = write_debtors(tmp_path / "p", [record(1)]).directory / "data" / "debtor_records.csv"
    head, row = home.read_text(encoding="utf-8").splitlines()
    home.write_text(f"{head},id_number\n{row},079085001234\n", encoding="utf-8")
    build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    assert b"079085001234" not in b"".join(data for _, data in plain_files(tmp_path / "out"))
    assert manifest(tmp_path / "out")["fields"] == list(PUBLIC_FIELDS)


def test_build_refuses_and_keeps_the_old_when_a_column_is_missing(tmp_path: Path) -> None:
    home = write_debtors(tmp_path / "p", [record(1)]).directory / "data" / "debtor_records.csv"
    build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    before = digest_tree(tmp_path / "out")
    home.write_text("public_id,full_name\n1,A\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns"):
        build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    assert digest_tree(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["p", "out"] or not list(tmp_path.glob(".lookup-*"))


def test_build_refuses_when_the_package_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        build_lookup(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_lookup_is_whole_when_the_package_is_empty(tmp_path: Path) -> None:
    write_debtors(tmp_path / "p", [])
    summary = build_lookup(tmp_path / "p" / "debtors" / "current", tmp_path / "out")
    assert summary.records == 0
    assert len(list((tmp_path / "out" / "n").iterdir())) == PARTITIONS
    assert isinstance(summary, LookupSummary)


def test_progress_is_told_when_records_are_read(packages: Path, tmp_path: Path) -> None:
    told: list[tuple[int, str]] = []
    build_lookup(
        packages / "debtors" / "current", tmp_path / "out", lambda done, label: told.append((done, label))
    )
    assert [label for _, label in told] == ["names", "words", "numbers"]


def test_no_shard_is_large_when_many_share_a_name(lookup: Path) -> None:
    assert max(path.stat().st_size for path in lookup.rglob("*.gz")) <= 64_000


@pytest.mark.parametrize(
    ("number", "key"),
    [("05/2024/DS-ST", "5"), ("123/QĐ-CCTHADS", "123"), ("QĐ-12", "12"), ("000", "0"), ("không số", None)],
)
def test_number_key_takes_first_number_when_zeros_lead(number: str, key: str | None) -> None:
    assert number_key(number) == key


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Cục Thi hành án dân sự tỉnh Hà Giang", "Tỉnh Hà Giang"),
        ("Thi hành án dân sự thành phố Hà Nội", "Thành phố Hà Nội"),
        ("Tổng cục Thi hành án dân sự", "Tổng cục Thi hành án dân sự"),
    ],
)
def test_province_name_drops_the_kind_of_agency_only_when_a_place_follows(name: str, place: str) -> None:
    assert province_name(name) == place


def test_province_stops_at_the_agency_itself_when_parents_run_in_a_ring() -> None:
    ring = [
        {"code": "A", "level": "district", "parent_code": "B"},
        {"code": "B", "level": "district", "parent_code": "A"},
    ]
    assert provincial_agencies(ring) == {"A": "B", "B": "A"}


def test_bucket_count_is_a_power_of_two_when_entries_grow() -> None:
    counts = [bucket_count(entries, 150) for entries in (0, 4_799, 9_600, 1_000_000)]
    assert counts == [32, 32, 64, 4096]
    assert all(0 <= bucket_of(f"name {n}", counts[3]) < 4096 for n in range(100))


def test_pack_gives_equal_bytes_when_keys_come_in_other_order() -> None:
    assert pack({"b": 1, "a": "Đ"}) == pack({"a": "Đ", "b": 1})
    assert pack({"a": 1})[4:8] == b"\0\0\0\0"


def test_spool_keeps_a_line_whole_when_text_has_line_ends(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.add(["một\nhai\u2028ba\r\t"], "khoa", "hai tu")
        found = {key: entries for _, keys in spool.buckets(32) for key, entries in keys.items()}
    assert found == {key: [["một\nhai\u2028ba\r\t"]] for key in ("khoa", "hai tu")}

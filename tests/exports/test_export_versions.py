"""Versions on disk: one pointer, the newest kept, damage found, take-downs complete."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exports.files import DamagedIndexError, exclusive
from exports.package import BuildResult, build_package
from exports.report import ValidationFailed
from exports.versions import (
    KEPT_VERSIONS,
    PackageBusyError,
    Shelf,
    current_version,
    lift_retraction,
    locked,
    take_down,
    verify,
)
from tests.exports.samples import debtor, debtors, public_id, sources


def build(root: Path, numbers: range | list[int], day: int = 0) -> BuildResult:
    rows = [debtor(number) for number in numbers]
    moment = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=day)
    return build_package("debtors", sources("debtors", debtor_records=rows), root=root, clock=lambda: moment)


def index(root: Path) -> list[dict]:
    return json.loads((root / "debtors" / "versions.json").read_text(encoding="utf-8"))["versions"]


def folders(root: Path) -> set[str]:
    return {path.name for path in (root / "debtors" / "versions").iterdir()}


def left_overs(root: Path) -> set[str]:
    return {path.name for path in (root / "debtors").iterdir()} - {
        ".lock",
        "current",
        "versions",
        "versions.json",
        "retractions.json",
    }


def test_index_lists_the_newest_first_with_time_rows_and_hashes(tmp_path):
    old = build(tmp_path, range(1, 4), day=0)
    new = build(tmp_path, range(1, 6), day=1)
    assert [entry["id"] for entry in index(tmp_path)] == [new.version_id, old.version_id]
    assert index(tmp_path)[0]["published_at"] == "2026-07-02T00:00:00+00:00"
    assert index(tmp_path)[0]["row_counts"] == {"debtor_records": 5, "agencies": 6}
    assert set(index(tmp_path)[0]["sha256"]) == {
        f"data/{name}.{kind}" for name in ("debtor_records", "agencies") for kind in ("csv", "parquet")
    }
    version = current_version(tmp_path, "debtors")
    assert (version.id, version.directory.resolve()) == (new.version_id, new.directory.resolve())
    assert verify(tmp_path, "debtors") == []
    assert left_overs(tmp_path) == set()


def test_current_version_is_nothing_before_the_first(tmp_path):
    assert current_version(tmp_path, "debtors") is None


def test_only_the_newest_versions_are_kept(tmp_path):
    built = [build(tmp_path, range(1, count + 2), day=count).version_id for count in range(KEPT_VERSIONS + 3)]
    assert [entry["id"] for entry in index(tmp_path)] == built[::-1][:KEPT_VERSIONS]
    assert folders(tmp_path) == set(built[-KEPT_VERSIONS:])


def test_earlier_version_becomes_the_newest_when_its_data_return(tmp_path):
    first, second = build(tmp_path, [1], day=0), build(tmp_path, [1, 2], day=1)
    again = build(tmp_path, [1], day=2)
    assert (again.version_id, again.changed) == (first.version_id, True)
    assert [entry["id"] for entry in index(tmp_path)] == [first.version_id, second.version_id]
    assert (tmp_path / "debtors" / "current").resolve().name == first.version_id


def test_stage_and_unlisted_versions_are_swept_when_a_process_died(tmp_path):
    build(tmp_path, [1])
    for left in (".stage/data", ".trash/data", "versions/0123/data"):
        (tmp_path / "debtors" / left).mkdir(parents=True)
    (tmp_path / "other").mkdir()
    with locked(tmp_path, "debtors"):
        pass
    assert left_overs(tmp_path) == set()
    assert len(folders(tmp_path)) == 1


def test_index_is_made_again_when_it_was_lost(tmp_path):
    first = build(tmp_path, [1])
    (tmp_path / "debtors" / "versions.json").unlink()
    assert build(tmp_path, [1]).version_id == first.version_id
    assert [entry["id"] for entry in index(tmp_path)] == [first.version_id]
    assert verify(tmp_path, "debtors") == []


def hold(path: Path, started, release) -> None:
    with exclusive(path, 0):
        started.set()
        release.wait(20)


def test_build_is_refused_when_another_process_holds_the_package(tmp_path):
    first = build(tmp_path, [1])
    context = multiprocessing.get_context("spawn")
    started, release = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(tmp_path / "debtors" / ".lock", started, release))
    holder.start()
    assert started.wait(20)
    with pytest.raises(PackageBusyError):
        build(tmp_path, [1, 2])
    with pytest.raises(PackageBusyError):
        take_down(tmp_path, "debtors", public_id(1), wait_seconds=0.1)
    release.set()
    holder.join(20)
    assert current_version(tmp_path, "debtors").id == first.version_id
    assert build(tmp_path, [1, 2]).changed


def flip_bit(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << (position % 7)
    path.write_bytes(data)


FILES = [
    "current/datapackage.json",
    "current/data/debtor_records.csv",
    "current/data/debtor_records.parquet",
    "current/data/agencies.csv",
    "current/data/agencies.parquet",
    "versions.json",
    "retractions.json",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("position", [0, 17, 101, 523])
def test_damage_is_found_when_one_bit_is_flipped(name, position, tmp_path):
    build(tmp_path, range(1, 9))
    take_down(tmp_path, "debtors", public_id(3))
    assert verify(tmp_path, "debtors") == []
    flip_bit(tmp_path / "debtors" / name, position)
    assert verify(tmp_path, "debtors") != []


@pytest.mark.parametrize("change", ["missing", "added", "no descriptor", "wrong pointer"])
def test_damage_is_found_when_files_come_or_go(change, tmp_path):
    directory = build(tmp_path, range(1, 9)).directory
    if change == "missing":
        (directory / "data" / "agencies.csv").unlink()
    elif change == "added":
        (directory / "data" / "people.csv").write_text("x", encoding="utf-8")
    elif change == "no descriptor":
        (directory / "datapackage.json").unlink()
    else:
        (tmp_path / "debtors" / "current").unlink()
    assert len(verify(tmp_path, "debtors")) == 1


def test_build_is_refused_when_the_list_of_retractions_is_damaged(tmp_path):
    first = build(tmp_path, [1, 2])
    take_down(tmp_path, "debtors", public_id(2))
    flip_bit(tmp_path / "debtors" / "retractions.json", 60)
    with pytest.raises(DamagedIndexError):
        build(tmp_path, [1, 2])
    assert first.version_id not in folders(tmp_path)


def everything(root: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def test_take_down_leaves_nothing_but_the_id_in_any_version(tmp_path):
    # The same hash is published when the record had never been there.
    expected = build(tmp_path / "without", [1, 2, 4, 5, 6]).version_id
    old = [build(tmp_path, range(1, count), day=count) for count in (3, 5, 7)]
    assert take_down(tmp_path, "debtors", public_id(3)) == 2
    data = everything(tmp_path / "debtors")
    assert b"3/2024/DS-ST" not in data
    assert "Nguyễn Thị Hoà 3".encode() not in data
    assert data.count(public_id(3).encode()) == 1
    assert current_version(tmp_path, "debtors").id == expected
    assert old[2].version_id not in folders(tmp_path)
    assert [entry["row_counts"]["debtor_records"] for entry in index(tmp_path)] == [5, 3, 2]
    assert [entry["published_at"][:10] for entry in index(tmp_path)] == [
        "2026-07-08",
        "2026-07-06",
        "2026-07-04",
    ]
    assert verify(tmp_path, "debtors") == []
    assert left_overs(tmp_path) == set()


def test_take_down_joins_versions_that_become_the_same(tmp_path):
    build(tmp_path, [1, 2], day=0)
    build(tmp_path, [1, 2, 3], day=1)
    assert take_down(tmp_path, "debtors", [public_id(3)]) == 1
    assert len(index(tmp_path)) == len(folders(tmp_path)) == 1
    assert verify(tmp_path, "debtors") == []


def test_take_down_removes_several_and_the_last_record(tmp_path):
    build(tmp_path, [1, 2])
    assert take_down(tmp_path, "debtors", {public_id(1), public_id(2)}) == 1
    assert index(tmp_path)[0]["row_counts"]["debtor_records"] == 0
    assert Shelf(tmp_path, "debtors").retractions() == {
        "retracted": [public_id(1), public_id(2)],
        "pending": [],
    }


def test_take_down_changes_no_version_when_none_holds_the_record(tmp_path):
    first = build(tmp_path, [1, 2])
    assert take_down(tmp_path, "debtors", public_id(9)) == 0
    assert current_version(tmp_path, "debtors").id == first.version_id


def test_record_is_refused_when_it_returns_after_its_take_down(tmp_path):
    build(tmp_path, [1, 2, 3])
    take_down(tmp_path, "debtors", public_id(2))
    taken_down = current_version(tmp_path, "debtors").id
    with pytest.raises(ValidationFailed) as failure:
        build(tmp_path, [1, 2, 3])
    assert [problem["code"] for problem in failure.value.report["problems"]] == ["retracted"]
    assert current_version(tmp_path, "debtors").id == taken_down


def test_record_may_return_when_its_take_down_was_a_mistake(tmp_path):
    first = build(tmp_path, [1, 2, 3])
    take_down(tmp_path, "debtors", public_id(2))
    lift_retraction(tmp_path, "debtors", public_id(2))
    assert build(tmp_path, [1, 2, 3]).version_id == first.version_id


def test_take_down_is_ended_by_the_next_build_when_it_was_interrupted(tmp_path):
    build(tmp_path, [1, 2, 3], day=0)
    Shelf(tmp_path, "debtors").write_retractions([public_id(2)], [public_id(2)])
    build(tmp_path, [1, 3, 4], day=1)
    assert public_id(2) not in everything(tmp_path / "debtors" / "versions").decode(errors="replace")
    assert [entry["row_counts"]["debtor_records"] for entry in index(tmp_path)] == [3, 2]
    assert Shelf(tmp_path, "debtors").retractions()["pending"] == []


def test_sample_mark_stays_when_a_version_is_rebuilt(tmp_path):
    build_package("debtors", sources("debtors", debtor_records=debtors(3)), root=tmp_path, sample=True)
    take_down(tmp_path, "debtors", public_id(1))
    text = (tmp_path / "debtors" / "current" / "datapackage.json").read_text(encoding="utf-8")
    assert json.loads(text)["sample"] is True

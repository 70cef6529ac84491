"""Building a package: what is published, that the same data give the same bytes, and that failures publish nothing."""

import csv
import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest

from exports.package import build_package
from exports.projection import ProjectionError
from exports.report import ValidationFailed
from exports.schema import load_package
from exports.sources import PostgresSnapshot, SqliteSnapshot, Table
from exports.versions import current_version
from tests.exports.samples import (
    COLUMNS,
    ROWS,
    csv_bytes,
    debtor,
    debtors,
    fill_postgres,
    fill_sqlite,
    select,
    sources,
    table,
)

PACKAGES = ("debtors", "statistics", "documents")


def files(directory: Path) -> dict[str, bytes]:
    """All files below a folder by their path."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def descriptor(directory: Path) -> dict:
    return json.loads((directory / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PACKAGES)
def test_build_publishes_every_resource_with_size_rows_and_hash(name, tmp_path):
    result = build_package(name, sources(name), root=tmp_path)
    published = tmp_path / name / "current"
    assert published.resolve() == result.directory
    assert result.changed
    assert result.report["valid"]
    for resource in descriptor(published)["resources"]:
        data = (published / resource["path"]).read_bytes()
        assert data == (",".join(COLUMNS[resource["name"]]) + "\n").encode() + csv_bytes(
            ROWS[name][resource["name"]]
        )
        assert resource["bytes"] == len(data)
        assert resource["rows"] == len(ROWS[name][resource["name"]]) == result.row_counts[resource["name"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        parquet = (published / resource["parquet"]["path"]).read_bytes()
        assert resource["parquet"]["hash"] == f"sha256:{hashlib.sha256(parquet).hexdigest()}"
        assert resource["parquet"]["bytes"] == len(parquet)


@pytest.mark.parametrize("name", PACKAGES)
def test_parquet_holds_the_same_values_as_csv(name, tmp_path):
    directory = build_package(name, sources(name), root=tmp_path).directory
    for resource in descriptor(directory)["resources"]:
        with (directory / resource["path"]).open(encoding="utf-8", newline="") as file:
            expected = [tuple(row.values()) for row in csv.DictReader(file)]
        rows = pq.read_table(directory / resource["parquet"]["path"]).to_pylist()
        assert [tuple("" if v is None else str(v) for v in row.values()) for row in rows] == expected


@pytest.mark.parametrize("name", PACKAGES)
def test_frictionless_says_valid_when_its_own_command_reads_the_package(name, tmp_path):
    build_package(name, sources(name), root=tmp_path)
    command = [str(Path(sys.executable).with_name("frictionless")), "validate", "--json"]
    done = subprocess.run(
        [*command, str(tmp_path / name / "current" / "datapackage.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert (done.returncode, report["valid"]) == (0, True), done.stdout
    assert {task["name"] for task in report["tasks"]} == {r.name for r in load_package(name).resources}


@pytest.mark.parametrize("name", PACKAGES)
def test_same_rows_give_the_same_bytes_when_they_come_from_either_database(name, tmp_path, postgres_dsn):
    rows = dict(ROWS[name])
    if name == "debtors":
        rows["debtor_records"] = debtors(30_000)
    fill_sqlite(tmp_path / "rows.sqlite", name, rows)
    fill_postgres(postgres_dsn, name, rows)
    built = []
    for dialect, snapshot in (
        ("sqlite", SqliteSnapshot(tmp_path / "rows.sqlite")),
        ("postgresql", PostgresSnapshot(postgres_dsn)),
        ("sqlite", SqliteSnapshot(tmp_path / "rows.sqlite")),
    ):
        root = tmp_path / f"{dialect}{len(built)}"
        with snapshot:
            tables = {resource: snapshot.table(select(name, resource, dialect)) for resource in rows}
            result = build_package(name, tables, root=root)
        assert result.row_counts == {resource: len(values) for resource, values in rows.items()}
        built.append((result.version_id, files(result.directory)))
    assert built[0] == built[1] == built[2]


def test_same_rows_give_the_same_bytes_when_the_source_cuts_them_elsewhere(tmp_path):
    data = csv_bytes(debtors(20_000))
    whole = build_package(
        "debtors", sources("debtors") | {"debtor_records": cut(data, 0)}, root=tmp_path / "a"
    )
    for step in (1_000, 3_000_001):
        tables = sources("debtors") | {"debtor_records": cut(data, step)}
        assert build_package("debtors", tables, root=tmp_path / str(step)).version_id == whole.version_id


def cut(data: bytes, step: int) -> Table:
    blocks = [data[i : i + step] for i in range(0, len(data), step)] if step else [data]
    return Table(COLUMNS["debtor_records"], blocks)


def test_build_changes_nothing_when_the_data_are_unchanged(tmp_path):
    first = build_package("debtors", sources("debtors"), root=tmp_path)
    before = files(tmp_path)
    again = build_package("debtors", sources("debtors"), root=tmp_path)
    assert (again.version_id, again.changed) == (first.version_id, False)
    assert files(tmp_path) == before


def test_version_changes_when_only_the_schema_changes(tmp_path):
    first = build_package("debtors", sources("debtors"), root=tmp_path)
    marked = build_package("debtors", sources("debtors"), root=tmp_path, sample=True)
    assert marked.changed
    assert marked.version_id != first.version_id
    assert descriptor(marked.directory)["sample"] is True
    assert "sample" not in descriptor(first.directory)


def test_version_holds_no_time_of_the_clock(tmp_path):
    directory = build_package("debtors", sources("debtors"), root=tmp_path).directory
    assert not {"created", "published_at", "timestamp"} & set(descriptor(directory))
    assert current_version(tmp_path, "debtors").published_at


def test_build_uses_no_network(tmp_path, monkeypatch):
    def refuse(*_args: object) -> None:
        raise AssertionError("the export opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert build_package("debtors", sources("debtors"), root=tmp_path).changed


def test_progress_tells_the_rows_done_when_blocks_are_written(tmp_path):
    told: list[tuple[int, str]] = []
    rows = debtors(30_000)
    build_package(
        "debtors",
        sources("debtors", debtor_records=rows),
        root=tmp_path,
        progress=lambda rows, label: told.append((rows, label)),
    )
    counts = [rows for rows, label in told if label == "debtor_records"]
    assert counts == sorted(counts)
    assert len(counts) > 2
    assert counts[-1] == 30_000
    assert ("agencies" in {label for _, label in told}) is True


def test_empty_table_is_published_when_there_is_nobody_to_publish(tmp_path):
    result = build_package("debtors", sources("debtors", debtor_records=[]), root=tmp_path)
    assert result.row_counts["debtor_records"] == 0
    assert pq.read_table(result.directory / "data" / "debtor_records.parquet").num_rows == 0


@pytest.mark.parametrize(
    "columns",
    [
        (*COLUMNS["debtor_records"], "id_number"),
        COLUMNS["debtor_records"][:-1],
        COLUMNS["debtor_records"][::-1],
        (),
        None,
    ],
)
def test_build_is_refused_before_anything_is_written_when_columns_differ(columns, tmp_path):
    blocks = [csv_bytes(debtors())]
    source = blocks if columns is None else Table(columns, blocks)
    with pytest.raises(ProjectionError):
        build_package("debtors", sources("debtors") | {"debtor_records": source}, root=tmp_path)
    assert set(files(tmp_path)) <= {"debtors/.lock"}


@pytest.mark.parametrize("names", [("debtor_records",), ("debtor_records", "agencies", "officers")])
def test_build_is_refused_when_a_source_is_missing_or_unknown(names, tmp_path):
    tables = {name: table(name, ROWS["debtors"][name]) for name in names if name != "officers"}
    if "officers" in names:
        tables["officers"] = table("agencies", [])
    with pytest.raises(ProjectionError, match="sources"):
        build_package("debtors", tables, root=tmp_path)


@pytest.mark.parametrize("bad", [{"reason_code": "no"}, {"agency_code": "no"}, {"full_name": None}])
def test_published_version_stays_when_the_new_data_are_invalid(bad, tmp_path):
    build_package("debtors", sources("debtors"), root=tmp_path)
    before = files(tmp_path)
    rows = [*debtors(5), debtor(6, **bad)]
    with pytest.raises(ValidationFailed) as failure:
        build_package("debtors", sources("debtors", debtor_records=rows), root=tmp_path)
    assert failure.value.report["problems"][0]["row"] == 6
    assert files(tmp_path) == before


def test_published_version_stays_when_the_source_breaks_off(tmp_path, postgres_dsn):
    build_package("debtors", sources("debtors"), root=tmp_path)
    before = files(tmp_path)
    query = "SELECT " + ", ".join(f"1 / (5000 - i) AS {name}" for name in COLUMNS["debtor_records"])
    with PostgresSnapshot(postgres_dsn) as snapshot:
        records = snapshot.table(f"{query} FROM generate_series(1, 9000) i")
        tables = sources("debtors") | {"debtor_records": records}
        with pytest.raises(psycopg.errors.DivisionByZero):
            build_package("debtors", tables, root=tmp_path)
    assert files(tmp_path) == before

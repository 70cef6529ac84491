"""Many small damages to every published table: whatever frictionless refuses, we refuse."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.report import Report
from exports.schema import load_package
from exports.validate import TableValidator
from exports.writer import cut_rows
from tests.exports.samples import COLUMNS, ROWS, csv_bytes, debtor

with warnings.catch_warnings():
    # frictionless' own dependencies warn while they are imported.
    warnings.simplefilter("ignore")
    from frictionless import Package as FrictionlessPackage

CELLS = [
    None, "", " ", "-", "NULL", "0", "-1", "-0", "007", "+7", " 777 ", "7_777", "777.0", "1e3", "INF", "NaN",
    "0x1F", "١٢", "9" * 19, "9" * 40, "2024-02-30", "2024-02-29", "2023-02-29", "2020-2-3", "2020-02-03 ",
    "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "03/02/2024", "2024-13-01", "2024-00-10",
    "2024-07", "2024-13", "２０２４-07", "TC", "tc", "TC ", "ZZ", "court_fee", "COURT_FEE", "2015_a", "2015_z",
    "district", "cases_and_vnd", "01", "1", "٠١", "0123456789abcdef", "0123456789abcdeff", "0123456789abcdei",
    "đ" * 30, "đ" * 31, "đ" * 100, "đ" * 101, "đ" * 200, "đ" * 201, "đ" * 500, "đ" * 501, "đ" * 1001,
    "a\x00b", "a\tb", "a\rb", "a\nb", "a\x1bb", "\ufeffa", "a\u200bb", "a\u202eb", 'a"b', "a,b", "=1+1", "\\.",
]  # fmt: skip
TABLES = [
    ("debtors", "debtor_records"),
    ("debtors", "agencies"),
    ("statistics", "period_figures"),
    ("statistics", "indicators"),
    ("statistics", "request_figures"),
    ("statistics", "survey_figures"),
    ("statistics", "survey_options"),
    ("documents", "issued_documents"),
]


TEMPLATES = {name: load_package(name) for name in ROWS}


def cell_mutations(rows: list[tuple[object, ...]]) -> Iterator[tuple[str, bytes]]:
    """Each cell of one row in the middle replaced by each awkward value."""
    middle = len(rows) // 2
    for position in range(len(rows[0])):
        for value in CELLS:
            changed = list(rows)
            changed[middle] = (*rows[middle][:position], value, *rows[middle][position + 1 :])
            yield f"cell {position} = {value!r}", csv_bytes(changed)


def row_mutations(rows: list[tuple[object, ...]]) -> Iterator[tuple[str, bytes]]:
    """Rows and raw bytes damaged in every way a broken writer could."""
    lines = csv_bytes(rows).splitlines(keepends=True)
    middle = len(lines) // 2
    line = lines[middle].rstrip(b"\n")
    for name, damaged in {
        "row twice": line + b"\n" + line,
        "row gone": b"",
        "blank row": line + b"\n",
        "row of blanks": line + b"\n   ",
        "one cell less": line.rpartition(b",")[0],
        "one cell more": line + b",",
        "two cells more": line + b",a,b",
        "only commas": b"," * line.count(b","),
        "open quote": b'"' + line,
        "open quote at the end": line + b',"',
        "quote after quote": line.replace(b",", b',""x', 1),
        "quote in a cell": line[:1] + b'"' + line[1:],
        "bytes no UTF-8": line + b"\xff",
        "surrogate": b"\xed\xa0\x80" + line,
        "overlong": b"\xc0\x80" + line,
        "byte order mark": b"\xef\xbb\xbf" + line,
        "carriage return": line + b"\r",
        "bare carriage return": line.replace(b",", b"\r,", 1),
        "NUL": line + b"\x00",
        "blanks around": b" " + line + b" ",
        "semicolons": line.replace(b",", b";"),
        "tabs": line.replace(b",", b"\t"),
        "single quotes": b"'" + line.replace(b",", b"','") + b"'",
        "header again": ",".join("abcdefghijklmn"[: line.count(b",") + 1]).encode(),
        "comment": b"# " + line,
    }.items():
        tail = b"\n" if damaged else b""
        yield name, b"".join([*lines[:middle], damaged + tail, *lines[middle + 1 :]])
    yield "rows backwards", b"".join(reversed(lines))
    yield "first row last", b"".join([*lines[1:], lines[0]])
    yield "all rows gone", b""
    yield "CRLF everywhere", b"".join(lines).replace(b"\n", b"\r\n")
    yield "no line end", b"".join(lines).rstrip(b"\n")


def mutations(resource: str) -> list[tuple[str, bytes]]:
    rows = next(tables[resource] for tables in ROWS.values() if resource in tables)
    return [*cell_mutations(rows), *row_mutations(rows)]


def we_accept(package: str, resource: str, data: bytes) -> bool:
    template = TEMPLATES[package]
    report, keys = Report(package), {}
    for table in template.in_build_order():
        wanted = template.referenced_fields(table.name)
        validator = TableValidator(table, report, keys=keys, wanted=wanted)
        for block in cut_rows([data if table.name == resource else csv_bytes(ROWS[package][table.name])]):
            validator.check(block)
        keys.update({f"{table.name}.{name}": found for name, found in validator.finish().items()})
    return report.is_clean


def frictionless_package(package: str, folder: Path) -> Path:
    """A folder with the package where only the bytes of one table will change, without hash and counts."""
    template = TEMPLATES[package]
    resources = []
    for resource in template.resources:
        raw = {**resource.schema.raw, "fields": [dict(field) for field in resource.schema.raw["fields"]]}
        path = f"{resource.name}.csv"
        resources.append({"name": resource.name, "path": path, "encoding": "utf-8", "schema": raw})
        (folder / path).write_bytes(header(resource.name) + csv_bytes(ROWS[package][resource.name]))
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps({"name": package, "resources": resources}), encoding="utf-8")
    return descriptor


def header(resource: str) -> bytes:
    return (",".join(COLUMNS[resource]) + "\n").encode()


def frictionless_accepts(descriptor: Path, resource: str, data: bytes) -> bool:
    (descriptor.parent / f"{resource}.csv").write_bytes(header(resource) + data)
    return bool(FrictionlessPackage(str(descriptor)).validate(parallel=False).valid)


@pytest.mark.parametrize(("package", "resource"), TABLES)
def test_validator_is_never_laxer_than_frictionless_when_a_table_is_damaged(package, resource, tmp_path):
    descriptor = frictionless_package(package, tmp_path)
    damages = mutations(resource)
    laxer, refused = [], 0
    for name, data in damages:
        ours = we_accept(package, resource, data)
        refused += not ours
        if ours and not frictionless_accepts(descriptor, resource, data):
            laxer.append(name)
    assert laxer == [], f"{resource}: accepted by us, refused by frictionless"
    assert len(damages) >= 120
    assert refused >= 100


@pytest.mark.parametrize(("package", "resource"), TABLES)
def test_both_validators_accept_when_nothing_is_damaged(package, resource, tmp_path):
    data = csv_bytes(ROWS[package][resource])
    assert we_accept(package, resource, data)
    assert frictionless_accepts(frictionless_package(package, tmp_path), resource, data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public_id", None),
        ("public_id", "0123456789ABCDEF"),
        ("full_name", "đ" * 201),
        ("judgment_on", "2024-02-30"),
        ("obligation_amount_vnd", "-1"),
        ("obligation_code", "tax"),
        ("agency_code", "ZZ"),
    ],
)
def test_both_validators_refuse_when_a_plain_rule_is_broken(field, value, tmp_path):
    rows = ROWS["debtors"]["debtor_records"]
    data = csv_bytes([*rows[:2], debtor(3, **{field: value}), *rows[3:]])
    assert not frictionless_accepts(frictionless_package("debtors", tmp_path), "debtor_records", data)
    assert not we_accept("debtors", "debtor_records", data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("obligation_amount_vnd", " 777 "),
        ("obligation_amount_vnd", "7_777"),
        ("obligation_amount_vnd", "+7"),
        ("judgment_on", "2020-2-3"),
        ("address", "a\x00b"),
        ("address", "a\u202eb"),
    ],
)
def test_validator_is_stricter_than_frictionless_when_a_value_has_a_second_spelling(field, value, tmp_path):
    rows = ROWS["debtors"]["debtor_records"]
    data = csv_bytes([*rows[:2], debtor(3, **{field: value}), *rows[3:]])
    assert frictionless_accepts(frictionless_package("debtors", tmp_path), "debtor_records", data)
    assert not we_accept("debtors", "debtor_records", data)

"""The block validator: what it refuses, where it says so, and that it never shows a personal value."""

import json

import pyarrow as pa
import pytest

from exports.report import SHOWN_PROBLEMS, Report, masked
from exports.schema import load_package
from exports.validate import TableValidator
from tests.exports.samples import AGENCIES, ROWS, csv_bytes, debtor, debtors, public_id

RECORDS = next(r for r in load_package("debtors").resources if r.name == "debtor_records")
AGENCY_TABLE = next(r for r in load_package("debtors").resources if r.name == "agencies")
FIGURES = next(r for r in load_package("statistics").resources if r.name == "period_figures")
KEYS = {
    "agencies.code": pa.array([row[0] for row in AGENCIES]),
    "indicators.code": pa.array(["accepted", "completed"]),
}


def report_of(*blocks: bytes, resource=RECORDS, retracted=()) -> dict:
    report = Report("debtors")
    wanted = ["code"] if resource is AGENCY_TABLE else []
    validator = TableValidator(resource, report, keys=KEYS, wanted=wanted, retracted=retracted)
    for block in blocks:
        validator.check(block)
    validator.finish()
    return report.as_dict()


def places(report: dict) -> list[tuple[int, str, str]]:
    return [(problem["row"], problem["field"], problem["code"]) for problem in report["problems"]]


def test_rows_become_typed_columns_when_they_are_valid():
    validator = TableValidator(RECORDS, report := Report("debtors"), keys=KEYS)
    table = validator.check(csv_bytes(debtors(5)))
    assert report.is_clean
    assert table.schema == validator.arrow_schema
    assert table["obligation_amount_vnd"].to_pylist() == [1000000, None, 3000000, 4000000, None]
    assert table["updated_on"][0].as_py().isoformat() == "2026-08-02"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("full_name", None, "required"),
        ("full_name", "", "required"),
        ("full_name", "đ" * 201, "length"),
        ("public_id", "0123456789abcdei", "pattern"),
        ("public_id", "0123456789ABCDEF", "pattern"),
        ("judgment_on", "2024-02-30", "type"),
        ("judgment_on", "2024-2-3", "type"),
        ("judgment_on", "0000-01-01", "type"),
        ("judgment_on", "2024-01-01T00:00:00", "type"),
        ("obligation_amount_vnd", "-1", "minimum"),
        ("obligation_amount_vnd", " 777 ", "type"),
        ("obligation_amount_vnd", "7_777", "type"),
        ("obligation_amount_vnd", "+7", "type"),
        ("obligation_amount_vnd", "INF", "type"),
        ("obligation_amount_vnd", "007", "type"),
        ("obligation_amount_vnd", "0x1F", "type"),
        ("obligation_amount_vnd", "١٢", "type"),
        ("obligation_amount_vnd", "9" * 30, "type"),
        ("obligation_code", "Court_fee", "enum"),
        ("reason_code", "2026_f", "enum"),
        ("agency_code", "ZZ999", "foreign_key"),
        ("address", "a\x00b", "forbidden_character"),
        ("address", "a\tb", "forbidden_character"),
        ("address", "a\rb", "forbidden_character"),
        ("address", "a\u202eb", "forbidden_character"),
        ("address", "a\u200bb", "forbidden_character"),
        ("address", "\ufeffa", "forbidden_character"),
        ("address", "a\x85b", "forbidden_character"),
        ("address", "a\nb", "line_break"),
    ],
)
def test_cell_is_refused_with_its_place_when_it_breaks_a_rule(field, value, code):
    rows = debtors(5)
    rows[2] = debtor(3, **{field: value})
    report = report_of(csv_bytes(rows[:2]), csv_bytes(rows[2:]))
    found = [place for place in places(report) if place[2] == code]
    assert [place[0] for place in found] == [3]
    assert not report["valid"]
    assert found[0][1] in (field, "")


def test_every_rule_of_a_row_is_reported_when_several_are_broken():
    row = debtor(1, full_name=None, judgment_on="x", obligation_amount_vnd=-5, agency_code="no")
    assert places(report_of(csv_bytes([row]))) == [
        (1, "full_name", "required"),
        (1, "judgment_on", "type"),
        (1, "obligation_amount_vnd", "minimum"),
        (1, "agency_code", "foreign_key"),
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((1, 2, 2), [(3, "public_id", "duplicate_key")]),
        ((1, 3, 2), [(3, "public_id", "key_order")]),
        ((2, 1, 2), [(2, "public_id", "key_order")]),
    ],
)
@pytest.mark.parametrize("cut", [0, 1, 2])
def test_keys_are_refused_when_they_do_not_increase(order, expected, cut):
    rows = [debtor(number) for number in order]
    blocks = [csv_bytes(part) for part in (rows[:cut], rows[cut:]) if part]
    assert places(report_of(*blocks)) == expected


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (("2026-07", "TC", "accepted", 1, None), "duplicate_key"),
        (("2026-07", "TC", "abandoned", 1, None), "key_order"),
        (("2026-07", "C01", "completed", 1, None), "key_order"),
        (("2026-06", "TC", "completed", 1, None), "key_order"),
    ],
)
def test_composite_keys_are_refused_when_they_do_not_increase(second, code):
    rows = [("2026-07", "TC", "accepted", 1, None), second]
    report = report_of(csv_bytes(rows), resource=FIGURES)
    assert (2, "period", code) in places(report)


@pytest.mark.parametrize("block", [csv_bytes(ROWS["statistics"]["period_figures"])])
def test_composite_keys_pass_when_only_the_last_column_grows(block):
    assert report_of(block, resource=FIGURES)["valid"]


def test_own_references_are_refused_when_no_row_has_the_code():
    rows = [*AGENCIES[:5], ("TC", "Tổng cục", "national", None, None, None, None, "TC9")]
    report = report_of(csv_bytes(rows[:3]), csv_bytes(rows[3:]), resource=AGENCY_TABLE)
    assert places(report) == [(6, "successor_code", "foreign_key")]


@pytest.mark.parametrize(
    ("raw", "code", "row"),
    [
        (b"a,b\n", "cell_count", 2),
        (csv_bytes([debtor(3)]).rstrip(b"\n") + b",x\n", "cell_count", 2),
        (b"\n", "required", 2),
        (b'"', "cell_count", 2),
        (csv_bytes([debtor(3, address="X\xff")]).replace("ÿ".encode(), b"\xff"), "encoding", 2),
        (csv_bytes([debtor(3, address="X\xff")]).replace("ÿ".encode(), b"\xed\xa0\x80"), "encoding", 2),
        (csv_bytes([debtor(3, address="X\xff")]).replace("ÿ".encode(), b"\xc0\xaf"), "encoding", 2),
        (csv_bytes([debtor(3, address="X\xff")]).replace("ÿ".encode(), b'a"b'), "forbidden_character", 2),
        (csv_bytes([debtor(3)]).replace(b"\n", b"\r\n"), "forbidden_character", 2),
        (b"\xef\xbb\xbf" + csv_bytes([debtor(3)]), "forbidden_character", 2),
    ],
)
def test_row_is_refused_when_its_bytes_are_not_proper_csv(raw, code, row):
    report = report_of(csv_bytes([debtor(1)]) + raw)
    assert code in {problem["code"] for problem in report["problems"]}
    assert next(p["row"] for p in report["problems"] if p["code"] == code) == row


def test_row_numbers_stay_right_when_a_row_before_has_too_few_cells():
    block = csv_bytes([debtor(1)]) + b"x,y\n" + csv_bytes([debtor(3), debtor(4, reason_code="x")])
    assert places(report_of(block)) == [(2, "", "cell_count"), (4, "reason_code", "enum")]


def test_record_is_refused_when_it_was_taken_down():
    report = report_of(csv_bytes(debtors(3)), retracted={public_id(2)})
    assert places(report) == [(2, "public_id", "retracted")]


def test_report_shows_no_personal_value_when_personal_columns_are_wrong():
    rows = [
        debtor(1, full_name="Trần Bí Mật " * 20, address="Ngõ Riêng Tư " * 50),
        debtor(2, public_id="Trần Bí Mật", judgment_on="Bí Mật 1980"),
    ]
    report = report_of(csv_bytes(rows))
    text = json.dumps(report, ensure_ascii=False)
    assert report["problem_count"] >= 4
    assert not any(word in text for word in ("Trần", "Bí", "Mật", "Riêng", "1980"))
    assert report["problems"][-1]["value_shown"] or report["problems"][0]["value_shown"]


def test_report_names_the_record_by_its_opaque_id_when_one_cell_is_wrong():
    problem = report_of(csv_bytes([debtor(7, reason_code="no")]))["problems"][0]
    assert problem["key"] == public_id(7)
    assert problem["value_shown"] == "xx"
    assert problem["message_vi"]
    assert problem["message_en"]


def test_report_counts_every_problem_but_shows_a_hundred_when_there_are_many():
    rows = [debtor(number, reason_code="no") for number in range(1, 1001)]
    report = report_of(csv_bytes(rows[:300]), csv_bytes(rows[300:]))
    assert len(report["problems"]) == SHOWN_PROBLEMS
    assert report["problem_count"] == 1000
    assert report["counts"] == [
        {"resource": "debtor_records", "field": "reason_code", "code": "enum", "count": 1000}
    ]


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, ""),
        ("2020-2-3", "9999-9-9"),
        ("Đỗ Văn A", "xx xxx x"),
        ("a\u202e\x00", "x??"),
        ("b" * 30, "x" * 24 + "…"),
    ],
)
def test_masked_value_keeps_only_its_shape(value, shape):
    assert masked(value) == shape

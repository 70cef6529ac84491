"""Identity cards, personal IDs and tax codes: known numbers, normalising, warnings and refusals."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.workflow.identifiers import (
    PROVINCE_CODES,
    IdentifierKind,
    Sex,
    check_digit,
    read_identity_card,
    read_personal_id,
    read_tax_code,
)

SUCCESSION = Path(__file__).parents[2] / "backoffice" / "data" / "province-succession-2025.csv"


def codes(notices):
    return [notice.code for notice in notices]


@pytest.mark.parametrize(("raw", "value"), [("012345678", "012345678"), (" 012 345\u200b678 ", "012345678")])
def test_identity_card_is_read_when_it_has_nine_digits(raw, value):
    result = read_identity_card(raw)
    assert (result.is_valid, result.value, result.kind) == (True, value, IdentifierKind.IDENTITY_CARD)


@pytest.mark.parametrize("raw", ["", "12345678", "1234567890", "01234567a", "०१२३४५६७८", "012345678901"])
def test_identity_card_is_refused_when_it_has_not_nine_plain_digits(raw):
    result = read_identity_card(raw)
    assert codes(result.errors) == ["digit_count"]
    assert result.errors[0].line.text() == "The number must have exactly 9 digits."


def test_personal_id_shows_its_parts_when_read():
    result = read_personal_id("087 084 000 999", declared_sex=Sex.MALE, declared_birth_year=1984)
    assert result.is_valid
    assert result.warnings == ()
    assert (result.value, result.province_code, result.birth_year, result.sex) == (
        "087084000999",
        "087",
        1984,
        Sex.MALE,
    )


@pytest.mark.parametrize(
    ("digit", "sex", "year"),
    [
        ("0", Sex.MALE, 1905),
        ("1", Sex.FEMALE, 1905),
        ("2", Sex.MALE, 2005),
        ("3", Sex.FEMALE, 2005),
        ("4", Sex.MALE, 2105),
        ("5", Sex.FEMALE, 2105),
        ("6", Sex.MALE, 2205),
        ("7", Sex.FEMALE, 2205),
        ("8", Sex.MALE, 2305),
        ("9", Sex.FEMALE, 2305),
    ],
)
def test_personal_id_tells_sex_and_century_when_the_fourth_digit_varies(digit, sex, year):
    result = read_personal_id(f"001{digit}05000001")
    assert (result.sex, result.birth_year) == (sex, year)


@pytest.mark.parametrize(
    ("raw", "declared", "expected"),
    [
        ("003084000999", {}, ["unknown_province"]),
        ("000084000999", {}, ["unknown_province"]),
        ("097084000999", {}, ["unknown_province"]),
        ("236084000999", {}, []),
        ("087084000999", {"declared_sex": Sex.FEMALE}, ["sex_differs"]),
        ("087084000999", {"declared_birth_year": 1985}, ["birth_year_differs"]),
        (
            "003084000999",
            {"declared_sex": Sex.FEMALE, "declared_birth_year": 2084},
            ["unknown_province", "sex_differs", "birth_year_differs"],
        ),
    ],
)
def test_personal_id_warns_but_stays_valid_when_its_parts_look_odd(raw, declared, expected):
    result = read_personal_id(raw, **declared)
    assert result.is_valid
    assert codes(result.warnings) == expected


@pytest.mark.parametrize(
    "raw", ["", "08708400099", "0870840009999", "08708400099X", "０８７０８４０００９９９"]
)
def test_personal_id_is_refused_when_it_has_not_twelve_plain_digits(raw):
    result = read_personal_id(raw, declared_sex=Sex.MALE)
    assert not result.is_valid
    assert codes(result.errors) == ["digit_count"]
    assert (result.sex, result.birth_year, result.province_code) == (None, None, None)


def test_province_codes_are_those_of_the_63_provinces_before_the_merger():
    with SUCCESSION.open(encoding="utf-8", newline="") as file:
        old = {f"0{row['old_code']}" for row in csv.DictReader(file)}
    assert len(old) == 63
    assert old == PROVINCE_CODES


@pytest.mark.parametrize(
    ("raw", "value", "kind"),
    [
        ("0100047516", "0100047516", IdentifierKind.TAX_CODE),
        ("01.00047516", "0100047516", IdentifierKind.TAX_CODE),
        ("0100047516-001", "0100047516-001", IdentifierKind.TAX_CODE),
        ("0100047516999", "0100047516-999", IdentifierKind.TAX_CODE),
        ("087084000999", "087084000999", IdentifierKind.PERSONAL_ID),
    ],
)
def test_tax_code_is_normalised_when_it_is_valid(raw, value, kind):
    result = read_tax_code(raw)
    assert result.is_valid
    assert (result.value, result.kind) == (value, kind)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "tax_code_length"),
        ("010004751", "tax_code_length"),
        ("01000475160", "tax_code_length"),
        ("0100047516-01", "tax_code_length"),
        ("010004751X", "tax_code_length"),
        ("0100047517", "tax_code_check"),
        ("0000000000", "tax_code_check"),
        ("0100047516-000", "tax_code_branch"),
    ],
)
def test_tax_code_is_refused_when_length_check_digit_or_branch_is_wrong(raw, code):
    result = read_tax_code(raw)
    assert not result.is_valid
    assert codes(result.errors) == [code]


def test_no_check_digit_exists_when_the_remainder_is_zero():
    assert check_digit("000000000") is None
    assert check_digit("010004751") == "6"


@given(st.text(st.sampled_from("0123456789"), min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_check_digit_catches_every_single_wrong_digit(base, place, shift):
    last = check_digit(base)
    wrong = base[:place] + str((int(base[place]) + shift) % 10) + base[place + 1 :]
    if last is None:
        assert not read_tax_code(base + "0").is_valid
    else:
        assert read_tax_code(base + last).is_valid
        assert not read_tax_code(wrong + last).is_valid


@given(st.text(max_size=30))
def test_readers_never_fail_when_the_text_is_anything(text):
    for read in (read_identity_card, read_personal_id, read_tax_code):
        result = read(text)
        assert result.is_valid is (result.errors == ())

"""Invented names and places: frequencies, keys, marks. Not here: rows in a database."""

from __future__ import annotations

import csv
from collections import Counter
from random import Random
from types import SimpleNamespace

import pytest

from backoffice.models import DebtorRecord
from backoffice.sample import MARK
from backoffice.sample.make import SUCCESSION
from backoffice.sample.names import bank_name, organisation_name, person_name
from backoffice.sample.places import Place, places
from config import ROOT
from exports.text import clean_text

SEVEN = {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ"}


@pytest.fixture(scope="module")
def country() -> list[Place]:
    with (ROOT / "backoffice/data/agencies.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    agencies = [
        SimpleNamespace(**row, id=number, path=f"TC.{row['code']}.") for number, row in enumerate(rows)
    ]
    with SUCCESSION.open(encoding="utf-8") as stream:
        return places(agencies, list(csv.DictReader(stream)))  # type: ignore[arg-type]


def test_surnames_are_as_frequent_as_in_life_when_many_are_drawn() -> None:
    rng = Random(5)
    drawn = Counter(
        person_name(rng, rng.choice(("01", "79", "40")), female=rng.random() < 0.5, older=True).text.split()[
            0
        ]
        for _ in range(20_000)
    )
    assert 0.31 < drawn["Nguyễn"] / 20_000 < 0.39
    assert 0.76 < sum(drawn[name] for name in SEVEN) / 20_000 < 0.84


def test_southern_surnames_are_rare_when_the_province_is_in_the_north() -> None:
    rng = Random(5)
    north = Counter(person_name(rng, "01", female=False, older=False).text.split()[0] for _ in range(5_000))
    south = Counter(person_name(rng, "79", female=False, older=False).text.split()[0] for _ in range(5_000))
    assert north["Huỳnh"] * 5 < south["Huỳnh"]
    assert south["Vũ"] * 3 < north["Vũ"]


def test_search_keys_equal_those_of_the_models_when_names_are_invented() -> None:
    rng = Random(6)
    names = [person_name(rng, "12", female=True, older=False) for _ in range(500)]
    names += [organisation_name(rng) for _ in range(50)] + [bank_name(rng) for _ in range(10)]
    for name in names:
        record = DebtorRecord(full_name=name.text)
        assert (record.full_name, record.name_fold, record.name_sort) == name


def test_organisation_carries_the_mark_when_it_is_invented() -> None:
    rng = Random(7)
    assert all(" Mẫu" in organisation_name(rng).text for _ in range(200))
    assert all(bank_name(rng).text.endswith(" Mẫu") for _ in range(50))


def test_all_agencies_but_the_national_one_are_places(country: list[Place]) -> None:
    assert len(country) == 759
    assert all(place.weight > 0 and len(place.communes) >= 8 for place in country)


def test_large_cities_get_more_cases_than_small_provinces(country: list[Place]) -> None:
    weights: Counter[str] = Counter()
    for place in country:
        weights[place.province_code] += place.weight
    assert weights["79"] > weights["01"] > 8 * weights["06"]


def test_address_names_district_before_the_reform_and_none_after(country: list[Place]) -> None:
    badinh = next(place for place in country if place.code == "CC001")
    before = badinh.address(Random(1), after_reform=False)
    after = badinh.address(Random(1), after_reform=True)
    assert before.endswith(f", quận Ba Đình, thành phố Hà Nội {MARK}")
    assert after.endswith(f", thành phố Hà Nội {MARK}")
    assert "quận" not in after


def test_every_address_is_clean_marked_and_short_enough(country: list[Place]) -> None:
    rng = Random(2)
    for place in country:
        address = place.address(rng, after_reform=rng.random() < 0.5)
        assert address == clean_text(address)
        assert address.endswith(MARK)
        assert len(address) <= 500


def test_court_is_regional_only_after_the_reform(country: list[Place]) -> None:
    rng = Random(3)
    district = [place for place in country if not place.is_provincial]
    before = [place.court(rng, after_reform=False)[0] for place in district]
    after = [place.court(rng, after_reform=True) for place in district]
    assert not any("khu vực" in name for name in before)
    assert all("khu vực" in name for name, stage in after if stage == "ST")


def test_decision_suffix_changes_with_level_and_reform(country: list[Place]) -> None:
    by_code = {place.code: place for place in country}
    assert by_code["C01"].decision_suffix(after_reform=False) == "QĐ-CTHADS"
    assert by_code["CC001"].decision_suffix(after_reform=False) == "QĐ-CCTHADS"
    assert by_code["CC001"].decision_suffix(after_reform=True) == "QĐ-THADS"

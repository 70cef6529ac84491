"""What pages say: numbers, sentences, labels, tables, from catalogs small enough to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from exports.catalog import (
    Agency,
    Catalog,
    Figures,
    Indicator,
    Package,
    PackageMissingError,
    load_catalog,
    localized,
)
from exports.charts import FONTS, Series, bar_chart, line_chart
from exports.site_format import json_block, month_label, number, size, vi_date, vnd
from exports.site_pages import downloads, key_figures, national_charts, province_tables
from tests.site.sample import record, write_debtors, write_documents, write_statistics


def agency(code: str, level: str, parent: str = "", valid_to: str = "") -> Agency:
    province = code if level != "district" else parent
    return Agency(code, f"Cục Thi hành án dân sự tỉnh {code}", level, parent, province, "", valid_to, "")


def small_catalog(*agencies: Agency, figures: Figures | None = None) -> Catalog:
    package = Package(
        "debtors", Path("x"), {"resources": [{"name": "debtor_records", "rows": 7}]}, ({"id": "x"},)
    )
    codes = ("accepted", "completed", "open_at_end", "published", "withdrawn_publication", "non_enforceable")
    indicators = tuple(Indicator(code, {"vi": code, "en": code}, {"vi": "", "en": ""}) for code in codes)
    empty = Figures((), {}, {})
    return Catalog(package, package, package, {a.code: a for a in agencies}, indicators, figures or empty, {})


def two_months() -> Figures:
    latest = {
        ("TC", "open_at_end"): (90, None),
        ("TC", "completed"): (30, None),
        ("A", "completed"): (30, None),
    }
    earlier = {("2025-11", "TC", "open_at_end"): (1100, None), ("2025-11", "TC", "completed"): (4, None)}
    by_month = {("2025-12", *key): figure for key, figure in latest.items()} | earlier
    return Figures(("2025-11", "2025-12"), by_month, latest)


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (number(1234567), "1.234.567"),
        (number(None), ""),
        (vnd(1234567), "1.234.567 đ"),
        (vnd(None), ""),
        (number(1234567, "en"), "1,234,567"),
        (number(None, "en"), ""),
        (vnd(1234567, "en"), "1,234,567 đ"),
        (size(1_250_000, "en"), "1.2 MB"),
        (vi_date("2026-07-01"), "01/07/2026"),
        (vi_date("2026-07-01T08:00:00+07:00"), "01/07/2026"),
        (vi_date(""), ""),
        (month_label("2026-07"), "07/2026"),
        (size(999), "999 B"),
        (size(1_250_000), "1,2 MB"),
        (size(3_000_000_000_000), "3000,0 GB"),
    ],
)
def test_value_is_written_the_way_of_the_language_when_shown(made: str, written: str) -> None:
    assert made == written


def test_json_block_cannot_end_its_element_when_text_tries() -> None:
    assert "</script" not in json_block({"a": "</script><b>"})


def test_key_figures_add_up_the_year_when_months_are_few() -> None:
    catalog = small_catalog(agency("TC", "national"), agency("A", "provincial", "TC"), figures=two_months())
    expected = {"records": 7, "agencies": 2, "open": 90, "completed_year": 34}
    assert dict(key_figures(catalog)) == expected


@pytest.mark.parametrize(("language", "words"), [("vi", "giảm 1.010 việc"), ("en", "1,010 fewer than")])
def test_sentence_says_how_much_less_when_cases_fall(language: str, words: str) -> None:
    catalog = small_catalog(agency("TC", "national"), agency("A", "provincial", "TC"), figures=two_months())
    assert words in national_charts(catalog, language)[1].sentence


@pytest.mark.parametrize(
    ("count", "title"),
    [(63, "The 15 of 63 provinces with the most"), (15, "Cases completed in 12/2025, by province")],
)
def test_province_chart_says_how_many_it_leaves_out_when_there_are_more(count: int, title: str) -> None:
    provinces = [agency(f"C{number:02d}", "provincial", "TC") for number in range(count)]
    chart = national_charts(small_catalog(agency("TC", "national"), *provinces, figures=two_months()), "en")[
        3
    ]
    assert chart.title.startswith(title)
    assert chart.table.caption == "Cases completed in 12/2025, by province"
    assert len(chart.table.rows) == count


def test_no_chart_is_drawn_when_there_are_no_figures() -> None:
    assert national_charts(small_catalog(agency("TC", "national")), "vi") == []
    assert national_charts(small_catalog(agency("A", "provincial"), figures=two_months()), "vi") == []


def test_national_agency_is_the_living_one_when_it_has_a_successor() -> None:
    old, new = agency("TC", "national", valid_to="2025-02-28"), agency("X", "national")
    catalog = small_catalog(old, new)
    assert catalog.national == new


def test_province_page_leaves_others_out_when_listed() -> None:
    catalog = small_catalog(
        agency("TC", "national"),
        agency("A", "provincial", "TC"),
        agency("A1", "district", "A"),
        agency("B1", "district", "B"),
        figures=two_months(),
    )
    table = province_tables(catalog, "A", "vi")
    assert [found.code for found in table["agencies"]] == ["A", "A1"]
    assert [month for month, _ in table["months"]] == ["12/2025", "11/2025"]


def test_drawing_escapes_its_title_when_it_holds_markup() -> None:
    svg = bar_chart('A "<b>', "x & y", [("<i>tỉnh</i>", 3)])
    assert svg.startswith('<svg class="chart" role="img" aria-label="A &quot;&lt;b&gt;. x &amp; y"')
    assert "<i>" not in svg


def test_drawing_refuses_when_a_series_lacks_a_month() -> None:
    with pytest.raises(ValueError, match="shorter"):
        line_chart("t", "d", ["2025-01", "2025-02"], [Series("s", [1])])


def test_axis_names_no_number_twice_when_figures_are_small() -> None:
    drawing = line_chart("t", "d", ["2025-01", "2025-02"], [Series("s", [0, 3])])
    numbers = re.findall(r"<text[^>]*>(\d+)</text>", drawing)
    assert numbers == ["0", "1", "2", "3"]


def test_two_drawings_share_no_ids_when_titles_differ() -> None:
    first, second = (line_chart(title, "d", ["2025-01"], [Series("s", [1])]) for title in "ab")
    assert first != second
    assert "style=" not in first


def test_catalog_names_what_is_missing_when_packages_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackageMissingError, match=r"^debtors, statistics$"):
        load_catalog(tmp_path)
    write_debtors(tmp_path, [record(1)])
    with pytest.raises(PackageMissingError, match=r"^statistics$"):
        load_catalog(tmp_path)


def test_downloads_speak_the_language_asked_for_when_listed(tmp_path: Path) -> None:
    result = write_debtors(tmp_path, [record(1)])
    write_statistics(tmp_path, months=1)
    write_documents(tmp_path)
    catalog = load_catalog(tmp_path)
    vi, en = (downloads(catalog, language)[0] for language in ("vi", "en"))
    assert vi["title"] != en["title"]
    assert vi["version"] == result.version_id
    assert vi["published_at"].startswith("2026-11-20")
    assert [file["format"] for file in vi["resources"][0]["files"]] == ["CSV", "Parquet"]
    assert {field["title"] for field in vi["resources"][0]["fields"]}.isdisjoint({"", "Public identifier"})
    assert catalog.codes["en"]["obligation_code"]["fine"] == "Fine"
    assert catalog.is_sample


def test_vietnamese_is_used_when_a_translation_is_missing() -> None:
    assert localized({"title": "Tên"}, "title", "en") == "Tên"
    assert localized({}, "title", "en") == ""


def test_texts_of_a_chart_are_measured_in_our_typeface_when_no_machine_has_it() -> None:
    with TTFont(FONTS / "BeVietnamPro-Regular.ttf") as font:
        letters, advance = font.getBestCmap(), font["hmtx"]
        assert font["name"].getDebugName(1) == "Be Vietnam Pro"
        assert {ord(letter) for letter in "ẮẰẲẴẶắằẳẵặỐỒỔỖỘốồổỗộỨỪỬỮỰứừửữựỲỴỶỸỳỵỷỹĐđ₫–…"} <= set(letters)
        text = "Chưa xác định được địa chỉ"
        width = sum(advance[letters[ord(letter)]][0] for letter in text) * 12 / 1000
    bars = [bar_chart("t", "d", [(label, 3)]) for label in (text, text + text)]
    found = [re.search(r'viewBox="0 0 ([0-9.]+)', svg) for svg in bars]
    one, two = (float(part.group(1)) for part in found if part)
    assert abs(two - one - width) < 3

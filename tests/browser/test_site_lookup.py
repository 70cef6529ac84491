"""The look-up as people use it: typed in any way, ranked, filtered, by keyboard, leaving no name behind."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from exports.text import clean_text, fold_ascii, fold_exact, fold_tones
from tests.browser.conftest import Opener, Served
from tests.site.sample import named_records

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
ODD = (
    "ÐƉðɖ\u200b\u202e\ufeff\u00ad\t\n\x1c\x85\u00a0\u3000\u0323\u0302\u0309\u031bŁßİſΣ9٣-/.'(\ufe0f\u3164字😀"
)
FOLDS = {
    "cleanText": clean_text,
    "foldExact": fold_exact,
    "foldTones": fold_tones,
    "foldAscii": fold_ascii,
}


def strings_to_fold() -> list[str]:
    """Plain, odd and random texts, each also decomposed."""
    rng = random.Random(3)
    texts = [
        "",
        " ",
        "Nguyễn Thị Hòa",
        "hoà khoẻ thuỷ quý",
        "12/2024/DS-ST",
        "ĐẶNG  ĐÌNH\u00a0Đạt",
        "İstanbul",
    ]
    texts += [
        "".join(rng.choices(f"{LETTERS}{LETTERS.upper()} ", k=rng.randrange(1, 20))) for _ in range(200)
    ]
    texts += ["".join(rng.choices(LETTERS + ODD, k=rng.randrange(1, 16))) for _ in range(400)]
    return texts + [unicodedata.normalize("NFD", text) for text in texts]


def look_up(open_page: Opener, served: Served, query: str, **options: Any) -> Page:
    page = open_page(f"{served.url}/tra-cuu/", **options)
    search(page, query)
    return page


def search(page: Page, query: str) -> None:
    page.get_by_label("Họ và tên").fill(query)
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    expect(page.locator("#lookup-status")).to_have_text(re.compile("“|Mời|Không tải"))


def shown_names(page: Page) -> list[str]:
    return page.locator("#lookup-results .card h3").all_inner_texts()


@pytest.mark.parametrize("name", FOLDS)
def test_browser_folds_as_python_does_when_text_is_odd(
    open_page: Opener, served_site: Served, name: str
) -> None:
    texts = strings_to_fold()
    page = open_page(f"{served_site.url}/gioi-thieu/")
    script = "async ([name, texts]) => texts.map((await import('/assets/javascripts/fold.js'))[name])"
    found = page.evaluate(script, [name, texts])
    expected = [FOLDS[name](text) for text in texts]
    differing = [
        (text, mine, theirs)
        for text, mine, theirs in zip(texts, expected, found, strict=True)
        if mine != theirs
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nguyen van hoa", None),
        ("Nguyễn Văn Hoà", "Nguyễn Văn Hoà"),
        ("NGUYỄN VĂN HÒA", "Nguyễn Văn Hòa"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Hóa"), "Nguyễn Văn Hóa"),
        ("  nguyễn   văn hoa ", "Nguyễn Văn Hoa"),
    ],
)
def test_look_up_finds_same_people_best_first_when_typed_in_any_way(
    open_page: Opener, served_site: Served, typed: str, first: str | None
) -> None:
    page = look_up(open_page, served_site, typed)
    count = re.match(r"(\d+) thông tin", page.locator("#lookup-status").inner_text())
    assert count is not None
    assert int(count.group(1)) >= 4
    names = shown_names(page)
    assert {fold_ascii(name) for name in names} == {"nguyen van hoa"}
    assert first is None or names[0] == first


def test_look_up_ranks_same_letters_before_others_when_tone_differs(
    open_page: Opener, served_site: Served
) -> None:
    page = look_up(open_page, served_site, "Đặng Quỷ Đạt")
    assert shown_names(page)[0] == "Đặng Quý Đạt"


def test_card_shows_public_fields_with_labels_when_found(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, "phung thi doc nhat")
    text = page.locator(".card").inner_text()
    for part in (
        "05/2023/HNGĐ-ST ngày 15/03/2024, Tòa án nhân dân quận Ba Đình",
        "7777/QĐ-CCTHADS ngày 03/06/2024",
        "1.234.567 đ",
        "Chi cục Thi hành án dân sự quận Ba Đình",
        "10/02/2025 (Cập nhật 01/03/2025)",
        named_records()[7]["public_id"],
    ):
        assert part in text
    assert "2015_a" not in text
    assert "loan_repayment" not in text
    page.get_by_role("link", name="Thông tin sai hoặc cần đính chính?").click()
    expect(page.locator("#dinh-chinh")).to_be_in_viewport()


@pytest.mark.parametrize(
    "typed",
    [
        "5/2023/HNGĐ-ST",
        "05/2023",
        "7777",
        "số 7777/QĐ",
        "7777/qd-cctHADS",
        "05/2023/HNGĐ-ST ngày 15/03/2024",
        "Bản án số 05/2023/HNGĐ-ST ngày 15 tháng 3 năm 2024 của Tòa án nhân dân quận Ba Đình",
        "Quyết định thi hành án số: 7777 / QĐ-CCTHADS",
        "QĐ-CCTHADS 7777",
    ],
)
def test_look_up_finds_record_when_number_is_typed(
    open_page: Opener, served_site: Served, typed: str
) -> None:
    page = look_up(open_page, served_site, typed)
    assert "Phùng Thị Độc Nhất" in shown_names(page)


@pytest.mark.parametrize(
    "typed", ["7777/QĐ-KHAC", "987654321", "zzz khong co ai", "<img src=x onerror=alert(1)>"]
)
def test_look_up_says_nothing_found_when_nothing_matches(
    open_page: Opener, served_site: Served, typed: str
) -> None:
    page = look_up(open_page, served_site, typed)
    expect(page.locator("#lookup-status")).to_contain_text("Không tìm thấy")
    expect(page.locator("#lookup-results")).to_contain_text("không có nghĩa là người đó không có nghĩa vụ")
    assert shown_names(page) == []


@pytest.mark.parametrize(
    ("typed", "told"), [("987654321", True), ("số 8123456", True), ("7777/QĐ-KHAC", False), ("zzz", False)]
)
def test_look_up_asks_for_the_whole_number_when_a_part_is_typed(
    open_page: Opener, served_site: Served, typed: str, told: bool
) -> None:
    page = look_up(open_page, served_site, typed)
    expect(page.locator("#lookup-status")).to_contain_text("Không tìm thấy")
    assert ("hãy gõ cả số" in page.locator("#lookup-results").inner_text()) == told


def test_look_up_never_says_nothing_found_when_the_list_is_cut(
    open_page: Opener, served_site: Served
) -> None:
    page = open_page(f"{served_site.url}/tra-cuu/")

    def cut(route: Route) -> None:
        places = {"more": 250, "more_by_province": [["C01", 3]]}
        route.fulfill(json={"hoa": {"records": 9, "names": [["Vũ Hòa", [["C02", 1]]]], **places}})

    page.route("**/lookup/t/**", cut)
    search(page, "hoa")
    expect(page.locator("#lookup-status")).to_contain_text("có hơn 1 tên chứa")
    page.get_by_label("Địa bàn").select_option("C01")
    expect(page.locator("#lookup-status")).to_contain_text("danh sách bị cắt bớt")
    expect(page.locator("#lookup-results")).to_contain_text("hãy gõ thêm họ")
    page.get_by_label("Địa bàn").select_option("C02")
    expect(page.locator("#lookup-status")).to_contain_text("có 1 tên chứa")


def test_look_up_asks_for_words_when_nothing_is_typed(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, " \u200b ")
    expect(page.locator("#lookup-status")).to_contain_text("nhập ít nhất một chữ")
    assert page.locator("#lookup-query").evaluate("element => element === document.activeElement")


def test_name_from_data_stays_text_when_it_looks_like_markup(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, "tran b thi b anh")
    assert shown_names(page) == ["Trần <b>Thị</b> & Ánh"]
    assert page.locator(".card b").count() == 0


def test_look_up_pages_when_a_name_has_many_bearers(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, "lê thị lan")
    ids: set[str] = set()
    for number in range(1, 31):
        expect(page.locator(".pager span")).to_have_text(f"Trang {number} trong 30")
        ids |= set(page.locator(".card").evaluate_all("cards => cards.map(card => card.dataset.id)"))
        if number < 30:
            page.get_by_role("link", name="Trang sau").click()
    assert len(ids) == 300
    assert page.get_by_role("link", name="Trang sau").count() == 0
    page.go_back()
    expect(page.locator(".pager span")).to_have_text("Trang 29 trong 30")


def test_province_narrows_results_when_chosen(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, "lê thị lan")
    expect(page.locator("#lookup-status")).to_contain_text("300 thông tin")
    page.get_by_label("Địa bàn").select_option("C02")
    expect(page.locator("#lookup-status")).to_contain_text("Không tìm thấy")
    page.get_by_label("Địa bàn").select_option("C01")
    expect(page.locator("#lookup-status")).to_contain_text("300 thông tin")
    assert "tinh=C01" in page.url


def test_other_names_are_offered_and_open_when_words_are_part(open_page: Opener, served_site: Served) -> None:
    page = look_up(open_page, served_site, "sao khue")
    expect(page.locator("#lookup-status")).to_contain_text("Không có ai mang đúng tên")
    page.get_by_role("link", name="Công ty TNHH Thương mại Sao Khuê").click()
    expect(page.locator(".card h3")).to_have_text("Công ty TNHH Thương mại Sao Khuê")
    assert page.evaluate("document.activeElement.textContent") == "Kết quả tra cứu"


def test_look_up_works_when_only_the_keyboard_is_used(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Chuyển đến nội dung chính"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("phung thi doc nhat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tra-cuu/#q=phung+thi+doc+nhat")
    expect(page.locator(".card h3")).to_have_text("Phùng Thị Độc Nhất")
    expect(page.locator("#lookup-status")).to_have_attribute("aria-live", "polite")


def test_server_learns_no_name_when_someone_is_looked_up(open_page: Opener, served_site: Served) -> None:
    served_site.asked.clear()
    page = look_up(open_page, served_site, "Phùng Thị Độc Nhất")
    assert shown_names(page) == ["Phùng Thị Độc Nhất"]
    lookups = [path for path in served_site.asked if path.startswith("/lookup/")]
    assert len(lookups) <= 8
    assert [path for path in served_site.asked if re.search("phung|ph%C3|doc|nhat|\\?", path, re.I)] == []


def test_look_up_says_so_when_data_cannot_be_fetched(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/tra-cuu/")
    page.evaluate("console.error = () => {}")

    def refuse(route: Route) -> None:
        route.fulfill(status=200, body="not the data")

    page.route("**/lookup/n/**", refuse)
    search(page, "nguyen van hoa")
    expect(page.locator("#lookup-status")).to_contain_text("Không tải được")
    page.unroute("**/lookup/n/**")
    search(page, "nguyen van hoa")
    expect(page.locator("#lookup-status")).to_contain_text("thông tin khớp")


def test_page_points_elsewhere_when_there_is_no_javascript(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/tra-cuu/", java_script_enabled=False)
    expect(page.locator("#lookup-form")).to_be_hidden()
    page.get_by_role("link", name="Tải dữ liệu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dữ liệu mở")


def test_english_page_speaks_english_when_found(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/en/tra-cuu/#q=phung+thi+doc+nhat")
    expect(page.locator("#lookup-status")).to_have_text("Records that match “phung thi doc nhat”: 1.")
    expect(page.locator(".card")).to_contain_text("Repayment of a loan: 1,234,567 đ")

"""Every kind of page of the public site: accessible in both themes and sizes, on our host only, usable."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, Served, axe_violations

KINDS = {
    "home": "/",
    "look-up": "/tra-cuu/",
    "results": "/tra-cuu/#q=nguyen+van+hoa",
    "names": "/tra-cuu/#q=hoa",
    "nothing": "/tra-cuu/#q=zzz",
    "figures": "/thong-ke/",
    "agencies": "/co-quan/",
    "province": "/co-quan/c01/",
    "downloads": "/du-lieu/",
    "procedures": "/thu-tuc/",
    "procedure": "/thu-tuc/yeu-cau-thi-hanh-an/",
    "leaflet": "/thu-tuc/nop-truc-tuyen/",
    "guidance": "/huong-dan/",
    "deadlines": "/huong-dan/thoi-han/",
    "questions": "/hoi-dap/",
    "privacy": "/quyen-rieng-tu/",
    "search": "/tim-kiem/#q=thoi+han",
    "not found": "/404.html",
    "English home": "/en/",
    "English figures": "/en/thong-ke/",
}
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_when_page_is_open(
    open_page: Opener, served_site: Served, kind: str, scheme: str
) -> None:
    page = open_page(served_site.url + KINDS[kind], color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    for width, height in ((1280, 900), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        page.locator("details").evaluate_all("all => all.slice(0, 3).forEach(one => { one.open = true })")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("kind", ["home", "results", "figures", "downloads", "search"])
def test_no_request_leaves_the_host_when_page_is_used(
    open_page: Opener, served_site: Served, kind: str
) -> None:
    page = open_page(f"{served_site.url}/gioi-thieu/")
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
    page.goto(served_site.url + KINDS[kind], wait_until="networkidle")
    assert hosts == {urlparse(served_site.url).netloc}
    assert page.context.cookies() == []


def test_vietnamese_text_uses_our_font_when_drawn(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/")
    faces = (
        "document.fonts.load('16px \"Be Vietnam Pro\"', 'Ệ ữ ọ đ ₫ ă').then(all => all.map(f => f.status))"
    )
    assert set(page.evaluate(faces)) == {"loaded"}
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Be Vietnam Pro"')
    assert any("vietnamese-400-normal.woff2" in path for path in served_site.asked)


def test_chosen_theme_stays_when_page_changes(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Chuyển sang nền tối").click()
    dark = page.evaluate(ground)
    page.goto(f"{served_site.url}/hoi-dap/")
    assert page.evaluate(ground) == dark != light
    page.get_by_role("button", name="Chuyển sang nền sáng").click()
    assert page.evaluate(ground) == light


def test_dark_theme_follows_the_system_when_nothing_is_chosen(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/", color_scheme="dark", java_script_enabled=False)
    red = page.evaluate("getComputedStyle(document.body).backgroundColor").split("(")[1].split(",")[0]
    assert int(red) < 60


def test_menu_opens_and_closes_by_keyboard_when_screen_is_small(
    open_page: Opener, served_site: Served
) -> None:
    page = open_page(f"{served_site.url}/", **PHONE)
    menu = page.get_by_role("navigation", name="Điều hướng chính")
    expect(menu).to_be_hidden()
    button = page.get_by_role("button", name="Danh mục")
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_chart_says_that_it_scrolls_only_when_it_is_cut(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/thong-ke/", **PHONE)
    hints = page.get_by_text("Vuốt ngang trên biểu đồ")
    figures = page.locator(".chart-figure")
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    assert figures.evaluate_all(cut) == figures.count()
    expect(hints.first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert figures.evaluate_all(cut) == 0
    expect(hints.first).to_be_hidden()


def test_words_of_a_row_head_stay_whole_when_screen_is_small(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/co-quan/c01/", **PHONE)
    heads = page.locator(".table-box tbody th")
    assert heads.evaluate_all("all => Math.min(...all.map(one => one.clientWidth))") >= 144
    assert heads.first.evaluate("one => getComputedStyle(one).overflowWrap") == "normal"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_menu_is_open_when_there_is_no_javascript(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/", java_script_enabled=False, **PHONE)
    expect(page.get_by_role("navigation", name="Điều hướng chính")).to_be_visible()
    expect(page.get_by_role("button", name="Danh mục")).to_be_hidden()


@pytest.mark.parametrize("path", ["/", "/huong-dan/thoi-han/", "/co-quan/c01/", "/tra-cuu/"])
def test_language_link_leads_to_the_same_page_and_back_when_followed(
    open_page: Opener, served_site: Served, path: str
) -> None:
    page = open_page(served_site.url + path)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{served_site.url}/en{path}")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page).to_have_url(served_site.url + path)
    assert page.locator("html").get_attribute("lang") == "vi"


def test_agencies_are_filtered_when_words_are_typed_without_marks(
    open_page: Opener, served_site: Served
) -> None:
    page = open_page(f"{served_site.url}/co-quan/")
    page.get_by_label("Lọc theo tên hoặc mã cơ quan").fill("ba dinh")
    expect(page.locator("#agency-list > details:visible")).to_have_count(1)
    expect(page.get_by_text("Chi cục Thi hành án dân sự quận Ba Đình")).to_be_visible()
    page.get_by_label("Lọc theo tên hoặc mã cơ quan").fill("khong co noi nay")
    expect(page.locator("#agency-list > details:visible")).to_have_count(0)
    expect(page.locator("#agency-count")).to_have_text("0 tỉnh, thành phố có cơ quan phù hợp.")


@pytest.mark.parametrize(
    ("language", "typed", "title"),
    [("", "thoi hieu", "Yêu cầu thi hành án"), ("en/", "limitation", "Request enforcement")],
)
def test_guidance_search_finds_own_language_when_typed(
    open_page: Opener, served_site: Served, language: str, typed: str, title: str
) -> None:
    page = open_page(f"{served_site.url}/{language}tim-kiem/")
    page.locator("#guide-query").fill(typed)
    page.keyboard.press("Enter")
    expect(page.locator("#guide-results li").first).to_be_visible()
    links = page.locator("#guide-results a").evaluate_all("all => all.map(one => new URL(one.href).pathname)")
    assert all(link.startswith("/en/") == bool(language) for link in links)
    assert f"/{language}huong-dan/yeu-cau-thi-hanh-an/" in links


def test_guidance_search_finds_no_people_when_a_name_is_typed(open_page: Opener, served_site: Served) -> None:
    page = open_page(f"{served_site.url}/tim-kiem/#q=phung+thi+doc+nhat")
    expect(page.locator("#guide-status")).to_have_text("Không có bài nào chứa đủ các chữ này.")
    assert page.locator("#guide-results li").count() == 0

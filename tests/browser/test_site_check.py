"""The check of a document as people use it: from the QR code, typed, with a file, whatever stands in the address."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from exports.check_code import ALPHABET, check_key, read_check_code, written
from tests.browser.conftest import Opener, Served, axe_violations
from tests.site.sample import (
    REPLACED,
    UNNUMBERED,
    VALID,
    WITHDRAWN,
    code_of,
    file_of,
)

ODD = "OoIiLlUuĐđ -–.\u00a0\u200b\u202e7K3MQ9tx%#<>'\"\n０"
HOSTILE = (
    "%E0%A4%A",
    "<img src=x onerror=alert(1)>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "javascript:alert(1)",
    "__proto__",
    "constructor",
    "../../du-lieu/",
    "A" * 50_000,
    "%00%0a%0d",
    "\u202e\u2066abc",
)


def open_check(open_page: Opener, served: Served, rest: str = "", **options: Any) -> Page:
    return open_page(f"{served.url}/kiem-tra/{rest}", **options)


def expect_state(page: Page, state: str, words: str) -> None:
    expect(page.locator(".check-card")).to_have_attribute("data-state", state)
    expect(page.locator(".check-card h2")).to_contain_text(words)


def choose(page: Page, content: bytes, name: str = "van-ban.pdf") -> None:
    file: Any = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.locator("#check-file").set_input_files(file)


def drop(page: Page, content: bytes, count: int = 1) -> None:
    """Drop files on the box as a browser tells it."""
    script = """([zone, bytes, count]) => {
        const data = new DataTransfer();
        for (let n = 0; n < count; n += 1) data.items.add(new File([new Uint8Array(bytes)], `van-ban-${n}.pdf`));
        document.querySelector(zone).dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(script, ["#check-zone", list(content), count])


def asked_by(page: Page) -> list[Request]:
    """The requests that the page makes from now on, but for its own fonts."""
    asked: list[Request] = []
    page.on("request", lambda request: None if "/assets/" in request.url else asked.append(request))
    return asked


@pytest.fixture(scope="module")
def plain_site(chromium: Browser, served_site: Served) -> Iterator[tuple[Browser, str]]:
    """A browser that sees the site under a name without https, where it offers no functions of its own."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    port = served_site.url.rsplit(":", 1)[1]
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP plain.test 127.0.0.1"]
    browser = chromium.browser_type.launch(executable_path=program, args=arguments)
    yield browser, f"http://plain.test:{port}/kiem-tra/"
    browser.close()


@pytest.mark.parametrize(
    ("number", "state", "words"),
    [
        (VALID, "valid", "Còn hiệu lực"),
        (REPLACED, "replaced", "Đã được thay thế"),
        (WITHDRAWN, "withdrawn", "Đã thu hồi"),
        (4444, "unknown", "Không tìm thấy"),
    ],
)
def test_state_stands_in_large_words_when_the_qr_code_is_scanned(
    open_page: Opener, served_site: Served, number: int, state: str, words: str
) -> None:
    page = open_check(open_page, served_site, f"#{written(code_of(number))}")
    expect_state(page, state, words)
    assert page.evaluate("document.activeElement.closest('.check-card') !== null")
    assert page.locator("#check-code").input_value() == written(code_of(number))


def test_card_shows_what_to_compare_when_found(open_page: Opener, served_site: Served) -> None:
    page = open_check(open_page, served_site, f"#{code_of(VALID)}")
    card = page.locator(".check-card")
    for part in (
        "Quyết định thi hành án",
        "07/QĐ-<b>CCTHADS</b>",
        "15/09/2026",
        "Chi cục Thi hành án dân sự quận Ba Đình",
        hashlib.sha256(file_of(VALID)).hexdigest(),
    ):
        expect(card).to_contain_text(part)
    assert card.locator("b").count() == 0


@pytest.mark.parametrize("address", ["#{}", "?ma={}"])
def test_code_is_read_from_the_address_when_written_in_small_letters(
    open_page: Opener, served_site: Served, address: str
) -> None:
    page = open_check(open_page, served_site, address.format(written(code_of(REPLACED)).lower()))
    expect_state(page, "replaced", "Đã được thay thế")
    expect(page.locator(".check-card")).to_contain_text("số 09/QĐ-CCTHADS, ngày 01/10/2026")


def test_document_is_found_when_its_code_is_typed_by_keyboard(open_page: Opener, served_site: Served) -> None:
    page = open_check(open_page, served_site)
    page.locator("#check-code").focus()
    page.keyboard.type(" ".join(code_of(UNNUMBERED)).lower().replace("0", "o"))
    page.keyboard.press("Enter")
    expect_state(page, "valid", "Còn hiệu lực")
    expect(page.locator(".check-card")).to_contain_text("không đánh số")
    assert page.url.endswith(f"#{written(code_of(UNNUMBERED))}")
    page.go_back()
    page.go_forward()
    expect_state(page, "valid", "Còn hiệu lực")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "nhập mã kiểm tra"),
        ("ABCD", "đúng 16 chữ và số"),
        (code_of(VALID) + "0", "đúng 16 chữ và số"),
        ("đ" + code_of(VALID)[1:], "chữ cái không dấu"),
        (code_of(VALID)[1] + code_of(VALID)[0] + code_of(VALID)[2:], "gõ nhầm"),
        (code_of(VALID)[:-1] + ALPHABET[(ALPHABET.index(code_of(VALID)[-1]) + 1) % 32], "gõ nhầm"),
    ],
)
def test_mistake_is_told_and_nothing_fetched_when_the_code_cannot_be_one(
    open_page: Opener, served_site: Served, typed: str, told: str
) -> None:
    page = open_check(open_page, served_site)
    asked = asked_by(page)
    page.get_by_label("Mã kiểm tra").fill(typed)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.locator("#check-problem")).to_contain_text(told)
    expect(page.locator("#check-code")).to_be_focused()
    assert page.locator(".check-card").count() == 0
    assert asked == []


@pytest.mark.parametrize("fragment", HOSTILE)
def test_address_stays_text_when_it_is_hostile(open_page: Opener, served_site: Served, fragment: str) -> None:
    page = open_page(f"{served_site.url}/kiem-tra/")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.evaluate("fragment => { location.hash = fragment; }", fragment)
    expect(page.locator("#check-problem")).not_to_be_empty()
    assert page.locator("#check-result > *").count() == 0
    assert len(page.locator("#check-code").input_value()) <= 40


def test_link_inside_the_page_is_no_code_when_followed(open_page: Opener, served_site: Served) -> None:
    page = open_check(open_page, served_site, "#noi-dung")
    expect(page.locator("#check-form")).to_be_visible()
    expect(page.locator("#check-problem")).to_be_empty()


@pytest.mark.parametrize("way", ["choose", "drop"])
def test_file_is_judged_without_any_request_when_the_document_is_shown(
    open_page: Opener, served_site: Served, way: str
) -> None:
    page = open_check(open_page, served_site, f"#{code_of(VALID)}")
    expect_state(page, "valid", "Còn hiệu lực")
    asked = asked_by(page)
    give = {"choose": choose, "drop": drop}[way]
    give(page, file_of(VALID))
    expect(page.locator(".check-verdict")).to_contain_text("đúng là tệp đã ban hành")
    changed = file_of(VALID)[:-1] + bytes([file_of(VALID)[-1] ^ 1])
    give(page, changed)
    expect(page.locator(".check-verdict")).to_contain_text("KHÔNG phải tệp đã ban hành")
    assert page.locator(".check-verdict").count() == 1
    assert asked == []


def test_document_is_found_by_its_file_and_nothing_is_sent(open_page: Opener, served_site: Served) -> None:
    page = open_check(open_page, served_site)
    asked = asked_by(page)
    drop(page, file_of(WITHDRAWN))
    expect_state(page, "withdrawn", "Đã thu hồi")
    expect(page.locator(".check-verdict")).to_contain_text("đúng là tệp đã ban hành")
    assert [(request.method, request.post_data) for request in asked] == [("GET", None)] * 2
    choose(page, file_of(WITHDRAWN) + b"x", "sửa <b>.pdf")
    expect_state(page, "unknown", "Không tìm thấy")
    expect(page.locator(".check-card")).to_contain_text("sửa <b>.pdf")
    assert {request.method for request in asked} == {"GET"}


@pytest.mark.parametrize(("content", "count", "told"), [(b"", 1, "trống"), (b"x", 2, "một tệp mỗi lần")])
def test_file_is_refused_with_a_sentence_when_it_cannot_be_judged(
    open_page: Opener, served_site: Served, content: bytes, count: int, told: str
) -> None:
    page = open_check(open_page, served_site)
    drop(page, content, count)
    expect(page.locator("#check-status")).to_contain_text(told)
    assert page.locator(".check-card").count() == 0


def test_server_learns_no_code_and_no_sum_when_a_document_is_checked(
    open_page: Opener, served_site: Served
) -> None:
    served_site.asked.clear()
    page = open_check(open_page, served_site, f"#{code_of(VALID)}")
    expect_state(page, "valid", "Còn hiệu lực")
    asked = [path for path in served_site.asked if path.startswith("/check/")]
    assert sorted(asked) == ["/check/c/0000.json.gz", "/check/manifest.json"]
    secret = (code_of(VALID), written(code_of(VALID)), check_key(code_of(VALID))[:6])
    assert [path for path in served_site.asked for word in secret if word.lower() in path.lower()] == []


def test_browser_reads_codes_and_makes_keys_as_python_does(open_page: Opener, served_site: Served) -> None:
    rng = random.Random(5)
    texts = [*ODD, code_of(3), written(code_of(3)).lower(), "０" + code_of(3)[1:], ""]
    texts += ["".join(rng.choices(ODD + ALPHABET, k=rng.randrange(30))) for _ in range(300)]
    texts += [code_of(n)[:9] + rng.choice(ALPHABET) + code_of(n)[10:] for n in range(100)]
    page = open_check(open_page, served_site)
    script = """async (texts) => {
        const { readCode } = await import('/assets/javascripts/check-code.js');
        return texts.map((text) => readCode(text).code ?? null);
    }"""
    assert page.evaluate(script, texts) == [read_check_code(text) for text in texts]
    script = "async (code) => (await import('/assets/javascripts/check-code.js')).checkKey(code)"
    assert page.evaluate(script, code_of(3)) == check_key(code_of(3))


def test_code_and_file_are_judged_when_the_connection_is_plain(plain_site: tuple[Browser, str]) -> None:
    browser, address = plain_site
    page = browser.new_page()
    page.goto(f"{address}#{code_of(VALID)}")
    assert page.evaluate("isSecureContext") is False
    expect_state(page, "valid", "Còn hiệu lực")
    expect(page.locator("#check-plain")).to_contain_text("không mã hóa")
    choose(page, file_of(VALID))
    expect(page.locator(".check-verdict")).to_contain_text("đúng là tệp đã ban hành")
    choose(page, file_of(VALID)[1:])
    expect(page.locator(".check-verdict")).to_contain_text("KHÔNG phải tệp")
    sizes = [0, 1, 55, 56, 63, 64, 65, 119, 120, 5000]
    script = """async (sizes) => {
        const { sumOf } = await import('/assets/javascripts/digest.js');
        return Promise.all(sizes.map((size) => sumOf(new Blob([new Uint8Array(size).fill(size % 251)]))));
    }"""
    expected = [hashlib.sha256(bytes([size % 251]) * size).hexdigest() for size in sizes]
    assert page.evaluate(script, sizes) == expected


def test_nothing_is_concluded_when_the_register_cannot_be_fetched(
    open_page: Opener, served_site: Served
) -> None:
    page = open_check(open_page, served_site)
    page.evaluate("console.error = () => {}")

    def other_build(route: Route) -> None:
        route.fulfill(json={"bits": 5, "agencies": [], "documents": []})

    page.route("**/check/c/**", other_build)
    page.evaluate("code => { location.hash = code; }", code_of(VALID))
    expect(page.locator("#check-status")).to_contain_text("Chưa thể kết luận")
    assert page.locator(".check-card").count() == 0
    page.unroute("**/check/c/**")
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect_state(page, "valid", "Còn hiệu lực")


def test_page_says_how_to_ask_the_agency_when_there_is_no_javascript(
    open_page: Opener, served_site: Served
) -> None:
    page = open_check(open_page, served_site, f"#{code_of(VALID)}", java_script_enabled=False)
    expect(page.locator("#check-form")).to_be_hidden()
    expect(page.locator("#check-zone")).to_be_hidden()
    expect(page.locator("noscript .notice")).to_contain_text("hỏi cơ quan đã ban hành")


def test_other_language_shows_the_same_document_when_chosen(open_page: Opener, served_site: Served) -> None:
    page = open_check(open_page, served_site, f"#{code_of(REPLACED)}")
    expect_state(page, "replaced", "Đã được thay thế")
    page.get_by_role("link", name="English").click()
    expect_state(page, "replaced", "Replaced")
    expect(page.locator(".check-card")).to_contain_text("Enforcement decision, number 09/QĐ-CCTHADS")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", [VALID, REPLACED, WITHDRAWN, 4444])
def test_result_is_accessible_and_fits_when_shown_on_a_phone(
    open_page: Opener, served_site: Served, number: int, scheme: str
) -> None:
    options: Any = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    page = open_check(open_page, served_site, f"#{code_of(number)}", **options)
    expect(page.locator(".check-card")).to_be_visible()
    if number == VALID:
        choose(page, b"changed")
        expect(page.locator(".check-verdict")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_violations(page) == []

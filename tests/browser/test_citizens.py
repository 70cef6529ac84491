"""The citizen's way in a real browser: on a phone and on a desktop, with scripts and without, axe on every page.

Not here: what each answer leads to (`tests/citizens`), staff screens.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff
from tests.citizens.browser import ANSWERS, DEBTOR, PDF

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Controls that stand alone are large enough for a thumb; links in sentences may be as high as their line.
SMALL = """() => [...document.querySelectorAll('button, .button, select, summary, input:not([type=hidden])')]
  .filter((node) => node.checkVisibility())
  .map((node) => [node, (node.closest('.choice') ?? node).getBoundingClientRect()])
  .filter(([, box]) => box.height < 40)
  .map(([node]) => node.outerHTML.slice(0, 100))"""
KINDS = {
    "phone": {"viewport": {"width": 360, "height": 740}},
    "dark desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone without scripts": {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
}
TYPED = {**ANSWERS, **DEBTOR, "more": "no"}
ON = "#page-form button[value=on]"


def base(staff: Staff) -> str:
    """Where the citizens' pages are."""
    return staff.url.replace("/backoffice", "/dich-vu")


def is_fine(page: Page, *, scripts: bool) -> None:
    """Nothing reaches over the edge, nothing is too small for a thumb, and axe knows no fault."""
    page.wait_for_load_state()
    assert page.title().endswith("Dịch vụ trực tuyến thi hành án dân sự")
    assert page.evaluate(WIDER) <= 0, page.url
    assert page.evaluate(SMALL) == [], page.url
    if scripts:
        assert axe_violations(page) == [], page.url


def fill_in(page: Page) -> None:
    """Answer what the page asks."""
    for node in page.locator("#page-form :is(input, textarea, select)").all():
        kind, value = node.get_attribute("type"), TYPED.get(str(node.get_attribute("name")), "")
        if kind == "radio" and node.get_attribute("value") == value:
            node.check()
        elif value and (kind is None or (kind in {"text", "tel", "email"} and not node.input_value())):
            node.fill(value)


def way_to_papers(page: Page) -> Iterator[Page]:
    """Every page of the form, filled in and sent after it was looked at."""
    for _step in range(30):
        yield page
        if page.url.endswith("/giay-to/"):
            return
        fill_in(page)
        page.click(ON)
    raise AssertionError(page.url)


@pytest.mark.parametrize("kind", KINDS)
def test_request_is_filed_and_found_again_when_a_citizen_goes_the_whole_way(
    staff: Staff, open_page: Opener, kind: str
) -> None:
    scripts = KINDS[kind].get("java_script_enabled", True) is True
    page = open_page(f"{base(staff)}/", refusal="400 (BAD REQUEST)", **KINDS[kind])
    is_fine(page, scripts=scripts)
    page.get_by_role("link", name="Nộp hồ sơ").click()
    is_fine(page, scripts=scripts)
    page.get_by_label("Yêu cầu thi hành án", exact=True).check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.click(ON)
    expect(page.locator("#faults")).to_contain_text("Chọn tỉnh, thành phố hoặc ghi địa chỉ.")
    page.get_by_label("Chọn tỉnh, thành phố").select_option("C01")
    is_fine(page, scripts=scripts)
    page.click(ON)
    page.locator("#agency-CC001").check()
    is_fine(page, scripts=scripts)
    page.click(ON)
    for step in way_to_papers(page):
        is_fine(step, scripts=scripts)
    page.locator("#files").set_input_files({"name": "x.exe", "mimeType": "application/pdf", "buffer": b"MZ"})
    page.get_by_role("button", name="Đính kèm", exact=True).click()
    expect(page.locator("#faults")).to_contain_text("x.exe")
    expect(page).to_have_title("Lỗi: Đính kèm giấy tờ – Dịch vụ trực tuyến thi hành án dân sự")
    page.locator("#files").set_input_files(
        {"name": "ban-an.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Đính kèm", exact=True).click()
    expect(page.locator("#da-dinh-kem")).to_be_visible()
    is_fine(page, scripts=scripts)
    page.click(ON)
    is_fine(page, scripts=scripts)
    expect(page.get_by_role("main")).to_contain_text(ANSWERS["applicant_name"])
    page.locator("#declared").check()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    code = page.locator("#code").inner_text()
    is_fine(page, scripts=scripts)
    page.get_by_role("link", name="Tra cứu hồ sơ này").click()
    is_fine(page, scripts=scripts)
    page.get_by_label("Mã số hồ sơ").fill(code.lower())
    page.get_by_label("Số định danh cá nhân hoặc mã số thuế").fill("087184000999")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".state")).to_have_text("Đã gửi, chờ tiếp nhận")
    is_fine(page, scripts=scripts)


def test_faults_are_announced_and_lead_to_their_fields_when_a_page_is_refused(
    staff: Staff, open_page: Opener
) -> None:
    page = open_page(f"{base(staff)}/nop-ho-so/", refusal="400 (BAD REQUEST)", **KINDS["phone"])
    page.get_by_role("button", name="Tiếp tục").click()
    summary = page.locator("#faults")
    expect(summary).to_be_focused()
    expect(summary).to_have_role("alert")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#procedure-enforcement_request")).to_be_focused()
    is_fine(page, scripts=True)
    assert page.title().startswith("Lỗi: ")


def test_request_is_begun_and_answered_when_there_is_only_a_keyboard(staff: Staff, open_page: Opener) -> None:
    page = open_page(f"{base(staff)}/nop-ho-so/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gửi đến cơ quan nào?")
    page.locator("#address").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Tab")
    # Enter in a field takes the first button, which goes on and not back.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chọn cơ quan")


@pytest.mark.parametrize("path", ["/luu/", "/bo/", "/kiem-tra/"])
def test_side_pages_are_fine_when_they_are_opened_in_the_middle(
    staff: Staff, open_page: Opener, path: str
) -> None:
    page = open_page(f"{base(staff)}/nop-ho-so/", **KINDS["phone"])
    page.locator("#procedure-feedback").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.goto(page.url.replace("/co-quan/", path))
    is_fine(page, scripts=True)
    page.goto(f"{base(staff)}/tiep-tuc/")
    is_fine(page, scripts=True)

"""Opening a case in a real browser by the keyboard alone, on a desktop and on a phone: rows, mistakes, the twin."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff, known_browser
from tests.browser.test_journeys import OFFICER, press, reach, sideways
from tests.browser.test_staff_screens import PHONE

FORM = "/cases/add"
OPEN = "Thụ lý"
CASE = {
    "accepted_on": "05/10/2026",
    "judgment_on": "10/08/2026",
    "court_name": "Tòa án nhân dân khu vực 1",
    "party-0-full_name": "Nông Văn Dền",
    "party-0-address": "Số 1, phường Ba Đình",
    "party-1-full_name": "Lò Thị Mẩy",
    "party-1-address": "Số 2, phường Ba Đình",
}


def type_all(page: Page, values: dict[str, str]) -> None:
    """Type into the fields in their order, from where the focus is."""
    for name, text in values.items():
        reach(page, page.locator(f"#{name}"))
        page.keyboard.press("Control+a")
        page.keyboard.type(text)


def fill_obligation(page: Page) -> None:
    """Choose the first kind of obligation that the list offers, and type the amount."""
    reach(page, page.locator("#obligation-0-obligation_code"))
    page.keyboard.press("ArrowDown")
    type_all(page, {"obligation-0-amount_vnd": "12500000"})


def is_fine(page: Page) -> None:
    """The page has no fault that axe knows, and nothing reaches over its edge."""
    assert axe_violations(page) == []
    assert sideways(page) <= 0


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_case_is_opened_when_there_is_only_a_keyboard(staff: Staff, open_page: Opener, width: str) -> None:
    options = {"viewport": PHONE} if width == "phone" else {}
    numbers = {"case_number": f"1/TL-{width}", "judgment_number": f"15/2026/DS-ST-{width}"}
    page = open_page(staff.address("/cases/list/"), **options, **known_browser(staff, OFFICER))
    press(page, page.locator(f"main a[href$='{FORM}']"))
    expect(page.locator("#case_number")).to_be_visible()
    is_fine(page)
    type_all(page, numbers | CASE)
    press(page, page.get_by_role("button", name="Thêm đương sự"))
    # The focus is where one goes on typing, and what was typed stands where it stood.
    expect(page.locator("#party-2-role")).to_be_focused()
    expect(page.locator("#party-0-full_name")).to_have_value(CASE["party-0-full_name"])
    is_fine(page)
    fill_obligation(page)
    press(page, page.get_by_role("button", name=OPEN))
    expect(page.locator("h1")).to_contain_text(numbers["case_number"])
    expect(page.get_by_role("status").first).to_contain_text("Đã thụ lý")
    is_fine(page)


def test_mistake_is_led_to_when_there_is_only_a_keyboard(staff: Staff, open_page: Opener) -> None:
    options = known_browser(staff, OFFICER)
    page = open_page(staff.address(FORM), viewport=PHONE, refusal="400 (BAD REQUEST)", **options)
    type_all(page, {"accepted_on": "31/02/2026"})
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    is_fine(page)
    press(page, page.locator("#problems a[href='#accepted_on']"))
    expect(page.locator("#accepted_on")).to_be_focused()
    expect(page.locator("#accepted_on")).to_have_value("31/02/2026")


def test_case_on_the_same_judgment_is_asked_about_when_there_is_only_a_keyboard(
    staff: Staff, open_page: Opener
) -> None:
    page = open_page(staff.address(FORM), **known_browser(staff, OFFICER))
    for number in ("3/TL", "4/TL"):
        page.goto(staff.address(FORM))
        type_all(page, {"case_number": number, "judgment_number": "99/2026/DS-ST"} | CASE)
        fill_obligation(page)
        press(page, page.get_by_role("button", name=OPEN))
        expect(page.locator("#problems" if number == "4/TL" else "h1")).to_contain_text("3/TL")
    expect(page.locator("#problems")).to_be_focused()
    is_fine(page)
    press(page, page.locator("#is_another"), "Space")
    press(page, page.get_by_role("button", name=OPEN))
    expect(page.locator("h1")).to_contain_text("4/TL")

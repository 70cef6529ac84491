"""The one-stop desk in a real browser, by the keyboard alone: a dossier in few strokes, its slip, the next one.

The strokes are counted: at a clerk's 200 signs a minute they must fit into two minutes (R40).
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from backoffice.access.roles import Role
from backoffice.extensions import db
from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff, known_browser
from tests.browser.test_journeys import sideways
from tests.browser.test_staff_screens import PHONE
from tests.services.papers import add_templates
from tests.views.world import username

OFFICER = username("CC001", Role.SUPPORT_OFFICER)
STROKES_IN_TWO_MINUTES = 400
# One of a list, chosen by the arrow key.
DOWN = "↓"
# What is typed from the applicant's name on, field by field in the order of Tab; nothing where the usual value stays.
FEEDBACK = (
    "Lý Thị Mơ",
    "001184000123",
    "02091984",
    "Số 3, phường Ba Đình, Hà Nội",
    *("",) * 4,
    DOWN,
    "",
    "",
    "Giờ tiếp công dân",
    "Bộ phận một cửa đóng cửa sớm",
)


@pytest.fixture(scope="module")
def desk(staff: Staff) -> Staff:
    """The running screens with the editions of both slips."""
    with staff.world.app.app_context():
        add_templates("receipt_slip.2015", "guidance_slip.2015")
        db.session.remove()
    return staff


def type_through(page: Page, texts: Sequence[str]) -> int:
    """Type the texts into the fields from where the focus is, Tab after each; returns the strokes."""
    strokes = 0
    for text in texts:
        if text == DOWN:
            page.keyboard.press("ArrowDown")
        else:
            page.keyboard.type(text)
        page.keyboard.press("Tab")
        strokes += len(text) + 1
    return strokes


def choose(page: Page, downwards: int) -> None:
    """Choose a procedure by the arrow key, and wait until its fields stand there."""
    expect(page.locator("#procedure")).to_be_focused()
    for _stroke in range(downwards):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#desk-fields")).not_to_have_attribute("aria-busy", "true")


def test_dossier_and_slip_take_few_strokes_when_there_is_only_a_keyboard(
    desk: Staff, open_page: Opener
) -> None:
    page = open_page(desk.address("/desk/"), **known_browser(desk, OFFICER))
    choose(page, 2)
    expect(page.locator("#subject_line")).to_be_visible()
    for name in ("channel", "received_on", "applicant_kind", "applicant_name"):
        page.keyboard.press("Tab")
        expect(page.locator(f"#{name}")).to_be_focused()
    strokes = 2 + 4 + type_through(page, FEEDBACK)
    assert axe_violations(page) == []
    page.keyboard.press("Control+s")
    expect(page.locator(".desk-code")).to_be_visible()
    assert axe_violations(page) == []
    code = page.locator(".desk-code").inner_text()
    with page.expect_popup() as slip:
        page.keyboard.press("h")
    expect(slip.value.locator(".paper-sheet")).to_contain_text(code)
    assert axe_violations(slip.value) == []
    slip.value.close()
    page.keyboard.press("n")
    expect(page.locator("#applicant_name")).to_be_focused()
    expect(page.locator("#procedure")).to_have_value("feedback")
    assert strokes + 3 <= STROKES_IN_TWO_MINUTES, strokes


def test_what_was_typed_stays_when_the_procedure_changes(desk: Staff, open_page: Opener) -> None:
    page = open_page(desk.address("/desk/"), **known_browser(desk, OFFICER))
    page.locator("#procedure").select_option("enforcement_request")
    page.locator("#debtor_name").fill("Nông Văn Dền")
    page.locator("#applicant_name").fill("Lò Thị Mẩy")
    page.locator("#files_other").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    page.locator("#procedure").select_option("denunciation")
    expect(page.locator("#concerned_person")).to_be_visible()
    expect(page.locator("#applicant_name")).to_have_value("Lò Thị Mẩy")
    assert page.locator("#files_other").evaluate("field => field.files.length") == 1
    page.locator("#procedure").select_option("enforcement_request")
    expect(page.locator("#debtor_name")).to_have_value("Nông Văn Dền")


def test_mistakes_are_led_to_when_nothing_was_typed_on_a_phone_without_scripts(
    desk: Staff, open_page: Opener
) -> None:
    options = {**known_browser(desk, OFFICER), "java_script_enabled": False}
    page = open_page(desk.address("/desk/"), viewport=PHONE, refusal="400 (BAD REQUEST)", **options)
    page.locator("#procedure").select_option("complaint")
    page.get_by_role("button", name="Hiện các ô của thủ tục").click()
    expect(page.locator("#concerned")).to_be_visible()
    page.locator("#address").fill("Số 5")
    page.get_by_role("button", name="Lưu hồ sơ").last.click()
    expect(page.locator("#problems a[href='#applicant_name']")).to_be_visible()
    expect(page.locator("#address")).to_have_value("Số 5")


def test_page_fits_and_leads_to_the_mistake_when_it_is_sent_empty_on_a_phone(
    desk: Staff, open_page: Opener
) -> None:
    options = known_browser(desk, OFFICER)
    page = open_page(desk.address("/desk/"), viewport=PHONE, refusal="400 (BAD REQUEST)", **options)
    page.locator("#procedure").focus()
    page.keyboard.press("Control+s")
    expect(page.locator("#problems")).to_be_focused()
    assert sideways(page) <= 0
    assert axe_violations(page) == []

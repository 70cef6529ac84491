"""Editing in a real browser: two people at once, a session that ends while somebody types, the keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import select

from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import StaffMember
from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff, sign_in
from tests.browser.test_staff_screens import HEAD, PHONE
from tests.views.test_editing import OFFICER
from tests.views.world import PASSWORD

FORM = "/parties/form/{PartyView}/correct"


def type_into(page: Page, staff: Staff, name: str, reason: str) -> None:
    """Open the form of the party and type."""
    page.goto(staff.address(FORM))
    page.locator("#full_name").fill(name)
    page.locator("#reason").fill(reason)


def test_both_sides_stand_beside_each_other_when_two_people_save(staff: Staff, open_page: Opener) -> None:
    mine, theirs = sign_in(open_page, staff, OFFICER), sign_in(open_page, staff, HEAD, viewport=PHONE)
    type_into(mine, staff, "Tên của tôi", "Lý do của tôi")
    type_into(theirs, staff, "Tên của họ", "Họ đã sửa")
    theirs.get_by_role("button", name="Lưu", exact=True).click()
    expect(theirs.locator("h1")).to_contain_text("Tên của họ")
    mine.keyboard.press("Control+s")
    expect(mine.locator("#problems")).to_be_focused()
    expect(mine.locator("#problems")).to_contain_text("Họ đã sửa")
    expect(mine.locator("#full_name")).to_have_value("Tên của tôi")
    assert axe_violations(mine) == []
    mine.get_by_label("Nội dung đang lưu").check()
    mine.get_by_role("button", name="Lưu", exact=True).click()
    expect(mine.locator("h1")).to_contain_text("Tên của họ")


def test_typing_comes_back_when_the_session_ended(staff: Staff, open_page: Opener) -> None:
    page = sign_in(open_page, staff, OFFICER, viewport=PHONE)
    type_into(page, staff, "Tên đang gõ", "Lý do đang gõ")
    with staff.world.app.app_context(), system_scope("set_up"):
        member = db.session.scalars(select(StaffMember).where(StaffMember.username == OFFICER)).one()
        member.session_epoch += 1
        db.session.commit()
        db.session.remove()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#password")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("Tên đăng nhập").fill(OFFICER)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("#full_name")).to_have_value("Tên đang gõ")
    expect(page.locator("#reason")).to_have_value("Lý do đang gõ")
    assert axe_violations(page) == []

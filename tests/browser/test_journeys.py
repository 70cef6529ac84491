"""A day's work of five roles through the whole running product, with real clicks: from signing in to the receipt.

Not here: single screens (`test_staff_screens`), conflicts of the enforcement forms (`test_staff_editing`).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from tests import factories
from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff, sign_in
from tests.browser.test_staff_screens import HEAD, PHONE
from tests.documents import zoo
from tests.views.tasks import add_records, states, steps_logged
from tests.views.world import PASSWORD, username

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
INSPECTOR = username("C01", Role.INSPECTOR)
ADMINISTRATOR = username("TC", Role.NATIONAL_ADMINISTRATOR)
AGENCY_ADMINISTRATOR = username("CC001", Role.AGENCY_ADMINISTRATOR)
SECOND = "tc.second"
CASE = "777/TL-THA"


@pytest.fixture(scope="module")
def busy(staff: Staff) -> Staff:
    """The running screens with a case for the officer and a second administrator."""
    with staff.world.app.app_context():
        with system_scope("set_up"):
            agencies = {row.code: row for row in db.session.query(EnforcementAgency)}
            officer = staff.world.people[OFFICER]
        file = factories.make_file(agencies["CC001"], state="assigned", case_number=CASE, officer_id=officer)
        with system_scope("set_up"):
            file.debtor.full_name, file.debtor.address = "Đỗ Thị Hường", "5 phố Hàng Bè"
            # A new case has no decision in force yet, so that the officer may draft one.
            file.decision.state = "withdrawn"
            db.session.commit()
        second = factories.make_staff(agencies["TC"], Role.NATIONAL_ADMINISTRATOR, username=SECOND)
        with system_scope("set_up"):
            second.password = db.session.get_one(type(second), officer).password
            db.session.commit()
        db.session.remove()
    return staff


def search_everything(page: Page, text: str) -> None:
    """Type into the box of the bar at the top."""
    page.get_by_label("Số, tên hoặc mã").fill(text)
    page.keyboard.press("Enter")


def save(page: Page) -> None:
    """Press the button of a form and see that it was taken."""
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu.")


def reach(page: Page, target: Locator) -> None:
    """Go to something by the Tab key alone."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Use something by the keyboard alone."""
    reach(page, target)
    page.keyboard.press(key)


def sideways(page: Page) -> int:
    """By how much the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_officer_works_on_a_new_case_when_the_phone_is_all_there_is(
    busy: Staff, open_page: Opener, tmp_path: Path
) -> None:
    page = sign_in(open_page, busy, OFFICER, viewport=PHONE)
    page.get_by_role("link", name="Việc mới được giao cho tôi").click()
    page.get_by_role("link", name=CASE).click()
    expect(page.locator("h1")).to_contain_text(CASE)
    search_everything(page, "do thi huong")
    page.get_by_role("link", name="Đỗ Thị Hường").first.click()
    page.get_by_role("link", name="Đính chính đương sự").click()
    page.get_by_label("Địa chỉ").fill("7 phố Hàng Bè")
    page.get_by_label("Lý do đính chính").fill("Ghi nhầm số nhà")
    save(page)
    expect(page.get_by_text("7 phố Hàng Bè").first).to_be_visible()
    page.locator("main dl").get_by_role("link", name=CASE).click()
    page.get_by_role("link", name="Dự thảo quyết định thi hành án").click()
    page.get_by_label("Số quyết định").fill("778/QĐ-CCTHADS")
    save(page)
    expect(page.locator(".badge").first).to_have_text("Dự thảo")
    page.locator("main dl").get_by_role("link", name=CASE).click()
    content = zoo.pdf()
    (tmp_path / "bien-ban.pdf").write_bytes(content)
    page.locator(".tab", has_text="Tài liệu").click()
    page.get_by_role("link", name="Đính kèm tài liệu").click()
    page.locator("#files").set_input_files(tmp_path / "bien-ban.pdf")
    page.locator("#title").fill("Biên bản xác minh")
    page.get_by_role("button", name="Đính kèm tài liệu").click()
    page.locator(".tab", has_text="Tài liệu").click()
    page.get_by_role("link", name="Biên bản xác minh").click()
    assert sideways(page) <= 0
    with page.expect_download() as saved:
        page.get_by_role("link", name="Mở tệp").click()
    assert Path(saved.value.path()).read_bytes() == content


def test_head_approves_in_bulk_undoes_and_signs_when_there_is_only_a_keyboard(
    busy: Staff, open_page: Opener
) -> None:
    keys = add_records(busy.world, 2, "draft", publish_due_on=clock.today())
    page = open_page(f"{busy.url}/login/")
    reach(page, page.get_by_label("Tên đăng nhập"))
    page.keyboard.type(HEAD)
    reach(page, page.get_by_label("Mật khẩu"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Bản ghi chờ phê duyệt"))
    for key in keys:
        press(page, page.locator(f"input[name=row][value='{key}']"), "Space")
    reach(page, page.get_by_label("Bước xử lý"))
    page.keyboard.type("Phê duyệt")
    press(page, page.get_by_role("button", name="Xem trước"))
    expect(page.get_by_text("Chưa có gì thay đổi")).to_be_visible()
    press(page, page.get_by_role("button", name="Thực hiện đối với 2 dòng"))
    expect(page.locator("#receipt")).to_be_visible()
    assert [state for state, _version in states(busy.world, keys)] == ["approved", "approved"]
    press(page, page.get_by_role("button", name="Hoàn tác"))
    expect(page.locator("#receipt")).to_be_visible()
    assert [state for state, _version in states(busy.world, keys)] == ["draft", "draft"]
    assert steps_logged(busy.world, keys[0]) == ["approve", "return_to_draft"]
    page.keyboard.press("g")
    page.keyboard.press("h")
    press(page, page.get_by_role("link", name="Quyết định thi hành án chờ ký"))
    row = page.get_by_role("row").filter(has_text="4/QĐ").get_by_role("link").first
    press(page, row)
    press(page, page.get_by_role("button", name="Ký", exact=True))
    expect(page.locator(".badge").first).to_have_text("Đã ký")
    expect(page.get_by_role("button", name="Ký", exact=True)).to_have_count(0)


def test_inspector_opens_every_screen_and_finds_no_button_that_changes(
    busy: Staff, open_page: Opener
) -> None:
    page = sign_in(open_page, busy, INSPECTOR)
    menu = page.get_by_role("navigation", name="Danh mục chính").get_by_role("link")
    screens = menu.evaluate_all("links => links.map(link => link.href)")
    assert len(screens) >= 12
    for screen in [page.url, *screens]:
        page.goto(screen)
        expect(page.locator("h1")).to_be_visible()
        assert _changing(page) == []
        first = page.locator("main .row-link")
        if first.count():
            first.first.click()
            page.wait_for_load_state()
            assert _changing(page) == []


def test_inspector_sees_differences_and_who_made_them_when_a_party_was_corrected(
    busy: Staff, open_page: Opener
) -> None:
    corrector = sign_in(open_page, busy, HEAD)
    corrector.goto(busy.address("/parties/show/{PartyView}"))
    corrector.get_by_role("link", name="Đính chính đương sự").click()
    corrector.locator("#full_name").fill("Nguyễn Văn Hoà Bình")
    corrector.get_by_label("Lý do đính chính").fill("Theo căn cước công dân")
    save(corrector)
    page = sign_in(open_page, busy, INSPECTOR)
    page.goto(busy.address("/parties/show/{PartyView}"))
    page.locator(".head").get_by_role("link", name="Lịch sử xử lý").click()
    expect(page.locator(".differences ins").first).to_contain_text("Nguyễn Văn Hoà Bình")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Nhật ký hoạt động").first.click()
    page.locator("#f-person").fill(HEAD)
    page.keyboard.press("Enter")
    entry = page.get_by_role("row").filter(has_text="Theo căn cước công dân")
    entry.get_by_role("link").first.click()
    expect(page.locator("ins").first).to_contain_text("Nguyễn Văn Hoà Bình")
    assert axe_violations(page) == []


# What every person may send: the own language, signing out, a search, a file of a list or of figures, an own filter.
_OWN = re.compile(
    r"/(language|logout|search|tasks/export/\w+|saved-filters/\w+.*|request-statistics/file)/?$"
)


def _changing(page: Page) -> list[str]:
    """Where the forms of a page lead that change something of others."""
    actions = page.locator("form[method=post]").evaluate_all("forms => forms.map(form => form.action)")
    return [action for action in actions if not _OWN.search(action.split("?")[0])]


def test_two_administrators_correct_one_rule_and_nothing_typed_is_lost(
    busy: Staff, open_page: Opener
) -> None:
    page, other = sign_in(open_page, busy, ADMINISTRATOR), sign_in(open_page, busy, SECOND)
    for window, article, reason in (
        (page, "Điều 99 khoản 1", "Sai điều khoản"),
        (other, "Điều 98", "Đã tra cứu"),
    ):
        window.get_by_role("link", name="Quy định pháp luật").first.click()
        window.locator(".row-link").first.click()
        window.get_by_role("link", name="Sửa", exact=True).click()
        window.get_by_label("Điều khoản").fill(article)
        window.get_by_label("Lý do đính chính").fill(reason)
    save(other)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#problems")).to_contain_text("Đã tra cứu")
    expect(page.locator("#reason")).to_have_value("Sai điều khoản")
    expect(page.locator("#article")).to_have_value("Điều 99 khoản 1")
    assert axe_violations(page) == []
    page.get_by_label("Nội dung đang lưu").check()
    save(page)
    expect(page.locator("main dl").get_by_text("Điều 98", exact=True)).to_be_visible()
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Tối").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("main dt").first).to_have_text("Title in Vietnamese")
    assert axe_violations(page) == []


def test_new_person_signs_in_with_the_password_given_once_and_must_choose_another(
    busy: Staff, open_page: Opener
) -> None:
    page = sign_in(open_page, busy, AGENCY_ADMINISTRATOR)
    page.get_by_role("link", name="Công chức", exact=True).first.click()
    page.get_by_role("link", name="Tài khoản mới").click()
    page.locator("#username").fill("ba.dinh.moi")
    page.locator("#family_name").fill("Vũ Thị")
    page.locator("#given_name").fill("Mới")
    page.locator("#email").fill("moi@thads.example.vn")
    page.locator("#agency_code").fill("CC001")
    page.get_by_label("Chấp hành viên").check()
    expect(page.get_by_label("Quản trị viên Cục")).to_have_count(0)
    page.locator("#opinion").fill("Ý kiến Chi cục trưởng số 12")
    page.get_by_role("button", name="Lưu", exact=True).click()
    password = page.locator(".one-time").inner_text()
    assert axe_violations(page) == []
    new = open_page(f"{busy.url}/login/")
    new.get_by_label("Tên đăng nhập").fill("ba.dinh.moi")
    new.get_by_label("Mật khẩu").fill(password)
    new.get_by_role("button", name="Đăng nhập").click()
    expect(new.locator("#old")).to_be_visible()
    new.goto(f"{busy.url}/cases/list/")
    expect(new.locator("#old")).to_be_visible()
    new.locator("#old").fill(password)
    for field in ("#password", "#again"):
        new.locator(field).fill("Ngõ-nhỏ 2026 Phố-nhỏ")
    new.locator("main form button[type=submit]").first.click()
    expect(new.locator("h1")).to_have_text("Việc hôm nay")
    new.goto(f"{busy.url}/cases/list/")
    expect(new.locator("h1")).to_have_text("Việc thi hành án")
    expect(new.locator("#menu").get_by_role("link", name="Công chức", exact=True)).to_have_count(0)

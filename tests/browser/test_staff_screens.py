"""The staff screens in a real browser: signing in, lists, steps, languages, phone width, both themes, axe."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from backoffice import create_app
from backoffice.access.roles import Role
from backoffice.access.scope import leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import ExportRun
from backoffice.web import create_web
from scripts.compile_translations import compile_all
from tests.browser.conftest import Opener, axe_violations
from tests.conftest import make_settings
from tests.views.world import PASSWORD, World, build_world, username

HEAD = username("CC001", Role.HEAD)
ADMINISTRATOR = username("TC", Role.NATIONAL_ADMINISTRATOR)
OPERATOR = username("TC", Role.EXPORT_OPERATOR)
PHONE = {"width": 360, "height": 740}
HEAD_PAGES = (
    "/",
    "/cases/list/",
    "/cases/show/{CaseView}",
    "/parties/show/{PartyView}",
    "/debtor-records/list/?q=nguyen",
    "/debtor-records/list/?q=khong-co-ai",
    "/debtor-records/show/{waiting}",
    "/non-enforceable-decisions/show/{NonEnforceableDecisionView}",
    "/enforcement-decisions/list/",
    "/legal-rules/list/?rule_set=2026",
    "/calendar/list/",
    "/agencies/show/{AgencyView}",
)
ADMINISTRATOR_PAGES = (
    "/export-runs/list/",
    "/export-runs/show/1",
    "/schedules/edit/1",
    "/legal-rules/edit/1",
    "/calendar/add",
    "/calendar/show/32",
    "/staff/list/",
)


@dataclass
class Staff:
    """The running screens and the rows behind them."""

    url: str
    world: World

    def address(self, path: str) -> str:
        """A page with the ids of CC001's rows filled in."""
        ids = {screen: key for (code, screen), key in self.world.rows.items() if code == "CC001"}
        return self.url + path.format(**ids)


@pytest.fixture(scope="module")
def staff(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """The whole web address on a free port, with a world of rows."""
    compile_all()
    folder = tmp_path_factory.mktemp("staff")
    shutil.copy(sqlite_template, folder / "staff.sqlite")
    settings = make_settings(f"sqlite:///{folder / 'staff.sqlite'}", folder)
    app = create_app("all", settings)
    world = build_world(app)
    server = make_server("127.0.0.1", 0, create_web(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Staff(f"http://127.0.0.1:{server.port}/backoffice", world)
    server.shutdown()
    thread.join()
    server.server_close()
    leave_scope()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def sign_in(open_page: Opener, staff: Staff, name: str, **options: object) -> Page:
    """A browser in which this person has signed in through the form."""
    page = open_page(f"{staff.url}/login/", **options)
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc hôm nay")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light")])
def test_axe_finds_nothing_when_a_staff_page_is_open(
    open_page: Opener, staff: Staff, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    anonymous = open_page(f"{staff.url}/login/", **options)
    assert axe_violations(anonymous) == []
    for name, paths in ((HEAD, HEAD_PAGES), (ADMINISTRATOR, ADMINISTRATOR_PAGES)):
        page = sign_in(open_page, staff, name, **options)
        for path in paths:
            page.goto(staff.address(path))
            assert axe_violations(page) == [], path
            scrolls = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert scrolls <= 0, path


def test_every_request_stays_with_us_when_pages_are_opened(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    for path in HEAD_PAGES[:4]:
        page.goto(staff.address(path))
    assert hosts == {staff.url.split("/")[2]}
    assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ế')")


def test_head_signs_a_decision_with_the_keyboard_alone(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    page.goto(staff.address("/enforcement-decisions/show/{EnforcementDecisionView}"))
    button = page.get_by_role("button", name="Ký", exact=True)
    for _press in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Đã thực hiện.")
    expect(page.locator(".badge").first).to_have_text("Đã ký")


def test_skip_link_leads_to_the_content_when_it_is_the_first_stop(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    page.goto(staff.address("/cases/list/"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_person_is_found_when_the_name_is_typed_without_marks(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    page.get_by_role("link", name="Người phải thi hành án chưa có điều kiện").first.click()
    page.get_by_label("Họ tên (có dấu hoặc không dấu)").fill("nguyen van hoa")
    page.keyboard.press("Enter")
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("Nguyễn Văn Hòa")
    page.get_by_label("Họ tên (có dấu hoặc không dấu)").fill("nguyen van tuan")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Không có dữ liệu phù hợp")).to_be_visible()
    expect(rows).to_have_count(0)


def test_language_changes_and_stays_when_it_is_chosen(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    page.goto(staff.address("/cases/list/"))
    page.locator(".who > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(staff.address("/legal-rules/list/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Legal rules")


def test_menu_opens_and_closes_by_keyboard_when_the_screen_is_narrow(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD, viewport=PHONE)
    menu, button = (
        page.get_by_role("navigation", name="Danh mục chính"),
        page.get_by_role("button", name="Danh mục"),
    )
    expect(menu).to_be_hidden()
    button.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert button.evaluate("node => node === document.activeElement")


def test_menu_is_there_when_there_is_no_script(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD, viewport=PHONE, java_script_enabled=False)
    expect(page.get_by_role("navigation", name="Danh mục chính")).to_be_visible()


def test_progress_follows_the_run_without_a_reload_by_hand(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, OPERATOR)
    run = staff.world.shared["moving"]
    page.goto(staff.address(f"/export-runs/show/{run}"))
    expect(page.locator("progress")).to_have_attribute("value", "500")
    _update_run(staff, run, progress_done=900)
    expect(page.locator("progress")).to_have_attribute("value", "900", timeout=15_000)
    _update_run(staff, run, state="published", progress_done=1234)
    expect(page.get_by_role("button", name="Chạy lại")).to_be_visible(timeout=15_000)
    expect(page.locator("progress")).to_have_count(0)


def _update_run(staff: Staff, run_id: int, **values: object) -> None:
    with staff.world.app.app_context(), system_scope("set_up"):
        run = db.session.get(ExportRun, run_id)
        assert run is not None
        for name, value in values.items():
            setattr(run, name, value)
        db.session.commit()

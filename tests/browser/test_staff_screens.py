"""The staff screens in a real browser: signing in, lists, steps, languages, phone width, both themes, axe."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import ExportRun
from tests.browser.conftest import Opener
from tests.browser.staff import Staff, known_browser, sign_in, tab_to
from tests.views.world import username

HEAD = username("CC001", Role.HEAD)
OPERATOR = username("TC", Role.EXPORT_OPERATOR)
GROUND = "getComputedStyle(document.body).backgroundColor"
# The focused element, unless it is to be seen: its middle must not lie under the top bar or outside the window.
HIDDEN = """() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const box = node.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 12));
  return top && (node.contains(top) || top.contains(node)) ? null : node.outerHTML.slice(0, 120);
}"""
# Puts a script into the page as a forgotten escape would, and says which rule of the browser stopped it.
PLANT = """source => new Promise(done => {
  const stopped = [];
  document.addEventListener("securitypolicyviolation", found => stopped.push(found.effectiveDirective));
  const script = document.createElement("script");
  script.src = source;
  script.onload = () => done(["it ran"]);
  script.onerror = () => setTimeout(() => done(stopped));
  document.head.append(script);
})"""
PHONE = {"width": 360, "height": 740}
HEAD_PAGES = ("/", "/cases/list/", "/cases/show/{CaseView}", "/parties/show/{PartyView}")


def test_every_request_stays_with_us_when_pages_are_opened(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    for path in HEAD_PAGES:
        page.goto(staff.address(path))
    assert hosts == {staff.url.split("/")[2]}
    assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ế')")


def test_script_without_the_word_of_the_answer_does_not_run_when_it_is_of_our_own_address(
    chromium: Browser, staff: Staff
) -> None:
    context = chromium.new_context(**known_browser(staff, HEAD))
    page = context.new_page()
    page.goto(staff.address("/cases/list/"))
    assert page.evaluate("document.documentElement.classList.contains('js')")
    assert page.evaluate(PLANT, f"{staff.url}/static/theme.js?planted") == ["script-src-elem"]
    assert page.evaluate(PLANT, "data:text/javascript,window.ran = 1") == ["script-src-elem"]
    assert page.evaluate("window.ran") is None
    context.close()


def test_head_signs_a_decision_and_publishes_a_record_by_keyboard_alone(
    open_page: Opener, staff: Staff
) -> None:
    page = sign_in(open_page, staff, HEAD)
    for path, step, state in (
        ("/enforcement-decisions/show/{EnforcementDecisionView}", "Ký", "Đã ký"),
        ("/debtor-records/show/{waiting}", "Công khai", "Đã công khai"),
    ):
        page.goto(staff.address(path))
        tab_to(page, page.locator(".steps").get_by_role("button", name=step, exact=True))
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_have_text("Đã thực hiện.")
        expect(page.locator(".badge").first).to_have_text(state)


def test_focus_is_never_hidden_when_tab_walks_through_a_list(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD, viewport={"width": 1280, "height": 480})
    page.goto(staff.address("/agencies/list/"))
    for key in ["Tab"] * 70 + ["Shift+Tab"] * 60:
        page.keyboard.press(key)
        hidden = page.evaluate(HIDDEN)
        assert not hidden, (key, hidden)


def test_tabs_open_by_arrow_keys_and_stand_below_each_other_without_a_script(
    open_page: Opener, staff: Staff
) -> None:
    page = sign_in(open_page, staff, HEAD)
    page.goto(staff.address("/cases/show/{CaseView}"))
    tab_to(page, page.get_by_role("tab", selected=True))
    page.keyboard.press("End")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Lịch sử xử lý")
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    plain = sign_in(open_page, staff, HEAD, java_script_enabled=False)
    plain.goto(staff.address("/cases/show/{CaseView}"))
    panels = plain.locator(".tab-panel")
    assert all(panels.nth(number).is_visible() for number in range(panels.count()))


def test_theme_stays_when_it_was_chosen_and_follows_the_system_again(open_page: Opener, staff: Staff) -> None:
    page = sign_in(open_page, staff, HEAD, color_scheme="light")
    light = page.evaluate(GROUND)
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Tối").click()
    page.goto(staff.address("/cases/list/"))
    dark = page.evaluate(GROUND)
    assert dark != light
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Theo máy").click()
    page.reload()
    assert page.evaluate(GROUND) == light


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


def test_paper_is_light_when_the_screen_is_dark(open_page: Opener, staff: Staff) -> None:
    page = open_page(staff.address("/cases/list/"), color_scheme="dark", **known_browser(staff, HEAD))
    line = "getComputedStyle(document.documentElement).getPropertyValue('--color-border')"
    dark = page.evaluate(line)
    page.emulate_media(media="print")
    light = page.evaluate(line)
    assert light != dark
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(line) == light
    page.emulate_media(media="screen")
    assert page.evaluate(line) == dark

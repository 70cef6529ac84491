"""The running staff screens for browser tests: the whole address on a port, and browsers of signed-in people.

Not here: fixtures of the public site (`conftest`), assertions.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from backoffice import create_app
from backoffice.access.scope import leave_scope
from backoffice.extensions import db
from backoffice.web import create_web
from scripts.compile_translations import compile_all
from tests.conftest import make_settings
from tests.views.world import PASSWORD, World, build_world

if TYPE_CHECKING:
    from tests.browser.conftest import Opener


@dataclass
class Staff:
    """The running screens and the rows behind them."""

    url: str
    world: World

    def address(self, path: str) -> str:
        """A page with the ids of CC001's rows filled in."""
        ids = {screen: key for (code, screen), key in self.world.rows.items() if code == "CC001"}
        return self.url + path.format(**ids)


@contextmanager
def running_staff(template: Path, folder: Path) -> Iterator[Staff]:
    """The whole web address on a free port, with a world of rows, until the block ends."""
    compile_all()
    shutil.copy(template, folder / "staff.sqlite")
    settings = make_settings(f"sqlite:///{folder / 'staff.sqlite'}", folder)
    app = create_app("all", settings)
    world = build_world(app)
    server = make_server("127.0.0.1", 0, create_web(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Staff(f"http://127.0.0.1:{server.port}/backoffice", world)
    finally:
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


def known_browser(staff: Staff, name: str) -> dict[str, Any]:
    """The options of a browser in which this person is signed in already."""
    cookie = staff.world.client(name).get_cookie("openthads")
    assert cookie is not None
    place = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False}
    kept = {"name": cookie.key, "value": cookie.value, "sameSite": "Lax", **place}
    return {"storage_state": {"cookies": [kept], "origins": []}}


def tab_to(page: Page, target: Locator, *, most: int = 80) -> None:
    """Press Tab until the focus is there; fails when it is not reached."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"not reached by Tab: {target}")

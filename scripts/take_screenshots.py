"""`python -m scripts.take_screenshots`: the pictures of README, guides and leaflet, from a demonstration that runs.

Start `make demo` first; PORT and OPENTHADS_VAR_DIR say where it runs, as for the demonstration itself.
Belongs here: which pages are shown, and how. Not here: the pages.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from backoffice.sample.users import LOGINS, read_logins
from backoffice.services.intake import LOOK_UP_PATH
from config import ROOT, load_settings
from scripts.demo.data import read_to_try
from scripts.demo.options import DEFAULT_PORT

FOLDER = ROOT / "docs" / "images"
# Those of the leaflet are part of the site, one in each language.
LEAFLET = ROOT / "site" / "assets" / "images"
PHONE = {"width": 360, "height": 640}
LANGUAGES = ("vi", "en")
LARGEST = 200_000
COLOURS = 128
SIZE = {"width": 1280, "height": 800}
HEAD = "truong.badinh"
PROVINCE = "cuctruong.hanoi"
CLERK = "vanthu.badinh"
DESK = "hotro.badinh"
NATIONAL = "quantri.tw"
_TEMPLATE = "/backoffice/document-templates/list/?kind=transfer_letter"
_WORDS = "/backoffice/notice-templates/list/?event=account_made&locale=vi"
_ASKED = "/backoffice/requests/list/?state=received&procedure=enforcement_request"


@dataclass(frozen=True)
class Shot:
    """A picture: its file, the person, the page; `follow` is a link to open from there, `tall` shows it down to its end."""

    name: str
    person: str | None
    path: str
    follow: str | None = None
    scheme: str = "light"
    tall: bool = False


SHOTS = (
    Shot("home", PROVINCE, "/backoffice/"),
    Shot("list", HEAD, "/backoffice/debtor-records/list/?state=published"),
    Shot("record", HEAD, "/backoffice/debtor-records/list/?state=published", ".row-link", "dark"),
    Shot("public-site", None, "/"),
    Shot("template", NATIONAL, _TEMPLATE, ".row-link", tall=True),
    Shot("register", CLERK, "/backoffice/document-registers/list/", ".row-link"),
    Shot("message-template", NATIONAL, _WORDS, ".row-link", tall=True),
    Shot("request", DESK, _ASKED, ".row-link", tall=True),
    Shot("desk-entry", DESK, "/backoffice/desk/"),
    Shot("appointment-day", DESK, "/backoffice/appointments/day", "a[rel=prev]"),
    Shot("request-statistics", HEAD, "/backoffice/request-statistics/?group=procedure"),
)


def main() -> int:
    """Take all pictures; returns the exit code."""
    address = f"http://127.0.0.1:{os.environ.get('PORT') or DEFAULT_PORT}"
    logins = read_logins(load_settings().var_dir / LOGINS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, picture in _pictures(browser, address, logins):
            size = save(picture, FOLDER / f"{name}.png")
            print(f"{name}.png: {size // 1000} kB")
        for name, picture in _leaflet(browser, address, read_to_try(load_settings())):
            size = save(picture, LEAFLET / f"{name}.png")
            print(f"{name}.png: {size // 1000} kB")
        browser.close()
    return 0


def save(picture: bytes, path: Path) -> int:
    """Write a picture with few colours; returns its size. Raises ValueError when it is too large for a README."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size} bytes, more than {LARGEST}.")
    return size


def _pictures(
    browser: Browser, address: str, logins: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, bytes]]:
    for shot in SHOTS:
        context = browser.new_context(viewport=SIZE, color_scheme=shot.scheme, locale="vi-VN")  # type: ignore[arg-type]
        page = context.new_page()
        if shot.person:
            _sign_in(page, address, logins[shot.person])
        page.goto(address + shot.path)
        if shot.follow:
            page.locator(shot.follow).first.click()
            page.wait_for_load_state()
        page.evaluate("document.fonts.ready")
        yield shot.name, page.screenshot(full_page=shot.tall)
        context.close()


def _leaflet(
    browser: Browser, address: str, codes: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, bytes]]:
    """Where people begin, and a request that was looked up, as a telephone shows them."""
    asked = next(entry for entry in codes if entry["state"] == "supplement_asked")
    for language in LANGUAGES:
        context = browser.new_context(viewport=PHONE, device_scale_factor=2)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/dich-vu/")
        # The other language than that of the page is offered.
        offered = page.locator(f"button[lang={language}]")
        if offered.count():
            offered.first.click()
            page.wait_for_load_state()
        page.evaluate("document.fonts.ready")
        yield f"nop-1-{language}", page.screenshot()
        page.goto(address + LOOK_UP_PATH)
        page.locator("input[name=code]").fill(asked["code"])
        page.locator("input[name=identity_number]").fill(asked["identity_number"])
        page.locator("main button[type=submit]").first.click()
        page.locator("h1").wait_for()
        page.evaluate("document.querySelector('h1').scrollIntoView()")
        yield f"nop-2-{language}", page.screenshot()
        context.close()


def _sign_in(page: Page, address: str, login: Mapping[str, str]) -> None:
    page.goto(f"{address}/backoffice/login/")
    page.locator("input[name=username]").fill(login["username"])
    page.locator("input[name=password]").fill(login["password"])
    page.keyboard.press("Enter")
    page.locator("nav.menu").wait_for()


if __name__ == "__main__":
    sys.exit(main())

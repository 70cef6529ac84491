"""The staff screens where the reader has set the colours (high contrast): focus, buttons, states and charts stay visible."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Opener
from tests.browser.staff import Staff, known_browser
from tests.browser.test_staff_screens import HEAD

# Buttons without an edge: in such colours their ground is that of the page.
BARE = """() => [...document.querySelectorAll('main button, main .button, main .badge')]
  .filter(node => node.checkVisibility() && parseFloat(getComputedStyle(node).borderTopWidth) < 1)
  .map(node => node.outerHTML.slice(0, 120))"""
FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    && style.outlineColor !== getComputedStyle(document.body).backgroundColor;
}"""
OUTLINED = "node => getComputedStyle(node).outlineStyle"
# The colours of drawn parts that are not those of the system: a page's own could vanish in the reader's ground.
STRANGE = """() => {
  const probe = document.body.appendChild(document.createElement('i'));
  const known = ['CanvasText', 'LinkText', 'GrayText', 'Canvas'].map(name => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  const parts = [...document.querySelectorAll('svg.chart path, svg.chart line, svg.chart text')];
  return parts.flatMap(node => [getComputedStyle(node).fill, getComputedStyle(node).stroke])
    .filter(colour => !['none', 'transparent', 'rgb(0, 0, 0)', 'rgba(0, 0, 0, 0)', ...known].includes(colour));
}"""


def contrast(open_page: Opener, staff: Staff, path: str) -> Page:
    return open_page(staff.address(path), forced_colors="active", **known_browser(staff, HEAD))


def test_focus_buttons_and_states_are_seen_when_the_reader_sets_the_colours(
    open_page: Opener, staff: Staff
) -> None:
    page = contrast(open_page, staff, "/cases/show/{CaseView}")
    assert page.evaluate(BARE) == []
    assert page.get_by_role("tab", selected=True).evaluate(OUTLINED) == "solid"
    assert page.locator(".menu a[aria-current]").evaluate(OUTLINED) == "solid"
    unseen = []
    for _stop in range(30):
        page.keyboard.press("Tab")
        if not page.evaluate(FOCUS):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert unseen == []


def test_charts_take_no_colour_of_their_own_when_the_reader_sets_the_colours(
    open_page: Opener, staff: Staff
) -> None:
    page = contrast(open_page, staff, "/dashboards/")
    assert page.locator("svg.chart").count() >= 1
    assert page.evaluate(STRANGE) == []

"""Every page of every role by axe and at 320 pixels, which is 1280 at 400 %; light and dark, desktop and phone.

A page that is built of the same parts as one of another role is opened once. The first page of each route is
opened in both combinations, its variants in one each: colours follow the theme and layout follows the width, so
the two cover both themes and both widths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener, axe_violations
from tests.browser.staff import Staff, known_browser
from tests.views.pages import one_for_each_role, pages_of, skeleton

COMBINATIONS = ((1280, "dark"), (320, "light"))
Plan = Mapping[int, Mapping[str, Sequence[str]]]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Controls that stand alone; links in sentences and in cells of tables may be as high as their line.
SMALL = """() => [...document.querySelectorAll('button, .button, input, select, summary, .tab, .menu a')]
  .filter((node) => node.type !== 'hidden' && node.checkVisibility())
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 20 || box.height < 20 || box.width + box.height < 44))
  .map(([node]) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def plan(staff: Staff) -> Plan:
    """For each combination the addresses to open, by person."""
    found: dict[int, dict[str, list[str]]] = {
        number: defaultdict(list) for number in range(len(COMBINATIONS))
    }
    parts: set[tuple[str, frozenset[str]]] = set()
    rules: set[str] = set()
    for name in one_for_each_role():
        for page in pages_of(staff.world, name, staff.world.client(name)):
            known = (page.rule, skeleton(page.html))
            if known in parts:
                continue
            variant = len(parts) % len(COMBINATIONS)
            for number in [variant] if page.rule in rules else range(len(COMBINATIONS)):
                found[number][name].append(page.address)
            parts.add(known)
            rules.add(page.rule)
    return found


@pytest.mark.parametrize("number", range(len(COMBINATIONS)))
def test_axe_finds_nothing_and_nothing_is_cut_off_when_a_page_is_open(
    open_page: Opener, staff: Staff, plan: Plan, number: int
) -> None:
    width, scheme = COMBINATIONS[number]
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    found = {"/login/": faults(open_page(f"{staff.url}/login/", **options))}
    for name, addresses in plan[number].items():
        page = open_page(f"{staff.url}{addresses[0]}", **options, **known_browser(staff, name))
        for address in addresses:
            page.goto(f"{staff.url}{address}")
            found[f"{name} {address}"] = faults(page)
    assert [f"{place}: {fault}" for place, wrong in found.items() for fault in wrong] == []


def test_plan_opens_every_route_in_every_combination(plan: Plan) -> None:
    assert all(sum(map(len, people.values())) >= 20 for people in plan.values())


def test_axe_finds_faults_when_a_page_has_them(open_page: Opener, staff: Staff) -> None:
    page = open_page(f"{staff.url}/login/")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.body.append(Object.assign(document.createElement('button'), {textContent: ''}))")
    assert {fault.split(" ")[0] for fault in axe_violations(page)} >= {"label", "button-name"}


def faults(page: Page) -> list[str]:
    """What is wrong with a page: what axe finds, what reaches beyond its right edge, targets that are too small."""
    wide = page.evaluate(WIDER)
    return (
        axe_violations(page)
        + [f"small target: {node}" for node in page.evaluate(SMALL)]
        + ([f"{wide} pixels too wide"] if wide > 0 else [])
    )

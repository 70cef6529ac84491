"""What holds for every page of every role: nothing inline, one heading, a title, both languages without gaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from bs4 import BeautifulSoup

from backoffice.access.roles import Role
from tests.views.pages import Opened, everybody, one_for_each_role, pages_of
from tests.views.test_language import SAME, texts, vietnamese
from tests.views.world import World, token_of, username

HEAD = username("CC001", Role.HEAD)
# Words of the interface that are the same in both languages, or that data may hold too.
NAMES = {"English", "Tiếng Việt", "Menu", "OpenTHADS"} | SAME
_INLINE = re.compile(r"^on[a-z]+$")
_PLACE = re.compile(r"%\(\w+\)s")

Pages = Mapping[str, Sequence[Opened]]


@pytest.fixture(scope="module")
def pages(light_world: World) -> Pages:
    """The pages of one person for each role, in Vietnamese."""
    return {name: list(pages_of(light_world, name, light_world.client(name))) for name in one_for_each_role()}


@pytest.fixture(scope="module")
def english_pages(light_world: World, pages: Pages) -> Pages:
    """The same pages in English."""
    found = {}
    for name, opened in pages.items():
        client = light_world.client(name)
        form = {"csrf_token": token_of(client.get("/").text), "locale": "en", "next": "/"}
        client.post("/language/", data=form)
        found[name] = [Opened(page.rule, page.address, client.get(page.address).text) for page in opened]
    return found


def test_walk_opens_lists_and_rows_of_every_role(pages: Pages) -> None:
    assert set(Role) <= {Role(name.split(".", 1)[1]) for name in everybody()}
    assert len(pages) == len(Role)
    assert all("/" in {page.rule for page in opened} for opened in pages.values())
    rules = {page.rule for opened in pages.values() for page in opened}
    assert {"/cases/list/", "/cases/show/<int:pk>", "/staff/list/", "/export-runs/show/<int:pk>"} <= rules


def test_nothing_inline_stands_on_a_page(pages: Pages) -> None:
    for opened in pages.values():
        for page in opened:
            assert inline_parts(page.html) == [], page.address


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>",
        "<script>1</script>",
        "<a onclick='x()'>",
        "<style>p{}</style>",
        "<a href='javascript:x()'>",
    ],
)
def test_inline_part_is_found_when_it_stands_there(html: str) -> None:
    assert inline_parts(html) != []


def inline_parts(html: str) -> list[str]:
    """Styles and scripts that stand in the page itself."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(tag) for tag in soup.find_all("script") if not tag.get("src")] + list(
        map(str, soup.find_all("style"))
    )
    for tag in soup.find_all(True):
        found += [f"{tag.name} {name}" for name in tag.attrs if name == "style" or _INLINE.match(name)] + [
            f"{tag.name} {value}" for value in tag.attrs.values() if str(value).startswith("javascript:")
        ]
    return found


def test_page_has_one_heading_landmarks_and_a_title_of_its_own(pages: Pages) -> None:
    for name, opened in pages.items():
        for page in opened:
            soup = BeautifulSoup(page.html, "html.parser")
            place = (name, page.address)
            assert [len(soup.find_all(tag)) for tag in ("h1", "main", "header", "title")] == [1, 1, 1, 1], (
                place
            )
            assert re.fullmatch(r".+ – .*Ω-[A-Z0-9]+-Ω – OpenTHADS", soup.title.text), place  # type: ignore[union-attr]
            ids = [tag["id"] for tag in soup.find_all(id=True)]
            assert len(ids) == len(set(ids)), (place, {one for one in ids if ids.count(one) > 1})
            assert len(page.html.encode()) <= 300_000, place


def test_no_english_message_stands_on_a_page_when_it_is_vietnamese(pages: Pages) -> None:
    english = _matcher({str(item.id) for item in vietnamese() if item.id and item.id != item.string})
    for opened in pages.values():
        for page in opened:
            assert english(page.html) == set(), page.address


def test_no_vietnamese_message_stands_on_a_page_when_it_is_english(english_pages: Pages) -> None:
    words = _matcher({str(item.string) for item in vietnamese() if item.id and item.id != item.string})
    for opened in english_pages.values():
        for page in opened:
            assert words(page.html) == set(), page.address


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nosuch", 404), ("/cases/show/999999", 404), ("/cases/list/?x=1", 400), ("/export-runs/list/", 403)],
)
def test_error_page_is_in_the_language_of_the_person(light_world: World, path: str, status: int) -> None:
    client = light_world.client(HEAD)
    answer = client.get(path)
    assert answer.status_code == status
    english = _matcher({str(item.id) for item in vietnamese() if item.id and item.id != item.string})
    assert english(answer.text) == set()
    soup = BeautifulSoup(answer.text, "html.parser")
    assert len(soup.find_all("h1")) == 1
    assert soup.find("a", class_="button")


def _matcher(messages: set[str]) -> Callable[[str], set[str]]:
    """A function that finds these messages among the texts of a page, also with their places filled."""
    plain = {text for text in messages if not _PLACE.search(text)} - NAMES
    shapes = [text for text in messages if _PLACE.search(text) and len(_PLACE.sub("", text)) > 8]
    pattern = re.compile("|".join(".{1,60}".join(map(re.escape, _PLACE.split(text))) for text in shapes))

    def found(html: str) -> set[str]:
        soup = BeautifulSoup(html, "html.parser")
        # Values as they were and are, some of which are texts kept in both languages.
        for value in soup.select(".differences del, .differences ins"):
            value.decompose()
        return {text for text in texts(str(soup)) if text in plain or pattern.fullmatch(text)}

    return found

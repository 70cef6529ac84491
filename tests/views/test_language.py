"""Both languages: Vietnamese by default and complete, English when it is chosen, catalogs in line with the program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup

from backoffice.access.roles import Role
from config import ROOT
from scripts.check_catalogs import problems, program_messages
from scripts.compile_translations import compile_all
from tests.views.test_canary import paths
from tests.views.world import World, token_of, username

CATALOG = ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
# The same in both languages.
SAME = {"đồng"}


def vietnamese() -> Catalog:
    """The Vietnamese catalog."""
    with CATALOG.open("rb") as stream:
        return read_po(stream, locale="vi")


def english_only() -> set[str]:
    """Message ids that stand on a screen word by word and read otherwise in Vietnamese."""
    return {str(item.id) for item in vietnamese() if item.id and item.id != item.string} - SAME


def texts(page: str) -> Iterator[str]:
    """Every text that a person sees, hears or hovers over."""
    soup = BeautifulSoup(page, "html.parser")
    yield from (text.strip() for text in soup.stripped_strings)
    for tag in soup.find_all(True):
        yield from (
            str(tag[name]) for name in ("aria-label", "placeholder", "title", "alt") if tag.has_attr(name)
        )


@pytest.mark.parametrize(
    "person", [username("TC", Role.NATIONAL_ADMINISTRATOR), username("CC001", Role.HEAD)]
)
def test_no_english_message_stands_on_a_page_when_it_is_vietnamese(light_world: World, person: str) -> None:
    client, english = light_world.client(person), english_only()
    for address in paths(light_world):
        answer = client.get(address)
        found = {text for text in texts(answer.text) if text in english} - {"English", "Menu"}
        assert not found, (address, found)


def test_page_says_its_language_and_switches_when_english_is_chosen(light_world: World) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    page = client.get("/cases/list/").text
    assert '<html lang="vi">' in page
    values = {"csrf_token": token_of(page), "locale": "en", "next": "/cases/list/"}
    answer = client.post("/language/", data=values)
    assert (answer.status_code, answer.location) == (302, "/cases/list/")
    english = client.get("/cases/list/").text
    assert '<html lang="en">' in english
    assert "Verifying conditions" in english
    assert "Đang xác minh điều kiện" not in english


@pytest.mark.parametrize("locale", ["", "fr", "vi_VN", "../en", "en\0"])
def test_language_is_refused_when_it_is_not_offered(light_world: World, locale: str) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    token = token_of(client.get("/").text)
    answer = client.post("/language/", data={"csrf_token": token, "locale": locale, "next": "/"})
    assert answer.status_code == 400
    assert '<html lang="vi">' in client.get("/").text


def test_language_form_leads_home_when_it_names_another_site(light_world: World) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    token = token_of(client.get("/").text)
    values = {"csrf_token": token, "locale": "vi", "next": "//evil.example/"}
    assert client.post("/language/", data=values).location == "/"


def test_catalog_is_complete_and_in_line_with_the_program() -> None:
    assert list(problems(vietnamese(), program_messages())) == []


@pytest.mark.parametrize(
    ("message", "translation", "problem"),
    [
        ("A new sentence", None, "not translated"),
        ("A new sentence", "", "not translated"),
        ("%(count)s rows", "dòng", "other places to fill"),
    ],
)
def test_catalog_is_refused_when_a_message_is_not_as_it_should_be(
    message: str, translation: str | None, problem: str
) -> None:
    catalog = Catalog(locale="vi")
    if translation is not None:
        catalog.add(message, translation)
    found = list(problems(catalog, [message]))
    assert len(found) == 1
    assert problem in found[0]


def test_catalog_is_refused_when_it_holds_an_unused_or_doubtful_message() -> None:
    catalog = Catalog(locale="vi")
    catalog.add("Old", "Cũ")
    catalog.add("New", "Mới", flags={"fuzzy"})
    assert sorted(problem.split(":")[0] for problem in problems(catalog, ["New"])) == [
        "fuzzy",
        "no longer used",
    ]


def test_check_command_succeeds_on_the_catalogs_of_the_project() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.check_catalogs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 problems" in done.stdout


def test_catalog_is_compiled_once_when_nothing_changes(tmp_path: Path) -> None:
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(CATALOG.read_bytes())
    assert compile_all(tmp_path) == [folder / "messages.mo"]
    assert compile_all(tmp_path) == []
    assert list(folder.glob("*.mo.*")) == []

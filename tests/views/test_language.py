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
from tests.views.world import World, token_of, username

CATALOG = ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
# The same in both languages.
SAME = {"đồng"}


def vietnamese() -> Catalog:
    """The Vietnamese catalog."""
    with CATALOG.open("rb") as stream:
        return read_po(stream, locale="vi")


def texts(page: str) -> Iterator[str]:
    """Every text that a person sees, hears or hovers over."""
    soup = BeautifulSoup(page, "html.parser")
    yield from (text.strip() for text in soup.stripped_strings)
    for tag in soup.find_all(True):
        yield from (
            str(tag[name]) for name in ("aria-label", "placeholder", "title", "alt") if tag.has_attr(name)
        )


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


@pytest.mark.parametrize(
    ("address", "returned"),
    [
        ("/cases/list/?state=verifying&q=1%2F2026", "/cases/list/?state=verifying&q=1%2F2026"),
        (f"/cases/list/?q={'a' * 180}", f"/cases/list/?q={'a' * 180}"),
    ],
)
def test_language_form_comes_back_to_the_page_with_its_filters(
    light_world: World, address: str, returned: str
) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    page = BeautifulSoup(client.get(address).text, "html.parser")
    form = page.find("form", class_="languages")
    values = {str(tag["name"]): str(tag["value"]) for tag in form.find_all("input")}  # type: ignore[union-attr]
    answer = client.post("/language/", data=values | {"locale": "en"})
    assert (answer.status_code, answer.location) == (302, returned)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/cases/list/",
        "/\\evil.example",
        "/cases/list/?q=" + "a" * 500,
        "/cases/list/?q=\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "cases/list/",
    ],
)
def test_language_form_leads_home_when_the_way_back_is_not_a_page_of_ours(
    light_world: World, target: str
) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    values = {"csrf_token": token_of(client.get("/").text), "locale": "vi", "next": target}
    assert client.post("/language/", data=values).location == "/"


@pytest.mark.parametrize("locale", ["", "fr", "vi_VN", "../en", "en\0"])
def test_language_is_refused_when_it_is_not_offered(light_world: World, locale: str) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    token = token_of(client.get("/").text)
    answer = client.post("/language/", data={"csrf_token": token, "locale": locale, "next": "/"})
    assert answer.status_code == 400
    assert '<html lang="vi">' in client.get("/").text


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

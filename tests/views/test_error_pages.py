"""Pages for what went wrong: the right number, a sentence that helps, and no need of a database for the last ones."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from backoffice import create_app
from backoffice.access.roles import Role
from tests.conftest import make_settings
from tests.views.world import World, build_world, username

HEAD = username("CC001", Role.HEAD)


@pytest.fixture
def broken(sqlite_template: Path, tmp_path: Path) -> World:
    """A world whose database has lost the table of roles; a person signed in before that can be tried."""
    shutil.copy(sqlite_template, tmp_path / "broken.sqlite")
    return build_world(create_app("all", make_settings(f"sqlite:///{tmp_path / 'broken.sqlite'}", tmp_path)))


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_says_that_the_database_is_away_when_nobody_can_be_known(
    broken: World, tmp_path: Path, locale: str
) -> None:
    client = broken.client(HEAD)
    with client.session_transaction() as session:
        session["locale"] = locale
    with sqlite3.connect(tmp_path / "broken.sqlite") as connection:
        connection.execute("DROP TABLE ab_user_role")
    answer = client.get("/cases/list/")
    assert answer.status_code == 503
    page = BeautifulSoup(answer.text, "html.parser")
    heading = "Not available at the moment" if locale == "en" else "Tạm thời chưa phục vụ được"
    assert page.h1
    assert page.h1.text == heading
    assert not page.find("nav")
    assert "ab_user" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/static/staff.css", "/static/icons.svg", "/shared/stylesheets/tokens.css"])
def test_style_is_served_when_the_database_is_away(broken: World, tmp_path: Path, path: str) -> None:
    client = broken.client(HEAD)
    with sqlite3.connect(tmp_path / "broken.sqlite") as connection:
        connection.execute("DROP TABLE ab_user_role")
    assert client.get(path, buffered=True).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nosuch", 404, "Không tìm thấy"),
        ("GET", "/cases/list/?page=x", 400, "Yêu cầu không hợp lệ"),
        ("GET", "/export-runs/list/", 403, "Không được phép"),
        ("POST", "/cases/list/", 405, "Không thực hiện được"),
    ],
)
def test_refusal_has_a_heading_a_sentence_and_a_way_on(
    light_world: World, method: str, path: str, status: int, words: str
) -> None:
    client = light_world.client(HEAD)
    token = BeautifulSoup(client.get("/").text, "html.parser").find("input", attrs={"name": "csrf_token"})
    answer = client.open(
        path, method=method, data={"csrf_token": token["value"]} if method == "POST" else None
    )  # type: ignore[index]
    assert answer.status_code == status
    card = BeautifulSoup(answer.text, "html.parser").find("section", class_="error")
    assert card is not None
    assert words in card.text, card.text
    assert len(card.find_all("p")) >= 2
    assert card.find("a", class_="button")

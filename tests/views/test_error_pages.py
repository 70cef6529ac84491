"""Pages for what went wrong: the right number, a sentence that helps, and no need of a database for the last ones."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import create_app
from backoffice.access.roles import Role
from tests.conftest import make_settings
from tests.views.tasks import preview
from tests.views.world import World, build_world, token_of, username

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


# What only the program should know: its tongue, its tables, its files.
INTERNAL = re.compile(r"Traceback|sqlalchemy|psycopg|werkzeug|SELECT |site-packages|\.py\b|%\(|\{\{", re.I)
HEADINGS = {
    405: ("Không thực hiện được tại đây", "Not possible here"),
    409: ("Chưa thực hiện được", "Not possible now"),
    413: ("Dữ liệu gửi quá lớn", "Too much at once"),
    429: ("Quá nhiều lần thử", "Too many attempts"),
    503: ("Tạm thời chưa phục vụ được", "Not available at the moment"),
}


def check_page(answer: Any, status: int, locale: str) -> str:
    """A heading and a sentence in the person's language, a way on, nothing internal; returns the sentence."""
    assert answer.status_code == status, answer.text[-800:]
    page = BeautifulSoup(answer.text, "html.parser")
    card = page.find("section", class_="error")
    assert page.html
    assert page.html["lang"] == locale
    assert card
    assert card.h1
    assert card.h1.text == HEADINGS[status][locale == "en"]
    assert card.find("a", class_="button")["href"]  # type: ignore[index]
    assert not INTERNAL.search(answer.text)
    words: str = card.find_all("p")[1].text
    assert len(words) > 20
    assert bool(re.search(r"[ăâđêôơưáàảãạếềểễệốồổỗộ]", words)) == (locale == "vi")
    return words


def reader(world: World, locale: str, role: Role = Role.HEAD) -> FlaskClient:
    """A person of an office, signed in and reading this language."""
    client = world.client(username("CC001", role))
    with client.session_transaction() as session:
        session["locale"] = locale
    return client


def send(client: FlaskClient, path: str, **values: str) -> Any:
    """A form with its token."""
    return client.post(path, data={"csrf_token": token_of(client.get("/").text), **values})


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_the_method_does_not_fit(light_world: World, locale: str) -> None:
    answer = send(reader(light_world, locale), "/cases/list/")
    check_page(answer, 405, locale)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_a_step_is_not_possible_now(light_world: World, locale: str) -> None:
    published = light_world.rows["CC001", "DebtorRecordView"]
    check_page(
        preview(reader(light_world, locale, Role.ENFORCEMENT_OFFICER), "approve", [published]), 409, locale
    )


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_too_much_is_sent(
    light_world: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = reader(light_world, locale)
    monkeypatch.setitem(light_world.app.config, "MAX_CONTENT_LENGTH", 1000)
    check_page(send(client, "/search", q="x" * 2000), 413, locale)


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_numbers_were_looked_up_too_often(
    light_world: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(light_world.app.config["OPENTHADS"], identity_look_ups=1)
    monkeypatch.setitem(light_world.app.config, "OPENTHADS", few)
    client = reader(light_world, locale)
    answers = [send(client, "/search", q="001099000001") for _time in range(2)]
    words = check_page(answers[-1], 429, locale)
    assert re.search(r"\b(59|60) ", words)
    assert "001099000001" not in answers[-1].text
    assert 3500 < int(answers[-1].headers["Retry-After"]) <= 3600


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_an_address_tried_too_often(
    light_world: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(light_world.app.config, "AUTH_RATE_LIMIT", "1 per minute")
    client = light_world.client(address=f"10.5.0.{len(locale) + ord(locale[0])}")
    with client.session_transaction() as session:
        session["locale"] = locale
    token = token_of(client.get("/login/").text)
    values = {"username": "nobody.here", "password": "x", "csrf_token": token}
    assert client.post("/login/", data=values).status_code == 401
    check_page(client.post("/login/", data=values), 429, locale)


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_page_helps_on_when_the_database_is_away(broken: World, tmp_path: Path, locale: str) -> None:
    client = reader(broken, locale)
    with sqlite3.connect(tmp_path / "broken.sqlite") as connection:
        connection.execute("DROP TABLE ab_user_role")
    check_page(client.get("/cases/list/"), 503, locale)


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

"""One form of the citizens' pages flooded: staff go on working, other citizens go on filing, nobody sees a fault.

Not here: how much slower pages become (`benchmarks.flood`).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.web import STAFF_PREFIX
from benchmarks.counter import Line, serving
from benchmarks.flood import Answers, flooded
from benchmarks.staff.client import Client
from config import Settings
from tests import factories
from tests.citizens.browser import TOKEN
from tests.views.world import HASH, PASSWORD

FLOODERS, PAGES = 3, 12
NAME = "can.bo.ho.tro"
FORM = "/dich-vu/nop-ho-so/"


@pytest.fixture
def database_kind() -> str:
    """The web server of an installation stands on the database of an installation."""
    return "postgresql"


@pytest.fixture
def port(counter: Flask, settings: Settings) -> Iterator[int]:
    """Site, staff screens and citizens' pages in one process with as many threads as flooders and one."""
    with counter.app_context():
        factories.make_roles()
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        member = factories.make_staff(agency, Role.SUPPORT_OFFICER, username=NAME)
        with system_scope("set_up"):
            member.password = HASH
            db.session.commit()
        db.session.remove()
    threads = ("--threads", str(FLOODERS + 1))
    with serving(settings, "backoffice.web:create_web()", *threads, probe="/healthz") as (_master, port):
        yield port


@pytest.fixture
def officer(port: int) -> Iterator[Client]:
    """The browser of an officer who has not signed in yet."""
    client = Client(f"http://127.0.0.1:{port}{STAFF_PREFIX}")
    yield client
    if client.connection is not None:
        client.connection.close()


def test_staff_sign_in_and_work_when_one_form_of_citizens_is_flooded(port: int, officer: Client) -> None:
    found = Answers()
    with flooded(port, found, FLOODERS, until=80 * FLOODERS):
        officer.sign_in("/login/", NAME, PASSWORD)
        pages = [officer.get("/requests/list/") for _ in range(PAGES)]
    assert all("/requests/list/" in page for page in pages)
    assert found.statuses["429"] > 0
    assert not [status for status in found.statuses if status not in {"302", "429"}]
    assert found.said == {"Xin chờ ít phút"}


def test_other_citizens_begin_requests_when_a_flood_is_held_back(port: int) -> None:
    found = Answers()
    with flooded(port, found, FLOODERS, until=80 * FLOODERS):
        line = Line(port, address="127.3.0.1")
        page, line.cookie = line.ask_with_cookie(FORM)
        token = TOKEN.search(page)
        assert token
        body = f"csrf_token={token.group(1)}&procedure=feedback".encode()
        status, place, _text = line.ask("POST", FORM, body)
    assert found.statuses["429"] > 0
    assert status == 302
    assert "/ho-so/" in place

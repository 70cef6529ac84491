"""What nobody should type, into the forms around a request: choosing, checking, saving, going on, looking up, answering.

Not here: the pages of the forms themselves (`test_bad_input`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from tests.citizens.browser import ANSWERS, TOKEN, Citizen
from tests.citizens.test_bad_input import HOSTILE

NUMBER = "087184000999"
TRACES = ("Traceback", "sqlalchemy", "werkzeug", "jinja2", "/backoffice/", "SELECT ")
# The fields of each form that needs a request to be written, and of those that do not.
AROUND = {
    "/nop-ho-so/": ("procedure",),
    "/tiep-tuc/": ("code", "file"),
    "/bat-dau-lai/": ("form", "page", "applicant_name", "content"),
    "/tra-cuu/": ("code", "identity_number", "applicant_name"),
    "/ngon-ngu/": ("language", "next"),
    "/ket-thuc/": ("next",),
}
OF_DRAFT = {
    "co-quan/": ("province", "address", "go"),
    "co-quan/chon/": ("agency", "go"),
    "giay-to/": ("paper", "title", "later", "go"),
    "giay-to/bo/": ("file",),
    "kiem-tra/": ("declared", "go"),
    "luu/": ("code", "go"),
    "nguoi/nguoi-phai/": ("more", "go"),
}
OF_REQUEST = {"bo-sung/": ("text",), "hen/": ("slot",), "rut/": ("text",), "xem-xet-lai/": ("text",)}
STATES = {
    "bo-sung/": "supplement_asked",
    "hen/": "awaiting_originals",
    "rut/": "submitted",
    "xem-xet-lai/": "guided",
}
_addresses = count(1)


@pytest.fixture
def database_kind() -> str:
    """These pages ask the database nothing that differs; one kind is enough."""
    return "sqlite"


def post(citizen: Citizen, path: str, data: Any) -> Any:
    """Send something from an address of its own, so that no limit stands before the form."""
    number = next(_addresses)
    citizen.client.environ_base["REMOTE_ADDR"] = f"10.8.{number // 250}.{number % 250 + 1}"
    answer = citizen.client.post(path, data=data)
    assert answer.status_code in {200, 302, 400, 404, 405}, (path, answer.status_code)
    assert not any(trace in answer.text for trace in TRACES), path
    assert "<script>alert" not in answer.text, path
    return answer


def token_of(citizen: Citizen) -> str:
    """A token of the browser."""
    citizen.open("/tra-cuu/")
    found = TOKEN.search(citizen.answer.text)
    assert found
    return found.group(1)


def check_hostile(citizen: Citizen, path: str, fields: tuple[str, ...]) -> None:
    """Every hostile text in every field, in all at once, twice, and in a list."""
    token = token_of(citizen)
    for text in HOSTILE.values():
        post(citizen, path, {"csrf_token": token, **dict.fromkeys(fields, text)})
        post(citizen, path, {"csrf_token": token, **{field: [text, text] for field in fields}})
        post(citizen, path, {"csrf_token": "x", **dict.fromkeys(fields, text)})
    post(citizen, path, {"csrf_token": token, **{f"{field}[a][]": "1" for field in fields}})
    post(citizen, path, {})


@pytest.mark.parametrize("path", sorted(AROUND))
def test_form_answers_with_a_page_when_everything_in_it_is_hostile(citizen: Citizen, path: str) -> None:
    check_hostile(citizen, path, AROUND[path])


@pytest.mark.parametrize("place", sorted(OF_DRAFT))
def test_step_of_a_request_keeps_it_when_everything_in_it_is_hostile(
    counter: Flask, citizen: Citizen, place: str
) -> None:
    citizen.go_to_check("enforcement_request")
    number = citizen.number
    check_hostile(citizen, f"/ho-so/{number}/{place}", OF_DRAFT[place])
    assert citizen.open(f"/ho-so/{number}/kiem-tra/").status_code == 200
    assert ANSWERS["applicant_name"] in citizen.answer.text
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalar(select(func.count(OnlineRequest.id))) == 0


@pytest.mark.parametrize("place", sorted(OF_REQUEST))
def test_deed_on_a_request_is_refused_or_taken_as_text_when_it_is_hostile(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen], place: str
) -> None:
    code = citizen.file("feedback")
    # Two places share the texts out between them: each try means looking the request up anew.
    for text in list(HOSTILE.values())[sorted(OF_REQUEST).index(place) % 2 :: 2]:
        with counter.app_context(), system_scope("set_up"):
            row = db.session.scalars(select(OnlineRequest)).one()
            row.state, row.outcome, row.reopening_asked_on = STATES[place], None, None
            row.paused_on = clock.today() - timedelta(days=1) if place == "bo-sung/" else None
            db.session.commit()
        page = another()
        token = token_of(page)
        shown = post(page, "/tra-cuu/", {"csrf_token": token, "code": code, "identity_number": NUMBER})
        assert shown.status_code == 302
        sent = {"csrf_token": token_of(page), **dict.fromkeys(OF_REQUEST[place], text)}
        answer = post(page, f"/ho-so-cua-toi/{place}", sent)
        assert answer.status_code in {302, 400}
        assert page.open("/ho-so-cua-toi/").status_code == 200
        assert "<script>alert" not in page.answer.text


@pytest.mark.parametrize("place", sorted(OF_DRAFT))
def test_nothing_is_lost_or_told_when_the_session_is_gone(citizen: Citizen, place: str) -> None:
    citizen.go_to_check("enforcement_request")
    number = citizen.number
    citizen.client.delete_cookie("openthads-dich-vu")
    answer = post(
        citizen, f"/ho-so/{number}/{place}", {"csrf_token": token_of(citizen), "address": "Ba Đình"}
    )
    assert answer.status_code == 404
    assert ANSWERS["applicant_name"] not in answer.text

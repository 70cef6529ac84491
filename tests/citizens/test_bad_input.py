"""What nobody should type, into every page of a form: a sentence, the text kept, never a fault of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from backoffice.services.request_forms import FORMS
from tests.citizens.browser import ANSWERS, DEBTOR, TOKEN, Citizen

HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% include '/etc/passwd' %}${7*7}#{7*7}",
    "nul": "Nguyễn\x00Văn",
    "surrogate": "\ufffd\ufffe",
    "marks": "a" + "\u0301" * 10_000,
    "bidi": "\u202eNguyễn\u2066 Văn\u200b\u200d\ufeff",
    "long": "Ằ" * 30_000,
    "lines": "\r\n" * 5_000,
    "number": "9" * 400,
    "sql": "'; DROP TABLE online_request; --",
    "digits": "٠١٢٣٤٥٦٧٨٩",
    "controls": "\x01\x02\x1b[31m\x7f\x9f",
    "list": '[1, {"a": null}]',
    "emoji": "👩‍👩‍👧‍👦" * 300,
    "blank": " \t\u00a0\u3164",
}


@pytest.fixture
def database_kind() -> str:
    """These pages ask the database nothing that differs; one kind is enough."""
    return "sqlite"


def pages_of(citizen: Citizen, form: str) -> Iterator[str]:
    """Every page of a form on the way of one person, each left as good answers leave it."""
    citizen.begin(form, "TC" if form == "complaint_second" else "CC001")
    for _step in range(30):
        here = citizen.path
        yield here
        if here.endswith("/giay-to/"):
            return
        citizen.open(here)
        more = {"more": "no"} if "more" in citizen.fields() else {}
        citizen.send(
            {**{name: {**ANSWERS, **DEBTOR}.get(name, "") for name in citizen.fields()}, **more, "go": "on"}
        )


@pytest.mark.parametrize("form", FORMS)
def test_page_answers_with_a_sentence_when_every_field_is_hostile(citizen: Citizen, form: str) -> None:
    for here in pages_of(citizen, form):
        for name, text in HOSTILE.items():
            citizen.open(here)
            fields = [field for field in citizen.fields() if field != "files"]
            answer = citizen.send({**dict.fromkeys(fields, text), "go": "on"}, here)
            assert answer.status_code in {200, 400}, (here, name, answer.status_code)
            assert "<script>alert" not in answer.text, (here, name)
            assert "49" not in citizen.heading
            if answer.status_code == 400:
                assert citizen.faults(), (here, name)


@pytest.mark.parametrize("name", ["markup", "template", "bidi", "sql", "emoji", "number"])
def test_typed_text_is_in_the_field_when_it_is_refused(citizen: Citizen, name: str) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/ca-nhan/")
    citizen.send({**ANSWERS, "identity_number": HOSTILE[name], "go": "on"})
    field = citizen.page.find(id="identity_number")
    assert field["value"] == HOSTILE[name]
    assert field["aria-invalid"] == "true"
    assert "identity_number-error" in field["aria-describedby"]


def test_summary_leads_to_the_fields_when_something_is_wrong(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/ca-nhan/")
    citizen.send({"go": "on"})
    links = [link["href"] for link in citizen.page.find(id="faults").find_all("a")]
    assert links == ["#applicant_name", "#birth_on", "#identity_number"]
    assert all(citizen.page.find(id=link[1:]) for link in links)


def test_first_value_counts_when_a_field_is_sent_twice(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/lien-he/")
    here = citizen.path
    token = TOKEN.search(citizen.answer.text)
    assert token
    twice = MultiDict(
        [("csrf_token", token.group(1)), ("address", "Một"), ("address", "Hai"), ("phone", "0912345678")]
    )
    assert citizen.client.post(here, data=twice).status_code == 302
    citizen.open(here)
    assert 'value="Một"' in citizen.answer.text
    assert "Hai" not in citizen.answer.text


def test_nothing_is_stored_and_the_text_is_shown_when_the_token_is_wrong(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/ca-nhan/")
    here, form = citizen.path, citizen.page.find("input", attrs={"name": "form"})["value"]
    citizen.answer = citizen.client.post(here, data={**ANSWERS, "form": form, "csrf_token": "x", "go": "on"})
    assert citizen.answer.status_code == 400
    assert ANSWERS["applicant_name"] in citizen.answer.text
    # The button under it sends the same text with a good token.
    values = {item["name"]: item.get_text() for item in citizen.page.find_all("textarea")}
    citizen.send({**values, "form": form, "go": "on"}, here)
    assert citizen.path.endswith("/lien-he/")


def test_text_is_carried_into_a_new_request_when_the_draft_is_gone(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/noi-dung/")
    here, form = citizen.path, citizen.page.find("input", attrs={"name": "form"})["value"]
    citizen.send({}, "/ket-thuc/")
    citizen.answer = citizen.client.post(
        here,
        data={**ANSWERS, "form": form, "go": "on", "csrf_token": TOKEN.search(citizen.answer.text).group(1)},
    )
    assert citizen.answer.status_code == 404
    assert ANSWERS["subject_line"] in citizen.answer.text
    values = {item["name"]: item.get_text().strip("\n") for item in citizen.page.find_all("textarea")}
    citizen.send({**values, "form": form, "page": "noi-dung"}, "/bat-dau-lai/")
    assert citizen.path.endswith("/co-quan/")
    citizen.open(f"/ho-so/{citizen.number}/trang/noi-dung/")
    assert f'value="{ANSWERS["subject_line"]}"' in citizen.answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?q=1", 400),
        ("/nop-ho-so/?procedure=x", 400),
        ("/%00", 400),
        ("/ho-so/../../etc/", 404),
        ("/ho-so/AAAAAAAAAAAAAAAA/kiem-tra/", 404),
        ("/ho-so/0123456789abcdef/kiem-tra/", 404),
        ("/ho-so/0123456789abcdef/trang/nosuch/", 404),
        ("/ho-so/" + "a" * 3000 + "/kiem-tra/", 404),
        ("/ho-so-cua-toi/", 200),
        ("/login/", 404),
        ("/backoffice/", 404),
    ],
)
def test_address_is_refused_when_no_page_has_it(citizen: Citizen, path: str, status: int) -> None:
    answer = citizen.open(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/ket-thuc/", "/ngon-ngu/", "/bat-dau-lai/", "/ho-so/0123456789abcdef/giay-to/bo/"]
)
def test_deed_is_refused_when_it_comes_without_a_token(citizen: Citizen, path: str) -> None:
    assert citizen.client.get(path).status_code == 405
    assert citizen.client.post(path).status_code == 400


def test_page_that_is_not_asked_is_not_found_when_somebody_types_its_address(citizen: Citizen) -> None:
    citizen.begin("feedback")
    for name in ("ban-an", "nguoi-dai-dien", "nguoi-duoc", "..%2f"):
        assert citizen.open(f"/ho-so/{citizen.number}/trang/{name}/").status_code == 404
    for place in (0, 1, 99, 10**30):
        assert citizen.open(f"/ho-so/{citizen.number}/nguoi/nguoi-duoc/{place}/").status_code == 404


def test_too_much_at_once_is_refused_with_a_sentence_when_a_file_is_larger_than_allowed(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    counter.config["MAX_CONTENT_LENGTH"] = 10_000
    citizen.answer = citizen.client.post(citizen.path, data={"files": "x" * 20_000})
    assert citizen.answer.status_code == 413
    assert citizen.heading


def test_answers_carry_the_headers_that_keep_them_private(citizen: Citizen) -> None:
    for path in ("/", "/nop-ho-so/", "/tra-cuu/", "/nosuch/"):
        answer = citizen.open(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'nonce-" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text


def test_flood_is_held_back_when_one_address_begins_too_many(counter: Flask, citizen: Citizen) -> None:
    codes = []
    for _try in range(62):
        citizen.open("/nop-ho-so/")
        codes.append(citizen.send({"procedure": "nosuch"}).status_code)
    assert codes[0] == 400
    assert codes[-1] == 429
    assert citizen.answer.headers["Retry-After"].isdecimal()
    assert citizen.heading
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalar(select(func.count()).select_from(OnlineRequest)) == 0

"""The questions after the end of a request: asked once, optional, counted without a trace of who answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OnlineRequest, SurveyComment, SurveyTally
from backoffice.services.online_request import guide, receive
from backoffice.services.request_letters import Reply
from backoffice.services.survey_question import load_start_questions
from tests.citizens.browser import TOKEN, Citizen
from tests.citizens.test_look_up import desk, looked_up, request_id
from tests.requests import seen

PAGE = "/ho-so-cua-toi/danh-gia/"


@pytest.fixture
def database_kind() -> str:
    """The services under these pages are tried on both kinds; the pages on one."""
    return "sqlite"


@pytest.fixture
def ended(counter: Flask, citizen: Citizen, another: Callable[[], Citizen]) -> Citizen:
    """A browser at a request that has ended, where questions are asked."""
    code = citizen.file("enforcement_request")
    with counter.app_context():
        load_start_questions(Actor.system("set_up"))
        officer = desk(counter)
        receive(officer, seen(request_id()))
        guide(officer, seen(request_id()), Reply("Gửi Tòa án."))
        db.session.remove()
    return looked_up(another(), code)


def names(citizen: Citizen) -> list[str]:
    """The fields of the page's questions, in their order."""
    form = citizen.page.find("form", class_="survey")
    assert isinstance(form, Tag), citizen.answer.text[-1500:]
    found = [str(item.get("name")) for item in form.find_all(["input", "textarea"])]
    return [name for name in dict.fromkeys(found) if name != "csrf_token"]


def counted(app: Flask) -> tuple[int, int, bool]:
    """Answers, comments, and whether the request bears its mark."""
    with app.app_context(), system_scope("set_up"):
        tallies = sum(db.session.scalars(select(SurveyTally.answer_count)))
        comments = len(db.session.scalars(select(SurveyComment)).all())
        return tallies, comments, db.session.scalars(select(OnlineRequest.is_surveyed)).one()


def test_questions_are_answered_once_and_thanked_for(counter: Flask, ended: Citizen) -> None:
    assert PAGE in ended.answer.text
    ended.open(PAGE)
    assert ended.heading == "Ông/bà đánh giá thế nào?"
    first, *_middle, overall, words = names(ended)
    sheet = {first: "o2", overall: "5", words: "Nên có\r\nghế chờ."}
    ended.send(sheet, PAGE)
    assert ended.heading == "Cảm ơn ông/bà"
    assert counted(counter) == (2, 1, True)
    ended.open("/tra-cuu/")
    ended.send(sheet, PAGE)
    assert ended.heading == "Cảm ơn ông/bà"
    assert counted(counter) == (2, 1, True)
    ended.open("/ho-so-cua-toi/")
    assert PAGE not in ended.answer.text


def test_questions_stand_in_english_when_it_is_chosen(ended: Citizen) -> None:
    ended.send({"locale": "en", "next": PAGE}, "/ngon-ngu/")
    ended.open(PAGE)
    assert ended.heading == "How did it go?"
    assert "Very satisfied" in ended.answer.text
    assert "Rất hài lòng" not in ended.answer.text


@pytest.mark.parametrize(
    "text", ["o9", "5' --", "\x00", "<script>", "\u202eo1", "o1" * 5000, "\u0301" * 10_000]
)
def test_nothing_counts_and_all_is_kept_when_an_answer_was_not_offered(
    counter: Flask, ended: Citizen, text: str
) -> None:
    ended.open(PAGE)
    first, *_middle, overall, words = names(ended)
    ended.send({first: text, overall: "4", words: "Giữ lại"}, PAGE)
    assert ended.answer.status_code == 400
    assert len(ended.faults()) == 1
    assert "<script>" not in ended.answer.text
    assert "Giữ lại" in ended.answer.text
    chosen = ended.page.find("input", {"name": overall, "checked": True})
    assert isinstance(chosen, Tag)
    assert chosen.get("value") == "4"
    assert counted(counter) == (0, 0, False)


@pytest.mark.parametrize("words", ["", " \r\n", "x" * 1001, "\u0301" * 10_000])
def test_nothing_counts_when_nothing_or_too_much_was_written(
    counter: Flask, ended: Citizen, words: str
) -> None:
    ended.open(PAGE)
    ended.send({names(ended)[-1]: words}, PAGE)
    assert ended.answer.status_code == 400
    assert ended.faults()
    assert counted(counter) == (0, 0, False)


def test_nothing_counts_when_the_token_is_wrong_or_the_address_asks_for_more(
    counter: Flask, ended: Citizen
) -> None:
    ended.open(PAGE)
    field = names(ended)[-2]
    assert ended.client.post(PAGE, data={"csrf_token": "x", field: "5"}).status_code == 400
    assert ended.client.get(f"{PAGE}?request=2").status_code == 400
    assert ended.client.put(PAGE).status_code == 405
    assert counted(counter) == (0, 0, False)


def test_first_answer_counts_when_a_field_comes_twice_or_is_unknown(counter: Flask, ended: Citizen) -> None:
    ended.open(PAGE)
    field = names(ended)[-2]
    token = TOKEN.search(ended.answer.text)
    assert token
    sent = {"csrf_token": token.group(1), field: ["5", "1"], "q987654": "1", "is_surveyed": "0"}
    assert ended.client.post(PAGE, data=sent).status_code == 302
    assert counted(counter) == (1, 0, True)


def test_nothing_is_asked_when_the_request_still_runs(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    with counter.app_context():
        load_start_questions(Actor.system("set_up"))
        db.session.remove()
    page = looked_up(another(), code)
    assert PAGE not in page.answer.text
    page.open(PAGE)
    assert page.path == "/ho-so-cua-toi/"
    page.send({"q1": "o1"}, PAGE)
    assert counted(counter) == (0, 0, False)


def test_nothing_is_asked_when_code_and_number_were_not_proved(
    counter: Flask, ended: Citizen, another: Callable[[], Citizen]
) -> None:
    ended.open(PAGE)
    field, other = names(ended)[-2], another()
    other.open(PAGE)
    assert other.path == "/tra-cuu/"
    other.send({field: "5"}, PAGE)
    assert other.path == "/tra-cuu/"
    assert counted(counter) == (0, 0, False)

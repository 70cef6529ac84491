"""A request while it is written: kept between pages, opened by nobody else, saved, gone in time, thrown away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OnlineRequest, RequestDraft
from backoffice.services.draft_seal import (
    DraftKey,
    ResumeError,
    make_resume_file,
    new_resume_code,
    read_resume_file,
)
from backoffice.services.request_draft import (
    LASTS,
    Draft,
    DraftFullError,
    DraftGoneError,
    begin_draft,
    change_draft,
    discard_draft,
    read_draft,
    sweep_drafts,
)
from tests.citizens.browser import ANSWERS, Citizen

KEY = DraftKey("0123456789abcdef", "ab" * 32, "key of the installation")


@pytest.fixture
def database_kind() -> str:
    """One kind of database is enough here; files and sending are tried on both (`test_filing`)."""
    return "sqlite"


def counts(app: Flask, *models: type[object]) -> list[int]:
    """How many rows there are of each."""
    with app.app_context(), system_scope("set_up"):
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_back_loses_nothing_when_a_page_is_half_filled_in(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/lien-he/")
    here = citizen.path
    citizen.send({"address": "Số 12", "phone": "chưa nhớ", "email": "", "go": "back"})
    assert citizen.path.endswith("/ca-nhan/")
    assert ANSWERS["applicant_name"] in citizen.answer.text
    citizen.open(here)
    assert 'value="chưa nhớ"' in citizen.answer.text
    assert 'value="Số 12"' in citizen.answer.text


def test_typed_text_stays_when_a_page_is_refused_and_opened_again(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/ca-nhan/")
    answer = citizen.send({**ANSWERS, "birth_on": "30/02/1984", "go": "on"})
    assert answer.status_code == 400
    assert 'value="30/02/1984"' in answer.text
    assert citizen.page.title.get_text().startswith("Lỗi: ")
    citizen.open(citizen.path)
    assert 'value="30/02/1984"' in citizen.answer.text


def test_language_is_changed_and_nothing_lost_when_a_page_is_half_filled_in(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/ca-nhan/")
    here = citizen.path
    citizen.send({"applicant_name": "Nguyễn Thị Hòa", "go": "en"})
    assert citizen.path == here
    assert citizen.page.html["lang"] == "en"
    assert 'value="Nguyễn Thị Hòa"' in citizen.answer.text
    assert citizen.heading == "The person who asks"


def test_answers_are_asked_anew_when_an_early_answer_changes_what_follows(citizen: Citizen) -> None:
    citizen.go_to_check("feedback")
    citizen.open(f"/ho-so/{citizen.number}/trang/nguoi-yeu-cau/")
    citizen.send({"applicant_kind": "organisation", "go": "on"})
    assert citizen.path.endswith("/to-chuc/")
    citizen.open(f"/ho-so/{citizen.number}/trang/ca-nhan/")
    assert citizen.answer.status_code == 404


def test_other_browser_finds_nothing_when_it_knows_the_address(
    citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/lien-he/")
    for path in (citizen.path, f"/ho-so/{citizen.number}/kiem-tra/", f"/ho-so/{citizen.number}/luu/"):
        other = another()
        assert other.open(path).status_code == 404
        assert ANSWERS["applicant_name"] not in other.answer.text
        # Nor when it has a draft of its own.
        other.begin("feedback")
        assert other.open(path).status_code == 404


def test_nothing_personal_stands_in_the_database_when_a_request_is_written(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS, until="/noi-dung/")
    with counter.app_context():
        row = db.session.scalars(select(RequestDraft)).one()
        assert "087184000999" not in row.sealed
        stolen = DraftKey(citizen.number, "cd" * 32, str(counter.config["SECRET_KEY"]))
        with pytest.raises(InvalidTag):
            stolen.open(row.sealed)
        with pytest.raises(DraftGoneError):
            read_draft(stolen)


def test_nothing_personal_stands_in_addresses_and_cookies_when_a_request_is_written(citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.fill_in(ANSWERS)
    cookie = citizen.client.get_cookie("openthads-dich-vu")
    assert cookie is not None
    seen = [
        cookie.decoded_value,
        *(answer.request.url for answer in (citizen.answer, *citizen.answer.history)),
    ]
    assert not any(word in text for text in seen for word in ("Hòa", "087184000999", "hoa@example.vn"))


def test_draft_is_gone_when_its_time_is_over(counter: Flask) -> None:
    with counter.app_context():
        begin_draft(KEY, Draft("feedback", "2026"))
        now = clock.now()
        with time_machine.travel(now + LASTS - timedelta(minutes=1), tick=False):
            assert read_draft(KEY).form == "feedback"
        with time_machine.travel(now + LASTS + timedelta(minutes=1), tick=False):
            with pytest.raises(DraftGoneError):
                read_draft(KEY)
            assert sweep_drafts() == 1
            assert sweep_drafts() == 0


def test_draft_lives_on_when_it_was_changed_in_time(counter: Flask) -> None:
    with counter.app_context():
        begin_draft(KEY, Draft("feedback", "2026"))
        with time_machine.travel(clock.now() + LASTS - timedelta(hours=1), tick=False):
            change_draft(KEY, lambda draft: draft.pages.update(a={"b": "c"}))
        with time_machine.travel(clock.now() + LASTS + timedelta(hours=1), tick=False):
            assert read_draft(KEY).pages == {"a": {"b": "c"}}


def test_draft_is_refused_when_more_is_typed_than_it_can_hold(counter: Flask) -> None:
    with counter.app_context():
        begin_draft(KEY, Draft("feedback", "2026"))
        with pytest.raises(DraftFullError):
            change_draft(KEY, lambda draft: draft.pages.update(a={"b": "ê" * 1_500_000}))
        assert read_draft(KEY).pages == {}


def test_draft_that_was_damaged_is_gone_and_does_not_break(counter: Flask) -> None:
    with counter.app_context():
        begin_draft(KEY, Draft("feedback", "2026"))
        db.session.scalars(select(RequestDraft)).one().sealed = "AAAA"
        db.session.commit()
        with pytest.raises(DraftGoneError):
            read_draft(KEY)


def test_draft_is_thrown_away_when_that_is_confirmed(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("feedback")
    number = citizen.number
    citizen.open(f"/ho-so/{number}/bo/")
    assert counts(counter, RequestDraft) == [1]
    citizen.send({})
    assert counts(counter, RequestDraft) == [0]
    assert citizen.open(f"/ho-so/{number}/kiem-tra/").status_code == 404
    with counter.app_context():
        discard_draft(KEY)


def saved_file(citizen: Citizen) -> tuple[str, bytes]:
    """The code and the file of the request that the browser is in."""
    citizen.open(f"/ho-so/{citizen.number}/luu/")
    code = citizen.page.find(class_="code").get_text(strip=True)
    answer = citizen.send({}, follow=False)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ho-so-')
    return code, answer.data


def test_request_goes_on_elsewhere_when_its_file_and_code_are_there(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    citizen.attach("judgment")
    code, raw = saved_file(citizen)
    assert "Hòa".encode() not in raw
    other = another()
    other.open("/tiep-tuc/")
    other.send({"file": (raw, "ho-so.thads"), "code": code.lower().replace("-", " ")})
    assert other.path.endswith("/giay-to/")
    assert "pdf" in other.page.find(class_="note-wait").get_text()
    other.attach("judgment")
    other.send({"go": "on"})
    other.send({"declared": "yes", "go": "send"})
    assert other.code()
    assert counts(counter, OnlineRequest) == [1]


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "x" * 500, "\x00", "0000-0000-0000-0000"])
def test_file_stays_closed_when_the_code_is_another(citizen: Citizen, code: str) -> None:
    citizen.begin("feedback")
    _code, raw = saved_file(citizen)
    citizen.open("/tiep-tuc/")
    answer = citizen.send({"file": (raw, "ho-so.thads"), "code": code})
    assert answer.status_code == 400
    assert citizen.faults()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "openthads-request-1"}',
        b"[" * 100_000,
        b"x" * 400_000,
    ],
)
def test_file_is_refused_when_it_is_none_of_ours(citizen: Citizen, raw: bytes) -> None:
    citizen.open("/tiep-tuc/")
    answer = citizen.send({"file": (raw, "x.thads"), "code": new_resume_code()})
    assert answer.status_code == 400
    assert citizen.faults()


def test_file_is_refused_when_it_was_changed_or_comes_from_another_installation() -> None:
    code = new_resume_code()
    raw = make_resume_file("one", code, {"form": "feedback"})
    assert read_resume_file("one", code, raw) == {"form": "feedback"}
    for installation, data in (("two", raw), ("one", raw.replace(b'"sealed": "', b'"sealed": "A'))):
        with pytest.raises(ResumeError):
            read_resume_file(installation, code, data)


def test_nothing_is_left_in_the_browser_when_the_citizen_finishes(citizen: Citizen) -> None:
    citizen.file("feedback")
    receipt = citizen.path
    citizen.send({}, "/ket-thuc/")
    assert citizen.open(receipt).status_code == 404

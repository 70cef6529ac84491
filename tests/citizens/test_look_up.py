"""Looking a request up with code and number, and what its applicant may do: the same answer for every failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import AppointmentSlot, EnforcementAgency, LookUpTry, OfficialDocument, OnlineRequest
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import TRIES_IN_ALL
from backoffice.services.official_document import PaperOrder, issue_paper, prepare_paper
from backoffice.services.online_request import (
    Classification,
    accept,
    ask_supplement,
    classify,
    guide,
    receive,
)
from backoffice.services.request_letters import Reply
from backoffice.services.rows import load_row
from backoffice.services.slot_plan import SlotPlan, plan_slots
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from tests import factories
from tests.citizens.browser import ANSWERS, PDF, TOKEN, Citizen
from tests.requests import seen
from tests.services.papers import add_templates, work

NUMBER = "087184000999"
NONCE = re.compile(r'(nonce|value)="[^"]*"')


@pytest.fixture
def database_kind() -> str:
    """The services under these pages are tried on both kinds; the pages on one."""
    return "sqlite"


def desk(app: Flask) -> Actor:
    """A support officer of CC001. Needs an open application context."""
    factories.make_roles()
    with system_scope("set_up"):
        agency = db.session.scalars(select(EnforcementAgency).where(EnforcementAgency.code == "CC001")).one()
    return factories.make_actor(agency, Role.SUPPORT_OFFICER)


def request_id() -> int:
    """The id of the only request."""
    with system_scope("set_up"):
        return db.session.scalars(select(OnlineRequest.id)).one()


def looked_up(citizen: Citizen, code: str, number: str = NUMBER) -> Citizen:
    """The browser after a try."""
    citizen.open("/tra-cuu/")
    citizen.send({"code": code, "identity_number": number})
    return citizen


def test_request_is_shown_with_everything_when_code_and_number_are_right(
    citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("enforcement_request")
    page = looked_up(another(), code.lower().replace("-", " "), "087 184 000 999")
    assert page.path == "/ho-so-cua-toi/"
    assert page.heading == "Yêu cầu thi hành án"
    for text in (ANSWERS["applicant_name"], "250.000.000", "12/05/1984", "Trần Văn Quý", "Chi cục"):
        assert text in page.answer.text
    assert code not in page.answer.text


def test_answer_is_the_same_to_the_letter_when_code_or_number_or_both_are_wrong(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    pages = []
    for typed, number in ((code, "087184000998"), ("7K3M-Q9TX-40VB-WZ8V", NUMBER), ("xyz", "1"), (code, "x")):
        page = looked_up(another(), typed, number)
        assert page.answer.status_code == 404
        pages.append(NONCE.sub("", page.answer.text))
    assert len(set(pages)) == 1
    with counter.app_context():
        assert db.session.scalar(select(func.count(LookUpTry.id))) == 4


def test_code_rests_when_it_was_tried_too_often_also_for_the_right_number(
    citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    for _try in range(5):
        looked_up(another(), code, "087184000998")
    assert looked_up(another(), code).answer.status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        page = looked_up(another(), code)
        assert page.answer.status_code == 200
        # The applicant is told that somebody has tried.
        assert "số định danh không đúng" in page.answer.text


def test_address_is_held_back_when_it_has_tried_too_often(citizen: Citizen) -> None:
    statuses = [looked_up(citizen, "AAAA", "1").answer.status_code for _try in range(21)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_name_is_asked_for_as_well_when_very_many_tries_have_failed(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    with counter.app_context():
        db.session.add_all(LookUpTry(code_key=f"{n:064x}", at=clock.now()) for n in range(TRIES_IN_ALL))
        db.session.commit()
    page = looked_up(another(), code)
    assert page.answer.status_code == 400
    page.send({"code": code, "identity_number": NUMBER, "applicant_name": "Lê Thị Khác"})
    assert page.answer.status_code == 404
    with counter.app_context():
        # A wrong name is a try in vain like any other.
        assert db.session.scalar(select(func.count(LookUpTry.id))) == TRIES_IN_ALL + 1
    page.send({"code": code, "identity_number": NUMBER, "applicant_name": "nguyen thi hong hoa"})
    assert page.path == "/ho-so-cua-toi/"


def test_page_closes_when_half_an_hour_is_over_or_the_citizen_finishes(
    citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    page = looked_up(another(), code)
    assert page.open("/ho-so-cua-toi/").status_code == 200
    assert page.path == "/ho-so-cua-toi/"
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        page.open("/ho-so-cua-toi/")
        assert page.path == "/tra-cuu/"
    looked_up(page, code)
    page.send({}, "/ket-thuc/")
    page.open("/ho-so-cua-toi/")
    assert page.path == "/tra-cuu/"


@pytest.mark.parametrize(
    ("place", "state"),
    [("bo-sung/", "supplement_asked"), ("rut/", "submitted"), ("xem-xet-lai/", "guided")],
)
def test_written_text_is_given_back_when_it_could_not_be_taken(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen], place: str, state: str
) -> None:
    page = looked_up(another(), citizen.file("feedback"))
    with counter.app_context(), system_scope("set_up"):
        row = db.session.scalars(select(OnlineRequest)).one()
        row.state = state
        db.session.commit()
    address, words = f"/ho-so-cua-toi/{place}", "Tôi viết rất lâu. <b>Một\nHai"
    page.open(address)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        page.send({"text": words})
        assert (page.answer.status_code, page.page.textarea.get_text()) == (409, f"\n{words}")
        assert page.page.select_one(".main-button")["href"] == "/tra-cuu/"
    # With a token of another visit.
    answer = page.client.post(address, data={"csrf_token": "x", "text": words})
    assert (answer.status_code, "Tôi viết rất lâu. &lt;b&gt;Một" in answer.text) == (400, True)
    page.open(address)
    with counter.app_context(), system_scope("set_up"):
        db.session.scalars(select(OnlineRequest)).one().state = "returned"
        db.session.commit()
    page.send({"text": words})
    assert (page.answer.status_code, page.page.textarea.get_text()) == (409, f"\n{words}")
    assert page.page.select_one(".main-button")["href"] == "/ho-so-cua-toi/"


@pytest.mark.parametrize("place", ["", "bo-sung/", "rut/", "hen/", "xem-xet-lai/"])
def test_nothing_is_shown_and_nothing_done_when_code_and_number_were_not_proved(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen], place: str
) -> None:
    citizen.file("feedback")
    other = another()
    other.open(f"/ho-so-cua-toi/{place}")
    assert other.path == "/tra-cuu/"
    assert ANSWERS["applicant_name"] not in other.answer.text
    if place:
        token = TOKEN.search(other.answer.text)
        assert token
        other.client.post(f"/ho-so-cua-toi/{place}", data={"csrf_token": token.group(1), "text": "x"})
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalars(select(OnlineRequest.state)).one() == "submitted"


def test_what_is_missing_is_told_and_can_be_added_when_the_agency_asks(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("enforcement_request"))
    page.open("/ho-so-cua-toi/bo-sung/")
    assert page.path == "/ho-so-cua-toi/"
    with counter.app_context():
        officer = desk(counter)
        receive(officer, seen(request_id()))
        ask_supplement(
            officer,
            seen(request_id()),
            Reply("Thiếu bản án.\nGửi đủ các trang."),
            clock.today() + timedelta(days=5),
        )
    page.open("/ho-so-cua-toi/")
    assert "Thiếu bản án." in page.answer.text
    page.open("/ho-so-cua-toi/bo-sung/")
    assert page.send({"text": " "}).status_code == 400
    assert page.send({"text": "Tôi gửi.", "files": (b"MZ", "x.exe")}).status_code == 400
    assert "Tôi gửi." in page.answer.text
    assert "x.exe" in page.faults()[0]
    page.send({"text": "Tôi gửi bản án.", "files": (PDF, "ban-an.pdf")})
    assert page.path == "/ho-so-cua-toi/"
    assert "Tôi gửi bản án." in page.answer.text
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalars(select(OnlineRequest.state)).one() == "received"


def test_words_stay_and_nothing_is_sent_when_the_language_is_changed(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("enforcement_request"))
    page.open("/ho-so-cua-toi/rut/")
    page.send({"text": "Tôi rút vì đã thỏa thuận.", "go": "en"})
    assert (page.path, page.page.html["lang"]) == ("/ho-so-cua-toi/rut/", "en")
    assert (page.heading, page.page.textarea.get_text()) == (
        "Take the request back",
        "\nTôi rút vì đã thỏa thuận.",
    )
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalars(select(OnlineRequest.state)).one() == "submitted"


def test_time_is_chosen_and_changed_when_a_visit_is_due(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("enforcement_request"))
    with counter.app_context():
        officer = desk(counter)
        days = {"first_on": clock.today() + timedelta(days=1), "last_on": clock.today() + timedelta(days=14)}
        with system_scope("set_up"):
            agency_id = db.session.scalars(
                select(EnforcementAgency.id).where(EnforcementAgency.code == "CC001")
            ).one()
        hours = {"opens_at": time(8), "closes_at": time(10), "minutes": 60}
        plan_slots(officer, SlotPlan(agency_id, "Bộ phận một cửa", **days, **hours))
        receive(officer, seen(request_id()))
        accept(officer, seen(request_id()), Reply("Mời mang bản chính."), name="accept_with_appointment")
        with system_scope("set_up"):
            slots = db.session.scalars(select(AppointmentSlot.id).order_by(AppointmentSlot.starts_at)).all()
    page.open("/ho-so-cua-toi/hen/")
    assert page.send({}).status_code == 400
    assert page.send({"slot": "99999999"}).status_code == 400
    assert page.send({"slot": "9" * 40}).status_code == 400
    page.send({"slot": str(slots[1])})
    assert "Bộ phận một cửa" in page.answer.text
    page.open("/ho-so-cua-toi/hen/")
    page.send({"slot": str(slots[2])})
    assert page.path == "/ho-so-cua-toi/"


def test_code_and_number_are_asked_for_again_when_the_petition_became_confidential(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    code = citizen.file("feedback")
    page = looked_up(another(), code)
    with counter.app_context():
        officer, number = desk(counter), request_id()
        receive(officer, seen(number))
        found = Classification("denunciation", is_eligible=True, competence="own", people_count=1)
        classify(officer, seen(number), found)
        db.session.remove()
    page.open("/ho-so-cua-toi/")
    assert page.path == "/tra-cuu/"
    assert looked_up(page, code).path == "/ho-so-cua-toi/"


def test_request_is_taken_back_once_when_its_applicant_wants_it(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("feedback"))
    page.open("/ho-so-cua-toi/rut/")
    page.send({"text": "Đã tự thỏa thuận."})
    assert "Đã tự thỏa thuận." in page.answer.text
    with counter.app_context(), system_scope("set_up"):
        assert db.session.scalars(select(OnlineRequest.state)).one() == "withdrawn"
    page.open("/ho-so-cua-toi/rut/")
    assert page.path == "/ho-so-cua-toi/"


def test_reopening_can_be_asked_for_when_the_request_was_closed_with_guidance(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("feedback"))
    page.open("/ho-so-cua-toi/xem-xet-lai/")
    assert page.path == "/ho-so-cua-toi/"
    with counter.app_context():
        officer = desk(counter)
        receive(officer, seen(request_id()))
        guide(officer, seen(request_id()), Reply("Gửi Tòa án."))
    page.open("/ho-so-cua-toi/xem-xet-lai/")
    assert page.send({"text": ""}).status_code == 400
    page.send({"text": "Tôi có tài liệu mới."})
    assert "Tôi có tài liệu mới." in page.answer.text


def test_signed_paper_is_given_to_its_applicant_alone_when_it_is_there(
    counter: Flask, citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    page = looked_up(another(), citizen.file("enforcement_request"))
    with counter.app_context():
        officer, vault = desk(counter), Vault.of(counter.config["OPENTHADS"].documents)
        receive(officer, seen(request_id()))
        add_templates("guidance_slip.2015")
        order = PaperOrder(OfficialDocumentKind.GUIDANCE_SLIP, "online_request", request_id(), {})
        paper_id = prepare_paper(officer, order, vault).id
        issue_paper(officer, paper_id)
        work()
        path = f"/ho-so-cua-toi/ket-qua/{paper_id}/"
        assert page.open(path).status_code == 404
        with system_scope("set_up"):
            agency = db.session.scalars(
                select(EnforcementAgency).where(EnforcementAgency.code == "CC001")
            ).one()
        head = factories.make_actor(agency, Role.HEAD)
        with unit_of_work(head) as session:
            apply_transition(session, head, load_row(session, OfficialDocument, paper_id), Step("sign"))
    page.open("/ho-so-cua-toi/")
    assert path in page.answer.text
    answer = page.open(path)
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert another().open(path).request.path == "/tra-cuu/"
    assert page.open("/ho-so-cua-toi/ket-qua/999999/").status_code == 404

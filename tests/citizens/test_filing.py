"""Each procedure from the first page to the receipt, through HTTP, with what then lies in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    Document,
    OnlineRequest,
    OutboxMessage,
    RequestDraft,
    RequestDraftFile,
    StoredFile,
    TransitionLog,
)
from backoffice.services.request_draft import LASTS, sweep_drafts
from backoffice.services.request_forms import FORMS
from backoffice.services.request_seal import unseal
from tests.citizens.browser import ANSWERS, DEBTOR, PDF, Citizen
from tests.documents import zoo

AGENCY = {"complaint_second": "TC"}


def requests_of(app: Flask) -> list[tuple[OnlineRequest, dict[str, str]]]:
    """Every request with what was declared."""
    with app.app_context(), system_scope("set_up"):
        rows = db.session.scalars(select(OnlineRequest).order_by(OnlineRequest.id)).all()
        found = [(row, unseal(row)) for row in rows]
        db.session.expunge_all()
    return found


def counts(app: Flask, *models: type[object]) -> list[int]:
    """How many rows there are of each."""
    with app.app_context(), system_scope("set_up"):
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


@pytest.mark.parametrize("form", FORMS)
def test_request_is_registered_and_coded_when_every_page_is_filled_in(
    counter: Flask, citizen: Citizen, form: str
) -> None:
    code = citizen.file(form, agency=AGENCY.get(form, "CC001"))
    assert len(code.replace("-", "")) == 16
    ((row, declared),) = requests_of(counter)
    assert row.state == "submitted"
    assert form.startswith(row.procedure)
    assert row.applicant_name == ANSWERS["applicant_name"]
    assert declared["identity_number"] == "087184000999"
    assert code not in str(vars(row))
    assert citizen.open("/").status_code == 200


def test_declared_values_are_in_one_form_when_they_were_typed_in_another(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.file("enforcement_request")
    ((row, declared),) = requests_of(counter)
    assert declared["birth_on"] == "1984-05-12"
    assert declared["amount_vnd"] == "250000000"
    assert declared["phone"] == "0912345678"
    # The person who asks is the creditor, filled in beforehand; the debtor was typed.
    assert declared["debtor_name"] == DEBTOR["person_name"]
    assert declared["papers_later"] == "yes"
    assert row.agency_path == "TC.C01.CC001."


def test_creditor_is_filled_in_beforehand_when_the_person_who_asks_is_one(citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS, until="/nguoi/nguoi-duoc/1/")
    assert ANSWERS["applicant_name"] in citizen.answer.text
    assert 'value="12/05/1984"' in citizen.answer.text


def test_every_person_is_declared_when_there_are_several_debtors(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS, until="/nguoi/nguoi-phai/1/")
    citizen.send({**DEBTOR, "go": "on"})
    citizen.send({"more": "yes", "go": "on"})
    citizen.send({**DEBTOR, "person_name": "Công ty Minh Phát", "person_kind": "organisation", "go": "on"})
    citizen.send({"more": "yes", "go": "on"})
    citizen.send({**DEBTOR, "person_name": "Người bỏ đi", "go": "on"})
    citizen.send({}, f"{citizen.path}3/bo/")
    citizen.send({"more": "no", "go": "on"})
    citizen.fill_in(ANSWERS)
    citizen.send({"later": "yes", "go": "on"})
    citizen.send({"declared": "yes", "go": "send"})
    ((_row, declared),) = requests_of(counter)
    assert declared["debtor_name"] == DEBTOR["person_name"]
    assert "Người phải thi hành án: Công ty Minh Phát" in declared["other_parties"]
    assert "Người bỏ đi" not in str(declared)


def test_files_belong_to_the_request_when_it_was_sent(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    citizen.attach("judgment")
    assert citizen.answer.status_code == 200, citizen.faults()
    citizen.attach("identity", zoo.picture(), "can-cuoc.jpg")
    citizen.send({"go": "on"})
    citizen.send({"declared": "yes", "go": "send"})
    citizen.code()
    with counter.app_context(), system_scope("set_up"):
        files = db.session.scalars(select(Document).order_by(Document.id)).all()
        assert [(file.kind, file.state) for file in files] == [("judgment", "stored"), ("identity", "stored")]
        assert all(file.file_id for file in files)
    assert counts(counter, RequestDraftFile) == [0]


def test_one_dossier_and_one_code_are_made_when_the_request_is_sent_twice(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.go_to_check("feedback")
    address = citizen.path
    first = citizen.send({"declared": "yes", "go": "send"}, follow=False)
    again = citizen.send({"declared": "yes", "go": "send"}, follow=False)
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    code = (citizen.open(first.location), citizen.code())[1]
    assert (citizen.open(address), citizen.code())[1] == code
    assert counts(counter, OnlineRequest) == [1]


def test_code_is_the_same_when_the_process_died_before_it_could_be_shown(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.go_to_check("feedback")
    kept = _draft_row(counter)
    citizen.send({"declared": "yes", "go": "send"})
    code = citizen.code()
    # As if the web process had been killed after the request was committed, before the draft was.
    _draft_row(counter, kept)
    citizen.open(f"/ho-so/{citizen.number}/kiem-tra/")
    citizen.send({"declared": "yes", "go": "send"})
    assert citizen.code() == code
    assert counts(counter, OnlineRequest) == [1]


def _draft_row(app: Flask, sealed: str | None = None) -> str:
    """What the only draft holds, after putting something back into it."""
    with app.app_context():
        row = db.session.scalars(select(RequestDraft)).one()
        if sealed is not None:
            row.sealed = sealed
        found = row.sealed
        db.session.commit()
        db.session.remove()
        return found


def test_nothing_is_sent_when_something_is_missing(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("feedback")
    citizen.open(f"/ho-so/{citizen.number}/kiem-tra/")
    answer = citizen.send({"declared": "yes", "go": "send"})
    assert answer.status_code == 400
    assert counts(counter, OnlineRequest) == [0]


def test_nothing_is_sent_when_the_declaration_is_not_ticked(counter: Flask, citizen: Citizen) -> None:
    citizen.go_to_check("feedback")
    answer = citizen.send({"go": "send"})
    assert answer.status_code == 400
    assert citizen.faults()
    assert counts(counter, OnlineRequest) == [0]


def test_papers_are_asked_for_when_they_are_missing_and_not_said_to_come_later(citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    answer = citizen.send({"go": "on"})
    assert answer.status_code == 400
    assert "Bản án, quyết định" in citizen.faults()[0]


def test_files_are_refused_with_a_reason_when_they_are_not_what_they_say(
    counter: Flask, citizen: Citizen
) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    for raw, name in (
        (b"", "a.pdf"),
        (b"MZ" + b"0" * 500, "a.pdf"),
        (PDF, "a.exe"),
        (b"PK\x03\x04xx", "a.zip"),
    ):
        answer = citizen.attach("judgment", raw, name)
        assert answer.status_code == 400
        assert name in citizen.faults()[0]
    assert citizen.attach("nosuch").status_code == 400
    assert counts(counter, RequestDraftFile) == [0]


def test_same_file_is_refused_when_it_is_attached_twice(citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    assert citizen.attach("judgment").status_code == 200
    assert citizen.attach("other").status_code == 400


def test_file_is_gone_when_it_was_taken_off_again(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    citizen.attach("judgment")
    key = citizen.page.find("input", attrs={"name": "file"})["value"]
    citizen.send({"file": "999999"}, f"{citizen.path}bo/")
    assert counts(counter, RequestDraftFile) == [1]
    citizen.send({"file": key}, f"/ho-so/{citizen.number}/giay-to/bo/")
    assert counts(counter, RequestDraftFile) == [0]


def test_complaint_of_second_instance_goes_to_the_national_agency_alone(citizen: Citizen) -> None:
    citizen.open("/nop-ho-so/")
    citizen.send({"procedure": "complaint_second"})
    assert citizen.path.endswith("/co-quan/chon/")
    assert citizen.send({"agency": "CC001", "go": "on"}).status_code == 400
    assert citizen.send({"agency": "TC", "go": "on"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("12 Đội Cấn, quận Ba Đình, Hà Nội", "CC001"),
        ("quan ba dinh", "CC001"),
        ("Hoàn Kiếm", "CC002"),
        ("thành phố Hải Dương", "CC288"),
    ],
)
def test_agency_is_found_when_its_place_stands_in_the_address(
    citizen: Citizen, address: str, first: str
) -> None:
    citizen.open("/nop-ho-so/")
    citizen.send({"procedure": "enforcement_request"})
    citizen.send({"address": address, "province": "", "go": "on"})
    assert citizen.page.find("input", attrs={"name": "agency"})["value"] == first


@pytest.mark.parametrize(
    "values", [{"address": ""}, {"address": "Atlantis"}, {"province": "C99"}, {"address": "%_'"}]
)
def test_agency_is_asked_again_when_nothing_is_found(citizen: Citizen, values: dict[str, str]) -> None:
    citizen.open("/nop-ho-so/")
    citizen.send({"procedure": "enforcement_request"})
    answer = citizen.send({"address": "", "province": "", "go": "on", **values})
    assert answer.status_code == 400
    assert citizen.faults()


def test_agency_is_looked_for_again_when_another_window_has_found_nothing(citizen: Citizen) -> None:
    citizen.open("/nop-ho-so/")
    citizen.send({"procedure": "feedback"})
    citizen.send({"province": "C01", "address": "", "go": "on"})
    choosing, page = citizen.path, citizen.answer
    citizen.open(f"/ho-so/{citizen.number}/co-quan/")
    assert citizen.send({"province": "", "address": "zzz", "go": "on"}).status_code == 400
    citizen.answer = page
    citizen.send({"agency": "CC001", "go": "on"}, choosing)
    assert citizen.path.endswith("/co-quan/")
    assert citizen.answer.status_code == 200


def test_agency_of_another_kind_is_refused_when_it_was_not_offered(citizen: Citizen) -> None:
    citizen.open("/nop-ho-so/")
    citizen.send({"procedure": "enforcement_request"})
    citizen.send({"province": "C01", "address": "", "go": "on"})
    assert citizen.send({"agency": "CC288", "go": "on"}).status_code == 400
    assert citizen.send({"agency": "TC", "go": "on"}).status_code == 400


def test_log_says_that_a_citizen_registered_it_when_it_was_sent(counter: Flask, citizen: Citizen) -> None:
    citizen.file("feedback")
    with counter.app_context(), system_scope("set_up"):
        entry = db.session.scalars(
            select(TransitionLog).where(TransitionLog.subject_type == "online_request")
        ).one()
        assert (entry.transition, entry.actor_id, entry.to_state) == ("register", None, "submitted")


def test_receipt_is_shown_to_nobody_else_when_somebody_knows_its_address(
    citizen: Citizen, another: Callable[[], Citizen]
) -> None:
    citizen.file("feedback")
    other = another()
    answer = other.open(f"/ho-so/{citizen.number}/bien-nhan/")
    assert answer.status_code == 404
    assert ANSWERS["applicant_name"] not in answer.text


def test_files_leave_the_store_when_the_draft_is_swept(counter: Flask, citizen: Citizen) -> None:
    citizen.begin("enforcement_request")
    citizen.fill_in(ANSWERS)
    citizen.attach("judgment")
    assert counts(counter, RequestDraftFile, StoredFile) == [1, 1]
    with counter.app_context(), time_machine.travel(clock.now() + LASTS * 2, tick=False):
        assert sweep_drafts() == 1
        jobs = db.session.scalars(select(OutboxMessage.job)).all()
        assert "document.erase" in jobs
    assert counts(counter, RequestDraft, RequestDraftFile, StoredFile) == [0, 0, 0]

"""Requests on the staff screens: what a page says, what its forms do, and who is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.services.document_vault import Vault
from tests.requests import answers, registered
from tests.views.world import World, foreign_markers, token_of, username

WORDS = {"text": "Đề nghị bổ sung bản án.\nMang bản chính.", "sending": "email"}


@pytest.fixture
def request_id(light_world: World) -> int:
    """A new request to CC001."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        key = registered(agency, vault).request_id
        db.session.remove()
        return key


def stored(world: World, key: int) -> dict[str, Any]:
    """The request as it is stored."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, key)
        found = {"state": row.state, "version": row.version, "outcome": row.outcome, "case_id": row.case_id}
        db.session.remove()
        return found


def desk(world: World) -> FlaskClient:
    """The support officer of CC001, signed in."""
    return world.client(username("CC001", Role.SUPPORT_OFFICER))


def send(client: FlaskClient, address: str, version: int, **values: str) -> Any:
    """Press a button or send a form."""
    token = token_of(client.get("/").text)
    return client.post(address, data={"csrf_token": token, "version": str(version), **values})


def received(world: World, client: FlaskClient, key: int) -> int:
    """Take the request into support; returns its version then."""
    answer = send(client, f"/requests/step/{key}/receive", stored(world, key)["version"])
    assert answer.status_code == 302
    return int(stored(world, key)["version"])


def test_page_shows_what_was_declared_and_why_it_is_due(light_world: World, request_id: int) -> None:
    page = desk(light_world).get(f"/requests/show/{request_id}").text
    for words in (
        "001184000123",
        "Trần Văn Mẫu",
        "50.000.000",
        "Điều 34 khoản 3",
        "Không tính ngày xảy ra sự kiện",
    ):
        assert words in page, words
    buttons = [
        str(form["action"]) for form in BeautifulSoup(page, "html.parser").select("form[action*='/step/']")
    ]
    assert [address.rsplit("/", 1)[1] for address in buttons] == ["receive"]


def test_request_is_asked_to_be_completed_when_the_form_is_sent(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    until = f"{clock.today() + timedelta(days=5):%d/%m/%Y}"
    form = client.get(f"/requests/form/{request_id}/supplement")
    assert form.status_code == 200
    answer = send(client, f"/requests/form/{request_id}/supplement", version, until=until, **WORDS)
    assert answer.status_code == 302
    assert stored(light_world, request_id)["state"] == "supplement_asked"
    page = client.get(f"/requests/show/{request_id}").text
    assert "Mang bản chính." in page
    assert until in page


@pytest.mark.parametrize(
    "values",
    [
        {"until": "hôm qua"},
        {"until": "01/01/2020"},
        {"text": ""},
        {"sending": "pigeon"},
        {"text": "x" * 4001},
    ],
)
def test_form_keeps_what_was_typed_when_something_is_wrong(
    light_world: World, request_id: int, values: dict[str, str]
) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    until = f"{clock.today() + timedelta(days=5):%d/%m/%Y}"
    sent = {"until": until, **WORDS, **values}
    answer = send(client, f"/requests/form/{request_id}/supplement", version, **sent)
    assert answer.status_code == 400
    assert sent["text"][:20] in answer.text
    assert stored(light_world, request_id)["state"] == "received"


def test_request_becomes_a_case_when_it_is_accepted_on_the_screen(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    answer = send(client, f"/requests/form/{request_id}/accept", version, **WORDS)
    assert answer.status_code == 302
    found = stored(light_world, request_id)
    assert (found["state"], found["case_id"] is not None) == ("in_examination", True)


def test_refusal_offers_the_grounds_of_the_law_and_takes_no_other(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    page = client.get(f"/requests/form/{request_id}/refuse").text
    grounds = BeautifulSoup(page, "html.parser").select(
        "select[name=ground_code] option[value]:not([value=''])"
    )
    assert len(grounds) == 5
    address = f"/requests/form/{request_id}/refuse"
    assert send(client, address, version, ground_code="because", **WORDS).status_code == 400
    assert send(client, address, version, ground_code="no_competence", **WORDS).status_code == 302
    assert stored(light_world, request_id)["outcome"] == "refused"


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.SECRETARY])
def test_desk_forms_are_refused_when_the_role_is_not_at_the_desk(
    light_world: World, request_id: int, role: Role
) -> None:
    client = light_world.client(username("CC001", role))
    page = client.get(f"/requests/show/{request_id}")
    assert page.status_code == 200
    assert "/form/" not in page.text.replace(f"/form/{request_id}/hand-over", "")
    for name in ("supplement", "accept", "refuse", "return"):
        assert send(client, f"/requests/form/{request_id}/{name}", 1, **WORDS).status_code == 403
    assert send(client, f"/requests/step/{request_id}/receive", 1).status_code == 403


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.AGENCY_ADMINISTRATOR])
def test_requests_are_closed_to_roles_that_have_nothing_to_do_with_them(
    light_world: World, request_id: int, role: Role
) -> None:
    client = light_world.client(username("CC001", role))
    assert client.get("/requests/list/").status_code == 403
    assert client.get(f"/requests/show/{request_id}").status_code == 403


def test_request_of_another_agency_looks_like_a_missing_one(light_world: World, request_id: int) -> None:
    client = light_world.client(username("CC002", Role.HEAD))
    for address in (f"/requests/show/{request_id}", f"/requests/form/{request_id}/hand-over"):
        assert client.get(address).status_code == 404
    assert foreign_markers(client.get("/requests/list/").text, {"CC002"}) == set()


def test_list_is_narrowed_by_state_due_day_and_name(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    assert "Nguyễn Thị Hòa" in client.get("/requests/list/?state=submitted&due=all&q=nguyen+thi+hoa").text
    assert f"{request_id}/{clock.today().year}" in client.get("/requests/list/").text
    assert "Nguyễn Thị Hòa" not in client.get("/requests/list/?state=filed").text
    for bad in ("state=no_such", "due=soonish", "mine=maybe", "procedure=x", "nothing=1"):
        assert client.get(f"/requests/list/?{bad}").status_code == 400, bad


def test_queues_of_the_first_page_lead_to_their_requests(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    received(light_world, client, request_id)
    page = client.get("/").text
    assert "Hồ sơ tôi hỗ trợ" in page
    assert "/requests/list/?mine=yes" in page.replace("&amp;", "&")
    assert "Nguyễn Thị Hòa" in page, "whose request it is stands beside its number"


def test_history_says_the_classification_in_words_when_a_petition_was_classified(light_world: World) -> None:
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        key = registered(agency, vault, "feedback").request_id
        db.session.remove()
    client = desk(light_world)
    version = received(light_world, client, key)
    four = {"kind": "reflection", "is_eligible": "yes", "competence": "own", "people_count": "1"}
    assert send(client, f"/requests/form/{key}/classify", version, **four).status_code == 302
    page = client.get(f"/requests/history/{key}").text
    assert "Đủ điều kiện xử lý: Có" in page
    assert "is_eligible" not in page


def test_conflict_keeps_both_versions_when_somebody_was_faster(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    head = light_world.client(username("CC001", Role.HEAD))
    other = username("CC001", Role.SUPPORT_OFFICER)
    assert send(head, f"/requests/form/{request_id}/hand-over", version, officer_id=other).status_code == 302
    answer = send(client, f"/requests/form/{request_id}/guide", version, **WORDS)
    assert answer.status_code == 409
    assert "Mang bản chính." in answer.text
    assert stored(light_world, request_id)["state"] == "received"


def buttons(page: str) -> list[str]:
    """How the message of a form may be sent."""
    found = BeautifulSoup(page, "html.parser").select("button[name=sending]")
    return [str(button["value"]) for button in found]


def test_officer_sends_with_or_without_email_when_an_address_was_given(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    address = f"/requests/form/{request_id}/guide"
    page = client.get(address).text
    assert buttons(page) == ["email", "software"]
    assert "hoa.nguyen@example.vn" in page
    unsaid = send(client, address, version, text="Nộp tại Tòa án.")
    assert unsaid.status_code == 400
    assert "Nộp tại Tòa án." in unsaid.text
    assert "Hãy chọn một trong các nút" in unsaid.text
    assert send(client, address, version, text="Nộp tại Tòa án.", sending="software").status_code == 302
    assert "Đã gửi, không kèm thư điện tử" in client.get(f"/requests/show/{request_id}").text


def test_no_email_is_offered_or_taken_when_no_address_was_given(light_world: World) -> None:
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        values = answers()
        del values["email"]
        key = registered(agency, vault, values=values).request_id
        db.session.remove()
    client = desk(light_world)
    version = received(light_world, client, key)
    address = f"/requests/form/{key}/guide"
    assert buttons(client.get(address).text) == ["software"]
    assert send(client, address, version, text="Lời", sending="email").status_code == 400
    assert stored(light_world, key)["state"] == "received"


def test_request_is_merged_by_its_number_and_separated_on_its_page(
    light_world: World, request_id: int
) -> None:
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        twin = registered(agency, vault)
        db.session.remove()
    client, address = desk(light_world), f"/requests/form/{request_id}/merge"
    assert f"/requests/show/{twin.request_id}" in client.get(address).text
    version = stored(light_world, request_id)["version"]
    bad = send(client, address, version, number="1/1999", reason="Trùng")
    assert bad.status_code == 400
    assert "1/1999" in bad.text
    assert send(client, address, version, number=twin.request_number, reason="").status_code == 400
    assert send(client, address, version, number=twin.request_number, reason="Trùng").status_code == 302
    page = BeautifulSoup(client.get(f"/requests/show/{request_id}").text, "html.parser")
    assert page.select_one(f".note a[href$='/requests/show/{twin.request_id}']") is not None
    assert "được giải quyết cùng hồ sơ này" in client.get(f"/requests/show/{twin.request_id}").text
    assert f"/show/{request_id}" in client.get("/requests/list/?state=merged").text
    assert f'/show/{request_id}"' not in client.get("/requests/list/?state=submitted").text
    step = f"/requests/step/{request_id}/unmerge"
    assert send(client, step, version + 1, reason="Nhầm").status_code == 302
    assert f"/show/{request_id}" in client.get("/requests/list/?state=submitted").text


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.EXAMINER])
def test_merging_is_refused_on_the_screen_when_the_role_is_not_at_the_desk(
    light_world: World, request_id: int, role: Role
) -> None:
    client = light_world.client(username("C01" if role is Role.EXAMINER else "CC001", role))
    sent = {"number": "1/2026", "reason": "Trùng"}
    assert send(client, f"/requests/form/{request_id}/merge", 1, **sent).status_code == 403
    assert send(client, f"/requests/step/{request_id}/unmerge", 1, reason="Trùng").status_code == 403
    assert stored(light_world, request_id)["version"] == 1


def test_first_page_counts_a_request_as_before_when_its_procedure_has_no_term(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)

    def waiting() -> str:
        page = BeautifulSoup(client.get("/").text, "html.parser")
        (line,) = [line for line in page.select(".work-line") if "Hồ sơ mới" in line.text]
        return line.select_one(".work-count").text  # type: ignore[union-attr]

    before = waiting()
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, request_id)
        row.due_on = row.total_due_on = None
        db.session.commit()
        db.session.remove()
    assert waiting() == before
    link = f'href="/requests/show/{request_id}"'
    assert link in client.get("/requests/list/?state=submitted&due=all").text
    assert link not in client.get("/requests/list/?state=submitted&due=overdue").text


def test_first_page_names_applicant_and_procedure_when_a_request_is_mine(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    received(light_world, client, request_id)
    page = BeautifulSoup(client.get("/").text, "html.parser")
    (line,) = [line for line in page.select(".work-line") if "Hồ sơ tôi hỗ trợ" in line.text]
    assert "Yêu cầu thi hành án" in line.get_text(" ", strip=True)

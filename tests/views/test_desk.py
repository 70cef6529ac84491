"""The one-stop desk over HTTP: what is keyed in, what is refused, what the slips say, who sees them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Document, OnlineRequest
from backoffice.services.intake_lookup import look_up
from tests.documents import zoo
from tests.requests import answers, token
from tests.services.papers import add_templates
from tests.views.world import World, token_of, username

NUMBER = "001184000123"


@pytest.fixture(scope="module", autouse=True)
def slips(light_world: World) -> None:
    """The editions of both slips."""
    with light_world.app.app_context():
        add_templates("receipt_slip.2015", "guidance_slip.2015")
        db.session.remove()


@pytest.fixture
def desk(light_world: World) -> FlaskClient:
    """The support officer of CC001, signed in."""
    return light_world.client(username("CC001", Role.SUPPORT_OFFICER))


def dossier(procedure: str = "enforcement_request", **changes: Any) -> dict[str, Any]:
    """What the form of the desk sends for a complete dossier."""
    own = {
        "procedure": procedure,
        "channel": "desk",
        "received_on": f"{clock.today():%d/%m/%Y}",
        "token": token(),
    }
    found: dict[str, Any] = {**answers(procedure), **own}
    return found | changes


def send(client: FlaskClient, values: dict[str, Any], address: str = "/desk/") -> Any:
    """Send the form."""
    sent = {"csrf_token": token_of(client.get("/").text), **values}
    return client.post(address, data=sent, content_type="multipart/form-data")


def saved(client: FlaskClient, values: dict[str, Any]) -> int:
    """Send a form that is accepted; the id of its request."""
    answer = send(client, values)
    assert answer.status_code == 302, BeautifulSoup(answer.text, "html.parser").select_one("#problems")
    return int(answer.location.rsplit("/", 1)[1])


def stored(world: World, key: int) -> dict[str, Any]:
    """The request as it is stored."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, key)
        names = ("state", "channel", "handler_id", "originals_received_on", "received_on", "procedure")
        found = {name: getattr(row, name) for name in names}
        db.session.remove()
        return found


def count(world: World) -> int:
    """How many requests there are."""
    with world.app.app_context(), system_scope("set_up"):
        found = db.session.scalar(select(func.count(OnlineRequest.id))) or 0
        db.session.remove()
        return found


def code_on(page: str) -> str:
    """The code that a page shows."""
    found = BeautifulSoup(page, "html.parser").select_one(".desk-code")
    assert found is not None
    return found.text


def test_dossier_is_taken_into_support_when_it_is_keyed_in(light_world: World, desk: FlaskClient) -> None:
    key = saved(desk, dossier(originals="y", channel="post"))
    found = stored(light_world, key)
    assert (found["state"], found["channel"], found["originals_received_on"]) == (
        "received",
        "post",
        clock.today(),
    )
    assert found["handler_id"] == light_world.people[username("CC001", Role.SUPPORT_OFFICER)]


def test_code_of_the_slip_opens_the_request_when_the_citizen_looks_it_up(
    light_world: World, desk: FlaskClient
) -> None:
    key = saved(desk, dossier())
    code = code_on(desk.get(f"/desk/saved/{key}").text)
    slip = desk.get(f"/desk/slip/{key}/receipt").text
    assert code in slip
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in slip
    assert f"Số: {key:02d}/{clock.today().year}" in slip
    with light_world.app.app_context():
        assert look_up(code, NUMBER).request_id == key
        db.session.remove()


def test_code_is_shown_to_nobody_else_when_the_page_is_opened_later(
    light_world: World, desk: FlaskClient
) -> None:
    key = saved(desk, dossier())
    code = code_on(desk.get(f"/desk/saved/{key}").text)
    again = light_world.client(username("CC001", Role.SUPPORT_OFFICER))
    for address in (f"/desk/saved/{key}", f"/desk/slip/{key}/receipt"):
        page = again.get(address)
        assert page.status_code == 200
        assert code not in page.text
    assert f"••••-••••-••••-••{code[-2:]}" in page.text


def test_same_form_gives_one_dossier_when_it_is_sent_twice(light_world: World, desk: FlaskClient) -> None:
    values, before = dossier(), count(light_world)
    first = saved(desk, values)
    code = code_on(desk.get(f"/desk/saved/{first}").text)
    assert saved(desk, values) == first
    page = desk.get(f"/desk/saved/{first}").text
    assert "không lưu lần thứ hai" in page
    assert code_on(page) == code
    assert count(light_world) == before + 1


def test_used_form_is_refused_when_it_comes_with_other_answers(light_world: World, desk: FlaskClient) -> None:
    values = dossier()
    saved(desk, values)
    before = count(light_world)
    answer = send(desk, {**values, "identity_number": "001184000321"})
    assert answer.status_code == 400
    assert count(light_world) == before
    fresh = BeautifulSoup(answer.text, "html.parser").select_one("input[name=token]")
    assert fresh is not None
    assert fresh["value"] not in ("", values["token"])


def test_missing_things_are_asked_for_and_printed_when_they_are_keyed_in(
    light_world: World, desk: FlaskClient
) -> None:
    until = f"{clock.today() + timedelta(days=9):%d%m%Y}"
    key = saved(desk, dossier(missing="- Giấy ủy quyền\nBản chính bản án", until=until))
    assert stored(light_world, key)["state"] == "supplement_asked"
    slip = BeautifulSoup(desk.get(f"/desk/slip/{key}/guidance").text, "html.parser")
    cells = [cell.text.strip() for cell in slip.select(".paper-sheet td")]
    assert "Giấy ủy quyền" in cells
    assert "Bản chính bản án" in cells


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identity_number": "12"}, "12"),
        ({"applicant_name": ""}, "Số 1, phố Mẫu"),
        ({"judgment_on": "31/02/2026"}, "31/02/2026"),
        ({"received_on": "01/01/2099"}, "01/01/2099"),
        ({"received_on": "01/01/2019"}, "01/01/2019"),
        ({"channel": "online"}, "Trần Văn Mẫu"),
        ({"missing": "Bản án"}, "Bản án"),
        ({"missing": "Bản án", "until": "01/01/2020"}, "01/01/2020"),
        ({"missing": "x" * 4001, "until": "01/01/2099"}, "xxxx"),
        ({"obligation_code": "nothing"}, "Trần Văn Mẫu"),
        ({"token": "short"}, "Trần Văn Mẫu"),
        ({"procedure": "no_such_procedure"}, "Trần Văn Mẫu"),
        ({"applicant_name": "\0\ufffe" + "\u0301" * 10_000}, "Trần Văn Mẫu"),
    ],
)
def test_nothing_is_saved_and_nothing_lost_when_something_is_wrong(
    light_world: World, desk: FlaskClient, changes: dict[str, str], words: str
) -> None:
    before = count(light_world)
    answer = send(desk, dossier() | changes)
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#problems[autofocus] li") is not None
    assert words in answer.text
    assert count(light_world) == before


def test_files_are_kept_by_their_kind_and_refused_when_they_are_none(
    light_world: World, desk: FlaskClient
) -> None:
    key = saved(desk, dossier(files_judgment=(io.BytesIO(zoo.pdf()), "ban-an.pdf")))
    with light_world.app.app_context(), system_scope("set_up"):
        kinds = db.session.scalars(
            select(Document.kind).where(Document.subject_type == "online_request", Document.subject_id == key)
        ).all()
        db.session.remove()
    assert kinds == ["judgment"]
    before = count(light_world)
    answer = send(desk, dossier(files_identity=(io.BytesIO(b"MZ nothing"), "the.pdf")))
    assert answer.status_code == 400
    assert "the.pdf" in answer.text
    assert count(light_world) == before


def test_other_procedure_keeps_what_was_typed_when_its_fields_are_shown(desk: FlaskClient) -> None:
    values = dossier()
    page = BeautifulSoup(
        send(desk, {**values, "procedure": "complaint", "reload": "yes"}).text, "html.parser"
    )
    name, kept = page.select_one("#applicant_name"), page.select_one("input[type=hidden][name=debtor_name]")
    assert name is not None
    assert name["value"] == "Nguyễn Thị Hòa"
    assert kept is not None
    assert kept["value"] == values["debtor_name"]
    assert page.select_one("#claim") is not None
    part = send(desk, {**values, "procedure": "enforcement_request"}, "/desk/fields")
    assert "<html" not in part.text
    assert values["debtor_name"] in part.text


def test_applicant_is_the_creditor_when_the_creditor_is_left_empty(
    light_world: World, desk: FlaskClient
) -> None:
    key = saved(desk, dossier(creditor_name="", creditor_address=""))
    page = BeautifulSoup(desk.get(f"/requests/show/{key}").text, "html.parser")
    assert len(page.find_all(string=re.compile("Nguyễn Thị Hòa"))) >= 2


def test_clocks_begin_earlier_when_the_dossier_came_earlier(light_world: World, desk: FlaskClient) -> None:
    day = clock.today() - timedelta(days=3)
    key = saved(desk, dossier(received_on=f"{day:%d/%m/%Y}"))
    assert stored(light_world, key)["received_on"] == day


def test_receipt_asks_for_a_day_when_no_document_lays_one_down(desk: FlaskClient) -> None:
    key = saved(desk, dossier("officer_change"))
    assert "Không có văn bản quy định thời hạn" in desk.get(f"/desk/slip/{key}/receipt").text
    assert "25 tháng 12 năm 2026" in desk.get(f"/desk/slip/{key}/receipt?on=25/12/2026").text
    for bad in ("on=soon", "on=31/02/2026", "day=1"):
        assert desk.get(f"/desk/slip/{key}/receipt?{bad}").status_code == 400
    assert desk.get(f"/desk/slip/{key}/other").status_code == 404


def test_last_procedure_is_chosen_when_the_next_dossier_begins(desk: FlaskClient) -> None:
    saved(desk, dossier("feedback"))
    page = BeautifulSoup(desk.get("/desk/").text, "html.parser")
    chosen = page.select_one("#procedure option[selected]")
    assert chosen is not None
    assert chosen["value"] == "feedback"
    name = page.select_one("#applicant_name")
    assert name is not None
    assert name.has_attr("autofocus")


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.PROFESSIONAL_OFFICER, Role.MONITORING_OFFICER])
def test_desk_is_closed_when_the_role_is_not_at_it(light_world: World, desk: FlaskClient, role: Role) -> None:
    key, before = saved(desk, dossier()), count(light_world)
    client = light_world.client(username("CC001", role))
    for address in ("/desk/", f"/desk/saved/{key}", f"/desk/slip/{key}/receipt"):
        assert client.get(address).status_code == 403
    for address in ("/desk/", "/desk/fields"):
        assert send(client, dossier(), address).status_code == 403
    assert count(light_world) == before


def test_dossier_of_another_agency_looks_like_a_missing_one(light_world: World, desk: FlaskClient) -> None:
    key = saved(desk, dossier())
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, light_world.rows["CC288", "OnlineRequestView"])
        foreign = row.id
        db.session.remove()
    for address in ("/desk/saved/{}", "/desk/slip/{}/receipt", "/desk/slip/{}/guidance"):
        assert desk.get(address.format(foreign)).status_code == 404
        assert desk.get(address.format(987_654)).status_code == 404
        assert desk.get(address.format(key)).status_code == 200


def test_dossier_is_not_keyed_into_an_agency_outside_the_scope(light_world: World, desk: FlaskClient) -> None:
    before = count(light_world)
    key = saved(desk, dossier(agency_id="CC288"))
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, key)
        code = row.agency.code
        db.session.remove()
    # Where there is no choice, what was sent does not count.
    assert code == "CC001"
    assert count(light_world) == before + 1


def test_same_person_is_hinted_at_when_the_number_is_typed(desk: FlaskClient) -> None:
    key = saved(desk, dossier())
    answer = send(desk, {"identity_number": "001.184.000.123"}, "/desk/same")
    assert any(one["url"].endswith(f"/requests/show/{key}") for one in answer.json["found"])
    assert send(desk, {"identity_number": "001184000999"}, "/desk/same").json == {"found": []}
    page = send(desk, {**dossier(), "check": "yes"})
    assert page.status_code == 200
    assert f"/requests/show/{key}" in page.text
    assert "Trần Văn Mẫu" in page.text


def test_hints_beside_a_request_are_refused_when_it_is_foreign_or_the_address_is_bad(
    light_world: World, desk: FlaskClient
) -> None:
    key, other = saved(desk, dossier()), saved(desk, dossier())
    assert f"/requests/show/{other}" in desk.get(f"/requests/same/{key}").text
    assert desk.get(f"/requests/same/{key}?as=json").json["found"]
    for bad in ("as=xml", "q=1"):
        assert desk.get(f"/requests/same/{key}?{bad}").status_code == 400
    foreign = light_world.rows["CC288", "OnlineRequestView"]
    assert desk.get(f"/requests/same/{foreign}").status_code == 404
    outsider = light_world.client(username("CC001", Role.MONITORING_OFFICER))
    assert outsider.get(f"/requests/same/{key}").status_code == 403
    assert send(outsider, {"applicant_name": "Nguyễn Thị Hòa"}, "/desk/same").status_code == 403


def test_denunciation_is_seen_by_whoever_keyed_it_in(desk: FlaskClient) -> None:
    key = saved(desk, dossier("denunciation"))
    page = desk.get(f"/desk/saved/{key}")
    assert page.status_code == 200
    assert desk.get(f"/desk/slip/{key}/receipt?on=25/12/2026").status_code == 200

"""What a request offers its officer: the usual step, the usual words, a time only where somebody has to come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.services.document_vault import Vault
from backoffice.views.request_offers import ACCEPTED_WORDS, ORIGINALS_WORDS
from tests.requests import registered
from tests.views.test_requests import desk, received, request_id, send, stored
from tests.views.world import World

__all__ = ["request_id"]


def test_usual_outcome_alone_stands_out_when_a_request_is_in_support(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    received(light_world, client, request_id)
    page = BeautifulSoup(client.get(f"/requests/show/{request_id}").text, "html.parser")
    offered = page.select("section.steps a.button")
    assert [link.text for link in offered if "quiet" not in link["class"]] == ["Chấp nhận hồ sơ"]
    assert len(offered) > 3
    titles = [title.text for title in page.select(".cards h2")]
    assert titles == ["Đơn, yêu cầu", "Quá trình xử lý"]


def test_form_of_acceptance_holds_the_usual_words_and_asks_for_no_time(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    received(light_world, client, request_id)
    plain = client.get(f"/requests/form/{request_id}/accept").text
    assert ACCEPTED_WORDS in plain
    assert 'name="slot_id"' not in plain
    with_time = client.get(f"/requests/form/{request_id}/accept-with-appointment").text
    assert ORIGINALS_WORDS in with_time
    assert 'name="slot_id"' in with_time


def test_emptied_words_are_refused_and_not_filled_in_again(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    address = f"/requests/form/{request_id}/accept"
    answer = send(client, address, version, text="", sending="software")
    assert answer.status_code == 400
    assert ACCEPTED_WORDS not in answer.text
    assert stored(light_world, request_id)["state"] == "received"


def test_time_is_refused_when_nobody_has_to_come(light_world: World, request_id: int) -> None:
    client = desk(light_world)
    version = received(light_world, client, request_id)
    values = {"text": ACCEPTED_WORDS, "sending": "software", "slot_id": "1"}
    assert send(client, f"/requests/form/{request_id}/accept", version, **values).status_code == 400
    assert stored(light_world, request_id)["state"] == "received"


def test_queue_opens_with_what_is_due_first_and_rows_without_a_day_last(
    light_world: World, request_id: int
) -> None:
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, request_id)
        row.due_on = clock.today() - timedelta(days=400)
        number = row.request_number
        db.session.commit()
    client = desk(light_world)
    page = BeautifulSoup(client.get("/").text, "html.parser")
    links = [str(link["href"]) for link in page.select(".work-head a") if link.text == "Hồ sơ mới"]
    assert len(links) == 1
    rows = BeautifulSoup(client.get(links[0]).text, "html.parser").select("tbody tr")
    assert number in rows[0].text


@pytest.mark.parametrize(("channel", "way"), [("online", "online"), ("desk", "desk"), ("post", "post")])
def test_result_is_given_out_the_way_the_request_came_when_nothing_else_is_chosen(
    light_world: World, request_id: int, channel: str, way: str
) -> None:
    with light_world.app.app_context(), system_scope("set_up"):
        row = db.session.get_one(OnlineRequest, request_id)
        row.state, row.channel = "signed", channel
        db.session.commit()
    page = BeautifulSoup(desk(light_world).get(f"/requests/form/{request_id}/return").text, "html.parser")
    chosen = page.select("select[name=handed_over_way] option[selected]")
    assert [option["value"] for option in chosen] == [way]


def test_next_rows_of_the_first_page_leave_out_what_others_must_do(
    light_world: World, request_id: int
) -> None:
    client = desk(light_world)
    received(light_world, client, request_id)
    link = f"/requests/show/{request_id}"
    assert link in [str(one["href"]) for one in _next_rows(client)]
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.get_one(OnlineRequest, request_id).state = "in_examination"
        db.session.commit()
    assert link not in [str(one["href"]) for one in _next_rows(client)]


def _next_rows(client: FlaskClient) -> list[Tag]:
    page = BeautifulSoup(client.get("/").text, "html.parser")
    return list(page.select(".work-next a"))


@pytest.mark.parametrize(("procedure", "kind"), [("complaint", ["complaint"]), ("feedback", [])])
def test_kind_of_petition_is_proposed_only_when_the_procedure_says_it(
    light_world: World, procedure: str, kind: list[str]
) -> None:
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        key = registered(agency, vault, procedure).request_id
        db.session.remove()
    client = desk(light_world)
    received(light_world, client, key)
    page = BeautifulSoup(client.get(f"/requests/form/{key}/classify").text, "html.parser")
    chosen = [str(option["value"]) for option in page.select("select[name=kind] option[selected]")]
    assert [value for value in chosen if value] == kind

"""Ways back to where people came from: after previews, tasks, refusals and attachments; names of files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import BackgroundTask
from backoffice.services.background_task import start
from backoffice.views.task_run import write_list
from tests.views.tasks import add_records, confirm, head, post, preview, task_of
from tests.views.world import World, username

LEFT = {"state": "draft", "order": "name_sort", "direction": "desc"}


@pytest.fixture
def world(light_world: World) -> World:
    """The module's world: each test makes the records that it changes."""
    return light_world


def links(answer: Any, text: str) -> list[str]:
    """The addresses of the links with this text."""
    page = BeautifulSoup(answer.text, "html.parser")
    return [str(link["href"]) for link in page.select("a[href]") if text in link.get_text()]


def test_preview_leads_back_to_the_list_as_it_was_left(world: World) -> None:
    client, keys = head(world), add_records(world, 1)
    page = preview(client, "approve", keys, **LEFT)
    (back,) = links(page, "Không thay đổi gì")
    assert all(f"{name}={value}" in back for name, value in LEFT.items())
    number = task_of(confirm(client, "approve", [(keys[0], 1)], list="state=draft&order=name_sort"))
    (way,) = links(client.get(f"/tasks/show/{number}"), "Trở lại")
    assert way == "/debtor-records/list/?state=draft&order=name_sort&direction=asc"


def test_preview_keeps_the_list_when_the_reason_is_asked_again(world: World) -> None:
    client, keys = head(world), add_records(world, 1)
    again = confirm(client, "cancel", [(keys[0], 1)], reason=" ", list="state=draft")
    assert again.status_code == 400
    assert links(again, "Không thay đổi gì") == ["/debtor-records/list/?state=draft"]


@pytest.mark.parametrize("left", ["nosuch=1", "state=zz", "state=draft&state=draft", "a&" * 60, "\x00=\x00"])
def test_step_is_refused_when_the_list_it_came_from_cannot_be_read(world: World, left: str) -> None:
    keys = add_records(world, 1)
    assert confirm(head(world), "approve", [(keys[0], 1)], list=left).status_code == 400


def steps_offered(world: World, query: str) -> set[str]:
    """The steps of the bulk form of a list of records."""
    page = BeautifulSoup(head(world).get(f"/debtor-records/list/?{query}").text, "html.parser")
    return {str(option["value"]) for option in page.select("#bulk-step option") if option["value"]}


def test_steps_offered_are_those_that_fit_a_row_of_the_filter(world: World) -> None:
    add_records(world, 3)
    add_records(world, 1, "published")
    assert "approve" in steps_offered(world, "state=draft")
    assert "publish" not in steps_offered(world, "state=draft")
    assert "approve" not in steps_offered(world, "state=published")
    assert "approve" in steps_offered(world, "size=1&order=id")


def test_no_step_is_offered_when_no_row_can_take_any(world: World) -> None:
    add_records(world, 2, "cancelled")
    page = head(world).get("/debtor-records/list/?state=cancelled").text
    assert 'id="bulk"' not in page
    assert 'name="row"' not in page


def test_error_page_leads_back_to_the_page_before_and_to_the_list(world: World) -> None:
    came = {"Referer": "http://localhost/cases/list/?state=verifying"}
    answer = head(world).get("/cases/show/987654", headers=came)
    assert answer.status_code == 404
    assert links(answer, "Trở lại trang trước") == ["/cases/list/?state=verifying"]
    assert links(answer, "Đến danh sách") == ["/cases/list/"]


@pytest.mark.parametrize(
    "came",
    [
        "",
        "https://evil.example/cases/list/",
        "http://localhost.evil.example/cases/list/",
        "http://localhost/cases/show/987654",
        "http://localhost/logout/",
        "http://localhost/tasks/preview/CaseView",
        "http://localhost//evil.example/",
        "http://localhost/nosuch",
        "http://[",
        "javascript:alert(1)",
    ],
)
def test_error_page_leads_to_no_strange_place_when_the_page_before_is_none_of_ours(
    world: World, came: str
) -> None:
    answer = head(world).get("/cases/show/987654", headers={"Referer": came})
    assert answer.status_code == 404
    assert links(answer, "Trở lại trang trước") == []
    assert "evil" not in answer.text


def test_error_page_names_no_list_that_the_person_may_not_open(world: World) -> None:
    client = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    answer = client.get("/legal-rules/edit/1")
    assert answer.status_code == 403
    refused = client.get("/staff/show/1")
    assert links(refused, "Đến danh sách") == []
    assert "Đến danh sách" not in world.app.test_client().get("/nosuch").text


def test_file_bears_the_name_of_its_list_and_its_day(world: World) -> None:
    client = head(world)
    number = task_of(post(client, "/tasks/export/CaseView", format="csv"))
    with world.app.app_context():
        ticket = start(number)
        assert ticket is not None
        write_list(ticket, world.app.config["OPENTHADS"], lambda _done: None)
        db.session.remove()
    saved = client.get(f"/tasks/download/{number}", buffered=True)
    with world.app.app_context(), system_scope("jobs"):
        made: date = db.session.get_one(BackgroundTask, number).created_at.date()
    name = f"viec-thi-hanh-an_{made.isoformat()}.csv"
    assert saved.headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert Path(name).name.isascii()

"""Export runs on the screen: progress, the report in plain words, asking for a run, running again."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import ExportRun, OutboxMessage
from tests.views.world import World, token_of, username

OPERATOR = username("TC", Role.EXPORT_OPERATOR)


def post(client: FlaskClient, address: str) -> Any:
    """Press a button that sends nothing but its token."""
    return client.post(address, data={"csrf_token": token_of(client.get("/").text)})


def runs(world: World) -> list[tuple[int, str, str, str]]:
    """All runs as stored: id, package, state, trigger."""
    with world.app.app_context(), system_scope("set_up"):
        rows = db.session.query(ExportRun).order_by(ExportRun.id)
        return [(row.id, row.package_name, row.state, row.triggered_by) for row in rows]


def test_run_is_queued_with_its_message_when_the_button_is_pressed(world: World) -> None:
    client = world.client(OPERATOR)
    answer = post(client, "/export-runs/run/statistics")
    assert answer.status_code == 302
    key = int(answer.location.rsplit("/", 1)[1])
    assert (key, "statistics", "queued", "button") in runs(world)
    with world.app.app_context(), system_scope("set_up"):
        assert [row.arguments for row in db.session.query(OutboxMessage)] == [{"run_id": key}]
    assert "Lần chạy đang chờ đến lượt." in client.get(answer.location).text


def test_failed_run_waits_again_when_it_is_run_again(world: World) -> None:
    client, key = world.client(OPERATOR), world.shared["ExportRunView"]
    assert post(client, f"/export-runs/again/{key}").status_code == 302
    assert (key, "debtors", "queued", "button") in runs(world)


def test_moving_run_is_cancelled_when_the_operator_says_so(world: World) -> None:
    client, key = world.client(OPERATOR), world.shared["moving"]
    assert post(client, f"/export-runs/cancel/{key}").status_code == 302
    assert (key, "debtors", "cancelled", "button") in runs(world)


@pytest.mark.parametrize(
    ("path", "status"),
    [("run/nosuch", 400), ("again/{moving}", 409), ("again/999", 404), ("cancel/{failed}", 409)],
)
def test_button_is_refused_when_the_run_does_not_allow_it(light_world: World, path: str, status: int) -> None:
    client = light_world.client(OPERATOR)
    before = runs(light_world)
    shared = light_world.shared
    address = path.format(moving=shared["moving"], failed=shared["ExportRunView"])
    assert post(client, f"/export-runs/{address}").status_code == status
    assert runs(light_world) == before


@pytest.mark.parametrize("role", [Role.CENTRAL_OFFICER, Role.INSPECTOR])
def test_buttons_are_missing_and_refused_when_the_role_only_reads(light_world: World, role: Role) -> None:
    client = light_world.client(username("TC", role))
    page = client.get("/export-runs/list/").text
    assert "Chạy ngay" not in page
    assert post(client, "/export-runs/run/debtors").status_code == 403


def test_report_says_what_was_found_without_codes_when_a_run_failed(light_world: World) -> None:
    client, key = light_world.client(OPERATOR), light_world.shared["ExportRunView"]
    page = BeautifulSoup(client.get(f"/export-runs/show/{key}").text, "html.parser").get_text(" ")
    assert "12.345" in page
    assert "Ô bắt buộc nhưng để trống." in page
    assert "Ổ đĩa đã đầy." in page
    assert "disk_full" not in page


def test_progress_is_a_bar_that_the_script_can_ask_for_when_a_run_moves(light_world: World) -> None:
    client, key = light_world.client(OPERATOR), light_world.shared["moving"]
    page = BeautifulSoup(client.get(f"/export-runs/show/{key}").text, "html.parser")
    holder = page.select_one("[data-progress]")
    assert holder is not None
    part = BeautifulSoup(client.get(str(holder["data-progress"])).text, "html.parser")
    bar = part.select_one("progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("500", "1234")
    assert part.select_one("[data-moving=yes]") is not None
    assert "500 / 1.234" in part.get_text()


def test_progress_stands_still_when_the_run_has_ended(light_world: World) -> None:
    client, key = light_world.client(OPERATOR), light_world.shared["ExportRunView"]
    part = client.get(f"/export-runs/progress/{key}").text
    assert 'data-moving="no"' in part
    assert "<progress" not in part


def test_rows_are_counted_under_public_titles_when_a_run_has_ended(world: World) -> None:
    key = world.shared["ExportRunView"]
    with world.app.app_context(), system_scope("set_up"):
        counts = {"debtor_records": 1630, "agencies": 760, "of_tomorrow": 1}
        db.session.get_one(ExportRun, key).row_counts = counts
        db.session.commit()
        db.session.remove()
    page = world.client(OPERATOR).get(f"/export-runs/show/{key}").text
    assert "Người phải thi hành án chưa có điều kiện thi hành: 1.630; Cơ quan thi hành án dân sự: 760" in page
    assert "debtor_records:" not in page
    assert "of_tomorrow: 1" in page

"""Upkeep on the screens: its schedule and result, the button, and its faults on the first page."""

from __future__ import annotations

import pytest

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import OutboxMessage
from backoffice.services.upkeep import JOB
from tests.views.world import World, token_of, username

NATIONAL = username("TC", Role.NATIONAL_ADMINISTRATOR)
OPERATOR = username("TC", Role.EXPORT_OPERATOR)


def waiting(world: World) -> int:
    """How many runs of upkeep were asked for."""
    with world.app.app_context(), system_scope("jobs"):
        count = db.session.query(OutboxMessage).filter_by(job=JOB).count()
        db.session.remove()
        return count


def test_run_shows_its_figures_and_where_the_faults_are(light_world: World) -> None:
    key = light_world.shared["UpkeepView"]
    page = light_world.client(OPERATOR).get(f"/upkeep/show/{key}").text
    assert "Số tệp đã kiểm tra: 1.234" in page
    assert "Tệp bị hỏng" in page
    assert "ab/cd" in page
    assert "document_verify" not in page


def test_fault_stands_on_the_first_page_of_the_national_administrator_alone(light_world: World) -> None:
    address = "/upkeep/list/?not_mended=yes"
    page = light_world.client(NATIONAL).get("/").text
    assert address in page
    assert "Bảo trì kho tệp có lỗi" in page
    assert address not in light_world.client(OPERATOR).get("/").text
    assert "Số lỗi: 2" in light_world.client(NATIONAL).get(address).text


def test_upkeep_is_asked_for_by_button_once(world: World) -> None:
    client = world.client(NATIONAL)
    page = client.get("/upkeep/list/").text
    for status in (302, 409):
        answer = client.post("/upkeep/run/document_sweep", data={"csrf_token": token_of(page)})
        assert answer.status_code == status
    assert waiting(world) == 1


@pytest.mark.parametrize(
    ("person", "name", "status"),
    [
        (OPERATOR, "document_sweep", 403),
        (username("TC", Role.INSPECTOR), "document_sweep", 403),
        (NATIONAL, "debtors", 404),
    ],
)
def test_button_is_refused_when_the_person_or_the_name_is_wrong(
    light_world: World, person: str, name: str, status: int
) -> None:
    client = light_world.client(person)
    page = client.get("/upkeep/list/").text
    assert ("/upkeep/run/" in page) is (person == NATIONAL)
    assert client.post(f"/upkeep/run/{name}", data={"csrf_token": token_of(page)}).status_code == status
    assert waiting(light_world) == 0

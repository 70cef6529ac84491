"""The lists of appointments and of times: in the order of time, from today on, all rows when somebody asks for them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import time_machine
from bs4 import BeautifulSoup

from backoffice.extensions import db
from backoffice.services.appointment import move_appointment
from tests.views.test_appointments import booked, desk_client, officer, planned, request_id, working
from tests.views.world import World

__all__ = ["request_id"]


def listed(page: Any) -> list[datetime]:
    """The times of the rows of a list, as they stand there."""
    cells = BeautifulSoup(page.text, "html.parser").select("a.row-link")
    return [datetime.strptime(str(cell.text).strip()[:16], "%d/%m/%Y %H:%M") for cell in cells]  # noqa: DTZ007


def test_lists_begin_with_today_when_nothing_else_is_asked(light_world: World, request_id: int) -> None:
    past, ahead = working(9), working(10)
    early, late = planned(light_world, past, "Bàn 10"), planned(light_world, ahead, "Bàn 10")
    booked(light_world, request_id, late[1])
    with light_world.app.app_context():
        # Made later, for an earlier time.
        move_appointment(officer(), request_id, early[0])
        db.session.remove()
    tomorrow = past + timedelta(days=1)
    with time_machine.travel(f"{tomorrow} 07:00+07:00", tick=False):
        client = desk_client(light_world)
        for path in ("/appointment-slots/list/", "/appointments/list/"):
            usual = listed(client.get(path))
            assert usual == sorted(usual)
            assert all(at.date() >= tomorrow for at in usual)
            every = listed(client.get(f"{path}?filter=none&size=100"))
            assert every == sorted(every)
            assert any(at.date() == past for at in every)
        assert listed(client.get("/appointments/list/")) == [datetime.combine(ahead, time(8, 30))]
        before = client.get(f"/appointment-slots/list/?to={past:%d/%m/%Y}&direction=desc&desk=10")
        assert [at.time() for at in listed(before)][:2] == [time(9, 30), time(9)]


def test_all_rows_stay_when_their_order_is_turned_twice(light_world: World) -> None:
    client = desk_client(light_world)
    turned = client.get("/appointment-slots/list/?direction=desc&order=starts_at&filter=none")
    links = BeautifulSoup(turned.text, "html.parser").select("th a")
    # Back in the first order its address would say nothing, and mean what is usual.
    assert "/appointment-slots/list/?filter=none" in {str(link["href"]) for link in links}
    assert client.get("/appointments/list/?order=slot_id").status_code == 400
    assert client.get("/appointments/list/?filter=all").status_code == 400

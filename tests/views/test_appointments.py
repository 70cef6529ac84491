"""Appointments on the staff screens: the day list, noting who came, planning, closing, booking on a request's page."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice import clock
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import Appointment, AppointmentSlot, EnforcementAgency, StaffMember
from backoffice.services.appointment import book_visit, note_visit
from backoffice.services.document_vault import Vault
from backoffice.services.online_request import accept, receive
from backoffice.services.request_letters import Reply
from backoffice.services.slot_closing import day_edges
from backoffice.services.slot_plan import SlotPlan, plan_slots
from backoffice.workflow.calendar import WorkingCalendar
from tests.requests import registered, seen
from tests.views.test_requests import send
from tests.views.world import World, foreign_markers, token_of, username

DESK = "Bàn tiếp nhận số 1"
QUIET = Reply("Mời đến.", by_email=False)
PLAN = {
    "desk": DESK,
    "opens_at": "8:00",
    "closes_at": "10h00",
    "break_from": "",
    "break_to": "",
    "minutes": "30",
}


@pytest.fixture
def request_id(light_world: World) -> int:
    """A request to CC001 whose originals are awaited, without an appointment."""
    with light_world.app.app_context():
        with system_scope("set_up"):
            agency = db.session.scalars(select(EnforcementAgency).filter_by(code="CC001")).one()
        key = registered(agency, Vault.of(light_world.app.config["OPENTHADS"].documents)).request_id
        desk = officer()
        receive(desk, seen(key))
        accept(desk, seen(key), QUIET, name="accept_with_appointment")
        db.session.remove()
        return key


def officer() -> Any:
    """The support officer of CC001, as services know the person."""
    with system_scope("set_up"):
        name = username("CC001", Role.SUPPORT_OFFICER)
        return actor_of(db.session.scalars(select(StaffMember).filter_by(username=name)).one())


def working(number: int) -> date:
    """A Monday that works, and so does its Tuesday; another one for each test, so that none meets the times of another."""
    calendar = WorkingCalendar()
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    weeks = (monday + timedelta(weeks=week) for week in range(60))
    works = [
        day for day in weeks if calendar.is_working(day) and calendar.is_working(day + timedelta(days=1))
    ]
    return works[number]


def planned(world: World, day: date, desk: str = DESK) -> list[int]:
    """Four times of a morning; their ids."""
    with world.app.app_context():
        with system_scope("set_up"):
            agency_id = db.session.scalars(select(EnforcementAgency.id).filter_by(code="CC001")).one()
        plan_slots(officer(), SlotPlan(agency_id, desk, day, day, time(8), time(10), 30))
        with system_scope("set_up"):
            begin, end = day_edges(day)
            at = AppointmentSlot.starts_at
            found = select(AppointmentSlot.id).filter_by(agency_id=agency_id, desk=desk)
            ids = db.session.scalars(found.where(at >= begin, at < end).order_by(at)).all()
        db.session.remove()
        return list(ids)


def booked(world: World, request_id: int, slot: int) -> int:
    """An appointment of the request; its id."""
    with world.app.app_context():
        key = int(book_visit(officer(), request_id, slot).id)
        db.session.remove()
        return key


def states(world: World, request_id: int) -> list[str]:
    """The states of the request's appointments."""
    with world.app.app_context(), system_scope("set_up"):
        found = select(Appointment.state).filter_by(request_id=request_id).order_by(Appointment.id)
        kept = list(db.session.scalars(found))
        db.session.remove()
        return kept


def desk_client(world: World, role: Role = Role.SUPPORT_OFFICER, code: str = "CC001") -> FlaskClient:
    """A person of an agency, signed in."""
    return world.client(username(code, role))


def test_day_shows_who_comes_and_what_may_be_noted(light_world: World, request_id: int) -> None:
    day = working(1)
    slot = planned(light_world, day)[0]
    visit = booked(light_world, request_id, slot)
    client = desk_client(light_world)
    address = f"/appointments/day?day={day:%d/%m/%Y}"
    page = client.get(address)
    assert page.status_code == 200
    for words in ("Nguyễn Thị Hòa", "08:00–08:30", DESK, f"/requests/show/{request_id}"):
        assert words in page.text, words
    # Nobody can have come to a day that lies ahead.
    assert "/appointments/note/" not in page.text
    with time_machine.travel(f"{day} 08:10+07:00", tick=False):
        client = desk_client(light_world)
        page = client.get(address)
        buttons = BeautifulSoup(page.text, "html.parser").select("form[action*='/appointments/note/']")
        assert [str(form["action"]).rsplit("/", 1)[1] for form in buttons] == ["keep", "miss"]
        answer = send(client, f"/appointments/note/{visit}/miss", 1, desk=DESK)
        assert (answer.status_code, states(light_world, request_id)) == (302, ["missed"])
        assert answer.location.endswith(f"#visit-{visit}")
        # Somebody else has noted it meanwhile: a sentence, and the day again.
        page = client.get(send(client, f"/appointments/note/{visit}/keep", 1).location)
        assert 'class="note' in page.text
        assert send(client, f"/appointments/note/{visit}/take_back", 2).status_code == 302
    assert states(light_world, request_id) == ["booked"]


def test_visit_waits_at_home_when_the_day_is_over_and_nothing_was_noted(
    light_world: World, request_id: int
) -> None:
    day = working(2)
    visit = booked(light_world, request_id, planned(light_world, day)[0])
    with time_machine.travel(f"{day + timedelta(days=1)} 07:00+07:00", tick=False):
        client = desk_client(light_world)
        assert "/appointments/list/?to_note=yes" in client.get("/").text
        page = client.get("/appointments/list/?to_note=yes").text
        assert f"/appointments/show/{visit}" in page
        answer = send(client, f"/appointments/step/{visit}/miss", 1)
        assert answer.status_code == 302
        assert f"/appointments/show/{visit}" not in client.get("/appointments/list/?to_note=yes").text
    assert states(light_world, request_id) == ["missed"]


def test_misses_are_counted_when_somebody_has_another_time(light_world: World, request_id: int) -> None:
    day = working(3)
    slots = planned(light_world, day)
    booked(light_world, request_id, slots[0])
    with time_machine.travel(f"{day} 08:05+07:00", tick=False):
        with light_world.app.app_context():
            note_visit(officer(), request_id, came=False)
            db.session.remove()
        booked(light_world, request_id, slots[3])
    client = desk_client(light_world)
    lines = BeautifulSoup(client.get(f"/appointments/day?day={day:%d/%m/%Y}").text, "html.parser")
    badges = [[str(badge.text) for badge in row.select(".badge")] for row in lines.select("tbody tr")]
    assert len(badges[0]) == 1
    assert "1" in badges[1][0]
    (part,) = re.findall(
        rf"/requests/show/{request_id}\?tab=Appointment[^\"]+",
        client.get(f"/requests/show/{request_id}").text,
    )
    assert "Không đến" in client.get(part).text


def test_times_are_opened_only_after_they_were_shown(light_world: World) -> None:
    day, client = working(4), desk_client(light_world)
    assert client.get("/appointment-slots/plan").status_code == 200
    values = {**PLAN, "first_on": f"{day:%d/%m/%Y}", "last_on": f"{day + timedelta(days=6):%d/%m/%Y}"}
    token = token_of(client.get("/").text)
    sent = {"csrf_token": token, "weekdays": ["0", "1"], **values}
    page = client.post("/appointment-slots/plan", data=sent)
    assert page.status_code == 200
    button = BeautifulSoup(page.text, "html.parser").select_one("button[name=seen]")
    assert button is not None
    assert "8" in button.text
    week = f"/appointment-slots/week?day={day:%d/%m/%Y}"
    assert DESK not in client.get(week).text
    changed = client.post("/appointment-slots/plan", data={**sent, "minutes": "60", "seen": button["value"]})
    assert changed.status_code == 200
    done = client.post("/appointment-slots/plan", data={**sent, "seen": button["value"]})
    assert done.status_code == 302
    assert client.get(week).text.count('class="week-time week-free"') == 8
    # Sent again, nothing is new, and so something else was seen.
    assert client.post("/appointment-slots/plan", data={**sent, "seen": button["value"]}).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"opens_at": "25:00"},
        {"opens_at": "tám giờ"},
        {"desk": ""},
        {"desk": "x" * 61},
        {"minutes": "9" * 30},
        {"minutes": "1"},
        {"first_on": "31/02/2027"},
        {"first_on": "01/01/2020"},
        {"last_on": "31/12/9999"},
        {"break_from": "09:00"},
        {"break_from": "09:00", "break_to": "08:00"},
        {"weekdays": "9"},
        {"closes_at": "08:10"},
    ],
)
def test_plan_keeps_what_was_typed_when_something_is_wrong(
    light_world: World, values: dict[str, str]
) -> None:
    day, client = working(5), desk_client(light_world)
    days = {"first_on": f"{day:%d/%m/%Y}", "last_on": f"{day:%d/%m/%Y}", "weekdays": "0"}
    sent = {**PLAN, **days, **values}
    answer = client.post(
        "/appointment-slots/plan", data={"csrf_token": token_of(client.get("/").text), **sent}
    )
    assert answer.status_code == 400
    assert 'id="problems"' in answer.text
    assert f'value="{sent["closes_at"]}"' in answer.text


def test_day_is_closed_when_the_person_saw_who_is_booked(light_world: World, request_id: int) -> None:
    day, client = working(6), desk_client(light_world)
    booked(light_world, request_id, planned(light_world, day)[1])
    address = f"/appointment-slots/day?day={day:%d/%m/%Y}"
    page = client.get(address).text
    assert "Nguyễn Thị Hòa" in page
    assert send(client, address, 0, deed="cancel", reason="Mất điện").status_code == 409
    assert send(client, address, 1, deed="cancel", reason="").status_code == 400
    assert send(client, address, 1, deed="other", reason="x").status_code == 400
    assert states(light_world, request_id) == ["booked"]
    assert send(client, address, 1, deed="cancel", reason="Mất điện").status_code == 302
    assert states(light_world, request_id) == ["cancelled"]
    assert "week-free" not in client.get(f"/appointment-slots/week?day={day:%d/%m/%Y}").text
    assert send(client, address, 0, deed="open").status_code == 302
    assert client.get(f"/appointment-slots/week?day={day:%d/%m/%Y}").text.count("week-free") == 4


def test_one_time_is_closed_and_opened_by_its_button(light_world: World) -> None:
    client, slot = desk_client(light_world), planned(light_world, working(7))[0]
    page = client.get(f"/appointment-slots/show/{slot}").text
    assert f"/appointment-slots/switch/{slot}/close" in page
    assert send(client, f"/appointment-slots/switch/{slot}/close", 1).status_code == 302
    assert f"/appointment-slots/switch/{slot}/open" in client.get(f"/appointment-slots/show/{slot}").text
    assert send(client, f"/appointment-slots/switch/{slot}/open", 1).status_code == 409
    assert send(client, f"/appointment-slots/switch/{slot}/erase", 2).status_code == 404
    assert send(client, f"/appointment-slots/switch/{slot}/open", "x").status_code == 400


def test_appointment_is_booked_moved_and_cancelled_on_the_page_of_the_request(
    light_world: World, request_id: int
) -> None:
    client, slots = desk_client(light_world), planned(light_world, working(0))
    form = f"/requests/form/{request_id}"
    assert f"{form}/book-visit" in client.get(f"/requests/show/{request_id}").text
    assert "08:00" in client.get(f"{form}/book-visit").text
    assert send(client, f"{form}/book-visit", 1, slot_id="987654").status_code == 400
    assert send(client, f"{form}/book-visit", 1, slot_id=str(slots[0])).status_code == 302
    page = client.get(f"/requests/show/{request_id}").text
    assert f"{form}/move-visit" in page
    assert f"{form}/book-visit" not in page
    assert send(client, f"{form}/move-visit", 1, slot_id=str(slots[1])).status_code == 302
    assert send(client, f"{form}/cancel-visit", 1, reason="").status_code == 400
    assert send(client, f"{form}/cancel-visit", 1, reason="Người nộp xin hoãn").status_code == 302
    assert states(light_world, request_id) == ["moved", "cancelled"]


@pytest.mark.parametrize(
    "address",
    [
        "/appointments/day?day=31/02/2026",
        "/appointments/day?day=01/01/0001",
        "/appointments/day?day=01/01/2060",
        "/appointments/day?desk=" + "x" * 61,
        "/appointments/day?agency=%27--",
        "/appointments/day?when=now",
        "/appointment-slots/week?day=9999-12-31",
        "/appointment-slots/week?day=01/10/2026&day=02/10/2026",
        "/appointment-slots/day?day=hom-nay",
        "/appointment-slots/plan?desk=1",
        "/appointment-slots/list/?state=other",
        "/appointments/list/?to_note=no",
    ],
)
def test_address_is_refused_when_it_cannot_be_read(light_world: World, address: str) -> None:
    assert desk_client(light_world).get(address).status_code == 400


def test_other_agencies_are_not_there_when_somebody_asks_for_them(light_world: World) -> None:
    client = desk_client(light_world)
    for path in ("/appointments/day", "/appointment-slots/week", "/appointment-slots/day"):
        foreign, missing = client.get(f"{path}?agency=CC002"), client.get(f"{path}?agency=ZZ9")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert not foreign_markers(client.get(path).text, {"CC001"})
    above = desk_client(light_world, Role.HEAD, "C01")
    assert above.get("/appointments/day?agency=CC002").status_code == 200
    assert above.get("/appointments/day?agency=CC288").status_code == 404


def test_deeds_are_refused_when_the_role_may_only_look(light_world: World, request_id: int) -> None:
    day = working(8)
    visit = booked(light_world, request_id, planned(light_world, day)[0])
    clerk = desk_client(light_world, Role.CLERK)
    page = clerk.get(f"/appointments/day?day={day:%d/%m/%Y}")
    assert page.status_code == 200
    assert "/appointment-slots/plan" not in page.text
    for path in ("/appointment-slots/plan", "/appointment-slots/day"):
        assert clerk.get(path).status_code == 403
    for path in (
        f"/appointments/note/{visit}/keep",
        f"/appointments/step/{visit}/keep",
        f"/requests/form/{request_id}/cancel-visit",
        "/appointment-slots/plan",
    ):
        assert send(clerk, path, 1, reason="x").status_code == 403
    assert states(light_world, request_id) == ["booked"]

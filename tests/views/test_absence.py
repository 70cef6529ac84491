"""Absences on the screens: entering one, what the deputy sees of the work and does, coming back; and who is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    Absence,
    EnforcementAgency,
    EnforcementCase,
    OnlineRequest,
    StaffMember,
    TransitionLog,
)
from backoffice.services.document_vault import Vault
from tests import factories
from tests.requests import registered
from tests.views.world import HASH, World, token_of, username

OFFICER, HEAD = username("CC001", Role.SUPPORT_OFFICER), username("CC001", Role.HEAD)
DEPUTY = "cc001.deputy"
REPLY = {"text": "Đề nghị nộp tại cơ quan khác.", "sending": "software"}


def day(offset: int) -> str:
    """A day so many days from today, as people type it."""
    return f"{clock.today() + timedelta(days=offset):%d/%m/%Y}"


@pytest.fixture
def deputy_id(light_world: World) -> Iterator[int]:
    """A second support officer of CC001; absences are taken away again afterwards."""
    with light_world.app.app_context():
        with system_scope("set_up"):
            known = db.session.query(StaffMember).filter_by(username=DEPUTY).one_or_none()
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        member = known or factories.make_staff(agency, Role.SUPPORT_OFFICER, username=DEPUTY)
        with system_scope("set_up"):
            member.password, key = HASH, member.id
            db.session.commit()
            db.session.remove()
    yield key
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.query(Absence).filter_by(deputy_id=key).delete()
        db.session.commit()
        db.session.remove()


@pytest.fixture
def request_id(light_world: World, deputy_id: int) -> int:
    """A request in the hands of the officer."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        key = registered(agency, vault).request_id
        db.session.remove()
    assert post(light_world.client(OFFICER), f"/requests/step/{key}/receive", version="1").status_code == 302
    return key


def post(client: FlaskClient, address: str, **values: object) -> Any:
    """Send a form with the token of a page that everybody may open."""
    token = token_of(client.get("/account/").text)
    return client.post(address, data={"csrf_token": token, "version": "0", **values})


def enter(client: FlaskClient, address: str, deputy: int, /, **values: object) -> Any:
    """Enter an absence of a week from today."""
    typed = {"from_on": day(0), "to_on": day(7), "deputy_id": deputy, "reason_kind": "leave", **values}
    return post(client, address, **typed)


def absence_of(world: World, deputy_id: int) -> int:
    """The one absence in which the deputy stands in."""
    with world.app.app_context(), system_scope("set_up"):
        key = db.session.query(Absence.id).filter_by(deputy_id=deputy_id, cancelled_at=None).scalar()
        db.session.remove()
        return key or 0


def test_deputy_sees_and_does_the_work_until_the_officer_is_back(
    light_world: World, deputy_id: int, request_id: int
) -> None:
    officer, deputy = light_world.client(OFFICER), light_world.client(DEPUTY)
    mine, only = "/requests/list/?mine=yes", "/requests/list/?mine=deputy"
    address = f"/requests/show/{request_id}"
    assert address not in deputy.get(mine).text
    assert enter(officer, "/account/absence/", deputy_id).status_code == 302
    assert "Bạn xử lý thay cho" in deputy.get("/").text
    for listed in (mine, only):
        row = BeautifulSoup(deputy.get(listed).text, "html.parser").select_one(
            f"tr:has(a[href*='{address}'])"
        )
        assert row is not None
        assert "thay cho" in row.text
    assert "vắng mặt đến hết ngày" in deputy.get(address).text
    done = post(deputy, f"/requests/form/{request_id}/guide", **{**REPLY, "version": "2"})
    assert done.status_code == 302
    history = deputy.get(f"/requests/history/{request_id}").text
    assert " thay cho " in history
    with light_world.app.app_context(), system_scope("set_up"):
        entry = db.session.query(TransitionLog).filter_by(subject_id=request_id, transition="guide").one()
        assert (entry.actor_id, entry.acted_for_id) == (deputy_id, light_world.people[OFFICER])
        db.session.remove()
    key = absence_of(light_world, deputy_id)
    assert post(officer, f"/account/absence/end/{key}", version="1").status_code == 302
    assert "Bạn xử lý thay cho" not in deputy.get("/").text
    assert address not in deputy.get(only).text


def test_officer_is_told_of_the_own_absence_when_signed_in_all_the_same(
    light_world: World, deputy_id: int
) -> None:
    officer = light_world.client(OFFICER)
    enter(officer, "/account/absence/", deputy_id)
    assert "Bạn được ghi nhận vắng mặt" in officer.get("/").text
    assert "Hôm nay tôi đi làm lại" in officer.get("/account/absence/").text


@pytest.mark.parametrize(
    "values",
    [
        {"from_on": "mai"},
        {"to_on": ""},
        {"to_on": "01/01/2020"},
        {"from_on": "31/02/2026"},
        {"to_on": "01/01/9999"},
        {"deputy_id": "987654"},
        {"deputy_id": "x\x00"},
        {"deputy_id": ""},
        {"reason_kind": "sunshine"},
    ],
)
def test_form_keeps_what_was_typed_when_something_is_wrong(
    light_world: World, deputy_id: int, values: dict[str, str]
) -> None:
    officer = light_world.client(OFFICER)
    answer = enter(officer, "/account/absence/", deputy_id, **values)
    assert answer.status_code == 400
    assert 'class="note note-bad problems"' in answer.text
    assert str({"to_on": day(7), **values}.get("to_on")) in answer.text
    assert absence_of(light_world, deputy_id) == 0


def test_head_enters_an_absence_on_the_page_of_the_person_and_ends_it(
    light_world: World, deputy_id: int
) -> None:
    head, member = light_world.client(HEAD), light_world.people[OFFICER]
    page = head.get(f"/staff/show/{member}").text
    assert f"/absences/add/{member}" in page
    made = enter(head, f"/absences/add/{member}", deputy_id)
    assert made.status_code == 302
    key = absence_of(light_world, deputy_id)
    assert "Đang vắng mặt" in head.get(f"/absences/show/{key}").text
    assert f"/absences/show/{key}" in head.get("/absences/list/?standing=running").text
    assert f"/absences/show/{key}" not in head.get("/absences/list/?standing=ahead").text
    assert post(head, f"/absences/form/{key}/end", version="1").status_code == 302
    assert post(head, f"/absences/form/{key}/end", version="1").status_code in (400, 409)
    assert "Đã hủy" in head.get(f"/absences/show/{key}").text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (username("CC001", Role.CLERK), 403),
        (username("C01", Role.INSPECTOR), 403),
        (username("CC002", Role.HEAD), 404),
        (username("CC288", Role.HEAD), 404),
    ],
)
def test_absences_of_others_are_refused_when_role_or_scope_does_not_reach(
    light_world: World, deputy_id: int, name: str, status: int
) -> None:
    enter(light_world.client(OFFICER), "/account/absence/", deputy_id)
    key, stranger = absence_of(light_world, deputy_id), light_world.client(name)
    assert enter(stranger, f"/absences/add/{light_world.people[OFFICER]}", deputy_id).status_code == status
    assert post(stranger, f"/absences/form/{key}/end", version="1").status_code == status
    assert post(stranger, f"/account/absence/end/{key}", version="1").status_code == 404
    assert absence_of(light_world, deputy_id) == key


@pytest.mark.parametrize(("version", "status"), [("7", 409), ("", 400), ("x", 400), ("9" * 30, 400)])
def test_end_is_refused_when_its_version_is_old_or_none(
    light_world: World, deputy_id: int, version: str, status: int
) -> None:
    officer = light_world.client(OFFICER)
    enter(officer, "/account/absence/", deputy_id)
    key = absence_of(light_world, deputy_id)
    assert post(officer, f"/account/absence/end/{key}", version=version).status_code == status
    assert absence_of(light_world, deputy_id) == key


def test_whoever_gives_work_to_an_absent_officer_is_warned(
    light_world: World, deputy_id: int, request_id: int
) -> None:
    head = light_world.client(HEAD)
    enter(light_world.client(OFFICER), "/account/absence/", deputy_id)
    hints = head.get("/choices/desk").json["choices"]  # type: ignore[index]
    assert [item["value"] for item in hints if "vắng mặt đến hết ngày" in item["hint"]] == [OFFICER]
    address = f"/requests/form/{request_id}/hand-over"
    done = post(head, address, officer_id=OFFICER, version="2")
    assert done.status_code == 302
    assert "xử lý thay" in head.get(done.location).text
    with light_world.app.app_context(), system_scope("set_up"):
        assert db.session.get_one(OnlineRequest, request_id).handler_id == light_world.people[OFFICER]
        db.session.remove()


def test_officer_meets_the_conflict_page_when_the_request_was_given_away_meanwhile(
    light_world: World, deputy_id: int, request_id: int
) -> None:
    officer, head = light_world.client(OFFICER), light_world.client(HEAD)
    given = post(head, f"/requests/form/{request_id}/hand-over", officer_id=DEPUTY, version="2")
    assert given.status_code == 302
    late = post(officer, f"/requests/form/{request_id}/guide", **{**REPLY, "version": "2"})
    assert late.status_code == 409
    assert REPLY["text"] in late.text
    assert "Chuyển cho công chức khác" in late.text


def test_case_says_who_stands_in_only_while_its_officer_is_away(light_world: World) -> None:
    """The world has an absence of each agency's officer."""
    head = light_world.client(HEAD)
    pages = []
    for cancelled_at in (clock.now(), None):
        with light_world.app.app_context(), system_scope("set_up"):
            absence = db.session.query(Absence).filter(Absence.agency.has(code="CC001")).first()
            assert absence is not None
            absence.cancelled_at = cancelled_at
            case = db.session.query(EnforcementCase).filter_by(officer_id=absence.member_id).first()
            assert case is not None
            key = case.id
            db.session.commit()
            db.session.remove()
        pages.append(head.get(f"/cases/show/{key}").text)
    assert ["vắng mặt đến hết ngày" in page for page in pages] == [False, True]

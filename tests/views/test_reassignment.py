"""Handing an officer's work over on the screens: choosing, the preview, leaving rows out, the receipt; and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest, StaffMember
from backoffice.services.document_vault import Vault
from tests import factories
from tests.requests import registered
from tests.views.walk import NOBODY
from tests.views.world import HASH, World, foreign_markers, token_of, username

HEAD, OTHER = username("CC001", Role.HEAD), username("CC001", Role.SUPPORT_OFFICER)
REASON = "Chuyển công tác từ 01/12/2026"


@pytest.fixture
def leaving(light_world: World) -> Iterator[tuple[int, list[int]]]:
    """Somebody who leaves, with three requests in hand."""
    with light_world.app.app_context():
        vault = Vault.of(light_world.app.config["OPENTHADS"].documents)
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        member = factories.make_staff(agency, Role.SUPPORT_OFFICER)
        keys = [registered(agency, vault).request_id for _ in range(3)]
        with system_scope("set_up"):
            member.password, key = HASH, member.id
            for row in db.session.query(OnlineRequest).filter(OnlineRequest.id.in_(keys)):
                row.handler_id, row.state = key, "received"
            db.session.commit()
            db.session.remove()
    yield key, keys
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.get_one(StaffMember, key).active = False
        db.session.commit()
        db.session.remove()


def post(client: FlaskClient, address: str, **values: Any) -> Any:
    """Send a form with the token of a page that everybody may open."""
    return client.post(address, data={"csrf_token": token_of(client.get("/account/").text), **values})


def preview(world: World, client: FlaskClient, officer_id: int, **values: Any) -> Any:
    """Ask what would become of everything."""
    asked = {"works": ["support"], "to": world.people[OTHER], "reason": REASON, **values}
    return post(client, f"/reassignment/officer/{officer_id}", **asked)


def boxes(page: str) -> list[str]:
    """The rows that a preview offers."""
    return [str(box["value"]) for box in BeautifulSoup(page, "html.parser").select("input[name=row]")]


def handlers(world: World, keys: list[int]) -> list[int | None]:
    """Who has the requests now."""
    with world.app.app_context(), system_scope("set_up"):
        found = [db.session.get_one(OnlineRequest, key).handler_id for key in keys]
        db.session.remove()
        return found


def test_ticked_rows_are_handed_over_and_the_receipt_names_what_was_skipped(
    light_world: World, leaving: tuple[int, list[int]]
) -> None:
    (officer_id, keys), head = leaving, light_world.client(HEAD)
    other = light_world.people[OTHER]
    assert f"/reassignment/officer/{officer_id}" in head.get("/reassignment/").text
    page = preview(light_world, head, officer_id)
    assert page.status_code == 200
    assert handlers(light_world, keys) == [officer_id] * 3
    rows = boxes(page.text)
    assert len(rows) == 3
    # Somebody works on the second meanwhile; the third is left out by the head.
    with light_world.app.app_context(), system_scope("set_up"):
        db.session.get_one(OnlineRequest, keys[1]).version += 1
        db.session.commit()
        db.session.remove()
    done = post(head, f"/reassignment/start/{officer_id}", row=rows[:2], reason=REASON)
    assert done.status_code == 302
    receipt = head.get(done.location).text
    assert "Bị từ chối" in receipt
    assert handlers(light_world, keys) == [other, officer_id, officer_id]
    assert REASON in head.get(f"/requests/history/{keys[0]}").text


def test_many_rows_are_left_to_a_worker_with_their_number_alone(
    light_world: World, leaving: tuple[int, list[int]]
) -> None:
    (officer_id, keys), head = leaving, light_world.client(HEAD)
    rows = boxes(preview(light_world, head, officer_id).text)
    # Together more than are done while a person waits.
    rows += [f"r.{NOBODY + number}.1.s.{light_world.people[OTHER]}" for number in range(20)]
    done = post(head, f"/reassignment/start/{officer_id}", row=rows, reason=REASON)
    assert "Đang chờ" in head.get(done.location).text
    assert handlers(light_world, keys) == [officer_id] * 3
    cancelled = post(head, done.location.replace("/show/", "/cancel/"))
    assert cancelled.status_code == 302


@pytest.mark.parametrize(
    "values",
    [{"works": []}, {"to": []}, {"reason": ""}, {"reason": "   "}, {"reason": "x" * 2001}],
)
def test_choice_is_asked_again_with_what_was_typed_when_something_is_missing(
    light_world: World, leaving: tuple[int, list[int]], values: dict[str, Any]
) -> None:
    answer = preview(light_world, light_world.client(HEAD), leaving[0], **values)
    assert answer.status_code == 400
    assert "field-error" in answer.text
    assert str(values.get("reason", REASON)).strip()[:40] in answer.text


@pytest.mark.parametrize(
    "values", [{"works": ["everything"]}, {"to": "987654"}, {"to": "x\x00"}, {"to": ["1", "-1"]}]
)
def test_choice_is_refused_when_it_was_never_offered(
    light_world: World, leaving: tuple[int, list[int]], values: dict[str, Any]
) -> None:
    assert preview(light_world, light_world.client(HEAD), leaving[0], **values).status_code == 400


@pytest.mark.parametrize(
    "rows",
    [
        ["1"],
        ["r.1.1.s"],
        ["r.0.1.s.1"],
        ["r.1.1.c.1"],
        ["c.1.1.s.1"],
        ["r.1.1.s.1", "r.1.2.e.1"],
        ["r.9999999999999999999.1.s.1"],
        ["r.1.1.s.1\n"],
        ["ｒ.1.1.s.1"],
    ],
)
def test_rows_are_refused_when_no_preview_wrote_them(
    light_world: World, leaving: tuple[int, list[int]], rows: list[str]
) -> None:
    officer_id, keys = leaving
    answer = post(light_world.client(HEAD), f"/reassignment/start/{officer_id}", row=rows, reason=REASON)
    assert answer.status_code == 400
    assert handlers(light_world, keys) == [officer_id] * 3


@pytest.mark.parametrize("values", [{"reason": REASON}, {"row": ["r.1.1.s.1"], "reason": ""}])
def test_preview_comes_again_when_no_row_or_no_reason_is_left(
    light_world: World, leaving: tuple[int, list[int]], values: dict[str, Any]
) -> None:
    officer_id, keys = leaving
    more = {"works": "support", "to": light_world.people[OTHER]}
    answer = post(light_world.client(HEAD), f"/reassignment/start/{officer_id}", **more, **values)
    assert answer.status_code == 400
    assert len(boxes(answer.text)) == 3
    assert handlers(light_world, keys) == [officer_id] * 3


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (OTHER, 403),
        (username("CC001", Role.AGENCY_ADMINISTRATOR), 403),
        (username("C01", Role.INSPECTOR), 403),
        (username("CC002", Role.HEAD), 404),
        (username("CC288", Role.HEAD), 404),
    ],
)
def test_work_is_not_handed_over_when_role_or_scope_does_not_reach(
    light_world: World, leaving: tuple[int, list[int]], name: str, status: int
) -> None:
    (officer_id, keys), stranger = leaving, light_world.client(name)
    rows = [f"r.{key}.1.s.{light_world.people[OTHER]}" for key in keys]
    assert stranger.get(f"/reassignment/officer/{officer_id}").status_code == status
    answer = post(stranger, f"/reassignment/start/{officer_id}", row=rows, reason=REASON)
    assert answer.status_code == status
    assert handlers(light_world, keys) == [officer_id] * 3


def test_pages_name_nobody_of_other_agencies(light_world: World, leaving: tuple[int, list[int]]) -> None:
    head = light_world.client(HEAD)
    pages = [head.get("/reassignment/").text, head.get(f"/reassignment/officer/{leaving[0]}").text]
    pages.append(preview(light_world, head, leaving[0]).text)
    assert [foreign_markers(page, {"CC001"}) for page in pages] == [set(), set(), set()]
    assert head.get("/reassignment/?x=1").status_code == 400

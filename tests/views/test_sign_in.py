"""Signing in and out: what is accepted, what every refusal looks like, and when a session is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import StaffMember
from tests.views.world import PASSWORD, World, token_of, username, without_tokens

HEAD = username("CC001", Role.HEAD)
# Refused on purpose: its name has to wait afterwards.
OTHER = username("CC002", Role.HEAD)
REFUSAL = "Tên đăng nhập hoặc mật khẩu không đúng"


def attempt(
    world: World, name: str, password: str, address: str = "10.9.0.1", query: str = ""
) -> tuple[int, str]:
    """The status and page of one attempt, from an address of its own."""
    client = world.client(address=address)
    token = token_of(client.get(f"/login/{query}").text)
    values = {"username": name, "password": password, "csrf_token": token}
    answer = client.post(f"/login/{query}", data=values)
    return answer.status_code, answer.text if answer.status_code != 302 else answer.location


def test_person_signs_in_when_the_name_is_typed_in_capitals(light_world: World) -> None:
    assert attempt(light_world, HEAD.upper(), PASSWORD) == (302, "/")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (OTHER, "wrong"),
        ("nobody", PASSWORD),
        (OTHER, ""),
        ("", PASSWORD),
        (OTHER, "\0"),
        (OTHER, PASSWORD + " "),
    ],
)
def test_person_is_refused_when_name_or_password_is_wrong(
    light_world: World, name: str, password: str
) -> None:
    status, page = attempt(light_world, name, password, address=f"10.9.1.{len(name) + len(password)}")
    assert status == 401
    assert "Việc hôm nay" not in page


def test_refusals_look_alike_when_the_account_is_unknown_or_closed(world: World) -> None:
    _change(world, HEAD, active=False)
    closed = attempt(world, HEAD, PASSWORD)[1]
    unknown = attempt(world, "nobody.at.all", PASSWORD)[1]
    assert REFUSAL in closed
    assert _without_typed(closed) == _without_typed(unknown)


def _without_typed(page: str) -> str:
    return "\n".join(line for line in without_tokens(page).splitlines() if 'id="username"' not in line)


def _change(world: World, name: str, **values: object) -> None:
    with world.app.app_context(), system_scope("set_up"):
        person = db.session.get(StaffMember, world.people[name])
        assert person is not None
        for key, value in values.items():
            setattr(person, key, value)
        db.session.commit()


def test_attempts_are_stopped_when_too_many_fail_from_one_address(
    light_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(light_world.app.config, "AUTH_RATE_LIMIT", "5 per minute")
    names = [f"nobody.{number}" for number in range(7)]
    statuses = [attempt(light_world, name, "wrong", address="10.9.2.1")[0] for name in names]
    assert statuses == [401] * 5 + [429] * 2
    assert attempt(light_world, HEAD, PASSWORD, address="10.9.2.2")[0] == 302


def test_good_attempts_do_not_count_when_many_people_share_an_address(light_world: World) -> None:
    statuses = {attempt(light_world, HEAD, PASSWORD, address="10.9.3.1")[0] for _number in range(8)}
    assert statuses == {302}


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http:evil.example",
        "/cases/list/\r\nX: y",
        "evil",
        "/" + "a" * 600,
    ],
)
def test_target_is_ignored_when_it_leads_elsewhere(light_world: World, target: str) -> None:
    client = light_world.client()
    token = token_of(client.get("/login/").text)
    values = {"username": HEAD, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login/", data=values, query_string={"next": target})
    assert (answer.status_code, answer.headers.get("Location")) in {(302, "/"), (400, None)}


def test_person_comes_back_to_the_page_when_it_is_ours(light_world: World) -> None:
    assert attempt(light_world, HEAD, PASSWORD, query="?next=/cases/list/") == (302, "/cases/list/")


def test_host_is_refused_when_it_is_not_ours(light_world: World) -> None:
    answer = light_world.client().get("/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_copied_cookie_is_worthless_when_the_person_has_signed_out(world: World) -> None:
    client, thief = world.client(HEAD), world.client()
    cookie = client.get_cookie("openthads")
    assert cookie is not None
    thief.set_cookie("openthads", cookie.value)
    assert thief.get("/cases/list/").status_code == 200
    answer = client.post("/logout/", data={"csrf_token": token_of(client.get("/").text)})
    assert answer.location == "/login/"
    assert thief.get("/cases/list/").status_code == 302


def test_session_ends_when_the_account_is_closed_or_the_epoch_rises(world: World) -> None:
    client = world.client(HEAD)
    _change(world, HEAD, session_epoch=7)
    assert client.get("/").status_code == 302
    again = world.client(HEAD)
    _change(world, HEAD, active=False)
    assert again.get("/").status_code == 302


def test_session_ends_when_the_working_day_is_over_however_busy_it_was(light_world: World) -> None:
    client = light_world.client(HEAD)
    start = clock.now()
    for minutes in range(20, 480, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert client.get("/").status_code == 200
    with time_machine.travel(start + timedelta(hours=7, minutes=59), tick=False):
        assert client.get("/").status_code == 200
        token = token_of(client.get("/").text)
        client.post("/language/", data={"csrf_token": token, "locale": "vi", "next": "/"})
    with time_machine.travel(start + timedelta(hours=8, minutes=1), tick=False):
        assert client.get("/").status_code == 302


def test_signing_out_needs_a_post_with_a_token(light_world: World) -> None:
    client = light_world.client(HEAD)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 400
    assert client.get("/").status_code == 200


def test_post_is_refused_when_the_token_is_missing_or_of_another_session(light_world: World) -> None:
    client, other = light_world.client(HEAD), light_world.client(HEAD)
    foreign = token_of(other.get("/").text)
    record = light_world.rows["CC001", "DebtorRecordView"]
    for values in ({"version": "1"}, {"version": "1", "csrf_token": foreign}):
        assert client.post(f"/debtor-records/step/{record}/note_change", data=values).status_code == 400


def test_cookie_carries_no_name_and_no_address(light_world: World) -> None:
    client = light_world.client(HEAD)
    client.get("/debtor-records/list/?q=nguyen+van+hoa")
    with client.session_transaction() as session:
        kept = dict(session)
    assert set(kept) <= {"_user_id", "_fresh", "_id", "csrf_token", "signed_in_at", "session_id", "locale"}
    assert kept["_user_id"] == f"{light_world.people[HEAD]}.0"

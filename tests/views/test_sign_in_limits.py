"""Guessing and old cookies: the delay of a name over all addresses, and every way in which a session ends."""

from __future__ import annotations

import logging
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash

from backoffice import clock, create_app
from backoffice.access.roles import Role
from backoffice.extensions import db
from backoffice.models import SignInEvent, SignInTries, StaffMember, StaffSession
from backoffice.services.sign_in import NOBODYS_HASH, delay_after, digest_of, sign_in
from tests.conftest import make_settings
from tests.views.test_sign_in import attempt
from tests.views.world import PASSWORD, World, build_world, token_of, username, without_tokens

HEAD = username("CC001", Role.HEAD)
OTHER = username("CC002", Role.HEAD)


def guess(world: World, name: str, count: int, start: datetime) -> list[int]:
    """The status of each guess, one a second, each from an address of its own."""
    statuses = []
    for number in range(count):
        with time_machine.travel(start + timedelta(seconds=number), tick=False):
            statuses.append(attempt(world, name, "wrong", address=f"10.8.{number // 200}.{number % 200}")[0])
    return statuses


def test_forty_guesses_from_forty_addresses_are_refused_unheard_when_the_name_waits(world: World) -> None:
    start = clock.now()
    statuses = guess(world, HEAD, 40, start)
    heard = [number for number, status in enumerate(statuses) if status == 401]
    # At 0, 1, 2 s; then after waiting 2, 4, 8 and 16 s.
    assert heard == [0, 1, 2, 4, 8, 16, 32]
    assert statuses.count(429) == 33
    with time_machine.travel(start + timedelta(seconds=41), tick=False):
        assert attempt(world, HEAD, PASSWORD, address="10.8.9.1")[0] == 429
        assert attempt(world, OTHER, PASSWORD, address="10.8.9.2")[0] == 302
    with time_machine.travel(start + timedelta(seconds=120), tick=False):
        assert attempt(world, HEAD, PASSWORD, address="10.8.9.3")[0] == 302
        assert attempt(world, HEAD, "wrong", address="10.8.9.4")[0] == 401
        assert attempt(world, HEAD, PASSWORD, address="10.8.9.5")[0] == 302


def test_unknown_name_waits_like_a_known_one_when_guessed(world: World) -> None:
    start = clock.now()
    assert guess(world, "nobody.at.all", 9, start) == guess(world, HEAD, 9, start)
    with time_machine.travel(start + timedelta(seconds=9), tick=False):
        known = attempt(world, HEAD, "wrong", address="10.8.8.1")[1].replace(HEAD, "")
        unknown = attempt(world, "nobody.at.all", "wrong", address="10.8.8.2")[1].replace("nobody.at.all", "")
    assert without_tokens(known) == without_tokens(unknown)
    with world.app.app_context():
        assert digest_of("nobody.at.all") in {row.name_digest for row in db.session.query(SignInTries)}


def test_delay_doubles_up_to_a_quarter_of_an_hour_and_never_locks() -> None:
    seconds = [int(delay_after(failures).total_seconds()) for failures in range(14)]
    assert seconds == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert delay_after(10_000) == timedelta(minutes=15)


def test_ten_refusals_are_told_and_kept_without_the_typed_name(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    moment = clock.now()
    with caplog.at_level(logging.WARNING):
        for name in (HEAD, "Mat-khau-nham-o"):
            for number in range(10):
                with time_machine.travel(moment + timedelta(minutes=16 * number), tick=False):
                    assert attempt(world, name, "wrong", address=f"10.8.7.{number}")[0] == 401
    alerts = [record.getMessage() for record in caplog.records if "sign-in alert" in record.getMessage()]
    assert len(alerts) == 2
    assert "account unknown" in alerts[1]
    assert "Mat-khau-nham-o" not in caplog.text
    with world.app.app_context():
        person = db.session.get_one(StaffMember, world.people[HEAD])
        assert person.fail_login_count == 10
        refused = db.session.query(SignInEvent).filter_by(outcome="refused").count()
        assert refused == 20


def test_unknown_name_costs_the_same_check_of_a_hash() -> None:
    method = generate_password_hash("x").split("$")[0]
    assert NOBODYS_HASH.split("$")[0] == method
    assert not check_password_hash(NOBODYS_HASH, "")


@pytest.mark.parametrize("password", ["", "x" * 5000, "\0", "\ud800"])
def test_strange_input_is_refused_when_it_comes_past_the_form(world: World, password: str) -> None:
    with world.app.app_context():
        assert sign_in("\ud800nobody\0", "wrong", "10.1.1.1").member is None
        assert sign_in(f"{HEAD}' OR 1=1", password.replace("\ud800", "?"), "x" * 500).member is None


def test_session_ends_when_nobody_uses_it_for_half_an_hour(world: World) -> None:
    client, start = world.client(HEAD), clock.now()
    for minutes in (20, 45, 70):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            answer = client.get("/cases/list/")
            assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    with time_machine.travel(start + timedelta(minutes=101), tick=False):
        assert client.get("/cases/list/").status_code == 302


def test_use_of_a_session_is_written_once_a_minute_when_pages_are_opened(world: World) -> None:
    client, start = world.client(HEAD), clock.now()
    seen = []
    for seconds in (10, 50, 70, 100):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            client.get("/cases/list/")
        with world.app.app_context():
            seen.append(db.session.query(StaffSession.last_seen_at).scalar())
            db.session.remove()
    assert seen[0] == seen[1] < seen[2] == seen[3]


def test_cookie_is_worthless_when_its_session_row_is_gone_or_anothers(world: World) -> None:
    client, other = world.client(HEAD), world.client(OTHER)
    with other.session_transaction() as session:
        foreign = session["session_id"]
    with client.session_transaction() as session:
        session["session_id"] = foreign
    assert client.get("/").status_code == 302
    with world.app.app_context():
        db.session.query(StaffSession).delete()
        db.session.commit()
    assert other.get("/").status_code == 302


def test_nobody_meets_an_error_when_eight_people_sign_in_at_the_moment_redis_is_lost(world: World) -> None:
    clients = [world.client(address=f"10.7.0.{number}") for number in range(8)]
    pages = [client.get("/login/").text for client in clients]
    ready = Barrier(8)

    def sign_in(number: int) -> int:
        values = {"username": f"nobody.{number}", "password": "x", "csrf_token": token_of(pages[number])}
        ready.wait()
        return clients[number].post("/login/", data=values).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(sign_in, range(8))) == {401}


def test_person_gets_in_from_the_usual_address_when_a_stranger_keeps_the_name_waiting(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        assert attempt(world, HEAD, PASSWORD, address="10.8.20.1")[0] == 302
    guess(world, HEAD, 12, start)
    with time_machine.travel(start + timedelta(seconds=13), tick=False):
        assert attempt(world, HEAD, PASSWORD, address="10.8.20.2")[0] == 429
        assert attempt(world, HEAD, PASSWORD, address="10.8.20.1")[0] == 302


def test_usual_address_waits_too_when_it_is_where_the_guesses_come_from(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        assert attempt(world, HEAD, PASSWORD, address="10.8.21.1")[0] == 302
        refused = [attempt(world, HEAD, "wrong", address="10.8.21.1")[0] for _try in range(4)]
        assert refused == [401, 401, 401, 429]
        assert attempt(world, HEAD, PASSWORD, address="10.8.21.1")[0] == 429
        assert attempt(world, HEAD, PASSWORD, address="10.8.21.2")[0] == 302


def test_oldest_refusals_of_unknown_names_go_when_there_are_too_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.services.sign_in.KEPT_UNKNOWN", 3)
    assert attempt(world, HEAD, "wrong", address="10.8.22.9")[0] == 401
    for number in range(6):
        assert attempt(world, f"nobody.{number}", "wrong", address=f"10.8.22.{number}")[0] == 401
    with world.app.app_context():
        kept = db.session.scalars(select(SignInEvent).where(SignInEvent.outcome == "refused")).all()
    assert [event.member_id for event in kept] == [world.people[HEAD], None, None, None]


def test_addresses_of_one_connection_share_a_limit_when_they_are_of_the_new_kind(
    light_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(light_world.app.config, "AUTH_RATE_LIMIT", "5 per minute")
    near = [f"2001:db8:77:1::{number:x}" for number in range(1, 7)]
    statuses = [attempt(light_world, f"x{place}", "wrong", address=at)[0] for place, at in enumerate(near)]
    assert statuses == [401] * 5 + [429]
    assert attempt(light_world, "x6", "wrong", address="2001:db8:77:2::1")[0] == 401
    assert attempt(light_world, "x7", "wrong", address="::ffff:10.8.23.1")[0] == 401
    assert attempt(light_world, "x8", "wrong", address="::1")[0] == 401


def try_at_once(world: World, names: list[str], address: str) -> list[int]:
    """The status of one wrong try for each name, all sent from one address at the same moment."""
    clients = [world.client(address=address) for _name in names]
    tokens = [token_of(client.get("/login/").text) for client in clients]
    ready = Barrier(len(names))

    def send(place: int) -> int:
        values = {"username": names[place], "password": "wrong", "csrf_token": tokens[place]}
        ready.wait()
        return clients[place].post("/login/", data=values).status_code

    with ThreadPoolExecutor(len(names)) as pool:
        return sorted(pool.map(send, range(len(names))))


@pytest.mark.parametrize("place", ["memory", "redis"])
def test_only_as_many_tries_are_heard_as_allowed_when_sixteen_come_at_once(
    sqlite_template: Path, tmp_path: Path, redis_url: str, place: str
) -> None:
    shutil.copy(sqlite_template, tmp_path / "limits.sqlite")
    settings = make_settings(f"sqlite:///{tmp_path / 'limits.sqlite'}", tmp_path)
    settings = replace(settings, limits_url=redis_url if place == "redis" else "memory://")
    world = build_world(create_app("staff", settings))
    world.app.config["AUTH_RATE_LIMIT"] = "5 per minute"
    assert (
        try_at_once(world, [f"nobody.{number}" for number in range(16)], "10.8.30.1")
        == [401] * 5 + [429] * 11
    )
    assert attempt(world, HEAD, PASSWORD, address="10.8.30.2")[0] == 302


def test_good_tries_are_given_back_when_a_whole_office_comes_in(
    light_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(light_world.app.config, "AUTH_RATE_LIMIT", "5 per hour")
    refused = [attempt(light_world, f"slip.{number}", "x", address="10.8.31.1")[0] for number in range(4)]
    assert refused == [401] * 4
    assert {attempt(light_world, OTHER, PASSWORD, address="10.8.31.1")[0] for _try in range(12)} == {302}
    assert attempt(light_world, "slip.5", "x", address="10.8.31.1")[0] == 401
    assert attempt(light_world, OTHER, PASSWORD, address="10.8.31.1")[0] == 429


def test_colleague_is_heard_when_one_name_was_tried_too_often_at_the_same_address(light_world: World) -> None:
    names = ["typing.badly"] * 6
    statuses = [attempt(light_world, name, "x", address="10.8.32.1")[0] for name in names]
    assert statuses[-1] == 429
    assert attempt(light_world, OTHER, PASSWORD, address="10.8.32.1")[0] == 302


def test_page_says_when_to_come_back_when_an_address_has_tried_too_often(
    light_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(light_world.app.config, "AUTH_RATE_LIMIT", "1 per hour")
    assert attempt(light_world, "one", "x", address="10.8.33.1")[0] == 401
    client = light_world.client(address="10.8.33.1")
    token = token_of(client.get("/login/").text)
    answer = client.post("/login/", data={"username": "two", "password": "x", "csrf_token": token})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert re.search(r"sau (59|60|61) phút", answer.text)
    # Signing out and choosing a language are no tries.
    assert client.post("/language/", data={"locale": "en", "csrf_token": token}).status_code == 302

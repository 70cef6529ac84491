"""Saved filters: kept, opened first, shared inside one agency alone, changed by their owner alone."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import SavedFilter, TransitionLog
from tests.views.world import World, token_of, username

OWNER = username("CC001", Role.HEAD)
COLLEAGUE = username("CC001", Role.ENFORCEMENT_OFFICER)
LIST = "/debtor-records/list/"


def send(client: FlaskClient, address: str, **form: str) -> TestResponse:
    """Send a form with the token of the person."""
    return client.post(address, data={"csrf_token": token_of(client.get("/").text), **form})


def save(
    client: FlaskClient, name: str = "Của tôi", query: str = "q=omega&state=published", **more: str
) -> TestResponse:
    """Keep a filter of the debtor records."""
    return send(client, "/saved-filters/save/DebtorRecordView", name=name, query=query, **more)


def the_filter(world: World) -> SavedFilter:
    """The only filter of the debtor records."""
    with world.app.app_context(), system_scope("jobs"):
        row = db.session.query(SavedFilter).filter_by(screen="DebtorRecordView").one()
        db.session.expunge_all()
    return row


def page(client: FlaskClient) -> str:
    """The page of the filters of the debtor records, without the notes on top."""
    return client.get("/saved-filters/of/DebtorRecordView").text


def test_filter_is_kept_with_its_list_when_somebody_saves_it(world: World) -> None:
    client = world.client(OWNER)
    answer = save(client)
    assert answer.status_code == 302
    assert "q=omega" in answer.location
    assert "state=published" in answer.location
    row = the_filter(world)
    assert (row.name, row.parameters, row.is_shared) == (
        "Của tôi",
        {"q": "omega", "state": "published"},
        False,
    )
    assert "Của tôi" in client.get("/saved-filters/of/DebtorRecordView?part=1").text
    with world.app.app_context(), system_scope("jobs"):
        log = db.session.query(TransitionLog).filter_by(subject_type="saved_filter").one()
        assert (log.transition, log.reason) == ("save_filter", None)


def test_filter_is_seen_by_nobody_else_when_it_is_private(world: World) -> None:
    save(world.client(OWNER))
    for other in (COLLEAGUE, username("C01", Role.HEAD), username("TC", Role.NATIONAL_ADMINISTRATOR)):
        assert "Của tôi" not in page(world.client(other))


def test_filter_is_seen_inside_the_agency_alone_when_it_is_shared(world: World) -> None:
    save(world.client(OWNER), is_shared="yes")
    assert "Của tôi" in page(world.client(COLLEAGUE))
    for other in (username("CC002", Role.HEAD), username("C01", Role.HEAD), username("TC", Role.INSPECTOR)):
        assert "Của tôi" not in page(world.client(other))


@pytest.mark.parametrize("other", [COLLEAGUE, username("CC002", Role.HEAD), username("C01", Role.HEAD)])
def test_change_is_refused_when_the_filter_is_somebody_elses(world: World, other: str) -> None:
    save(world.client(OWNER), is_shared="yes")
    key, client = the_filter(world).id, world.client(other)
    assert send(client, f"/saved-filters/change/{key}", name="Khác", version="1").status_code == 404
    assert send(client, f"/saved-filters/delete/{key}").status_code == 404
    assert the_filter(world).name == "Của tôi"


def test_default_is_refused_when_the_filter_is_not_open_to_the_person(world: World) -> None:
    save(world.client(OWNER), is_shared="yes")
    for other in (username("CC002", Role.HEAD), username("C01", Role.HEAD)):
        answer = send(world.client(other), f"/saved-filters/default/{the_filter(world).id}", is_default="yes")
        assert answer.status_code == 404


def test_list_opens_with_the_default_until_it_is_taken_back_or_gone(world: World) -> None:
    client, other = world.client(OWNER), world.client(COLLEAGUE)
    save(client, is_shared="yes")
    key = the_filter(world).id
    for person in (client, other):
        assert send(person, f"/saved-filters/default/{key}", is_default="yes").status_code == 302
        assert "state=published" in person.get(LIST).location
        assert person.get(LIST, query_string={"filter": "none"}).status_code == 200
        assert "Set-Cookie" not in person.get(LIST).headers
    assert send(client, f"/saved-filters/change/{key}", name="Riêng", version="1").status_code == 302
    assert other.get(LIST).status_code == 200
    send(client, f"/saved-filters/default/{key}", is_default="no")
    assert client.get(LIST).status_code == 200
    assert send(client, f"/saved-filters/delete/{key}").status_code == 302
    assert "Riêng" not in re.sub(r'role="status".*?</p>', "", page(client))


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": "", "query": ""}, 400),
        ({"name": "x" * 81, "query": ""}, 400),
        ({"name": "a", "query": "nosuch=1"}, 400),
        ({"name": "a", "query": "state=nosuch"}, 400),
        ({"name": "a", "query": "q=a&q=b"}, 400),
        ({"name": "a", "query": "q=\x00"}, 400),
        ({"name": "a", "query": "q" * 5000}, 400),
        ({"name": "a", "query": "=&&=;"}, 400),
    ],
)
def test_filter_is_refused_when_it_cannot_be_read(world: World, form: dict[str, str], status: int) -> None:
    client = world.client(OWNER)
    assert send(client, "/saved-filters/save/DebtorRecordView", **form).status_code == status
    with world.app.app_context(), system_scope("jobs"):
        assert db.session.query(SavedFilter).filter_by(screen="DebtorRecordView").count() == 0


def test_screen_is_refused_when_the_person_may_not_open_its_list(world: World) -> None:
    client = world.client(OWNER)
    assert client.get("/saved-filters/of/ScheduleView").status_code == 403
    assert client.get("/saved-filters/of/NoSuchView").status_code == 404
    assert client.get("/saved-filters/of/HomeView").status_code == 404
    assert client.get("/saved-filters/of/CaseView?part=2").status_code == 400
    assert send(client, "/saved-filters/save/ScheduleView", name="a", query="").status_code == 403


def test_change_is_refused_when_somebody_saved_in_between(world: World) -> None:
    client = world.client(OWNER)
    save(client)
    key = the_filter(world).id
    assert send(client, f"/saved-filters/change/{key}", name="Một", version="1").status_code == 302
    assert send(client, f"/saved-filters/change/{key}", name="Hai", version="1").status_code == 409
    save(client, name="Hai")
    assert send(client, f"/saved-filters/change/{key}", name="Hai", version="2").status_code == 400

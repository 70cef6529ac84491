"""What a page costs: statements of the whole signed-in request, the person and the scope included; cookies; bytes.

Counted is every statement but those that only tell PostgreSQL the scope of a transaction. The directory of agencies,
read twice a minute at most, is read before.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, inspect, select

from backoffice import create_app
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DebtorRecord
from config import Settings
from tests.views.pages import one_for_each_role
from tests.views.test_lists import counted
from tests.views.test_search import screens
from tests.views.world import World, username

# Screens of citizens' requests; the unit head opens them.
OF_CITIZENS = ("/requests/", "/appointments/", "/appointment-slots/")
LIST_LIMIT, SHOW_LIMIT, HOME_LIMIT, HISTORY_LIMIT = 4, 5, 6, 8
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def administrator(read_world: World) -> FlaskClient:
    """Somebody who may open nearly every screen; the first page fills what processes keep."""
    client = read_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    client.get("/agencies/list/")
    return client


@pytest.fixture(scope="module")
def unit_head(read_world: World, administrator: FlaskClient) -> FlaskClient:
    """Somebody who reads what citizens sent, which is no matter of those who keep the software."""
    client = read_world.client(username("TC", Role.CENTRAL_UNIT_HEAD))
    client.get("/agencies/list/")
    return client


def statements_of(world: World, client: FlaskClient, address: str) -> list[str]:
    """The statements of one page that is there."""
    with counted(world) as statements:
        answer = client.get(address)
    assert answer.status_code == 200, address
    assert "Set-Cookie" not in answer.headers, address
    assert len(answer.data) < MOST_BYTES, address
    return [statement for statement in statements if "set_config" not in statement]


def dear_pages(world: World, client: FlaskClient, addresses: list[str], limit: int) -> dict[str, list[str]]:
    """The pages that cost more, with their statements."""
    found = {address: statements_of(world, client, address) for address in addresses}
    return {address: statements for address, statements in found.items() if len(statements) > limit}


def lists(world: World) -> list[str]:
    """The address of every list."""
    return [f"{view.route_base}/list/" for view in screens(world)]


def shown(world: World, client: FlaskClient) -> list[tuple[Any, int]]:
    """Every screen with pages of rows, and the first and the last row that the person finds there."""
    found = []
    with world.app.app_context(), system_scope("jobs"):
        for view in screens(world):
            model: Any = view.datamodel.obj
            if "show" in view.include_route_methods:
                ends = db.session.execute(select(func.min(model.id), func.max(model.id))).one()
                found += [(view, pk) for pk in set(ends) if pk is not None]
        db.session.remove()
    return [(view, pk) for view, pk in found if client.get(f"{view.route_base}/show/{pk}").status_code == 200]


def test_no_list_costs_more_than_four_statements(
    read_world: World, administrator: FlaskClient, unit_head: FlaskClient
) -> None:
    addresses = [path + query for path in lists(read_world) for query in ("", "?size=1", "?size=1&page=last")]
    # What waits for a signature is for heads alone.
    addresses = [address for address in addresses if not address.startswith("/signing/")]
    assert len(addresses) > 30
    sent = [address for address in addresses if address.startswith(OF_CITIZENS)]
    assert len(sent) == len(OF_CITIZENS) * 3
    assert dear_pages(read_world, unit_head, sent, LIST_LIMIT) == {}
    others = [address for address in addresses if address not in sent]
    assert dear_pages(read_world, administrator, others, LIST_LIMIT) == {}


@pytest.mark.parametrize("reader", ["administrator", "unit_head"])
def test_no_shown_row_costs_more_than_five_statements(
    read_world: World, reader: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(reader)
    found = shown(read_world, client)
    assert len({type(view) for view, _pk in found}) > 10
    assert any(f"{view.route_base}/" in OF_CITIZENS for view, _pk in found) is (reader == "unit_head")
    addresses = [f"{view.route_base}/show/{pk}" for view, pk in found]
    tabs = [
        f"{view.route_base}/show/{pk}?tab={screen.__name__}.{name}"
        for view, pk in found
        for screen, name in view.tabs
    ]
    assert dear_pages(read_world, client, [*addresses, *tabs], SHOW_LIMIT) == {}
    histories = [
        f"{view.route_base}/history/{pk}{query}"
        for view, pk in found
        if "history" in view.include_route_methods
        for query in ("", "?as_of=20/11/2026")
    ]
    assert dear_pages(read_world, client, histories, HISTORY_LIMIT) == {}


def test_published_record_costs_no_more_when_its_steps_ask_what_has_changed(
    world: World, database_kind: str
) -> None:
    head = world.client(username("CC001", Role.HEAD))
    head.get("/agencies/list/")
    record = world.rows["CC001", "DebtorRecordView"]
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get(DebtorRecord, record)
        assert row is not None
        row.state = "published"
        db.session.commit()
        db.session.remove()
    address = f"/debtor-records/show/{record}"
    statements = statements_of(world, head, address)
    assert any("non_enforceable_decision" in statement for statement in statements), "the step did not ask"
    assert len(statements) <= SHOW_LIMIT


def test_tab_is_refused_when_the_screen_has_none_of_that_name(
    read_world: World, administrator: FlaskClient
) -> None:
    case = read_world.rows["CC001", "CaseView"]
    for name in ("", "PartyView", "PartyView.debtor", "DebtorRecordView.decision", "x" * 300):
        assert administrator.get(f"/cases/show/{case}?tab={name}").status_code == 400
    assert administrator.get(f"/cases/show/{case}?tab=PartyView.case&tab=PartyView.case").status_code == 400
    own = read_world.client(username("CC002", Role.HEAD))
    assert own.get(f"/cases/show/{case}?tab=PartyView.case").status_code == 404


def test_no_page_carries_a_cookie_whoever_opens_it(light_world: World) -> None:
    for name in one_for_each_role():
        client = light_world.client(name)
        for rule in light_world.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.arguments:
                answer = client.get(str(rule))
                assert "Set-Cookie" not in answer.headers, (name, str(rule), answer.status_code)


def test_no_list_is_large_when_every_text_is_as_long_as_it_may_be(world: World, database_kind: str) -> None:
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get_one(DebtorRecord, world.rows["CC001", "DebtorRecordView"])
        columns = [
            column.key for column in inspect(DebtorRecord).columns if column.key not in {"id", "public_id"}
        ]
        like = {name: getattr(record, name) for name in columns}
        longest = {
            "full_name": "Nguyễn Thị " * 18,
            "address": "đường Điện Biên Phủ " * 24,
            "court_name": "Tòa án " * 28,
        }
        db.session.add_all(DebtorRecord(**like | longest) for _ in range(100))
        db.session.commit()
        db.session.remove()
    client = world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    answer = client.get("/debtor-records/list/?size=100")
    assert answer.text.count("Nguyễn Thị Nguyễn Thị") >= 100
    assert len(answer.data) < MOST_BYTES


def test_worker_starts_with_few_statements(settings: Settings) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        app = create_app("staff", settings)
        assert app.test_client().get("/login/").status_code == 200
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) <= 10, statements

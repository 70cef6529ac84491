"""What a page costs: statements of the whole signed-in request, the person and the scope included; cookies; bytes.

Counted is every statement but those that only tell PostgreSQL the scope of a transaction. The directory of agencies,
read twice a minute at most, is read before.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from tests.views.test_lists import counted
from tests.views.test_search import screens
from tests.views.world import World, username

LIST_LIMIT, SHOW_LIMIT, HOME_LIMIT, HISTORY_LIMIT = 4, 5, 6, 8
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def administrator(read_world: World) -> FlaskClient:
    """Somebody who may open every screen; the first page fills what processes keep."""
    client = read_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
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


def test_no_list_costs_more_than_four_statements(read_world: World, administrator: FlaskClient) -> None:
    addresses = [path + query for path in lists(read_world) for query in ("", "?size=1", "?size=1&page=last")]
    assert len(addresses) > 30
    assert dear_pages(read_world, administrator, addresses, LIST_LIMIT) == {}


def test_no_shown_row_costs_more_than_five_statements(read_world: World, administrator: FlaskClient) -> None:
    found = shown(read_world, administrator)
    assert len({type(view) for view, _pk in found}) > 10
    addresses = [f"{view.route_base}/show/{pk}" for view, pk in found]
    tabs = [
        f"{view.route_base}/show/{pk}?tab={screen.__name__}.{name}"
        for view, pk in found
        for screen, name in view.tabs
    ]
    assert dear_pages(read_world, administrator, [*addresses, *tabs], SHOW_LIMIT) == {}
    histories = [
        f"{view.route_base}/history/{pk}{query}"
        for view, pk in found
        if "history" in view.include_route_methods
        for query in ("", "?as_of=20/11/2026")
    ]
    assert dear_pages(read_world, administrator, histories, HISTORY_LIMIT) == {}


def test_tab_is_refused_when_the_screen_has_none_of_that_name(
    read_world: World, administrator: FlaskClient
) -> None:
    case = read_world.rows["CC001", "CaseView"]
    for name in ("", "PartyView", "PartyView.debtor", "DebtorRecordView.decision", "x" * 300):
        assert administrator.get(f"/cases/show/{case}?tab={name}").status_code == 400
    assert administrator.get(f"/cases/show/{case}?tab=PartyView.case&tab=PartyView.case").status_code == 400
    own = read_world.client(username("CC002", Role.HEAD))
    assert own.get(f"/cases/show/{case}?tab=PartyView.case").status_code == 404

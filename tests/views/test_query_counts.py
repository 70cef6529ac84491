"""What a page costs: statements of the whole signed-in request, the person and the scope included.

Counted is every statement but those that only tell PostgreSQL the scope of a transaction. The directory of agencies,
read twice a minute at most, is read before.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.test_lists import counted
from tests.views.test_search import screens
from tests.views.world import World, username

LIST_LIMIT = 4
# The roles of the people on the page are loaded beside the page itself.
MORE = {"StaffView": 1}


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
    assert answer.status_code in {200, 403}, address
    assert "Set-Cookie" not in answer.headers, address
    return [statement for statement in statements if "set_config" not in statement]


def test_no_list_costs_more_than_four_statements(read_world: World, administrator: FlaskClient) -> None:
    dear = {}
    for view in screens(read_world):
        for query in ("", "?size=1", "?size=1&page=last"):
            found = statements_of(read_world, administrator, f"{view.route_base}/list/{query}")
            limit = LIST_LIMIT + MORE.get(type(view).__name__, 0)
            if len(found) > limit:
                dear[type(view).__name__ + query] = found
    assert dear == {}

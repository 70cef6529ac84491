"""The reviewed matrix of roles and routes is what the screens do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.access.roles import Role
from tests.views.matrix import METHODS, matrix, read_page, write_page
from tests.views.walk import rules
from tests.views.world import World


def test_matrix_is_the_reviewed_one(light_world: World) -> None:
    found = list(matrix(light_world))
    reviewed = read_page()
    assert found[0] == reviewed[0]
    differences = [line for line in found if line not in reviewed] + [
        line for line in reviewed if line not in found
    ]
    assert differences == [], "read the differences, then run python -m tests.views.matrix"


def cells(role: Role, method: str) -> dict[str, str]:
    """The reviewed answers to one role, by route."""
    heading, *lines = read_page()
    column = heading.index(role.value)
    return {line[0]: line[column] for line in lines if line[1] == method}


# What everybody signed in may send, whatever the role: it concerns the own account, views of lists and own tasks.
OWN = (
    "/account/",
    "/kept/",
    "/language/",
    "/login/",
    "/saved-filters/",
    "/search",
    # A file of figures is an own task.
    "/request-statistics/",
    "/tasks/",
)


def test_inspector_may_send_only_what_is_the_own_concern() -> None:
    sent = {route for route, cell in cells(Role.INSPECTOR, "POST").items() if cell == "yes"}
    assert {route for route in sent if not route.startswith(OWN)} == set()


def test_every_deed_on_files_is_closed_to_most_roles() -> None:
    for route in cells(Role.HEAD, "POST"):
        if not route.startswith(OWN):
            allowed = [role for role in Role if cells(role, "POST")[route] == "yes"]
            assert 0 < len(allowed) <= 7, route


def test_every_route_is_in_the_page(light_world: World) -> None:
    asked = {(str(rule), method) for method in METHODS for rule in rules(light_world.app, method)}
    assert {(line[0], line[1]) for line in read_page()[1:]} == asked


def test_page_stays_as_it_was_when_the_walk_stops_halfway(tmp_path: Path) -> None:
    page = tmp_path / "page.csv"
    page.write_text("route,method\n")

    def stopped() -> Iterator[list[str]]:
        yield ["route"]
        raise AssertionError("429")

    with pytest.raises(AssertionError):
        write_page(page, stopped())
    assert page.read_text() == "route,method\n"

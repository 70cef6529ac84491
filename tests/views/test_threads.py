"""Eight people at once on the same screens: nobody's search, rows or language show on another's page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backoffice.access.roles import Role
from tests.views.world import SUBTREES, World, foreign_markers, username

PEOPLE = (
    (username("CC001", Role.HEAD), "CC001"),
    (username("CC002", Role.HEAD), "CC002"),
    (username("CC288", Role.HEAD), "CC288"),
    (username("C01", Role.HEAD), "C01"),
)
ROUNDS = 12


def _one_person(world: World, number: int) -> list[str]:
    """What went wrong for one person, who searches for a word of their own all the time."""
    name, code = PEOPLE[number % len(PEOPLE)]
    client = world.client(name, address=f"10.8.0.{number + 1}")
    word = f"tu khoa {number}"
    wrong = []
    for _round in range(ROUNDS):
        searched = client.get("/debtor-records/list/", query_string={"q": word, "state": "draft"}).text
        plain = client.get("/debtor-records/list/").text
        if f'value="{word}"' not in searched or "tu khoa" in plain:
            wrong.append("another search")
        if any(f"tu khoa {other}" in searched for other in range(8) if other != number):
            wrong.append("another person's search")
        if foreign_markers(plain, SUBTREES[code]) or code not in plain:
            wrong.append("foreign rows")
    return wrong


def test_searches_and_rows_never_mix_when_eight_people_work_at_once(read_world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: _one_person(read_world, number), range(8)))
    assert found == [[]] * 8

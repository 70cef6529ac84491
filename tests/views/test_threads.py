"""Eight people at once on the same screens: nobody's search, rows or language show on another's page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.world import MARKER, SUBTREES, World, foreign_markers, token_of, username

PEOPLE = (
    (username("CC001", Role.HEAD), "CC001"),
    (username("CC002", Role.HEAD), "CC002"),
    (username("CC288", Role.HEAD), "CC288"),
    (username("C01", Role.HEAD), "C01"),
)
ROUNDS = 14


# Lists that all of them may open, with filters that the number of the person chooses among.
LISTS = (
    (
        "/debtor-records/list/",
        ({"state": "draft"}, {"order": "name_sort"}, {"size": "100"}),
    ),
    ("/cases/list/", ({"state": "verifying"}, {"order": "accepted_on", "direction": "desc"}, {"size": "1"})),
    ("/parties/list/", ({"role": "debtor"}, {"order": "name_sort"}, {"size": "50"})),
    ("/enforcement-decisions/list/", ({"state": "drafted"}, {"size": "1"}, {"order": "decided_on"})),
    ("/non-enforceable-decisions/list/", ({"size": "100"}, {"size": "1"}, {"page": "last"})),
    ("/documents/list/", ({"kind": "other"}, {"size": "50"}, {"page": "last"})),
    ("/agencies/list/", ({"level": "district"}, {"order": "code"}, {"page": "last"})),
)


def _ready(world: World, number: int) -> FlaskClient:
    """A person who signed in and keeps a filter of their own."""
    name, _code = PEOPLE[number % len(PEOPLE)]
    client, word = world.client(name, address=f"10.8.0.{number + 1}"), f"tukhoa{number}z"
    kept = {"csrf_token": token_of(client.get("/").text), "name": f"bộ lọc {word}", "query": f"q={word}"}
    assert client.post("/saved-filters/save/DebtorRecordView", data=kept).status_code == 302
    return client


def _one_person(client: FlaskClient, number: int) -> list[str]:
    """What went wrong for one person, who searches every list for a word of their own all the time."""
    _name, code = PEOPLE[number % len(PEOPLE)]
    word = f"tukhoa{number}z"
    others = [f"tukhoa{other}z" for other in range(8) if other % len(PEOPLE) != number % len(PEOPLE)]
    wrong = []
    for step in range(ROUNDS):
        path, filters = LISTS[(step + number) % len(LISTS)]
        chosen = filters[(step + number) % len(filters)]
        found = client.get(path, query_string={"q": word, **chosen})
        plain = client.get(path, query_string={"filter": "none"})
        saved = client.get("/saved-filters/of/DebtorRecordView")
        if {found.status_code, plain.status_code, saved.status_code} != {200}:
            wrong.append(f"{path} {chosen}: {found.status_code}, {plain.status_code}, {saved.status_code}")
        if f'value="{word}"' not in found.text or "tukhoa" in plain.text or word not in saved.text:
            wrong.append(f"another search: {path}")
        if any(other in page.text for other in others for page in (found, saved)):
            wrong.append(f"another person's search: {path}")
        if any(foreign_markers(page.text, SUBTREES[code]) for page in (found, plain, saved)):
            wrong.append(f"foreign rows: {path}")
        if MARKER.search(_body(found.text)):
            wrong.append(f"rows that do not fit: {path}")
    return wrong


def _body(page: str) -> str:
    """The rows of a list."""
    return page.partition("<tbody")[2].partition("</tbody>")[0]


def test_searches_and_rows_never_mix_when_eight_people_work_at_once(read_world: World) -> None:
    clients = [_ready(read_world, number) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(_one_person, clients, range(8)))
    assert found == [[]] * 8

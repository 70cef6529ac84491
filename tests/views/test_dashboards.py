"""The dashboards: figures counted by hand, each opening exactly its rows, for nobody but those who may see them."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.policy import POLICY
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DebtorRecord, EnforcementAgency, EnforcementCase
from backoffice.workflow.permissions import Permission
from tests import factories
from tests.views.test_home import rows_of
from tests.views.test_lists import counted
from tests.views.world import PEOPLE, World, foreign_markers, username, without_tokens

HEAD = username("CC001", Role.HEAD)
PROVINCE = username("C01", Role.HEAD)
FIRST = date(2025, 10, 1)


@pytest.fixture(scope="module")
def busy(read_world: World) -> World:
    """The world with cases and records of many days, drawn from a seed."""
    draw = random.Random(7)
    with read_world.app.app_context(), system_scope("set_up"):
        for code in ("CC001", "CC002", "C01", "CC288"):
            agency = db.session.query(EnforcementAgency).filter_by(code=code).one()
            for _number in range(8):
                _make(draw, agency)
        db.session.remove()
    return read_world


def _make(draw: random.Random, agency: EnforcementAgency) -> None:
    accepted = FIRST + timedelta(days=draw.randint(0, 330))
    ended = accepted + timedelta(days=draw.randint(0, 120)) if draw.random() < 0.6 else None
    state = draw.choice(["completed", "terminated"]) if ended else "verifying"
    file = factories.make_file(agency, state=state, accepted_on=accepted, ended_on=ended)
    published = FIRST + timedelta(days=draw.randint(0, 330))
    due = published + timedelta(days=draw.randint(-4, 4))
    gone = published + timedelta(days=30) if draw.random() < 0.4 else None
    decision = factories.make_non_enforceable(
        file, decided_on=published, ground_code=draw.choice(["2026_a", "2015_a"])
    )
    values = {"published_on": published, "publish_due_on": due, "withdrawn_on": gone}
    factories.make_record(file, decision, state="withdrawn" if gone else "published", **values)


def board(client: FlaskClient, query: str = "") -> BeautifulSoup:
    """A dashboard, read."""
    answer = client.get(f"/dashboards/{query}")
    assert answer.status_code == 200
    assert len(answer.data) < 300_000
    return BeautifulSoup(answer.text, "html.parser")


def sums(page: BeautifulSoup) -> list[str]:
    """The figures of the whole period, in their order."""
    return [each.get_text(strip=True) for each in page.select(".sums dd")]


def by_hand(world: World, prefix: str, first: date, last: date) -> list[int]:
    """The same figures counted one row after another."""
    with world.app.app_context(), system_scope("set_up"):
        cases = [row for row in db.session.query(EnforcementCase) if row.agency_path.startswith(prefix)]
        records = [row for row in db.session.query(DebtorRecord) if row.agency_path.startswith(prefix)]
        ended = [row for row in cases if row.ended_on and first <= row.ended_on <= last]
        published = [row for row in records if row.published_on and first <= row.published_on <= last]
        return [
            sum(first <= row.accepted_on <= last for row in cases),
            sum(row.state == "completed" for row in ended),
            sum(row.state == "terminated" for row in ended),
            sum(row.accepted_on <= last and not (row.ended_on and row.ended_on <= last) for row in cases),
            len(published),
            sum(row.withdrawn_on is not None and first <= row.withdrawn_on <= last for row in records),
            sum(
                row.publish_due_on is not None and row.published_on <= row.publish_due_on for row in published
            ),
            sum(
                row.publish_due_on is not None and row.published_on > row.publish_due_on for row in published
            ),
            sum(_is_overdue(row) for row in records),
        ]


def _is_overdue(row: DebtorRecord) -> bool:
    due = row.publish_due_on if row.state in ("draft", "approved") else None
    return bool(due and due < clock.today())


@pytest.mark.parametrize(
    ("name", "prefix"),
    [(HEAD, "TC.C01.CC001."), (PROVINCE, "TC.C01."), (username("TC", Role.CENTRAL_OFFICER), "TC.")],
)
@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("?months=12&until=2026-09", date(2025, 10, 1), date(2026, 9, 30)),
        ("?months=3&until=2026-06", date(2026, 4, 1), date(2026, 6, 30)),
        ("?months=1&until=2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_figures_equal_those_counted_by_hand(
    busy: World, name: str, prefix: str, query: str, first: date, last: date
) -> None:
    shown = sums(board(busy.client(name), query))
    expected = by_hand(busy, prefix, first, last)
    assert [int(text) for text in shown[:-1]] == expected
    in_time, late = expected[6], expected[7]
    share = f"{100 * in_time / (in_time + late):.1f}".replace(".", ",") + "\u00a0%" if in_time + late else "—"
    assert shown[-1] == share


@pytest.mark.parametrize("name", [HEAD, PROVINCE])
def test_every_figure_opens_exactly_its_rows(busy: World, name: str) -> None:
    client = busy.client(name)
    page = board(client, "?months=6&until=2026-08")
    links = page.select(".sums dd a, td a")
    assert len(links) > 25
    for link in links:
        assert rows_of(client, str(link["href"])) == int(link.text), link["href"]


def test_months_add_up_and_open_cases_run_on(busy: World) -> None:
    page = board(busy.client(PROVINCE), "?months=10&until=2026-09")
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.select("#part-cases ~ details tbody tr")
    ]
    assert len(rows) == 10
    shown = sums(page)
    assert sum(int(row[0]) for row in rows) == int(shown[0])
    assert rows[0][3] == shown[3]


def test_part_of_the_tree_is_shown_alone_when_its_code_is_given(busy: World) -> None:
    client = busy.client(PROVINCE)
    own = sums(board(busy.client(HEAD), "?until=2026-09"))
    assert sums(board(client, "?until=2026-09&agency=CC001")) == own
    page = board(client, "?until=2026-09&agency=CC001")
    for link in page.select(".sums dd a"):
        assert "agency=CC001" in str(link["href"])


def test_drawings_name_themselves_and_bring_no_code_when_they_stand_in_the_page(busy: World) -> None:
    page = board(busy.client(PROVINCE), "?until=2026-09")
    drawn = page.select("figure svg")
    assert len(drawn) >= 5
    for drawing in drawn:
        assert drawing["role"] == "img"
        assert len(str(drawing["aria-label"])) > 30
    assert not page.select("svg [style], svg style, svg script, [style]")
    assert "#010" not in str(drawn)


def test_bars_stand_apart_when_two_grounds_read_the_same(busy: World) -> None:
    page = board(busy.client(PROVINCE), "?until=2026-09")
    rows = page.select("#part-grounds ~ details tbody tr")
    drawn = page.select("#part-grounds ~ .dash-charts svg")[0]
    labels = [text.get_text() for text in drawn.select('text[text-anchor="end"]')]
    assert len(rows) == len(labels) == len(set(labels))
    # The year of the law sets them apart, not a code that nobody outside knows.
    assert all(re.match(r"20(15|26): ", text) for text in [*labels, *(row.th.get_text() for row in rows)])
    assert not re.search(r"20(15|26)_", page.get_text())


def test_dashboard_asks_the_database_six_times_at_most(busy: World) -> None:
    client = busy.client(PROVINCE)
    with counted(busy) as statements:
        answer = client.get("/dashboards/?agency=CC001")
    assert "Set-Cookie" not in answer.headers
    assert len(statements) <= 6, "\n".join(statements)


def test_dashboard_says_nothing_of_other_agencies(busy: World) -> None:
    page = busy.client(HEAD).get("/dashboards/").text
    assert foreign_markers(page, {"CC001"}) == set()


@pytest.mark.parametrize("code", ["CC288", "TC", "C30", "ZZZ"])
def test_agency_outside_the_scope_looks_like_a_missing_one(light_world: World, code: str) -> None:
    client = light_world.client(PROVINCE)
    foreign = client.get(f"/dashboards/?agency={code}")
    assert foreign.status_code == 404
    missing = client.get("/dashboards/?agency=NONE1").text.replace("NONE1", code)
    assert without_tokens(foreign.text) == without_tokens(missing)


@pytest.mark.parametrize(
    "query",
    [
        "?months=2",
        "?months=-1",
        "?months=x",
        "?until=2026-13",
        "?until=2026-1",
        "?until=2999-01",
        "?until=1200-01",
        "?until=2026-01-01",
        "?agency=%C4%90",
        "?agency=CC001'--",
        "?year=2026",
        "?months=3&months=6",
    ],
)
def test_dashboard_is_refused_when_its_address_cannot_be_read(light_world: World, query: str) -> None:
    assert light_world.client(HEAD).get(f"/dashboards/{query}").status_code == 400


@pytest.mark.parametrize(
    ("code", "role"), [(code, role) for code in ("TC", "CC001") for role in PEOPLE[code]]
)
def test_dashboard_opens_exactly_for_those_who_may_see_figures(
    light_world: World, code: str, role: Role
) -> None:
    expected = 200 if Permission.STATISTICS_READ in POLICY[role] else 403
    assert light_world.client(username(code, role)).get("/dashboards/").status_code == expected


def test_dashboard_is_whole_when_nothing_happened(light_world: World) -> None:
    page = board(light_world.client(HEAD), "?months=1&until=2001-01")
    assert sums(page) == ["0", "0", "0", "0", "0", "0", "0", "0", "1", "—"]

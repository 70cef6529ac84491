"""Lists: finding people with and without marks, Vietnamese order, pages, counts, and what a page costs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import event

from backoffice.access.roles import Role
from backoffice.extensions import db
from tests import factories
from tests.views.world import World, username

NAMES = ["Nguyễn Văn Hòa", "Đặng Thị Ánh", "Trần Văn Ân", "Lê Hoàng Đức", "Hoàng Thị Hoa", "Phạm Văn Dũng"]
SORTED = [
    "Đặng Thị Ánh",
    "Trần Văn Ân",
    "Phạm Văn Dũng",
    "Lê Hoàng Đức",
    "Hoàng Thị Hoa",
    "Nguyễn Văn Hòa",
]


@pytest.fixture(scope="module")
def people(read_world: World) -> FlaskClient:
    """A head whose agency has six named records more."""
    with read_world.app.app_context():
        _make_people()
        db.session.remove()
    return read_world.client(username("CC001", Role.HEAD))


def _make_people() -> None:
    with factories.system_scope("set_up"):
        agency = db.session.query(factories.EnforcementAgency).filter_by(code="CC001").one()
        for name in NAMES:
            file = factories.make_file(agency)
            file.debtor.full_name = name
            factories.make_record(file, factories.make_non_enforceable(file))


def names(page: str) -> list[str]:
    """The names in the first column, without the world's marked one."""
    cells = BeautifulSoup(page, "html.parser").select("tbody td:nth-child(1 of :not(.cell-check))")
    return [cell.get_text(strip=True) for cell in cells if "Ω" not in cell.get_text()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nguyen van hoa", {"Nguyễn Văn Hòa"}),
        ("NGUYỄN VĂN HÒA", {"Nguyễn Văn Hòa"}),
        ("Nguyễn Văn Hoà", {"Nguyễn Văn Hòa"}),
        (unicodedata.normalize("NFD", "Nguyễn Văn Hòa"), {"Nguyễn Văn Hòa"}),
        ("hoa", {"Nguyễn Văn Hòa", "Hoàng Thị Hoa", "Lê Hoàng Đức"}),
        ("duc le", {"Lê Hoàng Đức"}),
        ("Ðặng", {"Đặng Thị Ánh"}),
        ("đặng ánh", {"Đặng Thị Ánh"}),
    ],
)
def test_search_finds_the_person_when_the_name_is_typed_any_way(
    people: FlaskClient, typed: str, found: set[str]
) -> None:
    page = people.get("/debtor-records/list/", query_string={"q": typed}).text
    assert set(names(page)) == found


@pytest.mark.parametrize("typed", ["nguyen % hoa", "ng_yan", "nguyễn tuấn", "hòa bình"])
def test_search_finds_nobody_when_a_word_does_not_occur(people: FlaskClient, typed: str) -> None:
    page = people.get("/debtor-records/list/", query_string={"q": typed}).text
    assert set(names(page)) <= ({"Nguyễn Văn Hòa"} if typed == "nguyen % hoa" else set())


def test_names_stand_in_vietnamese_order_when_sorted_by_name(people: FlaskClient) -> None:
    assert names(people.get("/debtor-records/list/?order=name_sort").text) == SORTED
    backwards = people.get("/debtor-records/list/?order=name_sort&direction=desc").text
    assert names(backwards) == SORTED[::-1]


def test_page_is_clamped_and_links_to_the_next_when_there_are_more_rows(people: FlaskClient) -> None:
    page = people.get("/debtor-records/list/?size=3&order=name_sort")
    assert names(page.text) == SORTED[:3]
    assert "size=3" in BeautifulSoup(page.text, "html.parser").select("a[rel=next]")[0]["href"]
    following = str(BeautifulSoup(page.text, "html.parser").select("a[rel=next]")[0]["href"])
    assert names(people.get(following).text)[:3] == SORTED[3:]
    assert people.get("/debtor-records/list/?size=1000000").status_code == 200
    assert "Không còn dòng nào" in people.get("/debtor-records/list/?after=1").text


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/debtor-records/list/", 4),
        ("/cases/list/", 4),
        ("/parties/list/?q=nguyen", 4),
        ("/debtor-records/list/?size=1", 4),
        ("/legal-rules/list/", 4),
        ("/agencies/list/", 4),
        ("/staff/list/", 5),
    ],
)
def test_list_asks_the_database_few_times(read_world: World, address: str, limit: int) -> None:
    client = read_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    with counted(read_world) as statements:
        answer = client.get(address)
    assert answer.status_code == 200
    assert len(statements) <= limit, "\n".join(statements)


@pytest.mark.parametrize("address", ["/", "/debtor-records/list/?q=a", "/cases/list/", "/calendar/list/"])
def test_page_writes_no_cookie_and_is_not_kept_when_it_is_read(light_world: World, address: str) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) < 300_000


def test_page_forbids_foreign_and_inline_code(light_world: World) -> None:
    client = light_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    nonces: list[str] = []
    for address in ("/login/", "/", "/debtor-records/list/", "/legal-rules/edit/1", "/nosuch"):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        nonce = re.search(r"script-src 'nonce-([\w-]{22,})';", policy)
        assert nonce
        nonces.append(nonce.group(1))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = BeautifulSoup(answer.text, "html.parser")
        assert not page.select("[style], style, script:not([src])")
        # A page that only leads elsewhere has no script.
        carried = {script["nonce"] for script in page.select("script")}
        assert carried == ({nonces[-1]} if answer.status_code != 302 else set())
        assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert len(set(nonces)) == len(nonces)


def test_values_stand_in_the_shapes_of_the_country(light_world: World) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    record = client.get(f"/debtor-records/show/{light_world.rows['CC001', 'DebtorRecordView']}").text
    assert "25/09/2026" in record
    assert "30.000.000\u00a0đ" in record
    assert "Trả nợ vay" in record
    assert "loan_repayment" not in record


def test_text_is_shown_as_text_when_it_looks_like_code(world: World) -> None:
    with world.app.app_context(), factories.system_scope("set_up"):
        agency = db.session.query(factories.EnforcementAgency).filter_by(code="CC001").one()
        case = factories.make_case(
            agency, court_name="<script>alert(1)</script>", case_number='"><img src=x>'
        )
        key = case.id
    page = world.client(username("CC001", Role.HEAD)).get(f"/cases/show/{key}").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

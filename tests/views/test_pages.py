"""Keyset pages: every row once, in order, both ways, with and without values; no cursor opens anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.extensions import db
from backoffice.models import DebtorRecord, EnforcementAgency, ExportRun
from backoffice.services.paging import Cursor, check_order, read_cursor, write_cursor
from tests import factories
from tests.views.test_lists import counted
from tests.views.world import SUBTREES, World, foreign_markers, username

LIST = "/debtor-records/list/"
DUE = [0, None, 3, 3, None, 3, 1, None, 2, 1, None]


@pytest.fixture(scope="module")
def head(read_world: World) -> FlaskClient:
    """A head whose agency has eleven records more, some with equal days and some without one."""
    with read_world.app.app_context(), factories.system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        for days in DUE:
            file = factories.make_file(agency)
            due = None if days is None else date(2026, 9, 1) + timedelta(days=days)
            factories.make_record(file, factories.make_non_enforceable(file), publish_due_on=due)
        db.session.remove()
    return read_world.client(username("CC001", Role.HEAD))


def wanted(world: World, order: str, direction: str) -> list[int]:
    """The ids in the order that the list must have, worked out here: rows without a value last."""
    with world.app.app_context(), factories.system_scope("set_up"):
        rows = db.session.query(DebtorRecord).join(EnforcementAgency).filter_by(code="CC001").all()
        found = [(getattr(row, order), row.id) for row in rows]
        db.session.remove()
    valued = sorted((pair for pair in found if pair[0] is not None), reverse=direction == "desc")
    missing = sorted((pair for pair in found if pair[0] is None), reverse=direction == "desc")
    return [key for _value, key in valued + missing]


def ids(page: str) -> list[int]:
    """The ids of the rows on a page."""
    links = BeautifulSoup(page, "html.parser").select("a.row-link")
    return [int(str(link["href"]).rsplit("/", 1)[1]) for link in links]


def link(page: str, name: str) -> str | None:
    """The address of the next or previous page."""
    found = BeautifulSoup(page, "html.parser").select_one(f"a[rel={name}]")
    return str(found["href"]) if found else None


def walk(client: FlaskClient, address: str, name: str) -> Iterator[list[int]]:
    """The ids of each page from this one on, following the link of that name."""
    following: str | None = address
    while following is not None:
        answer = client.get(following)
        assert answer.status_code == 200
        yield ids(answer.text)
        following = link(answer.text, name)


@pytest.mark.parametrize("order", ["id", "name_sort", "publish_due_on", "published_on"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_hold_every_row_once_when_somebody_walks_there_and_back(
    read_world: World, head: FlaskClient, order: str, direction: str
) -> None:
    start = f"{LIST}?size=3&order={order}&direction={direction}"
    there = list(walk(head, start, "next"))
    assert [key for page in there for key in page] == wanted(read_world, order, direction)
    back = list(walk(head, f"{start}&page=last", "prev"))
    assert [key for page in reversed(back) for key in page] == wanted(read_world, order, direction)
    assert all(len(page) == 3 for page in back[:-1])


def test_rows_are_never_counted_off_when_a_late_page_is_asked_for(
    read_world: World, head: FlaskClient
) -> None:
    with counted(read_world) as statements:
        for _page in walk(head, f"{LIST}?size=3&order=publish_due_on", "next"):
            pass
    assert len(statements) > 4
    # SQLite's dialect always writes an offset beside a limit, bound to 0.
    assert not [text for text in statements if "OFFSET" in text.replace("LIMIT ? OFFSET ?", "")]


def test_page_says_which_rows_it_shows_where_that_is_known(head: FlaskClient) -> None:
    assert "hiển thị 1–3" in head.get(f"{LIST}?size=3").text
    last = head.get(f"{LIST}?size=3&page=last").text
    total = len(DUE) + 2
    assert f"hiển thị {total - 2}–{total}" in last
    assert link(last, "next") is None


def test_cursor_shows_only_own_rows_when_it_names_a_foreign_row(read_world: World, head: FlaskClient) -> None:
    foreign = read_world.rows["CC002", "DebtorRecordView"]
    for query in (f"after={foreign}", f"before={foreign}", f"order=name_sort&after=A~{foreign}"):
        answer = head.get(f"{LIST}?size=2&{query}")
        assert answer.status_code == 200
        assert foreign_markers(answer.text, SUBTREES["CC001"]) == set()


@pytest.mark.parametrize(
    "query",
    [
        *(
            f"after={value}"
            for value in ("abc", "0x1", "-1", "9" * 20, "1~2", "~1", "1,2", "%201", "١", "1.0")
        ),
        *(f"before={value}" for value in ("x", "~", "9223372036854775808")),
        *(
            f"order=publish_due_on&after={value}"
            for value in ("1", "2026-02-30~1", "20260201~1", "01/02/2026~1", "2026-01-01~", "x~1", "null~1")
        ),
        *(f"order=name_sort&after={value}" for value in ("5", "A" * 401 + "~1", "A~x", "A~1~")),
        *("page=2", "page=first", "after=5&before=3", "after=5&page=last", "after=1&after=2", "filter=1"),
        "size=3&page=0",
    ],
)
def test_list_refuses_a_place_when_no_row_could_stand_there(head: FlaskClient, query: str) -> None:
    assert head.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("id", "x~1"),
        ("created_at", "2026-01-01~1"),
        ("created_at", "2026-01-01T00:00:00~1"),
        ("attempts", "x~1"),
    ],
)
def test_cursor_is_refused_when_the_column_has_no_such_value(order: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"not|Invalid|no "):
        read_cursor(ExportRun, order, text)


def test_cursor_reads_back_as_it_was_written_when_the_column_holds_moments_or_numbers() -> None:
    moment = clock.now()
    row = ExportRun(id=7, created_at=moment, attempts=3)
    assert read_cursor(ExportRun, "created_at", write_cursor("created_at", row)) == Cursor(moment, 7)
    assert read_cursor(ExportRun, "attempts", write_cursor("attempts", row)) == Cursor(3, 7)


def test_order_is_refused_at_start_when_its_text_may_be_missing() -> None:
    with pytest.raises(ValueError, match="may be missing"):
        check_order(ExportRun, "package_version")
    check_order(ExportRun, "package_name")

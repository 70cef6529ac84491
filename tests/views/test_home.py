"""The first page: each queue counts exactly the rows of the list it opens, late ones first, and only own rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementAgency,
    EnforcementCase,
    ExportRun,
    TransitionLog,
)
from backoffice.views.queues import QUEUES
from tests import factories
from tests.views.test_lists import counted
from tests.views.world import PEOPLE, World, username

HEAD = username("CC001", Role.HEAD)


def soup(client: FlaskClient, address: str = "/") -> BeautifulSoup:
    """A page, read."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html.parser")


def number(text: str) -> int:
    """The figure at the front or the end of a text."""
    found = re.findall(r"[0-9.]+", text)
    return int(found[-1].replace(".", ""))


def figures(page: BeautifulSoup) -> list[tuple[str, int]]:
    """Every address of the page's queues with the number that stands beside it."""
    found: list[tuple[str, int]] = []
    for line in page.select(".work-line"):
        whole = line.select_one(".work-head a")
        if whole:
            found.append((str(whole["href"]), number(line.select_one(".work-count").text)))  # type: ignore[union-attr]
        found += [(str(link["href"]), number(link.text)) for link in line.select(".work-bands a")]
    cells = page.select("table td a")
    return found + [(str(link["href"]), number(link.text)) for link in cells]


def rows_of(client: FlaskClient, address: str) -> int:
    """How many rows the list behind an address has."""
    return len(soup(client, f"{address}&size=100").select("tbody tr"))


@pytest.mark.parametrize(
    ("code", "role"),
    [(code, role) for code, roles in PEOPLE.items() for role in roles if code in {"TC", "C01", "CC001"}],
)
def test_queue_counts_exactly_the_rows_of_its_list_when_any_role_looks(
    read_world: World, code: str, role: Role
) -> None:
    client = read_world.client(username(code, role))
    for address, count in figures(soup(client)):
        assert rows_of(client, address) == count, address


@pytest.mark.parametrize(
    "name", [HEAD, username("TC", Role.NATIONAL_ADMINISTRATOR), username("C01", Role.HEAD)]
)
def test_home_asks_the_database_six_times_at_most(read_world: World, name: str) -> None:
    client = read_world.client(name)
    with counted(read_world) as statements:
        assert client.get("/").status_code == 200
    assert len(statements) <= 6, "\n".join(statements)


def test_late_work_stands_first_with_its_rows_and_days(world: World) -> None:
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get(DebtorRecord, world.rows["CC001", "waiting"])
        assert record is not None
        record.publish_due_on = clock.today() - timedelta(days=12)
        db.session.commit()
    address = f"/debtor-records/show/{world.rows['CC001', 'waiting']}"
    page = soup(world.client(HEAD))
    first = page.select(".work-line")[0]
    assert "Bản ghi chờ công khai" in first.text
    assert "Lâu nhất quá hạn 12 ngày" in first.text
    assert first.select_one(".work-next a")["href"] == address  # type: ignore[index]


@pytest.mark.parametrize(
    ("days", "band"), [(-1, "overdue"), (0, "today"), (1, "soon"), (3, "soon"), (4, None)]
)
def test_row_is_counted_under_its_day_when_it_is_due(world: World, days: int, band: str | None) -> None:
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get(DebtorRecord, world.rows["CC001", "waiting"])
        assert record is not None
        record.publish_due_on = clock.today() + timedelta(days=days)
        db.session.commit()
    client = world.client(HEAD)
    line = _line(soup(client), "Bản ghi chờ công khai")
    assert [str(link["href"]).rsplit("=", 1)[1] for link in line.select(".work-bands a")] == (
        [band] if band else []
    )
    assert rows_of(client, "/debtor-records/list/?state=approved&publish_due=all") == 1


def _line(page: BeautifulSoup, title: str) -> Tag:
    return next(line for line in page.select(".work-line") if title in line.text)


def test_officer_sees_own_cases_alone_when_others_have_some_too(world: World) -> None:
    officer = world.people[username("CC001", Role.ENFORCEMENT_OFFICER)]
    late = clock.today() - timedelta(days=5)
    with world.app.app_context(), system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        mine = factories.make_case(agency, officer_id=officer, next_verification_due_on=late)
        factories.make_case(agency, next_verification_due_on=late)
        factories.make_case(agency, officer_id=officer, next_verification_due_on=late, state="completed")
        address = f"/cases/show/{mine.id}"
    client = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    page = soup(client)
    assert [link["href"] for link in page.select(".work-next a")] == [address]
    assert "Bản ghi chờ phê duyệt" not in page.text
    assert rows_of(client, "/cases/list/?mine=yes&verification_due=overdue") == 1


def test_record_given_back_waits_for_its_officer_alone_when_the_head_returns_it(world: World) -> None:
    officer = world.people[username("CC001", Role.ENFORCEMENT_OFFICER)]
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get(DebtorRecord, world.rows["CC001", "waiting"])
        assert record is not None
        record.state = "draft"
        db.session.get_one(EnforcementCase, world.rows["CC001", "CaseView"]).officer_id = officer
        _log_return(record)
        db.session.commit()
    address = "/debtor-records/list/?given_back=yes"
    assert rows_of(world.client(username("CC001", Role.ENFORCEMENT_OFFICER)), address) == 1
    assert rows_of(world.client(HEAD), address) == 0


def _log_return(record: DebtorRecord) -> None:
    db.session.add(
        TransitionLog(
            agency_id=record.agency_id,
            agency_path=record.agency_path,
            subject_type="debtor_record",
            subject_id=record.id,
            workflow_version="2026",
            transition="return_to_draft",
            to_state="draft",
            at=clock.now(),
        )
    )


def test_record_that_differs_from_its_decision_is_found_when_the_name_was_corrected(world: World) -> None:
    client = world.client(username("CC001", Role.MONITORING_OFFICER))
    address = "/debtor-records/list/?differs=yes"
    assert rows_of(client, address) == 0
    with world.app.app_context(), system_scope("set_up"):
        db.session.get_one(CaseParty, world.rows["CC001", "PartyView"]).full_name = "Nguyễn Văn Hoà Bình"
        db.session.commit()
    assert rows_of(client, address) == 1
    assert "Bản ghi công khai khác với quyết định" in client.get("/").text
    assert rows_of(world.client(username("CC002", Role.HEAD)), address) == 0


def test_failed_run_no_longer_waits_when_a_later_one_ended_well(world: World) -> None:
    client = world.client(username("TC", Role.EXPORT_OPERATOR))
    address = "/export-runs/list/?not_repaired=yes"
    assert rows_of(client, address) == 1
    with world.app.app_context():
        factories.save(ExportRun(package_name="debtors", triggered_by="button", state="unchanged"))
    assert rows_of(client, address) == 0


def test_operator_sees_how_many_are_not_removed_and_no_way_in_when_the_list_is_closed(world: World) -> None:
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get_one(DebtorRecord, world.rows["CC001", "DebtorRecordView"])
        record.state, record.withdrawn_on = "withdrawn", clock.today()
        db.session.commit()
    client = world.client(username("TC", Role.EXPORT_OPERATOR))
    line = _line(soup(client), "còn trong gói dữ liệu đã phát hành")
    assert line.select("a") == []
    assert line.select_one(".work-count").text == "1"  # type: ignore[union-attr]
    assert client.get("/debtor-records/list/?not_removed=yes").status_code == 403


def test_agencies_below_stand_each_with_its_figures_when_a_province_looks(read_world: World) -> None:
    page = soup(read_world.client(username("C01", Role.HEAD)))
    heads = [row.get_text() for row in page.select("tbody th")]
    assert len(heads) == 3
    assert not any("CC288" in head or "C30" in head for head in heads)
    assert soup(read_world.client(HEAD)).select("table") == []


@pytest.mark.parametrize(
    "address",
    ["/?x=1", "/cases/list/?mine=no", "/cases/list/?verification_due=never", "/debtor-records/list/?at=abc"],
)
def test_address_is_refused_when_a_filter_of_a_queue_is_not_known(light_world: World, address: str) -> None:
    assert light_world.client(HEAD).get(address).status_code == 400


def test_queue_of_another_duty_is_not_shown_when_the_role_lacks_it(light_world: World) -> None:
    clerk = soup(light_world.client(username("C01", Role.AGENCY_ADMINISTRATOR))).text
    for title in ("chờ ký", "Việc chưa phân công", "Lần xuất dữ liệu bị lỗi", "trong các việc của tôi"):
        assert title not in clerk


def test_every_queue_has_a_name_of_its_own_and_a_permission() -> None:
    assert len({queue.name for queue in QUEUES}) == len(QUEUES)
    assert all(queue.permissions for queue in QUEUES)

"""Who and what rows are about: debtors in lists, queues and search results, agencies, subjects of the history."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import CaseParty, EnforcementAgency, EnforcementCase
from tests import factories
from tests.views.test_lists import counted
from tests.views.world import World, foreign_markers, log_row, marked, username

HEAD = username("CC001", Role.HEAD)
NATIONAL = username("TC", Role.NATIONAL_ADMINISTRATOR)
AGENCY = "Cơ quan thi hành án dân sự"


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    """A page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html.parser")


def columns(page: BeautifulSoup, label: str) -> list[str]:
    """The cells of a column of the page's table."""
    return [cell.get_text(strip=True) for cell in page.select(f'td[data-label="{label}"]')]


def more_debtors(world: World, code: str, count: int) -> None:
    """Further debtors of the agency's case."""
    with world.app.app_context(), system_scope("set_up"):
        case = db.session.get_one(EnforcementCase, world.rows[code, "CaseView"])
        own = {"agency_id": case.agency_id, "agency_path": case.agency_path, "case_id": case.id}
        for number in range(count):
            name = marked(code, f"Người {number}")
            db.session.add(CaseParty(**own, role="debtor", kind="person", full_name=name, address="a"))
        name = marked(code, "Bên được")
        db.session.add(CaseParty(**own, role="creditor", kind="person", full_name=name, address="a"))
        db.session.commit()
        db.session.remove()


def test_list_of_cases_names_the_debtor_and_counts_the_others(world: World) -> None:
    client = world.client(HEAD)
    name = marked("CC001", "Nguyễn Văn Hòa")
    assert name in columns(soup(client, "/cases/list/"), "Người phải thi hành án")
    more_debtors(world, "CC001", 2)
    page = soup(client, "/cases/list/")
    assert f"{name} và 2 người khác" in columns(page, "Người phải thi hành án")
    assert "Bên được" not in page.text
    assert "và 2 người khác" in soup(client, "/enforcement-decisions/list/").text
    assert foreign_markers(page.text, {"CC001"}) == set()


def test_list_asks_no_more_often_when_it_has_more_cases(world: World) -> None:
    client = world.client(NATIONAL)
    client.get("/agencies/list/")
    with world.app.app_context():
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC002").one()
        for _number in range(12):
            factories.make_file(agency)
        db.session.remove()
    for address in ("/cases/list/", "/enforcement-decisions/list/", "/cases/list/?size=5&page=last"):
        with counted(world) as statements:
            client.get(address)
        assert len([one for one in statements if "set_config" not in one]) <= 4, address


def test_search_tells_the_debtors_of_cases_and_decisions_in_scope_alone(read_world: World) -> None:
    found = soup(read_world.client(NATIONAL), "/search?q=1/TL")
    details = [line.get_text(" ", strip=True) for line in found.select(".found li p.muted")]
    assert any(marked("CC288", "Nguyễn Văn Hòa") in line for line in details)
    assert foreign_markers(soup(read_world.client(HEAD), "/search?q=1/TL").text, {"CC001"}) == set()


def test_home_names_the_debtor_of_the_next_cases(world: World) -> None:
    with world.app.app_context(), system_scope("set_up"):
        case = db.session.get_one(EnforcementCase, world.rows["CC001", "CaseView"])
        case.state, case.officer_id = "accepted", None
        case.next_verification_due_on = None
        db.session.commit()
        db.session.remove()
    page = soup(world.client(HEAD), "/")
    texts = [item.get_text(" ", strip=True) for item in page.select(".work-next li")]
    assert texts
    assert all("Nguyễn Văn Hòa" in text for text in texts)
    assert foreign_markers(page.text, {"CC001"}) == set()


@pytest.mark.parametrize(
    ("path", "narrow", "wide"),
    [
        ("cases", HEAD, NATIONAL),
        ("debtor-records", HEAD, NATIONAL),
        ("parties", HEAD, NATIONAL),
        ("documents", HEAD, NATIONAL),
        ("staff", username("CC001", Role.AGENCY_ADMINISTRATOR), NATIONAL),
    ],
)
def test_agency_is_left_out_of_lists_when_the_person_sees_one_agency_only(
    light_world: World, path: str, narrow: str, wide: str
) -> None:
    of_one, of_many = (soup(light_world.client(name), f"/{path}/list/") for name in (narrow, wide))
    assert columns(of_one, AGENCY) == []
    assert of_one.select("tbody tr")
    assert of_one.select_one("#f-agency") is None
    assert columns(of_many, AGENCY)
    assert of_many.select_one("#f-agency") is not None


def test_agency_filter_stays_when_an_address_carries_it(light_world: World) -> None:
    page = soup(light_world.client(HEAD), "/cases/list/?agency=CC001")
    assert page.select_one('#f-agency[value="CC001"]') is not None
    assert soup(light_world.client(HEAD), "/cases/list/?agency=CC002").select("tbody tr") == []


def test_agencies_below_have_a_tab_of_their_own_and_a_leaf_has_none(light_world: World) -> None:
    client = light_world.client(NATIONAL)
    above = soup(client, f"/agencies/show/{light_world.rows['C01', 'AgencyView']}")
    tab = above.select_one("a.tab")
    assert tab is not None
    assert "Cơ quan trực thuộc" in tab.text
    leaf = soup(client, f"/agencies/show/{light_world.rows['CC001', 'AgencyView']}")
    assert leaf.select("a.tab") == []


def test_activity_names_the_record_when_the_reader_may_open_it(read_world: World) -> None:
    client = read_world.client(username("C01", Role.INSPECTOR))
    page = soup(client, "/activity/list/")
    subjects = columns(page, "Hồ sơ, vụ việc")
    assert any(marked("CC001", "1/TL") in text and "Nguyễn Văn Hòa" in text for text in subjects)
    assert foreign_markers(page.text, {"C01", "CC001", "CC002"}) == set()
    with counted(read_world) as statements:
        client.get("/activity/list/")
    assert len([one for one in statements if "set_config" not in one]) <= 4


def test_activity_tells_a_number_alone_when_the_record_is_out_of_scope(world: World) -> None:
    with world.app.app_context():
        with system_scope("set_up"):
            agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        foreign = world.rows["CC288", "CaseView"]
        log_row(agency, world.people[HEAD], "enforcement_case", foreign)
        db.session.remove()
    page = soup(world.client(HEAD), "/activity/list/")
    assert f"Việc thi hành án {foreign}" in columns(page, "Hồ sơ, vụ việc")[0]
    assert foreign_markers(page.text, {"CC001"}) == set()

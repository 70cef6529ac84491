"""The search over everything: how numbers and names may be typed, what opens at once, and what nobody learns."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import CaseParty, EnforcementAgency, EnforcementCase, TransitionLog
from tests import factories
from tests.views.test_lists import counted
from tests.views.world import World, foreign_markers, token_of, username

HEAD = username("CC001", Role.HEAD)
OPERATOR = username("TC", Role.EXPORT_OPERATOR)
IDENTITY = "001099123456"


@pytest.fixture(scope="module")
def searched(read_world: World) -> World:
    """The world with one well-numbered case in CC001 and its twin in CC002."""
    with read_world.app.app_context(), system_scope("set_up"):
        for code in ("CC001", "CC002"):
            agency = db.session.query(EnforcementAgency).filter_by(code=code).one()
            file = factories.make_file(agency, case_number="007/2026/THA", judgment_number="0088/2025/HSST")
            file.debtor.full_name = "Đặng Thị Ánh Tuyết"
            file.debtor.identity_number = IDENTITY
            file.decision.decision_number = "0456/QĐ-CCTHADS"
            db.session.commit()
        db.session.remove()
    return read_world


def case_of(world: World, code: str) -> int:
    """The id of the well-numbered case of an agency."""
    with world.app.app_context(), system_scope("set_up"):
        found = (
            db.session.query(EnforcementCase)
            .join(EnforcementAgency, EnforcementAgency.id == EnforcementCase.agency_id)
            .filter(EnforcementAgency.code == code, EnforcementCase.case_number == "007/2026/THA")
            .one()
        )
        return found.id


def found(client: FlaskClient, text: str) -> list[str]:
    """The addresses of the results."""
    page = client.get("/search", query_string={"q": text})
    assert page.status_code == 200, text
    return [str(link["href"]) for link in BeautifulSoup(page.text, "html.parser").select(".found li a")]


@pytest.mark.parametrize(
    "typed", ["007/2026/THA", "7/2026/tha", "7 2026 THA", "72026tha", "0072026THA", "７/2026/THA"]
)
def test_case_opens_at_once_when_its_number_is_typed_any_way(searched: World, typed: str) -> None:
    answer = searched.client(HEAD).get("/search", query_string={"q": typed})
    assert (answer.status_code, answer.location) == (302, f"/cases/show/{case_of(searched, 'CC001')}")


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("88 2025 hsst", "/cases/show/"),
        ("456qd ccthads", "/enforcement-decisions/show/"),
        ("cc001", "/agencies/show/"),
    ],
)
def test_row_opens_at_once_when_another_number_of_it_is_exact(
    searched: World, typed: str, screen: str
) -> None:
    answer = searched.client(HEAD).get("/search", query_string={"q": typed})
    assert answer.status_code == 302
    assert answer.location.startswith(screen)


def test_results_are_listed_when_several_rows_bear_the_number(searched: World) -> None:
    client = searched.client(username("C01", Role.HEAD))
    wanted = [f"/cases/show/{case_of(searched, code)}" for code in ("CC001", "CC002")]
    assert sorted(found(client, "7/2026/THA")) == sorted(wanted)


@pytest.mark.parametrize("typed", ["tuyết đặng", "dang thi anh tuyet", "ĐẶNG THỊ ÁNH TUYẾT"])
def test_people_are_found_when_their_name_is_typed_any_way(searched: World, typed: str) -> None:
    assert [link.split("/")[1] for link in found(searched.client(HEAD), typed)] == ["parties"]


@pytest.mark.parametrize(("typed", "screen"), [("ba dinh", "agencies"), ("head", "staff")])
def test_agencies_and_staff_are_found_by_name(searched: World, typed: str, screen: str) -> None:
    with searched.app.app_context(), system_scope("set_up"):
        db.session.query(EnforcementAgency).filter_by(
            code="CC001"
        ).one().name = "THADS khu vực Ba Đình Ω-CC001-Ω"
        db.session.commit()
    client = searched.client(username("C01", Role.AGENCY_ADMINISTRATOR))
    assert {link.split("/")[1] for link in found(client, typed)} == {screen}


@pytest.mark.parametrize(
    "typed", ["7/2026/THA", "dang thi anh tuyet", "CC002", "omega cc002", "officer.cc002", "thads"]
)
def test_search_says_nothing_of_other_agencies_when_they_have_what_is_typed(
    searched: World, typed: str
) -> None:
    page = searched.client(username("CC288", Role.HEAD)).get("/search", query_string={"q": typed})
    assert page.status_code == 200
    assert foreign_markers(page.text, {"CC288"}) == set()
    assert "/cases/show/" not in page.text


def test_search_of_the_operator_leaves_out_screens_that_are_closed(searched: World) -> None:
    client = searched.client(OPERATOR)
    assert found(client, "7/2026/THA") == []
    assert found(client, "dang thi anh tuyet") == []


@pytest.mark.parametrize("typed", ["7/2026", "dang thi", "nguyen van hoa", "1"])
def test_search_asks_the_database_six_times_at_most(searched: World, typed: str) -> None:
    client = searched.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    with counted(searched) as statements:
        answer = client.get("/search", query_string={"q": typed})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert len(statements) <= 6, "\n".join(statements)


def test_all_rows_open_in_their_list_when_there_are_more_than_are_shown(world: World) -> None:
    with world.app.app_context(), system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC001").one()
        for number in range(9):
            factories.make_case(agency, case_number=f"55{number}/2026/THA", judgment_number="1/DS")
    client = world.client(HEAD)
    page = BeautifulSoup(client.get("/search?q=55").text, "html.parser")
    link = page.select_one(".found-more a")
    assert link is not None
    listed = BeautifulSoup(client.get(str(link["href"])).text, "html.parser")
    assert len(page.select(".found li")) == 6
    assert len(listed.select("tbody tr")) == 9


@pytest.mark.parametrize(
    "query", [{"q": "a", "x": "1"}, {"q": "a" * 201}, {"text": "a"}, {"q": ["a", "b"]}, {"q": "a\x00"}]
)
def test_search_is_refused_when_its_parameters_are_not_its_own(
    light_world: World, query: dict[str, object]
) -> None:
    assert light_world.client(HEAD).get("/search", query_string=query).status_code == 400


@pytest.mark.parametrize("typed", ["", "a", "%", "___", "' OR 1=1", "🙂", "()"])
def test_search_finds_nothing_when_the_text_has_no_letters_to_look_for(
    light_world: World, typed: str
) -> None:
    assert found(light_world.client(HEAD), typed) == []


@pytest.mark.parametrize(
    "typed", [IDENTITY, "001 099 123 456", "001.099.123-456", "123456789", "００１０９９１２３４５６"]
)
def test_identity_number_is_not_searched_when_it_stands_in_the_address(searched: World, typed: str) -> None:
    client = searched.client(HEAD)
    with counted(searched) as statements:
        answer = client.get("/search", query_string={"q": typed})
    assert answer.status_code == 200
    assert "giống số định danh" in answer.text
    assert IDENTITY not in BeautifulSoup(answer.text, "html.parser").select_one("main").text  # type: ignore[union-attr]
    assert "parties/show" not in answer.text
    assert not [each for each in statements if "case_party" in each]


def look_up(client: FlaskClient, number: str) -> BeautifulSoup:
    """Send an identity number by the form."""
    token = token_of(client.get("/search").text)
    answer = client.post("/search", data={"q": number, "csrf_token": token})
    assert answer.status_code == 200
    assert number not in answer.text
    return BeautifulSoup(answer.text, "html.parser")


def traces(world: World) -> list[tuple[str, int, str]]:
    """What the history keeps of look-ups."""
    with world.app.app_context(), system_scope("set_up"):
        rows = (
            db.session.query(TransitionLog)
            .filter_by(transition="look_up_identity")
            .order_by(TransitionLog.id)
        )
        return [(row.subject_type, row.subject_id, row.to_state) for row in rows]


def test_identity_number_finds_its_party_and_leaves_a_trace_when_it_is_posted(world: World) -> None:
    party = world.rows["CC001", "PartyView"]
    with world.app.app_context(), system_scope("set_up"):
        for code in ("CC001", "CC288"):
            db.session.get_one(CaseParty, world.rows[code, "PartyView"]).identity_number = IDENTITY
        db.session.commit()
    page = look_up(world.client(HEAD), IDENTITY)
    assert [link["href"] for link in page.select(".found li a")] == [f"/parties/show/{party}"]
    assert traces(world) == [("case_party", party, "found")]


def test_identity_number_of_nobody_leaves_a_trace_too_when_it_is_posted(world: World) -> None:
    page = look_up(world.client(HEAD), "999999999999")
    assert page.select(".found li") == []
    assert traces(world) == [("ab_user", world.people[HEAD], "not_found")]


def test_identity_number_is_not_looked_up_when_the_role_may_not_see_parties(world: World) -> None:
    page = look_up(world.client(OPERATOR), IDENTITY)
    assert "không được tra cứu theo số định danh" in page.text
    assert traces(world) == []


def test_identity_number_is_refused_when_the_form_has_no_token(light_world: World) -> None:
    assert light_world.client(HEAD).post("/search", data={"q": IDENTITY}).status_code == 400

"""Opening a case on the screen: what is stored, what is refused in words, rows without a script, duplicates, scope."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import CaseParty, EnforcementCase, EnforcementObligation, RowChange
from tests.views.world import World, foreign_markers, token_of, username

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
ADDRESS = "/cases/add"
GOOD = {
    "case_number": "77/TL-2026",
    "accepted_on": "05/10/2026",
    "origin": "on_request",
    "judgment_number": "15/2026/DS-ST",
    "judgment_on": "10/08/2026",
    "court_name": "Tòa án nhân dân khu vực 1 - Hà Nội",
    "party-0-role": "debtor",
    "party-0-kind": "person",
    "party-0-full_name": "Trần Văn Nợ",
    "party-0-address": "Số 1, phường Ba Đình",
    "party-0-identity_number": "001 090 123 456",
    "party-1-role": "creditor",
    "party-1-kind": "organisation",
    "party-1-full_name": "Công ty Được",
    "party-1-address": "Số 2, phường Ba Đình",
    "obligation-0-debtor": "0",
    "obligation-0-obligation_code": "loan_repayment",
    "obligation-0-amount_vnd": "12.500.000",
}


def send(client: FlaskClient, values: dict[str, str], **changes: str) -> Any:
    """Press the button of the form."""
    token = token_of(client.get(ADDRESS).text)
    return client.post(ADDRESS, data={"csrf_token": token, **values, **changes})


def errors(answer: Any) -> str:
    """What the summary of the page says."""
    found = BeautifulSoup(answer.text, "html.parser").select_one("#problems")
    assert found is not None, answer.text[-3000:]
    return found.get_text(" ", strip=True)


def cases(world: World, number: str = GOOD["case_number"]) -> list[EnforcementCase]:
    """The cases of this number, whoever asks."""
    with world.app.app_context(), system_scope("jobs"):
        found = db.session.scalars(select(EnforcementCase).where(EnforcementCase.case_number == number))
        return list(found)


def test_case_is_opened_with_parties_and_obligations_when_the_form_is_right(world: World) -> None:
    client = world.client(OFFICER)
    answer = send(client, GOOD)
    assert answer.status_code == 302, errors(answer)
    (case,) = cases(world)
    assert answer.location == f"/cases/show/{case.id}"
    assert (case.state, case.agency_id) == ("accepted", world.rows["CC001", "AgencyView"])
    with world.app.app_context(), system_scope("jobs"):
        parties = db.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id)).all()
        obligation = db.session.scalars(
            select(EnforcementObligation).where(EnforcementObligation.case_id == case.id)
        ).one()
        log = db.session.scalars(
            select(RowChange).where(
                RowChange.subject_type == "enforcement_case", RowChange.subject_id == case.id
            )
        ).one()
        assert [party.role for party in parties] == ["debtor", "creditor"]
        assert parties[0].identity_number == "001090123456"
        assert (obligation.debtor_id, obligation.outstanding_amount_vnd) == (parties[0].id, 12_500_000)
        assert log.actor_id == world.people[OFFICER]
    page = client.get(answer.location).text
    assert "Đã thụ lý việc thi hành án" in page
    assert "Trần Văn Nợ" in page


def test_rows_are_added_and_what_was_typed_stays_when_one_more_is_asked_for(light_world: World) -> None:
    client = light_world.client(OFFICER)
    answer = send(client, GOOD, more="party")
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    values = {str(tag["name"]): tag.get("value") for tag in page.select("input[name]")}
    assert values["party-2-full_name"] == ""
    # Typing goes on in the new row.
    assert [tag["name"] for tag in page.select("[autofocus]")] == ["party-2-role"]
    assert values["party-1-full_name"] == "Công ty Được"
    assert values["obligation-0-amount_vnd"] == "12.500.000"
    again = BeautifulSoup(send(client, GOOD, more="obligation").text, "html.parser")
    assert again.select_one('[name="obligation-1-amount_vnd"]') is not None
    assert cases(light_world) == []


def test_row_more_is_refused_when_there_are_too_many_or_it_is_unknown(light_world: World) -> None:
    client = light_world.client(OFFICER)
    assert send(client, GOOD, more="judge").status_code == 400
    page = send(client, {**GOOD, "party-98-full_name": "x"}, more="party").text
    assert "party-20-full_name" not in page
    assert "Mẫu này không thêm được nữa" in page


def test_further_debtors_and_obligations_are_kept_when_rows_between_are_empty(world: World) -> None:
    more = {
        "party-2-role": "debtor",
        "party-2-kind": "person",
        "party-2-full_name": "",
        "party-3-role": "debtor",
        "party-3-kind": "person",
        "party-3-full_name": "Lê Thị Nợ",
        "party-3-address": "Số 3",
        "obligation-1-debtor": "3",
        "obligation-1-obligation_code": "loan_repayment",
    }
    answer = send(world.client(OFFICER), {**GOOD, **more})
    assert answer.status_code == 302, errors(answer)
    (case,) = cases(world)
    with world.app.app_context(), system_scope("jobs"):
        rows = db.session.scalars(
            select(EnforcementObligation).where(EnforcementObligation.case_id == case.id)
        )
        assert {row.debtor.full_name for row in rows} == {"Trần Văn Nợ", "Lê Thị Nợ"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"case_number": ""}, "Số thụ lý"),
        ({"accepted_on": "31/02/2026"}, "Ngày thụ lý"),
        ({"accepted_on": "01/01/2099"}, "Ngày thụ lý"),
        ({"judgment_on": "06/10/2026"}, "Ngày bản án, quyết định"),
        ({"origin": "royal"}, "Hình thức thụ lý"),
        ({"party-0-full_name": " "}, "Đương sự 1: Họ"),
        ({"party-0-identity_number": "12345"}, "9 hoặc 12 chữ số"),
        ({"party-0-birth_on": "hôm qua"}, "Đương sự 1: Ngày sinh"),
        ({"party-0-role": "judge"}, "Đương sự 1"),
        ({"party-0-role": "creditor"}, "Chọn một người phải thi hành án"),
        ({"party-1-full_name": "", "party-1-address": ""}, "người được thi hành án"),
        ({"party-1-address": ""}, "Đương sự 2: Địa chỉ"),
        ({"obligation-0-obligation_code": ""}, "Nghĩa vụ 1: Nghĩa vụ"),
        ({"obligation-0-obligation_code": "nosuch"}, "Nghĩa vụ 1"),
        ({"obligation-0-debtor": "1"}, "Nghĩa vụ 1: Người phải thực hiện"),
        ({"obligation-0-debtor": "99999999999"}, "Nghĩa vụ 1"),
        ({"obligation-0-amount_vnd": "mười"}, "Nghĩa vụ 1: Số tiền"),
        ({"obligation-0-amount_vnd": "9999999999999999999"}, "Nghĩa vụ 1: Số tiền"),
        ({"court_name": "T" * 300}, "Tòa án"),
    ],
)
def test_field_is_named_and_nothing_stored_when_it_is_wrong(
    light_world: World, changes: dict[str, str], said: str
) -> None:
    answer = send(light_world.client(OFFICER), GOOD, **changes)
    assert answer.status_code == 400
    assert said in errors(answer)
    assert "Công ty Được" in answer.text or "party-1-full_name" in changes
    assert cases(light_world, changes.get("case_number", GOOD["case_number"])) == []


def test_number_is_refused_when_the_agency_has_it_already(world: World) -> None:
    client = world.client(OFFICER)
    assert send(client, GOOD).status_code == 302
    answer = send(client, GOOD, judgment_number="99/2026/HS-ST")
    assert answer.status_code == 400
    assert "Số thụ lý" in errors(answer)
    assert len(cases(world)) == 1


def test_case_on_the_same_judgment_is_shown_before_another_is_opened(world: World) -> None:
    client = world.client(OFFICER)
    assert send(client, GOOD).status_code == 302
    twin = {**GOOD, "case_number": "78/TL-2026", "judgment_number": "15 / 2026 / ds-st"}
    asked = send(client, twin)
    assert asked.status_code == 409
    assert "77/TL-2026" in errors(asked)
    assert cases(world, "78/TL-2026") == []
    assert send(client, twin, is_another="yes").status_code == 302
    assert len(cases(world, "78/TL-2026")) == 1


def test_case_on_the_same_judgment_is_not_told_when_it_is_out_of_scope(world: World) -> None:
    assert send(world.client(username("CC288", Role.ENFORCEMENT_OFFICER)), GOOD).status_code == 302
    answer = send(world.client(OFFICER), GOOD)
    assert answer.status_code == 302, errors(answer)


def test_agency_is_chosen_in_scope_alone_by_those_who_see_several(world: World) -> None:
    client = world.client(username("C01", Role.HEAD))
    page = client.get(ADDRESS).text
    assert 'name="agency_id"' in page
    assert foreign_markers(page, {"C01"}) == set()
    assert "Cơ quan" in errors(send(client, GOOD, agency_id="CC288"))
    assert send(client, GOOD, agency_id="CC002").status_code == 302
    (case,) = cases(world)
    assert case.agency_id == world.rows["CC002", "AgencyView"]


def test_agency_of_a_form_is_not_believed_when_the_person_sees_one_only(world: World) -> None:
    client = world.client(OFFICER)
    assert 'name="agency_id"' not in client.get(ADDRESS).text
    assert send(client, GOOD, agency_id="CC288").status_code == 302
    (case,) = cases(world)
    assert case.agency_id == world.rows["CC001", "AgencyView"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPPORT_OFFICER, Role.MONITORING_OFFICER])
def test_form_is_closed_and_not_offered_when_the_role_may_not_open_cases(
    light_world: World, role: Role
) -> None:
    client = light_world.client(username("CC001", role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, data=GOOD).status_code in {400, 403}
    assert ADDRESS not in client.get("/cases/list/").text
    assert ADDRESS in light_world.client(OFFICER).get("/cases/list/").text


@pytest.mark.parametrize("query", ["?x=1", "?agency=CC002"])
def test_address_is_refused_when_it_carries_a_parameter(light_world: World, query: str) -> None:
    assert light_world.client(OFFICER).get(ADDRESS + query).status_code == 400

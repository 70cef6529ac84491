"""Forms on rows: what is stored, what a refusal and a conflict keep, and what survives the end of a session."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    CaseParty,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
    StaffMember,
)
from tests.views.world import PASSWORD, World, marked, token_of, username

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
HEAD = username("CC001", Role.HEAD)


def form_of(page: str, selector: str = "main form.form") -> dict[str, str]:
    """The form of a page as a browser would send it."""
    form = BeautifulSoup(page, "html.parser").select_one(selector)
    assert form is not None, page[-3000:]
    values = {
        str(tag["name"]): str(tag.get("value", ""))
        for tag in form.select("input[name]")
        if tag.get("type") not in ("checkbox", "radio") or tag.has_attr("checked")
    }
    values |= {str(tag["name"]): tag.get_text().strip("\r\n") for tag in form.select("textarea")}
    for tag in form.select("select"):
        chosen = tag.select_one("option[selected]")
        values[str(tag["name"])] = str(chosen["value"]) if chosen else ""
    return values


def words(page: str) -> str:
    """The words of the main part."""
    main = BeautifulSoup(page, "html.parser").select_one("main")
    return " ".join(main.get_text(" ").split()) if main else ""


def stored(world: World, model: type[Any], key: int) -> Any:
    """The row as it is stored, apart from any session."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get(model, key)
        assert row is not None
        db.session.expunge(row)
        return row


def newest(world: World, model: type[Any]) -> Any:
    """The row that was made last."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()
        db.session.expunge(row)
        return row


def open_form(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields of the form at an address."""
    return form_of(client.get(address).text)


def test_party_is_corrected_when_the_officer_saves(world: World) -> None:
    key, client = world.rows["CC001", "PartyView"], world.client(OFFICER)
    address = f"/parties/form/{key}/correct"
    values = open_form(client, address) | {"full_name": "Nguyễn Văn Đúng", "reason": "Sai tên"}
    answer = client.post(address, data=values)
    assert (answer.status_code, answer.location) == (302, f"/parties/show/{key}")
    assert stored(world, CaseParty, key).full_name == "Nguyễn Văn Đúng"


def test_obligation_is_corrected_when_the_amount_is_written_with_dots(world: World) -> None:
    key, client = world.rows["CC001", "ObligationView"], world.client(OFFICER)
    address = f"/obligations/form/{key}/correct"
    values = open_form(client, address) | {"outstanding_amount_vnd": "12.500.000 đ", "reason": "Đã trả"}
    assert client.post(address, data=values).status_code == 302
    assert stored(world, EnforcementObligation, key).outstanding_amount_vnd == 12_500_000


def test_officer_is_replaced_when_the_head_chooses_another(world: World) -> None:
    key, client = world.rows["CC001", "CaseView"], world.client(HEAD)
    address = f"/cases/form/{key}/reassign"
    values = open_form(client, address) | {"officer_id": OFFICER, "reason": "Nghỉ phép"}
    answer = client.post(address, data=values)
    assert answer.status_code == 302, words(answer.text)
    assert stored(world, EnforcementCase, key).officer_id == world.people[OFFICER]


def test_decisions_are_drafted_when_the_officer_fills_the_forms(world: World) -> None:
    key, client = world.rows["CC001", "CaseView"], world.client(OFFICER)
    address = f"/cases/form/{key}/draft"
    answer = client.post(address, data=open_form(client, address) | {"decision_number": "77/QĐ-CCTHADS"})
    made = newest(world, EnforcementDecision)
    assert (answer.location, made.decision_number) == (
        f"/enforcement-decisions/show/{made.id}",
        "77/QĐ-CCTHADS",
    )
    address = f"/cases/form/{key}/draft-non-enforceable"
    values = open_form(client, address) | {"decision_number": "78/QĐ", "ground_found_on": "01/10/2026"}
    values |= {"ground_code": "2026_a", "obligation_id": str(world.rows["CC001", "ObligationView"])}
    answer = client.post(address, data=values)
    draft = newest(world, NonEnforceableDecision)
    assert answer.location == f"/non-enforceable-decisions/show/{draft.id}", words(answer.text)
    assert (draft.ground_code, draft.state) == ("2026_a", "drafted")


@pytest.mark.parametrize(
    ("form", "change", "field"),
    [
        ("parties/form/{party}/correct", {"full_name": ""}, "full_name"),
        ("parties/form/{party}/correct", {"address": "a" * 501}, "address"),
        ("parties/form/{party}/correct", {"reason": ""}, "reason"),
        ("obligations/form/{obligation}/correct", {"outstanding_amount_vnd": "-1"}, "outstanding_amount_vnd"),
        (
            "obligations/form/{obligation}/correct",
            {"outstanding_amount_vnd": "9" * 19},
            "outstanding_amount_vnd",
        ),
        (
            "obligations/form/{obligation}/correct",
            {"outstanding_amount_vnd": "60000000"},
            "outstanding_amount_vnd",
        ),
        ("cases/form/{case}/draft", {"decision_number": " "}, "decision_number"),
        ("cases/form/{case}/draft-non-enforceable", {"ground_code": "2015_b"}, "ground_code"),
        ("cases/form/{case}/draft-non-enforceable", {"obligation_id": "999999"}, "obligation_id"),
        ("cases/form/{case}/draft-non-enforceable", {"ground_found_on": "31/02/2026"}, "ground_found_on"),
        ("cases/form/{case}/draft-non-enforceable", {"ground_found_on": "01/01/2099"}, "ground_found_on"),
    ],
)
def test_form_names_the_field_and_keeps_typing_when_a_value_is_refused(
    light_world: World, form: str, change: dict[str, str], field: str
) -> None:
    rows = light_world.rows
    keys = {"party": "PartyView", "obligation": "ObligationView", "case": "CaseView"}
    address = "/" + form.format(**{name: rows["CC001", view] for name, view in keys.items()})
    client = light_world.client(OFFICER)
    given = {"reason": "lý do đang gõ", "decision_number": "9/QĐ", "ground_code": "2026_a"}
    given |= {"ground_found_on": "01/10/2026", "obligation_id": str(rows["CC001", "ObligationView"])}
    values = open_form(client, address)
    values |= {name: value for name, value in given.items() if name in values} | change
    answer = client.post(address, data=values)
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one(f'#problems[role="alert"] a[href="#{field}"]') is not None, words(answer.text)
    tag = page.select_one(f"#{field}")
    assert tag is not None
    assert tag["aria-invalid"] == "true"
    assert page.select_one(f"#{str(tag['aria-describedby']).split()[-1]}") is not None
    kept = form_of(answer.text)
    assert {name: kept[name] for name in values if name in given and name not in change} == {
        name: values[name] for name in values if name in given and name not in change
    }


@pytest.mark.parametrize(
    ("person", "address", "status"),
    [
        (OFFICER, "/parties/form/{foreign}/correct", 404),
        (OFFICER, "/parties/form/999999/correct", 404),
        (OFFICER, "/parties/form/{own}/nothing", 404),
        (OFFICER, "/cases/form/{case}/assign", 403),
        (username("CC001", Role.MONITORING_OFFICER), "/parties/form/{own}/correct", 403),
        (username("TC", Role.EXPORT_OPERATOR), "/parties/form/{own}/correct", 403),
    ],
)
def test_form_is_refused_when_row_role_or_name_does_not_fit(
    light_world: World, person: str, address: str, status: int
) -> None:
    rows = light_world.rows
    keys = {"own": rows["CC001", "PartyView"], "foreign": rows["CC002", "PartyView"]}
    path = address.format(**keys, case=rows["CC001", "CaseView"])
    client = light_world.client(person)
    assert client.get(path).status_code == status
    token = token_of(client.get("/").text)
    assert client.post(path, data={"csrf_token": token, "version": "1"}).status_code == status


def test_conflict_shows_both_sides_and_loses_nothing_when_two_officers_save(world: World) -> None:
    key = world.rows["CC001", "PartyView"]
    address = f"/parties/form/{key}/correct"
    mine, theirs = world.client(OFFICER), world.client(HEAD)
    typed = open_form(mine, address) | {"full_name": "Tên của tôi", "reason": "Lý do của tôi"}
    other = open_form(theirs, address) | {"full_name": "Tên của họ", "address": "Nơi mới", "reason": "Họ sửa"}
    assert theirs.post(address, data=other).status_code == 302
    answer = mine.post(address, data=typed)
    assert answer.status_code == 409
    text, again = words(answer.text), form_of(answer.text)
    assert "Họ sửa" in text
    assert marked("CC001", "Nguyễn Văn Hòa") in text
    assert "Tên của họ" in text
    assert (again["full_name"], again["reason"]) == ("Tên của tôi", "Lý do của tôi")
    assert (again["pick-full_name"], again["pick-address"]) == ("mine", "theirs")
    assert mine.post(address, data=again).status_code == 302
    row = stored(world, CaseParty, key)
    assert (row.full_name, row.address) == ("Tên của tôi", "Nơi mới")


def test_choice_of_a_conflict_is_refused_when_it_is_neither_side(light_world: World) -> None:
    address = f"/parties/form/{light_world.rows['CC001', 'PartyView']}/correct"
    client = light_world.client(OFFICER)
    values = open_form(client, address) | {"pick-full_name": "ours", "reason": "x"}
    assert client.post(address, data=values).status_code == 400


def test_reason_of_a_step_is_kept_when_somebody_was_faster(world: World) -> None:
    key = world.rows["CC001", "CaseView"]
    mine, theirs = world.client(HEAD), world.client(OFFICER)
    page = mine.get(f"/cases/show/{key}").text
    typed = form_of(page, f'form[action$="/step/{key}/postpone"]') | {"reason": "Lý do hoãn đang gõ"}
    step = form_of(theirs.get(f"/cases/show/{key}").text, f'form[action$="/step/{key}/enforce"]')
    assert theirs.post(f"/cases/step/{key}/enforce", data=step).status_code == 302
    answer = mine.post(f"/cases/step/{key}/postpone", data=typed)
    assert answer.status_code == 409
    again = form_of(answer.text, f'form[action$="/step/{key}/postpone"]')
    assert (again["reason"], again["version"]) == ("Lý do hoãn đang gõ", "2")
    assert stored(world, EnforcementCase, key).state == "enforcing"


def end_sessions_of(world: World, name: str) -> None:
    """What signing out elsewhere does."""
    with world.app.app_context(), system_scope("set_up"):
        member = db.session.scalars(select(StaffMember).where(StaffMember.username == name)).one()
        member.session_epoch += 1
        db.session.commit()


def sign_in_again(client: FlaskClient, page: str, name: str) -> Any:
    """Send the sign-in form that stands in place of the answer."""
    values = form_of(page, "form:has(#password)") | {"username": name, "password": PASSWORD}
    return client.post("/login/", data=values)


def lose_session(world: World, client: FlaskClient) -> tuple[str, Any]:
    """Type into a form, and send it after the session has ended."""
    address = f"/parties/form/{world.rows['CC001', 'PartyView']}/correct"
    values = open_form(client, address) | {"full_name": "Tên đang gõ", "reason": "Lý do đang gõ"}
    end_sessions_of(world, OFFICER)
    return address, client.post(address, data=values)


def test_typing_comes_back_unsaved_when_the_same_person_signs_in_again(world: World) -> None:
    client = world.client(OFFICER)
    address, answer = lose_session(world, client)
    assert answer.status_code == 401
    refused = client.post("/login/", data=form_of(answer.text, "form:has(#password)") | {"username": OFFICER})
    assert refused.status_code == 401
    page = sign_in_again(client, refused.text, OFFICER)
    assert page.status_code == 200
    shown = client.post("/kept/", data=form_of(page.text, "form[data-go-on]"))
    again = form_of(shown.text)
    assert (again["full_name"], again["reason"]) == ("Tên đang gõ", "Lý do đang gõ")
    assert "chưa được lưu" in words(shown.text)
    key = world.rows["CC001", "PartyView"]
    assert stored(world, CaseParty, key).full_name == marked("CC001", "Nguyễn Văn Hòa")
    assert client.post(address, data=again).status_code == 302
    assert stored(world, CaseParty, key).full_name == "Tên đang gõ"


def test_typing_is_thrown_away_when_another_person_signs_in(world: World) -> None:
    client = world.client(OFFICER)
    _address, answer = lose_session(world, client)
    kept = form_of(answer.text, "form:has(#password)")["kept"]
    after = sign_in_again(client, answer.text, HEAD)
    assert after.status_code == 302
    home = client.get("/").text
    assert "Tên đang gõ" not in home
    token = token_of(home)
    assert client.post("/kept/", data={"csrf_token": token, "kept": kept}).status_code == 400


@pytest.mark.parametrize("seal", ["", "x", "WzEsICIvIl0.aaaa.bbbb"])
def test_nothing_is_kept_when_the_form_has_no_seal_of_ours(light_world: World, seal: str) -> None:
    client = light_world.client()
    token = token_of(client.get("/login/").text)
    data = {"csrf_token": token, "seal": seal, "full_name": "Tên đang gõ"}
    answer = client.post(f"/parties/form/{light_world.rows['CC001', 'PartyView']}/correct", data=data)
    assert answer.status_code == 401
    assert "Tên đang gõ" not in answer.text
    assert 'name="kept"' not in answer.text


def test_form_comes_back_filled_when_its_token_belongs_to_an_earlier_session(world: World) -> None:
    client = world.client(OFFICER)
    address = f"/parties/form/{world.rows['CC001', 'PartyView']}/correct"
    values = open_form(client, address) | {"full_name": "Tên đang gõ", "reason": "r", "csrf_token": "over"}
    answer = client.post(address, data=values)
    assert answer.status_code == 400
    again = form_of(answer.text)
    assert again["full_name"] == "Tên đang gõ"
    assert client.post(address, data=again).status_code == 302


def test_form_does_not_come_back_when_a_new_password_is_asked_for_first(world: World) -> None:
    client = world.client(OFFICER)
    address = f"/parties/form/{world.rows['CC001', 'PartyView']}/correct"
    values = open_form(client, address) | {"full_name": "Tên đang gõ", "csrf_token": "over"}
    with world.app.app_context(), system_scope("set_up"):
        member = db.session.scalars(select(StaffMember).where(StaffMember.username == OFFICER)).one()
        member.must_change_password = True
        db.session.commit()
    answer = client.post(address, data=values)
    assert answer.status_code == 400
    assert "Tên đang gõ" not in answer.text
    assert 'name="full_name"' not in answer.text


def test_step_is_not_taken_when_its_form_comes_back_after_signing_in(world: World) -> None:
    key, client = world.rows["CC001", "CaseView"], world.client(HEAD)
    page = client.get(f"/cases/show/{key}").text
    typed = form_of(page, f'form[action$="/step/{key}/postpone"]') | {"reason": "Lý do hoãn đang gõ"}
    end_sessions_of(world, HEAD)
    answer = client.post(f"/cases/step/{key}/postpone", data=typed)
    page = sign_in_again(client, answer.text, HEAD).text
    shown = client.post("/kept/", data=form_of(page, "form[data-go-on]")).text
    assert form_of(shown, f'form[action$="/step/{key}/postpone"]')["reason"] == "Lý do hoãn đang gõ"
    assert stored(world, EnforcementCase, key).state == "verifying"


def test_calendar_form_names_the_day_when_it_is_mistyped(light_world: World) -> None:
    client = light_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    values = open_form(client, "/calendar/add") | {"day": "30/02/2027", "name": "Tên", "source": "Nguồn"}
    answer = client.post("/calendar/add", data=values)
    assert answer.status_code == 400
    assert form_of(answer.text)["day"] == "30/02/2027"
    assert BeautifulSoup(answer.text, "html.parser").select_one('#problems a[href="#day"]') is not None

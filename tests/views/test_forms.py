"""Forms of shared data: rules, calendar, schedule. What is stored, and what a refusal keeps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import CalendarOverride, ExportSchedule, LegalRule, TransitionLog
from tests.views.world import World, token_of, username

ADMINISTRATOR = username("TC", Role.NATIONAL_ADMINISTRATOR)


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The national administrator's browser."""
    return world.client(ADMINISTRATOR)


def fields(client: FlaskClient, address: str) -> dict[str, str]:
    """The form of a page as a browser would send it."""
    form = BeautifulSoup(client.get(address).text, "html.parser").select_one("main form.form")
    assert form is not None
    values = {
        str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]:not([type=checkbox])")
    }
    values |= {str(tag["name"]): "y" for tag in form.select("input[type=checkbox][checked]")}
    return values | {str(tag["name"]): tag.get_text().strip() for tag in form.select("textarea")}


def stored(world: World, model: type[Any], key: int) -> Any:
    """The row as it is stored, apart from any session."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get(model, key)
        assert row is not None
        db.session.expunge(row)
        return row


def test_rule_is_corrected_with_its_reason_when_the_administrator_saves(
    world: World, client: FlaskClient
) -> None:
    key = world.shared["LegalRuleView"]
    address = f"/legal-rules/edit/{key}"
    values = fields(client, address) | {"title_vi": "Tên đã\u0300 sửa ", "reason": "Đính chính theo văn bản"}
    answer = client.post(address, data=values)
    assert (answer.status_code, answer.location) == (302, f"/legal-rules/show/{key}")
    assert stored(world, LegalRule, key).version == 2
    page = client.get(answer.location).text
    assert "Đã đính chính" in page
    with world.app.app_context(), system_scope("set_up"):
        log = db.session.query(TransitionLog).filter_by(subject_type="legal_rule", transition="edit").one()
        assert "Đính chính theo văn bản" in (log.reason or "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "Mục này bắt buộc nhập."),
        ({"title_vi": ""}, "Mục này bắt buộc nhập."),
        ({"title_vi": "a" * 500}, "Dùng không quá 400 ký tự."),
        ({"value": "abc"}, "Hãy nhập số nguyên."),
        ({"value": "-3"}, "Nhập số nguyên không âm."),
        ({"value": "1" * 19}, "Hãy nhập số nguyên."),
        ({"value": "1" * 400}, "Hãy nhập số nguyên."),
        ({"version": "x"}, "Biểu mẫu không đầy đủ."),
    ],
)
def test_rule_is_not_saved_and_typing_kept_when_a_field_is_wrong(
    light_world: World, change: dict[str, str], sentence: str
) -> None:
    client = light_world.client(ADMINISTRATOR)
    address = f"/legal-rules/edit/{light_world.shared['LegalRuleView']}"
    values = fields(client, address) | {"reason": "lý do đang gõ", "law": "luật đang gõ"} | change
    answer = client.post(address, data=values)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "luật đang gõ" in answer.text
    assert stored(light_world, LegalRule, light_world.shared["LegalRuleView"]).version == 1


def test_rule_keeps_its_number_and_says_so_when_the_field_is_emptied(light_world: World) -> None:
    with light_world.app.app_context(), system_scope("set_up"):
        rule = db.session.query(LegalRule).filter(LegalRule.value.is_not(None)).first()
        assert rule is not None
        key, value = rule.id, rule.value
        db.session.remove()
    client, address = light_world.client(ADMINISTRATOR), f"/legal-rules/edit/{key}"
    answer = client.post(address, data=fields(client, address) | {"value": "", "reason": "Bỏ số"})
    assert answer.status_code == 400
    assert "field-error" in answer.text
    assert (stored(light_world, LegalRule, key).value, stored(light_world, LegalRule, key).version) == (
        value,
        1,
    )


def running_rule(world: World) -> int:
    """A rule with a number that has no end yet."""
    with world.app.app_context(), system_scope("set_up"):
        rule = (
            db.session.query(LegalRule)
            .filter(LegalRule.value.is_not(None), LegalRule.valid_to.is_(None))
            .first()
        )
        assert rule is not None
        db.session.remove()
        return rule.id


def test_changed_rule_takes_over_from_its_day_when_the_administrator_says_so(
    world: World, client: FlaskClient
) -> None:
    key = running_rule(world)
    address = f"/legal-rules/form/{key}/succeed"
    assert address in client.get(f"/legal-rules/show/{key}").text
    page = client.get(address).text
    assert "Quy định hiện hành" in page
    day = clock.today() + timedelta(days=90)
    given = {"valid_from": f"{day:%d/%m/%Y}", "value": "77", "article": "Điều 9", "reason": "Luật mới"}
    answer = client.post(address, data=fields(client, address) | given)
    assert answer.status_code == 302
    new = stored(world, LegalRule, int(answer.location.rsplit("/", 1)[1]))
    old = stored(world, LegalRule, key)
    assert (new.code, new.value, new.article, new.valid_from) == (old.code, 77, "Điều 9", day)
    assert old.valid_to == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"valid_from": ""}, "Mục này bắt buộc nhập."),
        ({"valid_from": "01/01/1990"}, "Chọn ngày"),
        ({"value": ""}, "không được để trống"),
        ({"reason": ""}, "Mục này bắt buộc nhập."),
        ({"value": "="}, "Chưa có gì khác"),
    ],
)
def test_rule_does_not_take_over_and_typing_is_kept_when_a_field_is_wrong(
    light_world: World, change: dict[str, str], sentence: str
) -> None:
    client, key = light_world.client(ADMINISTRATOR), running_rule(light_world)
    address = f"/legal-rules/form/{key}/succeed"
    day = clock.today() + timedelta(days=90)
    shown = fields(client, address)
    given = {"valid_from": f"{day:%d/%m/%Y}", "value": "77", "reason": "lý do đang gõ"}
    wrong = {name: shown[name] if text == "=" else text for name, text in change.items()}
    answer = client.post(address, data=shown | given | wrong)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert stored(light_world, LegalRule, key).valid_to is None


def test_form_of_a_new_rule_is_refused_when_the_role_only_reads(light_world: World) -> None:
    reader, key = light_world.client(username("CC001", Role.HEAD)), running_rule(light_world)
    assert reader.get(f"/legal-rules/form/{key}/succeed").status_code == 403
    assert "/form/" not in reader.get(f"/legal-rules/show/{key}").text


def test_both_texts_are_shown_when_somebody_else_saved_first(world: World, client: FlaskClient) -> None:
    address = f"/legal-rules/edit/{world.shared['LegalRuleView']}"
    mine = fields(client, address) | {"title_vi": "Bản của tôi", "reason": "x"}
    theirs = fields(client, address) | {"title_vi": "Bản của người khác", "reason": "y"}
    assert client.post(address, data=theirs).status_code == 302
    answer = client.post(address, data=mine)
    assert answer.status_code == 409
    assert "Người khác vừa lưu bản ghi này" in answer.text
    assert "Bản của tôi" in answer.text
    assert "Bản của người khác" in answer.text
    again = {**mine, "version": "2", "csrf_token": token_of(answer.text)}
    assert 'name="version" value="2"' in answer.text
    assert client.post(address, data=again).status_code == 302


def test_day_counts_only_after_it_is_confirmed_when_it_was_added(world: World, client: FlaskClient) -> None:
    values = fields(client, "/calendar/add")
    values |= {"day": "24/11/2027", "name": "Ngày nghỉ thử", "source": "Văn bản thử", "is_working": ""}
    values.pop("is_working")
    known = client.post("/calendar/add", data=values)
    assert known.status_code == 400
    assert "Ngày này đã có trong bảng" in known.text
    answer = client.post("/calendar/add", data=values | {"day": "23/11/2027"})
    assert answer.status_code == 302
    key = int(answer.location.rsplit("/", 1)[1])
    row = stored(world, CalendarOverride, key)
    assert (row.day, row.is_working, row.status) == (date(2027, 11, 23), False, "proposed")
    page = client.get(answer.location).text
    confirm = {"csrf_token": token_of(page), "version": str(row.version)}
    assert client.post(f"/calendar/confirm/{key}", data=confirm).status_code == 302
    assert stored(world, CalendarOverride, key).status == "confirmed"
    assert client.post(f"/calendar/confirm/{key}", data=confirm).status_code == 409


@pytest.mark.parametrize("day", ["", "2027", "30/02/2027", "11/23/2027", "01/01/1890"])
def test_day_is_refused_when_it_is_not_in_the_calendar(light_world: World, day: str) -> None:
    client = light_world.client(ADMINISTRATOR)
    values = fields(client, "/calendar/add") | {"day": day, "name": "Ngày thử", "source": "Văn bản"}
    answer = client.post("/calendar/add", data=values)
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.text


def test_schedule_is_changed_when_the_five_fields_are_right(world: World, client: FlaskClient) -> None:
    key = world.shared["ScheduleView"]
    address = f"/schedules/edit/{key}"
    values = fields(client, address)
    assert values["is_enabled"] == "y"
    values.pop("is_enabled")
    assert client.post(address, data=values | {"cron": "30 1 * * 1-5"}).status_code == 302
    row = stored(world, ExportSchedule, key)
    assert (row.cron, row.is_enabled, row.version) == ("30 1 * * 1-5", False, 2)


@pytest.mark.parametrize(
    "cron", ["", "every day", "* * * *", "61 * * * *", "@daily", "0 0 31 2 *", "* * * * *", "0,5 2 * * 1"]
)
def test_schedule_is_not_changed_when_the_fields_are_wrong(light_world: World, cron: str) -> None:
    client = light_world.client(ADMINISTRATOR)
    address = f"/schedules/edit/{light_world.shared['ScheduleView']}"
    answer = client.post(address, data=fields(client, address) | {"cron": cron})
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.text
    assert stored(light_world, ExportSchedule, light_world.shared["ScheduleView"]).cron == "0 2 * * *"


def test_form_without_a_token_is_refused(light_world: World) -> None:
    client = light_world.client(ADMINISTRATOR)
    address = f"/legal-rules/edit/{light_world.shared['LegalRuleView']}"
    values = fields(client, address)
    values.pop("csrf_token")
    assert client.post(address, data=values).status_code == 400

"""Steps as buttons: what is offered, what a service then stores, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DebtorRecord, OutboxMessage, TransitionLog
from backoffice.views.deeds import DEEDS
from backoffice.workflow.paper_steps import PLACES, paper_step_name
from backoffice.workflow.registry import WORKFLOWS
from tests import factories
from tests.views.world import World, token_of, username


@pytest.fixture
def world(read_world: World) -> World:
    """The module's world: each test makes the record that it changes."""
    return read_world


@pytest.fixture
def record_id(world: World) -> int:
    """An approved record of CC001 that is a true copy of its file."""
    with world.app.app_context(), system_scope("set_up"):
        agency = db.session.query(factories.EnforcementAgency).filter_by(code="CC001").one()
        file = factories.make_file(agency, state="non_enforceable")
        decision = factories.make_non_enforceable(file)
        key = factories.make_record(file, decision, state="approved").id
        db.session.remove()
        return key


def stored(world: World, record_id: int) -> dict[str, Any]:
    """The record as it is stored."""
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.get(DebtorRecord, record_id)
        assert row is not None
        return {"state": row.state, "version": row.version, "published_on": row.published_on}


def press(client: FlaskClient, record_id: int, step: str, **values: str) -> Any:
    """Press a button of the record's page."""
    token = token_of(client.get("/").text)
    return client.post(
        f"/debtor-records/step/{record_id}/{step}", data={"csrf_token": token, "version": "1", **values}
    )


def buttons(page: str) -> set[str]:
    """The steps that a page offers."""
    forms = BeautifulSoup(page, "html.parser").select("form[action*='/step/']")
    return {str(form["action"]).rsplit("/", 1)[1] for form in forms}


def test_buttons_are_those_of_the_workflow_when_a_head_opens_an_approved_record(
    world: World, record_id: int
) -> None:
    page = world.client(username("CC001", Role.HEAD)).get(f"/debtor-records/show/{record_id}").text
    assert buttons(page) == {"return_to_draft", "publish", "cancel"}


def test_amending_is_offered_only_when_the_case_differs_from_what_is_public(
    world: World, record_id: int
) -> None:
    client = world.client(username("CC001", Role.HEAD))
    assert press(client, record_id, "publish").status_code == 302
    address = f"/debtor-records/show/{record_id}"
    assert "amend" not in buttons(client.get(address).text)
    with world.app.app_context(), system_scope("set_up"):
        record = db.session.get(DebtorRecord, record_id)
        assert record is not None
        record.decision.case.court_name = "Tòa án khác"
        db.session.commit()
    assert "amend" in buttons(client.get(address).text)


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.ENFORCEMENT_OFFICER])
def test_no_button_is_offered_when_the_role_may_take_no_step(
    world: World, record_id: int, role: Role
) -> None:
    page = world.client(username("CC001", role)).get(f"/debtor-records/show/{record_id}").text
    assert buttons(page) == set()


def test_publishing_stores_state_history_and_message_when_the_head_presses_the_button(
    world: World, record_id: int
) -> None:
    client = world.client(username("CC001", Role.HEAD))
    answer = press(client, record_id, "publish")
    assert (answer.status_code, answer.location) == (302, f"/debtor-records/show/{record_id}")
    assert stored(world, record_id) == {
        "state": "published",
        "version": 2,
        "published_on": clock.today(),
    }
    with world.app.app_context(), system_scope("set_up"):
        log = db.session.scalars(select(TransitionLog).order_by(TransitionLog.id.desc())).first()
        assert log is not None
        assert (log.transition, log.to_state, log.actor_id) == (
            "publish",
            "published",
            world.people[username("CC001", Role.HEAD)],
        )
        assert {row.job for row in db.session.query(OutboxMessage)} == {"export.request"}
    shown = client.get(answer.location).text
    assert "Đã thực hiện." in shown
    assert "Đã công khai" in shown


@pytest.mark.parametrize(
    ("step", "values", "status"),
    [
        ("publish", {"version": "7"}, 409),
        ("cancel", {}, 409),
        ("cancel", {"reason": "   "}, 409),
        ("withdraw", {"reason": "x"}, 409),
        ("nosuch", {}, 409),
        ("draft", {}, 409),
        ("publish", {"reason": "a" * 3000}, 400),
        ("publish", {"version": "-1"}, 400),
    ],
)
def test_step_is_refused_with_a_sentence_when_it_does_not_fit(
    world: World, record_id: int, step: str, values: dict[str, str], status: int
) -> None:
    client = world.client(username("CC001", Role.HEAD))
    before = stored(world, record_id)
    answer = press(client, record_id, step, **values)
    assert answer.status_code == status
    assert BeautifulSoup(answer.text, "html.parser").select_one("main p") is not None
    assert stored(world, record_id) == before


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (username("CC001", Role.MONITORING_OFFICER), 403),
        (username("CC001", Role.ENFORCEMENT_OFFICER), 403),
        (username("TC", Role.INSPECTOR), 403),
        (username("TC", Role.EXPORT_OPERATOR), 403),
        (username("CC002", Role.HEAD), 404),
        (username("CC288", Role.HEAD), 404),
    ],
)
def test_step_is_refused_when_role_or_agency_is_another(
    world: World, record_id: int, person: str, status: int
) -> None:
    before = stored(world, record_id)
    assert press(world.client(person), record_id, "publish").status_code == status
    assert stored(world, record_id) == before


def test_step_is_not_possible_by_a_link(world: World, record_id: int) -> None:
    client = world.client(username("CC001", Role.HEAD))
    assert client.get(f"/debtor-records/step/{record_id}/publish").status_code == 405
    assert stored(world, record_id)["state"] == "approved"


def test_day_in_the_future_is_refused_when_a_change_is_noted(world: World) -> None:
    client = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    published = world.rows["CC001", "DebtorRecordView"]
    answer = press(client, published, "note_change", on="01/01/2099")
    assert answer.status_code == 400
    assert "Ngày này ở tương lai" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2026", "Ghi ngày theo dạng dd/mm/yyyy"),
        ("abc", "Ghi ngày theo dạng dd/mm/yyyy"),
        ("01/01/1900", "Không có quy định nào áp dụng cho ngày này"),
    ],
)
def test_step_is_asked_again_with_the_typed_text_when_the_day_is_mistyped(
    world: World, record_id: int, typed: str, said: str
) -> None:
    client = world.client(username("CC001", Role.HEAD))
    assert press(client, record_id, "publish").status_code == 302
    answer = press(client, record_id, "note_change", on=typed, reason="Lý do đã gõ", version="2")
    assert answer.status_code == 400
    form = BeautifulSoup(answer.text, "html.parser").select_one("form[action$='/note_change']")
    assert form is not None
    assert form.select_one("details[open]") is not None
    assert [field["value"] for field in form.select("input[name=on]")] == [typed]
    assert [field.text for field in form.select("textarea")] == ["Lý do đã gõ"]
    assert said in "".join(error.text for error in form.select(".field-error"))
    assert "1900-" not in answer.text
    assert stored(world, record_id)["version"] == 2


def test_noted_change_shows_its_deadline_and_why_when_it_is_stored(world: World) -> None:
    client = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    published = world.rows["CC001", "DebtorRecordView"]
    assert press(client, published, "note_change", on=f"{clock.today():%d/%m/%Y}").status_code == 302
    page = client.get(f"/debtor-records/show/{published}").text
    assert "Hạn: " in page
    assert "Cách tính thời hạn" in page
    assert "3 ngày làm việc" in page


def test_why_a_deadline_fell_on_its_day_is_still_said_when_the_same_count_gives_another_day(
    world: World, record_id: int
) -> None:
    client = world.client(username("CC001", Role.HEAD))
    assert press(client, record_id, "publish").status_code == 302
    noted = {"on": f"{clock.today():%d/%m/%Y}", "version": "2"}
    assert press(client, record_id, "note_change", **noted).status_code == 302
    with world.app.app_context(), system_scope("set_up"):
        found = select(TransitionLog).filter_by(subject_type="debtor_record", subject_id=record_id)
        entry = db.session.scalars(found.filter_by(transition="note_change")).one()
        # History is never edited, so the odd entry is one more, as an older calendar would have left it.
        kept = {column.key: getattr(entry, column.key) for column in inspect(TransitionLog).columns}
        odd = {**entry.deadline, "due_on": "2031-01-02", "calendar_version": "gone"}
        db.session.add(TransitionLog(**kept | {"id": None, "deadline": odd}))
        db.session.commit()
    page = client.get(f"/debtor-records/show/{record_id}").text
    assert "02/01/2031" in page
    assert "Cách tính thời hạn" in page
    assert "3 ngày làm việc" in page


def test_every_deed_names_a_step_of_its_workflow() -> None:
    for workflow, step in DEEDS:
        flows = [name for name in WORKFLOWS.names if name.partition(".")[0] == workflow]
        versions = [version for name in flows for version in WORKFLOWS.versions(name)]
        names = {item.name for version in versions for item in version.transitions}
        drafts = {paper_step_name(kind) for kind, place in PLACES.items() if place == workflow}
        assert step in names | drafts, (workflow, step)

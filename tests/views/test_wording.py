"""What screens say in place of codes: schedules in words, headings of forms, numbers of the language, buttons that fit."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DocumentTemplate, ExportSchedule
from backoffice.views.online_request import OnlineRequestView
from backoffice.views.step_labels import step_label
from tests.views.world import World, token_of, username

NATIONAL = username("TC", Role.NATIONAL_ADMINISTRATOR)
OPERATOR = username("TC", Role.EXPORT_OPERATOR)


def words(client: FlaskClient, address: str) -> str:
    """The words of a page's main part."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = BeautifulSoup(answer.text, "html.parser").select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def in_english(client: FlaskClient) -> FlaskClient:
    """The same person with the other language."""
    page = client.get("/account/").text
    client.post("/language/", data={"csrf_token": token_of(page), "locale": "en", "next": "/"})
    return client


def test_schedule_is_told_in_the_language_of_the_screen_when_listed(light_world: World) -> None:
    assert "Mỗi ngày lúc 02:00 0 2 * * *" in words(light_world.client(OPERATOR), "/schedules/list/")
    assert "Every day at 02:00 0 2 * * *" in words(
        in_english(light_world.client(OPERATOR)), "/schedules/list/"
    )


def test_schedule_warns_when_runs_would_wait_for_each_other(world: World) -> None:
    address = f"/schedules/show/{world.shared['ScheduleView']}"
    assert "chờ nhau" not in words(world.client(OPERATOR), address)
    with world.app.app_context(), system_scope("set_up"):
        db.session.get_one(ExportSchedule, world.shared["ScheduleView"]).cron = "* * * * *"
        db.session.commit()
    shown = words(world.client(OPERATOR), address)
    assert "chờ nhau" in shown
    assert "Mỗi phút một lần" in shown


def test_form_names_the_row_in_words_when_its_table_has_codes(light_world: World) -> None:
    client = light_world.client(NATIONAL)
    heading = words(client, f"/schedules/edit/{light_world.shared['ScheduleView']}")
    assert "Người phải thi hành án chưa có điều kiện" in heading
    assert ": debtors" not in heading


def test_template_offers_no_editing_when_it_is_no_draft(world: World) -> None:
    with world.app.app_context(), system_scope("set_up"):
        row = db.session.query(DocumentTemplate).first()
        assert row is not None
        key, before = row.id, row.state
    address = f"/document-templates/show/{key}"
    assert before != "drafted"
    assert f"/document-templates/edit/{key}" not in world.client(NATIONAL).get(address).text
    with world.app.app_context(), system_scope("set_up"):
        db.session.get_one(DocumentTemplate, key).state = "drafted"
        db.session.commit()
    assert f"/document-templates/edit/{key}" in world.client(NATIONAL).get(address).text


# What a form is called that takes these steps, so that buttons and history speak of one deed in one word.
STEPS_OF_FORMS = {
    "supplement": ("ask_supplement", "ask_originals"),
    "take-in": ("answer_supplement",),
    "accept": ("accept",),
    "accept-with-appointment": ("accept_with_appointment",),
    "accept-with-originals": ("accept_with_originals",),
    "guide": ("guide",),
    "refuse": ("refuse",),
    "classify": ("classify",),
    "announce": ("announce",),
    "return": ("return_result",),
    "assign": ("assign", "assign_examiner"),
    "hand-over": ("hand_over",),
    "merge": ("merge",),
    "bar": ("bar_officer",),
    "admit": ("admit_officer",),
}


def test_button_and_history_say_the_same_when_a_form_takes_a_step(light_world: World) -> None:
    with light_world.app.test_request_context():
        for name, steps in STEPS_OF_FORMS.items():
            label = str(OnlineRequestView.row_forms[name].label)
            assert {step_label("online_request", step) for step in steps} == {label}, name

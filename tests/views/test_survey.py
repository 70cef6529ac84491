"""The screens of the survey: questions of the own agencies, the page as citizens see it, results without small groups."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, SurveyComment, SurveyQuestion, SurveyTally
from backoffice.workflow.survey import ended_quarters, quarter_of
from tests import factories
from tests.views.world import SUBTREES, World, foreign_markers, token_of, username

ADMINISTRATOR = username("C01", Role.AGENCY_ADMINISTRATOR)
HEAD = username("C01", Role.HEAD)
QUARTER = ended_quarters(clock.today(), 3)[2]
QUESTION = {
    "kind": "choice",
    "text_vi": "Nơi tiếp công dân có dễ tìm không?",
    "text_en": "Was it easy to find?",
    "options_text": "Có | Yes\nKhông | No",
    "position": "20",
}


def tally(code: str, choice: str, count: int, procedure: str = "feedback") -> None:
    """Answers to the question of the national agency in QUARTER. Needs an open application context."""
    with system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code=code).one()
        root = db.session.query(EnforcementAgency).filter_by(code="TC").one()
        question = db.session.query(SurveyQuestion).filter_by(agency_id=root.id).first()
        assert question is not None
        values = {"question_id": question.id, "procedure": procedure, "quarter": QUARTER, "choice": choice}
        owner = {"agency_id": agency.id, "agency_path": agency.path}
    factories.save(SurveyTally(**owner, **values, answer_count=count))


@pytest.fixture(scope="module")
def answered(read_world: World) -> World:
    """Answers in QUARTER: 6 + 4 at CC001, 3 at CC002, 9 at the province; of another procedure 2 at CC001."""
    with read_world.app.app_context():
        tally("CC001", "o1", 6)
        tally("CC001", "o2", 4)
        tally("CC001", "o2", 2, "complaint")
        tally("CC002", "o1", 3)
        tally("C01", "o1", 9)
        db.session.remove()
    return read_world


def figures(client: FlaskClient, query: str = "") -> dict[str, list[str]]:
    """Cells of all tables of the results by their heads."""
    answer = client.get(f"/survey-results/?quarter={QUARTER}{query}")
    assert answer.status_code == 200, answer.text[-1500:]
    page = BeautifulSoup(answer.text, "html.parser")
    return {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.find_all("td")]
        for row in page.select("tbody tr")
        if row.th
    }


def test_results_show_a_drawing_and_both_tables_of_the_subtree(answered: World) -> None:
    client = answered.client(HEAD)
    found = figures(client)
    # 6 + 3 + 9 said yes, 4 + 2 no.
    assert found["Không"] == ["6", "25,0\u00a0%"]
    assert [cells[:1] for head, cells in found.items() if "Ω-CC001-Ω" in head] == [["12"]]
    page = client.get(f"/survey-results/?quarter={QUARTER}").text
    assert 'class="chart"' in page
    assert foreign_markers(page, SUBTREES["C01"] | {"TC"}) == set()


def test_results_withhold_small_groups_and_what_would_tell_them(answered: World) -> None:
    found = figures(answered.client(HEAD))
    assert [set(cells) for head, cells in found.items() if "Ω-CC002-Ω" in head] == [{"—"}]
    of_small = answered.client(username("CC002", Role.HEAD)).get(f"/survey-results/?quarter={QUARTER}").text
    assert 'class="chart"' not in of_small
    # Of twelve answers ten are of one procedure: it would tell the other two.
    own = answered.client(username("CC001", Role.HEAD))
    assert 'class="chart"' not in own.get(f"/survey-results/?quarter={QUARTER}&procedure=feedback").text


def test_results_are_of_one_agency_when_the_address_names_it(answered: World) -> None:
    client = answered.client(HEAD)
    assert figures(client, "&agency=CC001")["Không"][0] == "6"
    for code in ("CC288", "TC", "ZZ9"):
        assert client.get(f"/survey-results/?agency={code}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        f"quarter={quarter_of(clock.today())}",
        f"quarter={QUARTER}&quarter={QUARTER}",
        "quarter=2999-Q1",
        "quarter=2026-Q5",
        "quarter=x",
        "procedure=x",
        "agency=%27",
        "month=1",
    ],
)
def test_results_are_refused_when_the_address_asks_for_what_is_not_shown(answered: World, query: str) -> None:
    assert answered.client(HEAD).get(f"/survey-results/?{query}").status_code == 400


def test_words_are_for_heads_alone_and_only_when_five_wrote(answered: World) -> None:
    newest = ended_quarters(clock.today(), 1)[0]
    with answered.app.app_context(), system_scope("set_up"):
        assert db.session.query(SurveyComment).filter_by(quarter=newest).count() >= 5
        db.session.remove()
    head = answered.client(HEAD).get(f"/survey-results/?quarter={newest}").text
    assert 'class="survey-words"' in head
    assert 'class="survey-words"' not in answered.client(HEAD).get(f"/survey-results/?quarter={QUARTER}").text
    for role in (Role.AGENCY_ADMINISTRATOR, Role.INSPECTOR):
        page = answered.client(username("C01", role)).get(f"/survey-results/?quarter={newest}").text
        assert 'id="comments"' not in page


def test_preview_shows_questions_from_above_and_refuses_foreign_agencies(answered: World) -> None:
    client = answered.client(ADMINISTRATOR)
    page = client.get("/survey-questions/preview?agency=CC001").text
    for code in ("TC", "C01", "CC001"):
        assert f"Hài lòng không? Ω-{code}-Ω" in page
    assert "Hài lòng không? Ω-CC002-Ω" not in page
    assert client.get("/survey-questions/preview?agency=CC288").status_code == 404
    for query in ("procedure=x", "x=1", "agency=%00"):
        assert client.get(f"/survey-questions/preview?{query}").status_code == 400


def test_question_is_added_changed_and_ended_through_the_forms(world: World) -> None:
    client = world.client(ADMINISTRATOR)
    page = client.get("/survey-questions/add").text
    today = f"{clock.today():%d/%m/%Y}"
    typed = {**QUESTION, "agency_id": "CC001", "procedure": "", "valid_from": today, "version": "0"}
    broken = {**typed, "csrf_token": token_of(page), "options_text": "Có | Yes"}
    refused = client.post("/survey-questions/add", data=broken)
    assert refused.status_code == 400
    assert QUESTION["text_vi"] in refused.text
    done = client.post("/survey-questions/add", data={**typed, "csrf_token": token_of(page)})
    assert done.status_code == 302, done.text[-1500:]
    shown = client.get(done.location)
    assert "Có · Có" not in shown.text
    assert "Có · Yes" in shown.text
    key = done.location.rsplit("/", 1)[1]
    for name, more in (("succeed", {"valid_from": today}), ("retire", {"valid_to": "01/01/2020"})):
        address = f"/survey-questions/form/{key}/{name}"
        sent = {**QUESTION, **more, "version": "1", "csrf_token": token_of(client.get(address).text)}
        assert client.post(address, data=sent).status_code == 400
    edited = {**QUESTION, "position": "5", "version": "1", "csrf_token": token_of(page)}
    assert client.post(f"/survey-questions/edit/{key}", data=edited).status_code == 302
    assert client.post(f"/survey-questions/edit/{key}", data=edited).status_code == 409
    ended = {"valid_to": today, "version": "2", "csrf_token": token_of(page)}
    assert client.post(f"/survey-questions/form/{key}/retire", data=ended).status_code == 302
    assert "asked no longer" not in client.get(f"/survey-questions/show/{key}").text


def test_question_of_another_agency_is_a_missing_one(world: World) -> None:
    client = world.client(ADMINISTRATOR)
    token = token_of(client.get("/survey-questions/add").text)
    for code in ("TC", "CC288"):
        key = world.rows[code, "SurveyQuestionView"]
        assert client.get(f"/survey-questions/show/{key}").status_code == 404
        sent = {**QUESTION, "version": "1", "csrf_token": token}
        assert client.post(f"/survey-questions/edit/{key}", data=sent).status_code == 404
    typed = {**QUESTION, "agency_id": "CC288", "valid_from": f"{clock.today():%d/%m/%Y}", "csrf_token": token}
    assert client.post("/survey-questions/add", data=typed).status_code == 400

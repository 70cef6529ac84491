"""Questions after the end of a request: who may change them, what is asked of whom, and that nobody learns who answered."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, ScopeError, StateError
from backoffice.extensions import db
from backoffice.models import (
    OnlineRequest,
    RowChange,
    SurveyComment,
    SurveyQuestion,
    SurveyTally,
    TransitionLog,
)
from backoffice.models.confidence import confidential_path
from backoffice.services.document_crypto import add_master_key
from backoffice.services.document_upkeep import rewrap_keys
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import CitizenAccess, look_up
from backoffice.services.online_request import guide, receive
from backoffice.services.request_letters import Reply
from backoffice.services.request_seal import unseal
from backoffice.services.survey import AnswersRefusedError, Survey, answer_survey, survey_of
from backoffice.services.survey_question import (
    QuestionPlace,
    QuestionWords,
    add_question,
    edit_question,
    load_start_questions,
    retire_question,
    succeed_question,
)
from config import Settings
from tests.factories import SYSTEM
from tests.requests import NUMBER, registered, seen, stored
from tests.services.conftest import World

WORDS = QuestionWords("choice", "Nơi tiếp dân có dễ tìm không?", "Easy to find?", "Có | Yes\nKhông | No")
TODAY = date(2026, 10, 5)


@pytest.fixture
def start(world: World) -> World:
    """The world with the questions that come with the product."""
    load_start_questions(Actor.system("set_up"))
    return world


def ended(world: World, vault: Vault, agency: str = "CC001") -> CitizenAccess:
    """A request that has ended with guidance, and its applicant."""
    code = registered(world.agencies[agency], vault).code
    access, desk = look_up(code, NUMBER), world.actor(Role.SUPPORT_OFFICER, agency)
    receive(desk, seen(access.request_id))
    guide(desk, seen(access.request_id), Reply("Gửi Tòa án."))
    return access


def asked(access: CitizenAccess) -> Survey:
    found = survey_of(access)
    assert found is not None
    return found


def place(world: World, agency: str, procedure: str = "", valid_from: date = TODAY) -> QuestionPlace:
    with system_scope("set_up"):
        return QuestionPlace(world.agencies[agency].id, procedure, 15, valid_from)


def tallies() -> dict[tuple[str, str], int]:
    """Counts by the code of the question and the choice."""
    with system_scope("set_up"):
        rows = db.session.execute(
            select(SurveyQuestion.code, SurveyTally.choice, SurveyTally.answer_count).join(
                SurveyQuestion, SurveyQuestion.id == SurveyTally.question_id
            )
        )
        return {(code, choice): count for code, choice, count in rows}


def answer(access: CitizenAccess, **choices: str) -> bool:
    """Send answers by the code of their question."""
    survey = asked(access)
    fields = {question.code: question.field for question in survey.questions}
    return answer_survey(access, survey, {fields[code]: text for code, text in choices.items()})


def test_start_set_comes_once_and_is_asked_in_its_order(start: World, vault: Vault) -> None:
    assert load_start_questions(Actor.system("set_up")) == 0
    codes = [question.code for question in asked(ended(start, vault)).questions]
    assert codes == ["first_reply", "decision_time", "guidance", "attitude", "overall", "suggestion"]


def test_start_set_is_refused_when_a_head_brings_it(world: World) -> None:
    with pytest.raises(NotPermittedError):
        load_start_questions(world.head())


def test_nothing_is_asked_when_the_request_runs_or_there_are_no_questions(start: World, vault: Vault) -> None:
    running = look_up(registered(start.agencies["CC001"], vault).code, NUMBER)
    assert survey_of(running) is None
    with pytest.raises(InvalidInputError):
        answer_survey(running, Survey((), is_answered=False), {"q1": "o1"})


def test_answers_raise_numbers_and_leave_no_trace_of_who_gave_them(start: World, vault: Vault) -> None:
    access = ended(start, vault)
    before = stored(access.request_id)
    changed_at, version = before.changed_at, before.version
    with system_scope("set_up"):
        traces = [db.session.query(model).count() for model in (RowChange, TransitionLog)]
    assert answer(access, first_reply="o2", overall="4", suggestion="Cảm ơn!")
    assert tallies() == {("first_reply", "o2"): 1, ("overall", "4"): 1}
    after = stored(access.request_id)
    assert (after.is_surveyed, after.changed_at, after.version) == (True, changed_at, version)
    with system_scope("set_up"):
        assert [db.session.query(model).count() for model in (RowChange, TransitionLog)] == traces
        comment = db.session.scalars(select(SurveyComment)).one()
        assert (comment.quarter, unseal(comment)) == ("2026-Q4", {"text": "Cảm ơn!"})
        assert "Cảm ơn" not in comment.sealed


def test_second_answer_changes_nothing_when_the_request_was_answered(start: World, vault: Vault) -> None:
    access = ended(start, vault)
    survey = asked(access)
    field = survey.questions[-2].field
    assert answer_survey(access, survey, {field: "5"})
    assert not answer_survey(access, survey, {field: "1"})
    assert tallies() == {("overall", "5"): 1}
    assert asked(access) == Survey((), is_answered=True)


def test_answers_of_two_at_once_are_both_counted_and_one_request_counts_once(
    start: World, vault: Vault
) -> None:
    people = [ended(start, vault), ended(start, vault)]
    surveys = [asked(access) for access in people]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    barrier, done = threading.Barrier(4), list[bool]()

    def run(place: int) -> None:
        with app.app_context():
            barrier.wait()
            field = surveys[place].questions[-2].field
            done.append(answer_survey(people[place], surveys[place], {field: "3"}))
            db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in (0, 0, 1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, True, True]
    assert tallies() == {("overall", "3"): 2}


@pytest.mark.parametrize(
    "text", ["o9", "1", "o1 ", "O1", "o1\u0000", "' OR 1=1", "o" * 10_000, "\u0301" * 10_000]
)
def test_answer_is_refused_when_it_was_not_offered(start: World, vault: Vault, text: str) -> None:
    access = ended(start, vault)
    with pytest.raises(AnswersRefusedError):
        answer(access, first_reply=text, overall="5")
    assert tallies() == {}
    assert not stored(access.request_id).is_surveyed


def test_answers_are_refused_when_all_are_empty_or_the_words_are_too_long(start: World, vault: Vault) -> None:
    access = ended(start, vault)
    with pytest.raises(InvalidInputError):
        answer(access, overall="", suggestion=" \r\n\t ")
    with pytest.raises(AnswersRefusedError) as refused:
        answer(access, suggestion="x" * 1001)
    assert list(refused.value.refusals) == [asked(access).questions[-1].field]
    assert not stored(access.request_id).is_surveyed


def test_own_question_is_asked_at_the_agency_and_below_for_its_procedure_alone(
    start: World, vault: Vault
) -> None:
    administrator = start.actor(Role.AGENCY_ADMINISTRATOR, "C01")
    add_question(administrator, place(start, "C01"), WORDS)
    add_question(administrator, place(start, "C01", "feedback"), WORDS)
    texts = [question.text.vi for question in asked(ended(start, vault)).questions]
    assert texts.count(WORDS.text_vi) == 1
    elsewhere = [question.text.vi for question in asked(ended(start, vault, "CC288")).questions]
    assert WORDS.text_vi not in elsewhere


def test_question_of_a_later_day_waits_and_an_ended_one_is_asked_no_more(start: World, vault: Vault) -> None:
    administrator, access = start.administrator(), ended(start, vault)
    add_question(administrator, place(start, "TC", valid_from=TODAY + timedelta(days=1)), WORDS)
    with system_scope("set_up"):
        last = db.session.scalars(select(SurveyQuestion).where(SurveyQuestion.code == "overall")).one()
        key, version = last.id, last.version
    retire_question(administrator, key, TODAY, expected_version=version)
    texts = [question.text.vi for question in asked(access).questions]
    assert WORDS.text_vi not in texts
    assert len(texts) == 6
    with pytest.raises(InvalidInputError):
        add_question(administrator, place(start, "TC", valid_from=TODAY - timedelta(days=1)), WORDS)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (QuestionWords("choice", "A", "B", "Có | Yes"), "options"),
        (QuestionWords("choice", "A", "B", "Có\nKhông"), "options"),
        (QuestionWords("choice", "A", "B", "Có | Yes\nCÓ | No"), "options"),
        (QuestionWords("choice", "A", "B", "\n".join(f"a{n} | b{n}" for n in range(9))), "options"),
        (QuestionWords("choice", "A", "B", f"{'x' * 121} | y\na | b"), "options"),
        (QuestionWords("rating", "A", "B", "Có | Yes\nKhông | No"), "options"),
        (QuestionWords("other", "A", "B"), "kind"),
        (QuestionWords("text", "\u200b", "B"), "text_vi"),
        (QuestionWords("text", "A", "x" * 301), "text_en"),
    ],
)
def test_question_is_refused_when_it_cannot_be_asked(world: World, words: QuestionWords, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        add_question(world.administrator(), place(world, "TC"), words)
    assert refused.value.field == field


@pytest.mark.parametrize("role", [Role.HEAD, Role.SUPPORT_OFFICER, Role.CENTRAL_OFFICER, Role.INSPECTOR])
def test_question_is_refused_when_the_role_edits_none(world: World, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        add_question(world.actor(role, "TC"), place(world, "TC"), WORDS)


def test_question_is_refused_when_it_belongs_to_an_agency_above_or_beside(start: World) -> None:
    administrator = start.actor(Role.AGENCY_ADMINISTRATOR, "C01")
    for agency in ("TC", "CC288"):
        with pytest.raises((NotFoundError, ScopeError)):
            add_question(administrator, place(start, agency), WORDS)
    with system_scope("set_up"):
        key = db.session.scalars(select(SurveyQuestion.id).limit(1)).one()
    with pytest.raises(NotFoundError):
        retire_question(administrator, key, TODAY, expected_version=1)


def test_answered_question_keeps_its_words_and_a_new_edition_takes_over(start: World, vault: Vault) -> None:
    administrator = start.administrator()
    own = add_question(administrator, place(start, "TC"), WORDS)
    key = own.id
    access = ended(start, vault)
    survey = asked(access)
    assert answer_survey(access, survey, {f"q{key}": "o1"})
    changed = QuestionWords(
        "choice", "Nơi tiếp dân có thuận tiện không?", "Convenient?", "Có | Yes\nKhông | No"
    )
    with pytest.raises(StateError):
        edit_question(administrator, key, 15, changed, expected_version=1)
    assert edit_question(administrator, key, 5, WORDS, expected_version=1).position == 5
    for day in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(InvalidInputError):
            succeed_question(administrator, key, day, changed, expected_version=2)
    new = succeed_question(administrator, key, TODAY + timedelta(days=1), changed, expected_version=2)
    assert (new.edition, new.position) == (2, 5)
    with system_scope("set_up"):
        old = db.session.get_one(SurveyQuestion, key)
        assert (old.valid_to, old.text_vi) == (clock.today(), WORDS.text_vi)
    with pytest.raises(StateError):
        retire_question(administrator, key, TODAY, expected_version=old.version)


def test_unanswered_question_may_be_corrected(world: World) -> None:
    administrator = world.actor(Role.AGENCY_ADMINISTRATOR, "CC001")
    own = add_question(administrator, place(world, "CC001"), WORDS)
    changed = QuestionWords("rating", "Biển chỉ dẫn có rõ không?", "Were the signs clear?")
    found = edit_question(administrator, own.id, 7, changed, expected_version=1)
    assert (found.kind, found.options, found.text_en, found.version) == (
        "rating",
        [],
        "Were the signs clear?",
        2,
    )


def test_words_open_under_the_new_key_when_the_keys_are_renewed(
    start: World, vault: Vault, lawful_settings: Settings
) -> None:
    answer(ended(start, vault), suggestion="Nên có ghế chờ.")
    add_master_key(lawful_settings.documents.keys_file)
    rewrap_keys(SYSTEM, Vault.of(lawful_settings.documents))
    with system_scope("set_up"):
        comment = db.session.scalars(select(SurveyComment)).one()
        assert unseal(comment) == {"text": "Nên có ghế chờ."}
        assert comment.key_id == Vault.of(lawful_settings.documents).keys.current


def test_nothing_is_asked_when_the_request_is_confidential(start: World, vault: Vault) -> None:
    access = ended(start, vault)
    field = asked(access).questions[-2].field
    survey = asked(access)
    with system_scope("set_up"):
        request = db.session.get_one(OnlineRequest, access.request_id)
        path = request.agency_path = confidential_path(access.agency_path, request.public_key)
        db.session.commit()
    hidden = CitizenAccess(access.request_id, path)
    assert survey_of(hidden) is None
    assert not answer_survey(hidden, survey, {field: "5"})
    assert tallies() == {}

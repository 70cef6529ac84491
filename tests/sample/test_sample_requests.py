"""Invented requests in both databases: in every state, lawful, marked, the same from the same seed, removable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import (
    Absence,
    Appointment,
    AppointmentSlot,
    Document,
    EnforcementCase,
    OnlineRequest,
    RequestMessage,
    RequestParty,
    SurveyQuestion,
    SurveyTally,
    TransitionLog,
)
from backoffice.models.request_states import RequestState
from backoffice.sample import MARK, requests
from backoffice.sample.make import remove_sample
from backoffice.sample.request_stories import DISTRICT, stories
from backoffice.sample.requests import make_requests, requests_to_try, result_to_show
from backoffice.sample.users import make_users
from backoffice.services.document_vault import Vault
from backoffice.services.intake_lookup import LookUpRefusedError, look_up
from backoffice.services.request_seal import unseal
from backoffice.services.staff_member import sync_access
from backoffice.services.survey_question import load_start_questions
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.online_request import OPEN_STATES, WORKFLOWS
from config import Settings

ACTOR = Actor.system("sample_data")
SEED, PAST = 7, 60
HANGING = (Appointment, RequestMessage, RequestParty, Document)


def scalars(statement: Any) -> Sequence[Any]:
    """Read under the sample's scope."""
    with unit_of_work(ACTOR) as session:
        return session.scalars(statement).unique().all()


def counts() -> list[int]:
    """How many rows of each kind there are."""
    tables = (OnlineRequest, *HANGING, AppointmentSlot, EnforcementCase)
    return [scalars(select(func.count()).select_from(table))[0] for table in tables]


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault.of(settings.documents)


@pytest.fixture
def made(country: Flask, tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> int:
    """The requests of a seed, with fewer of the past than a demonstration has."""
    monkeypatch.setattr(requests, "_PAST", PAST)
    sync_access(Actor.system("set_up"), country.extensions["appbuilder"])
    make_users(tmp_path / "logins.json")
    load_start_questions(Actor.system("set_up"))
    return make_requests(SEED, vault)


def test_requests_are_marked_lawful_and_in_every_state_when_they_are_made(made: int) -> None:
    rows = scalars(select(OnlineRequest))
    assert made == len(rows) > len(stories(SEED))
    assert {row.state for row in rows} == {state.value for state in RequestState}
    assert all(row.is_sample for row in rows)
    assert all(unseal(row)["address"].endswith(MARK) for row in rows)
    assert all(unseal(row)["identity_number"].startswith("000") for row in rows)
    assert all(case.is_sample for case in scalars(select(EnforcementCase)))
    assert all(scalars(select(func.count()).select_from(table))[0] for table in HANGING)
    assert all(row.is_confidential for row in rows if row.procedure == "denunciation")
    check_stories(rows)
    check_history(rows)
    check_visits()
    check_absences(rows)
    check_survey(rows)


def check_stories(rows: Sequence[OnlineRequest]) -> None:
    """The agency of the demonstration has every story in its state, and some that are late."""
    own = [row for row in rows if f".{DISTRICT}." in row.agency_path]
    there = Counter((row.procedure, row.state) for row in own)
    told = [story for story in stories(SEED) if story.agency_code == DISTRICT]
    assert not Counter((story.matter, story.target.value) for story in told) - there
    today = clock.today()
    assert sum(row.due_on is not None and row.due_on < today for row in own) >= 5
    assert all(row.due_on is None for row in rows if row.state not in OPEN_STATES)


def check_visits() -> None:
    """Some came, some did not, some will; nothing is noted of what lies ahead."""
    visits = scalars(select(Appointment))
    assert {visit.state for visit in visits} == {"booked", "kept", "missed"}
    ahead = [visit.state for visit in visits if visit.starts_at > clock.now()]
    assert set(ahead) == {"booked"}


def check_absences(rows: Sequence[OnlineRequest]) -> None:
    """One officer of the desk is away today, and open requests wait for the deputy."""
    today = clock.today()
    (away,) = [one for one in scalars(select(Absence)) if one.from_on <= today <= one.to_on]
    assert any(row.handler_id == away.member_id and row.state in OPEN_STATES for row in rows)
    assert any(row.handler_id == away.deputy_id and row.state in OPEN_STATES for row in rows)


def check_survey(rows: Sequence[OnlineRequest]) -> None:
    """As many answered the first question as are marked, and nobody whose request is confidential."""
    answered = [row for row in rows if row.is_surveyed]
    assert answered
    assert not any(row.is_confidential or row.state == "withdrawn" for row in answered)
    first = scalars(select(SurveyQuestion.id).order_by(SurveyQuestion.position).limit(1))[0]
    (count,) = scalars(select(func.sum(SurveyTally.answer_count)).where(SurveyTally.question_id == first))
    assert count == len(answered)


def check_history(rows: Sequence[OnlineRequest]) -> None:
    """Every step is one of the workflow of its day, and none comes before the one before it."""
    tables = {(workflow.name, workflow.version): workflow for workflow in WORKFLOWS}
    names = {row.id: row.workflow_name for row in rows}
    history = scalars(
        select(TransitionLog)
        .where(TransitionLog.subject_type == "online_request", TransitionLog.transition != "forward_to_case")
        .order_by(TransitionLog.id)
    )
    states: dict[int, str] = {}
    moments: dict[int, datetime] = {}
    for entry in history:
        workflow = tables[names[entry.subject_id], entry.workflow_version]
        assert workflow.valid_from <= entry.at.date() <= (workflow.valid_to or clock.today())
        assert entry.from_state == states.get(entry.subject_id)
        if entry.from_state is not None:
            found = workflow.find(entry.transition)
            assert entry.from_state in {state.value for state in found.sources}
            assert entry.to_state == found.target_from(entry.from_state)
        assert moments.get(entry.subject_id, entry.at) <= entry.at <= clock.now()
        states[entry.subject_id], moments[entry.subject_id] = entry.to_state, entry.at
    assert states == {row.id: row.state for row in rows}


def test_nothing_is_made_twice_and_codes_open_their_own_when_the_seed_is_the_same(
    made: int, vault: Vault
) -> None:
    before, answers = counts(), scalars(select(func.sum(SurveyTally.answer_count)))
    assert make_requests(SEED, vault) == 0
    assert counts() == before
    assert scalars(select(func.sum(SurveyTally.answer_count))) == answers
    assert result_to_show(SEED + 1) is None
    assert requests_to_try(SEED + 1) == []
    found = requests_to_try(SEED)
    assert [entry["state"] for entry in found] == ["supplement_asked", "awaiting_originals", "returned"]
    for entry in found:
        access = look_up(entry["code"], entry["identity_number"])
        states = scalars(select(OnlineRequest.state).where(OnlineRequest.id == access.request_id))
        assert states == [entry["state"]]
    with pytest.raises(LookUpRefusedError):
        look_up(found[0]["code"], found[1]["identity_number"])
    assert made


def test_nothing_is_left_of_requests_when_the_sample_is_removed(made: int) -> None:
    assert made
    remove_sample()
    slots = counts()[len(HANGING) + 1]
    assert counts() == [0, 0, 0, 0, 0, slots, 0]
    assert slots
    kinds = ("online_request", "appointment", "document")
    assert scalars(select(TransitionLog.id).where(TransitionLog.subject_type.in_(kinds))) == []
    assert scalars(select(SurveyTally)) == []


def test_clock_refuses_a_moment_that_lies_ahead_when_it_is_set_back() -> None:
    with pytest.raises(ValueError, match="lies ahead"), clock.as_if(clock.now() + timedelta(hours=1)):
        pass


def test_clock_goes_right_again_when_a_deed_of_the_past_fails() -> None:
    before = clock.now()
    with pytest.raises(ZeroDivisionError), clock.as_if(before - timedelta(days=400)):
        assert clock.now().year // (clock.today() > before.date() - timedelta(days=300))
    assert before <= clock.now() < before + timedelta(minutes=1)

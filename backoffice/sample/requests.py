"""Invented requests of citizens with their messages, files, times and appointments; the same from the same seed.

They go the way of real ones, through the services, as if on the days on which they happened; a portion is one
transaction, and what is there already is not made again. Not here: what happens in them (`request_stories`,
`request_deeds`), removing them (`request_removal`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.scope import Scope
from backoffice.models import EnforcementAgency, OnlineRequest, StaffMember, SurveyQuestion
from backoffice.models.confidence import confidential_below
from backoffice.queries.calendar import working_calendar
from backoffice.queries.online_requests import request_by_client_key
from backoffice.queries.rules import rule_book
from backoffice.sample.make import SUCCESSION
from backoffice.sample.places import Place, places
from backoffice.sample.request_absences import make_absences
from backoffice.sample.request_deeds import Cast, Player, Stage, token_of
from backoffice.sample.request_past import DAYS, Books, past_requests
from backoffice.sample.request_stories import (
    CENTRE,
    DISTRICT,
    NEIGHBOUR,
    PROVINCE,
    Story,
    stories,
    stories_to_try,
)
from backoffice.sample.request_survey import answer
from backoffice.sample.store import insert_rows
from backoffice.services.document_vault import Vault
from backoffice.services.look_up_key import look_up_keys
from backoffice.services.notice_seal import keyring
from backoffice.services.request_seal import unseal
from backoffice.services.slot_plan import SlotPlan, plan_slots
from backoffice.services.survey import question_of
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.permissions import Permission
from exports.check_code import written

_ACTOR = Actor.system("sample_data")
_PORTION = 40
# How many requests of the past there are at most, for the figures.
_PAST = 1_500
# Who acts where: desk, professional unit, head. Nobody stands for a machine that may everything there.
_CAST = {
    DISTRICT: ("hotro.badinh", "chuyenvien.badinh", "truong.badinh"),
    NEIGHBOUR: ("", "chv.hoankiem", "truong.hoankiem"),
    PROVINCE: ("", "thamtra.hanoi", "cuctruong.hanoi"),
    CENTRE: ("khieunai.tw", "khieunai.tw", "lanhdao.tw"),
}
_SECOND = {DISTRICT: "hotro2.badinh"}
_DESKS = {
    DISTRICT: ("Bàn 1 – Bộ phận một cửa", "Bàn 2 – Bộ phận một cửa"),
    PROVINCE: ("Bàn 1",),
    NEIGHBOUR: ("Bàn 1",),
}
_OPENS, _CLOSES, _MINUTES = time(8, 30), time(11, 0), 30
_SLOTS_BACK, _SLOTS_AHEAD = timedelta(days=20), timedelta(days=25)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Country:
    """The agencies by code, the places people live in, accounts by name, and the working days up to today."""

    agencies: Mapping[str, tuple[int, str]]
    places: Mapping[str, Place]
    people: Mapping[str, Actor]
    days: tuple[date, ...]

    def stage(self, code: str, vault: Vault) -> Stage:
        agency_id, path = self.agencies[code]
        everything = frozenset(permission.value for permission in Permission)
        scope = Scope((path,), confidential=confidential_below((path,)))
        machine = Actor(None, "sample_data", everything, scope)
        desk, examiner, head = (self.people.get(name, machine) for name in _CAST.get(code, ("", "", "")))
        # An assignment needs a person: those of the centre see the whole country.
        officer = self.people["khieunai.tw"]
        officer_id = officer.user_id or 0
        cast = Cast(desk, examiner, head, examiner.user_id or officer_id)
        trusted = Cast(officer, officer, head, officer_id)
        place = self.places.get(code, self.places[PROVINCE])
        second = self.people.get(_SECOND.get(code, ""))
        return Stage(agency_id, path, place, cast, trusted, self.days, vault, second)


def make_requests(seed: int, vault: Vault, progress: Progress = lambda _done, _total: None) -> int:
    """Make what is not there yet; returns how many were made."""
    country = _country()
    # First, because numbers grow with time.
    made = _write_past(seed, country, vault)
    with unit_of_work(_ACTOR) as session:
        _plan(session, country)
    told = stories(seed)
    stages = {code: country.stage(code, vault) for code in {story.agency_code for story in told}}
    for first in range(0, len(told), _PORTION):
        portion = told[first : first + _PORTION]
        made += _make(seed, portion, stages)
        progress(first + len(portion), len(told))
    make_absences(country.people)
    return made


def requests_to_try(seed: int) -> list[dict[str, str]]:
    """Code and identity number of a few requests, with what can be done with them; empty when there are none."""
    keys, found = look_up_keys(), []
    with unit_of_work(_ACTOR) as session:
        for story in stories_to_try(seed):
            token = token_of(seed, story.number)
            request = request_by_client_key(session, keys.client_key(token))
            if request is not None:
                code, number = written(keys.new_code(token)), unseal(request)["identity_number"]
                found.append({"code": code, "identity_number": number, "state": request.state})
    return found


def result_to_show(seed: int) -> int | None:
    """The request whose applicant finds a signed result: the last of those to try; None when there is none."""
    token = token_of(seed, stories_to_try(seed)[-1].number)
    with unit_of_work(_ACTOR) as session:
        request = request_by_client_key(session, look_up_keys().client_key(token))
        return None if request is None else request.id


def _make(seed: int, portion: Sequence[Story], stages: Mapping[str, Stage]) -> int:
    with unit_of_work(_ACTOR):
        return sum(Player(seed, story, stages[story.agency_code]).play() for story in portion)


def _write_past(seed: int, country: _Country, vault: Vault) -> int:
    """What came to its end in the last months, all over the country; nothing when it is there."""
    keys, column = look_up_keys(), OnlineRequest.client_key
    stages = [country.stage(code, vault) for code in country.places]
    with unit_of_work(_ACTOR) as session:
        books = Books(rule_book(), working_calendar(), country.days, keys, keyring())
        found = past_requests(seed, _PAST, stages, country.stage(CENTRE, vault), books)
        if session.scalar(select(OnlineRequest.id).where(column == found[0].request.client_key)) is not None:
            return 0
        asked = [question_of(row) for row in session.scalars(select(SurveyQuestion))]
        given = answer(seed, [past.request for past in found], asked, keyring())
        insert_rows(session, "online_request", _rows([past.request for past in found]))
        if given.tallies:
            insert_rows(session, "survey_tally", given.tallies)
        session.add_all(given.comments)
        ids = dict(session.execute(select(column, OnlineRequest.id).where(OnlineRequest.is_sample)).all())
        history = [
            {**row, "subject_id": ids[past.request.client_key]} for past in found for row in past.history
        ]
        insert_rows(session, "transition_log", history)
        return len(found)


def _rows(requests: Sequence[OnlineRequest]) -> list[dict[str, Any]]:
    """The columns of requests that were never in a session; what none of them has gets its usual value."""
    columns = [column.key for column in OnlineRequest.__table__.columns]
    names = [name for name in columns if any(getattr(one, name) is not None for one in requests)]
    return [{name: getattr(one, name) for name in names} for one in requests]


def _plan(session: Session, country: _Country) -> None:
    """Times of the desks, some of them past, so that somebody may have come."""
    first = datetime.combine(clock.today() - _SLOTS_BACK, time(), clock.VIETNAM)
    with clock.as_if(first):
        for code, desks in _DESKS.items():
            agency_id, path = country.agencies[code]
            planner = Actor(
                None, "sample_data", frozenset({Permission.APPOINTMENT_PLAN.value}), Scope((path,))
            )
            for desk in desks:
                last = first.date() + _SLOTS_BACK + _SLOTS_AHEAD
                plan = SlotPlan(agency_id, desk, first.date(), last, _OPENS, _CLOSES, _MINUTES)
                plan_slots(planner, plan)
                # Under the scope of all: the next agency's planner must not meet rows that are not its own.
                session.flush()


def _country() -> _Country:
    with unit_of_work(_ACTOR) as session:
        agencies = session.scalars(
            select(EnforcementAgency)
            .where(EnforcementAgency.valid_from.is_(None))
            .order_by(EnforcementAgency.code)
        ).all()
        with SUCCESSION.open(encoding="utf-8", newline="") as stream:
            found = places(agencies, list(csv.DictReader(stream)))
        members = session.scalars(select(StaffMember).where(StaffMember.is_sample)).unique().all()
        return _Country(
            {agency.code: (agency.id, agency.path) for agency in agencies},
            {place.code: place for place in found},
            {member.username: actor_of(member) for member in members},
            _working_days(),
        )


def _working_days() -> tuple[date, ...]:
    """The last working days before today, yesterday's last: whatever happened on them is past."""
    calendar, day, found = working_calendar(), clock.today(), list[date]()
    while len(found) < DAYS:
        day -= timedelta(days=1)
        if calendar.is_working(day):
            found.append(day)
    return tuple(reversed(found))

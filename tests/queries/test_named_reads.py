"""The named reads of agencies, cases, decisions and records: right rows, right order, only the scope's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import NOTHING, Scope, system_scope, use_scope
from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, EnforcementDecision, NonEnforceableDecision
from backoffice.queries import agencies, cases, debtor_records, decisions
from tests import factories

OWN, FOREIGN = Scope(("TC.C01.CC001.",)), Scope(("TC.C01.CC002.",))


@dataclass
class Place:
    """The small tree and one file of CC001."""

    tree: dict[str, EnforcementAgency]
    file: factories.CaseFile


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    with app.app_context():
        tree = factories.make_tree()
        yield Place(tree, factories.make_file(tree["CC001"]))
        db.session.remove()


def test_valid_on_includes_both_ends_when_asked_by_day(place):
    agency = place.tree["CC001"]
    agency.valid_from, agency.valid_to = date(2020, 1, 2), date(2025, 6, 30)
    factories.save(agency)
    days = (date(2020, 1, 1), date(2020, 1, 2), date(2025, 6, 30), date(2025, 7, 1))
    with use_scope(OWN):
        codes = select(EnforcementAgency.code)
        found = [db.session.scalars(codes.where(agencies.valid_on(day))).all() for day in days]
        assert found == [[], ["CC001"], ["CC001"], []]
    with use_scope(FOREIGN):
        assert agencies.agency_by_code("CC001") is None
        assert agencies.agency_by_code("CC002") is not None
    with use_scope(NOTHING):
        assert agencies.agency_by_code("CC002") is None


def test_agency_in_force_follows_successors_when_agencies_end(place):
    first, second = place.tree["CC001"], place.tree["C30"]
    first.valid_to, first.successor_id = date(2025, 6, 30), second.id
    factories.save(first)
    with system_scope("set_up"):
        assert agencies.agency_in_force(first.id, date(2025, 6, 30)).code == "CC001"
        assert agencies.agency_in_force(first.id, date(2025, 7, 1)).code == "C30"
        second.valid_to, second.successor_id = date(2026, 1, 1), first.id
        db.session.commit()
        with pytest.raises(NotFoundError):
            agencies.agency_in_force(first.id, date(2026, 2, 1))
    with use_scope(OWN), pytest.raises(NotFoundError):
        agencies.agency_in_force(first.id, date(2025, 7, 1))


def test_case_and_officer_are_found_only_when_in_scope(place):
    factories.make_roles()
    officer = factories.make_staff(place.tree["CC001"], Role.ENFORCEMENT_OFFICER)
    agency = place.tree["CC001"]
    mine = factories.make_case(agency, officer_id=officer.id)
    with use_scope(OWN):
        assert cases.case_by_number(agency.id, mine.case_number) is mine
        assert cases.member_with_agency(officer.id, "enforcement_officer") is not None
        assert cases.member_with_agency(officer.id, "head") is None
    with use_scope(FOREIGN):
        assert cases.case_by_number(agency.id, mine.case_number) is None
        assert cases.member_with_agency(officer.id, "enforcement_officer") is None


def test_open_records_are_found_by_decision_and_debtor_when_some_are_withdrawn(place):
    decision = factories.make_non_enforceable(place.file)
    states = ("draft", "approved", "published", "withdrawal_due", "withdrawn", "cancelled")
    open_ones = [factories.make_record(place.file, decision, state=state).id for state in states][:4]
    with use_scope(OWN):
        assert [row.id for row in debtor_records.open_records([decision.id])] == open_ones
        about = debtor_records.open_records_about(debtor_id=place.file.debtor.id)
        assert [row.id for row in about] == open_ones
        assert debtor_records.open_records_about(debtor_id=10**6) == []
    with use_scope(FOREIGN):
        assert debtor_records.open_records([decision.id]) == []


def test_decisions_in_force_are_found_when_some_are_withdrawn(place):
    signed = factories.make_non_enforceable(place.file)
    drafted = factories.make_non_enforceable(place.file, state="drafted")
    factories.make_non_enforceable(place.file, state="withdrawn", decision_number="6/QĐ")
    factories.make_non_enforceable(place.file, state="discarded", decision_number="7/QĐ")
    case, agency, year = place.file.case, place.tree["CC001"], 2026
    with use_scope(OWN):
        assert decisions.signed_enforcement_decision(case.id) is place.file.decision
        assert [row.id for row in decisions.signed_non_enforceable_decisions(case.id)] == [signed.id]
        resting = decisions.open_non_enforceable_decisions(place.file.decision.id)
        assert {row.id for row in resting} == {signed.id, drafted.id}
        number = place.file.decision.decision_number
        assert decisions.is_number_taken(EnforcementDecision, agency.id, number, year)
        assert not decisions.is_number_taken(EnforcementDecision, agency.id, number, year + 1)
        assert decisions.is_number_taken(NonEnforceableDecision, agency.id, "6/QĐ", year)
        assert not decisions.is_number_taken(NonEnforceableDecision, agency.id, "7/QĐ", year)
    with use_scope(FOREIGN):
        assert decisions.signed_enforcement_decision(case.id) is None

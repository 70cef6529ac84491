"""The named reads of agencies, cases, decisions and records: right rows, right order, only the scope's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from backoffice.access.roles import Role
from backoffice.access.scope import NOTHING, Scope, system_scope, use_scope
from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, EnforcementDecision, NonEnforceableDecision
from backoffice.models.states import AgencyLevel
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


def test_agencies_valid_on_includes_both_ends_when_asked_by_day(place):
    agency = place.tree["CC001"]
    agency.valid_from, agency.valid_to = date(2020, 1, 2), date(2025, 6, 30)
    factories.save(agency)
    days = (date(2020, 1, 1), date(2020, 1, 2), date(2025, 6, 30), date(2025, 7, 1))
    with use_scope(OWN):
        found = [[row.code for row in agencies.agencies_valid_on(day)] for day in days]
        assert found == [[], ["CC001"], ["CC001"], []]
        assert agencies.agencies_valid_on(days[1], AgencyLevel.PROVINCIAL) == []
    with use_scope(FOREIGN):
        assert agencies.agency_by_code("CC001") is None
        assert [row.code for row in agencies.all_agencies()] == ["CC002"]
    with use_scope(NOTHING):
        assert agencies.all_agencies() == []


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


def test_cases_are_found_by_state_officer_and_due_day_when_in_scope(place):
    factories.make_roles()
    officer = factories.make_staff(place.tree["CC001"], Role.ENFORCEMENT_OFFICER)
    agency = place.tree["CC001"]
    mine = factories.make_case(agency, officer_id=officer.id, next_verification_due_on=date(2026, 10, 5))
    factories.make_case(agency, state="completed", officer_id=officer.id)
    factories.make_case(place.tree["CC002"], officer_id=officer.id)
    with use_scope(OWN):
        assert [row.id for row in cases.open_cases()] == [mine.id, place.file.case.id]
        assert [row.id for row in cases.open_cases(officer.id)] == [mine.id]
        assert [row.id for row in cases.open_cases(limit=1)] == [mine.id]
        assert [row.id for row in cases.cases_to_verify(date(2026, 10, 5))] == [mine.id]
        assert cases.cases_to_verify(date(2026, 10, 4)) == []
        assert cases.case_by_number(agency.id, mine.case_number) is mine
        assert cases.member_with_agency(officer.id, "enforcement_officer") is not None
        assert cases.member_with_agency(officer.id, "head") is None
    with use_scope(FOREIGN):
        assert cases.case_by_number(agency.id, mine.case_number) is None
        assert cases.member_with_agency(officer.id, "enforcement_officer") is None


def test_names_are_found_with_and_without_marks_when_searched(place):
    decision = factories.make_non_enforceable(place.file)
    names = ("Trần Văn Hoà", "Hòa Thị Đặng", "100% Hoa_Sen")
    records = [factories.make_record(place.file, decision, full_name=name) for name in names]
    with use_scope(OWN):
        for typed in ("hoa", "HÒA", "hoà", "Hòa"):
            found = [row.full_name for row in debtor_records.records_named(typed)]
            assert found == ["Hòa Thị Đặng", "Trần Văn Hoà", "100% Hoa_Sen"], typed
        assert [row.id for row in debtor_records.records_named("tran van")] == [records[0].id]
        assert [row.full_name for row in cases.parties_named("nguyen van hoa")] == ["Nguyễn Văn Hòa"]
        for typed in ("", "%", "_", "漢", "hoa\u0000x"):
            assert debtor_records.records_named(typed) == cases.parties_named(typed) == []
    with use_scope(FOREIGN):
        assert debtor_records.records_named("hoa") == []
        assert cases.parties_named("hoa") == []


def test_records_come_by_urgency_when_a_queue_is_read(place):
    decision = factories.make_non_enforceable(place.file)

    def record(state: str, **due: date) -> int:
        return factories.make_record(place.file, decision, state=state, **due).id

    late, soon = (record("approved", publish_due_on=date(2026, 10, day)) for day in (1, 6))
    first = record("draft", publish_due_on=date(2026, 9, 30))
    changed = record("published", amend_due_on=date(2026, 10, 6))
    leaving = record("withdrawal_due", withdraw_due_on=date(2026, 10, 6))
    record("withdrawn", withdrawn_on=date(2026, 10, 1))
    day = date(2026, 10, 5)
    with use_scope(OWN):
        assert [row.id for row in debtor_records.records_to_publish()] == [first, late, soon]
        assert [row.id for row in debtor_records.records_to_publish(day)] == [first, late]
        assert debtor_records.records_to_amend(day) == debtor_records.records_to_withdraw(day) == []
        assert [row.id for row in debtor_records.records_to_amend(date(2026, 10, 6))] == [changed]
        assert [row.id for row in debtor_records.records_to_withdraw(date(2026, 10, 6))] == [leaving]
        assert len(debtor_records.open_records([decision.id])) == 5
        assert len(debtor_records.open_records_about(debtor_id=place.file.debtor.id)) == 5
        assert debtor_records.open_records_about(debtor_id=10**6) == []
    with use_scope(FOREIGN):
        assert debtor_records.records_to_publish() == []
        assert debtor_records.open_records([decision.id]) == []


def test_decisions_in_force_are_found_when_some_are_withdrawn(place):
    signed = factories.make_non_enforceable(place.file)
    drafted = factories.make_non_enforceable(place.file, state="drafted")
    factories.make_non_enforceable(place.file, state="withdrawn", decision_number="7/QĐ")
    case, agency, year = place.file.case, place.tree["CC001"], 2026
    with use_scope(OWN):
        assert decisions.signed_enforcement_decision(case.id) is place.file.decision
        assert [row.id for row in decisions.signed_non_enforceable_decisions(case.id)] == [signed.id]
        resting = decisions.open_non_enforceable_decisions(place.file.decision.id)
        assert {row.id for row in resting} == {signed.id, drafted.id}
        assert [row.id for row in decisions.decisions_to_sign()] == [drafted.id]
        number = place.file.decision.decision_number
        assert decisions.is_number_taken(EnforcementDecision, agency.id, number, year)
        assert not decisions.is_number_taken(EnforcementDecision, agency.id, number, year + 1)
        assert not decisions.is_number_taken(NonEnforceableDecision, agency.id, "7/QĐ", year)
    with use_scope(FOREIGN):
        assert decisions.signed_enforcement_decision(case.id) is None
        assert decisions.decisions_to_sign() == []

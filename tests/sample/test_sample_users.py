"""Demonstration accounts: one for each role, private passwords, and work of the day in their agencies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.security import check_password_hash

from backoffice.access.actor import Actor
from backoffice.access.password_rule import check_password
from backoffice.access.roles import Role
from backoffice.errors import InvalidInputError
from backoffice.models import (
    DebtorRecord,
    EnforcementAgency,
    EnforcementCase,
    NonEnforceableDecision,
    StaffMember,
)
from backoffice.sample.make import SampleOptions, make_sample
from backoffice.sample.users import DEMO_USERS, make_users, read_logins
from backoffice.services.staff_member import sync_access
from backoffice.services.transaction import unit_of_work

AS_OF = date(2026, 11, 20)


@pytest.fixture
def logins(country: Flask, tmp_path: Path) -> Path:
    """The file of log-ins after the accounts were made."""
    sync_access(Actor.system("set_up"), country.extensions["appbuilder"])
    path = tmp_path / "demo-logins.json"
    assert make_users(path) == len(DEMO_USERS)
    return path


def test_accounts_cover_every_role_and_open_with_their_passwords(logins: Path) -> None:
    with unit_of_work(Actor.system("set_up")) as session:
        members = {member.username: member for member in session.scalars(select(StaffMember))}
        held = {role.name for member in members.values() for role in member.roles}
        assert held == {role.value for role in Role}
        assert all(member.is_sample and member.active for member in members.values())
    known = read_logins(logins)
    assert set(known) == set(members)
    for name, login in known.items():
        assert check_password_hash(members[name].password, login["password"])
        check_password(login["password"], name)


def test_passwords_are_private_and_differ_when_made_again_elsewhere(logins: Path, tmp_path: Path) -> None:
    assert logins.stat().st_mode & 0o777 == 0o600
    passwords = [login["password"] for login in read_logins(logins).values()]
    assert len(set(passwords)) == len(passwords)
    assert read_logins(tmp_path / "nowhere.json") == {}


def test_second_run_makes_no_account_and_keeps_the_passwords(logins: Path) -> None:
    before = logins.read_bytes()
    assert make_users(logins) == 0
    assert logins.read_bytes() == before


def test_username_in_place_of_a_password_is_refused(logins: Path) -> None:
    with pytest.raises(InvalidInputError):
        check_password("chv.badinh", "chv.badinh")


def test_agencies_with_accounts_have_work_of_the_day(logins: Path) -> None:
    make_sample(SampleOptions(600, 1, AS_OF))
    with unit_of_work(Actor.system("sample_data")) as session:
        offices = select(EnforcementAgency.id).where(EnforcementAgency.code.in_(("C01", "CC001", "CC002")))
        records = session.scalars(select(DebtorRecord).where(DebtorRecord.agency_id.in_(offices))).all()
        waiting = [record for record in records if record.state in ("draft", "approved")]
        assert len(waiting) >= 5
        assert any(record.publish_due_on and record.publish_due_on < AS_OF for record in waiting)
        drafted = select(NonEnforceableDecision.id).where(NonEnforceableDecision.state == "drafted")
        assert session.scalars(drafted).first() is not None
        badinh = select(EnforcementAgency.id).where(EnforcementAgency.code == "CC001")
        cases = session.scalars(select(EnforcementCase).where(EnforcementCase.agency_id.in_(badinh))).all()
        officers = {case.officer_id for case in cases if case.state != "accepted"}
        assert len(officers) == 1
        assert None not in officers

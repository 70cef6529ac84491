"""Accounts: making them, giving roles within the policy, closing them; and the password rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from backoffice.access.identity import actor_of
from backoffice.access.password_rule import check_password, password_faults
from backoffice.access.policy import POLICY, permissions_of, roles_grantable_by
from backoffice.access.roles import ROLE_TITLES, Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import StaffMember
from backoffice.services.staff_member import NewStaff, create_staff, set_active, set_roles
from tests import factories
from tests.factories import SYSTEM

NEW = NewStaff(
    username="tran.be_01",
    family_name="Trần  Thị",
    given_name="Bé",
    email="Be.Tran@thads.example.vn",
    password="Mật khẩu dài!",
    agency_code="CC001",
    roles=frozenset({Role.ENFORCEMENT_OFFICER}),
)
OTHER = replace(NEW, username="x.y", email="x@y.vn")
OPINION = "Công văn 12/CV-CTHADS ngày 01/10/2026"


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(StaffMember)) or 0


def test_create_staff_makes_a_working_account_when_all_is_well(world, log_of):
    member = create_staff(SYSTEM, NEW)
    assert check_password_hash(member.password, NEW.password)
    assert (member.get_full_name(), member.email) == ("Trần Thị Bé", "be.tran@thads.example.vn")
    with system_scope("set_up"):
        actor = actor_of(member)
    assert actor.scope.prefixes == ("TC.C01.CC001.",)
    assert actor.permissions == permissions_of(["enforcement_officer"])
    (row,) = log_of(member)
    assert (row.transition, row.reason, row.agency_path) == (
        "create_staff",
        "enforcement_officer",
        "TC.C01.CC001.",
    )


def test_create_staff_refuses_with_the_field_when_input_is_wrong(world):
    create_staff(SYSTEM, NEW)
    other = replace(NEW, username="other", email="other@thads.example.vn")
    wrong = {
        "username": [
            {"username": name}
            for name in ("Tran.Be", "ab", "a" * 33, "trần", "admіn", "a b", "tran.be_01", "a@b.vn", "")
        ],
        "email": [{"email": text} for text in ("x", "a@b", "a b@c.vn", "BE.TRAN@thads.example.vn")],
        "password": [{"password": text} for text in ("Ngắn!1", "khong co chu hoa!", "Other-dài-quá-1")],
        "family_name": [{"family_name": " "}, {"family_name": "x" * 65}],
        "given_name": [{"given_name": "\u200b"}],
        "roles": [{"roles": frozenset({Role.NATIONAL_ADMINISTRATOR})}],
    }
    for field, inputs in wrong.items():
        for changes in inputs:
            with pytest.raises(InvalidInputError) as refusal:
                create_staff(SYSTEM, replace(other, **changes))
            assert refusal.value.field == field, changes
    assert _count() == 1


def test_create_staff_refuses_when_a_stored_account_differs_only_in_case(world):
    factories.make_staff(world.agencies["CC001"], username="ADMIN.OLD")
    with pytest.raises(InvalidInputError) as refusal:
        create_staff(SYSTEM, replace(NEW, username="admin.old"))
    assert refusal.value.field == "username"


def test_create_staff_gives_no_more_than_the_actor_may_give(world):
    administrator = world.actor(Role.AGENCY_ADMINISTRATOR, "C01")
    create_staff(administrator, NEW, opinion=OPINION)
    before = _count()
    for role in (
        Role.AGENCY_ADMINISTRATOR,
        Role.INSPECTOR,
        Role.NATIONAL_ADMINISTRATOR,
        Role.CENTRAL_OFFICER,
    ):
        with pytest.raises(NotPermittedError):
            create_staff(administrator, replace(OTHER, roles=frozenset({role})), opinion=OPINION)
    with pytest.raises(NotFoundError):
        create_staff(administrator, replace(OTHER, agency_code="CC288"), opinion=OPINION)
    with pytest.raises(InvalidInputError) as refusal:
        create_staff(administrator, OTHER)
    assert refusal.value.field == "opinion"
    assert _count() == before


def test_staff_deeds_refuse_when_the_role_gives_no_roles(world):
    member = factories.make_staff(world.agencies["CC001"])
    before = _count()
    for role in set(Role) - {Role.NATIONAL_ADMINISTRATOR, Role.AGENCY_ADMINISTRATOR}:
        actor = world.actor(role, "TC")
        for deed in (
            lambda who: create_staff(who, replace(NEW, roles=frozenset()), opinion=OPINION),
            lambda who: set_roles(who, member.id, frozenset(), opinion=OPINION),
            lambda who: set_active(who, member.id, active=False, opinion=OPINION),
        ):
            with pytest.raises(NotPermittedError):
                deed(actor)
    assert (_count() - before, member.active) == (len(Role) - 2, True)


def test_set_roles_ends_old_sessions_when_rights_change(world, log_of):
    member = factories.make_staff(world.agencies["CC001"], Role.ENFORCEMENT_OFFICER)
    set_roles(world.administrator(), member.id, frozenset({Role.HEAD, Role.MONITORING_OFFICER}))
    assert {role.name for role in member.roles} == {"head", "monitoring_officer"}
    assert member.session_epoch == 1
    assert [row.reason for row in log_of(member)] == ["head, monitoring_officer"]


def test_set_roles_refuses_when_role_person_or_scope_does_not_fit(world):
    local = world.actor(Role.AGENCY_ADMINISTRATOR, "C01")
    mighty = factories.make_staff(world.agencies["CC001"], Role.INSPECTOR)
    foreign = factories.make_staff(world.agencies["CC288"], Role.HEAD)
    with pytest.raises(NotPermittedError):
        set_roles(local, mighty.id, frozenset({Role.HEAD}), opinion=OPINION)
    mightiest = world.administrator()
    with pytest.raises(NotPermittedError):
        set_roles(mightiest, mightiest.user_id, frozenset({Role.NATIONAL_ADMINISTRATOR, Role.HEAD}))
    with pytest.raises(NotFoundError):
        set_roles(local, foreign.id, frozenset(), opinion=OPINION)
    with pytest.raises(InvalidInputError):
        set_roles(SYSTEM, mighty.id, frozenset({Role.EXPORT_OPERATOR}))
    db.session.expire_all()
    assert ([role.name for role in mighty.roles], mighty.session_epoch) == (["inspector"], 0)


def test_set_active_closes_an_account_when_a_person_leaves(world):
    member = factories.make_staff(world.agencies["CC001"], Role.HEAD)
    set_active(world.administrator(), member.id, active=False)
    with system_scope("set_up"):
        actor = actor_of(member)
    assert (member.active, member.session_epoch, actor.permissions, actor.scope.prefixes) == (
        False,
        1,
        frozenset(),
        (),
    )


def test_policy_names_every_role_and_gives_machines_permission_to_nobody(world):
    stored = set(db.session.scalars(select(StoredRole.name)))
    assert stored == {role.value for role in Role} | {"Public"}
    assert set(POLICY) == set(Role) == set(ROLE_TITLES)
    assert not any("system" in permissions for permissions in POLICY.values())
    assert permissions_of(["Public", "Admin", "HEAD"]) == frozenset()
    assert roles_grantable_by(world.head()) == frozenset()


def test_password_faults_name_each_fault_when_a_password_is_weak():
    assert password_faults("Đường-dài-12", "nguyen.hoa") == []
    counts = {
        "": 4,
        "Aa!aaaaaaaa": 1,
        "sông dài nước chảy!": 1,
        "SÔNG DÀI NƯỚC CHẢY!": 1,
        "Sông dài nước chảy1": 1,
        "Sông dài!" + "a" * 127: 1,
        "Nguyen.Hoa-12": 1,
        "Sông dài nước!\n": 1,
        "Aaaaaaaaaaa!": 1,
        "P@ssw0rd#2026!": 1,
        "Mật-khẩu 2026!": 1,
    }
    assert {text: len(password_faults(text, "nguyen.hoa")) for text in counts} == counts
    with pytest.raises(InvalidInputError) as refusal:
        check_password("ngan", "nguyen.hoa")
    assert refusal.value.field == "password"

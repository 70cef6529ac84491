"""The policy table: who may do what, who may give what, and that the inspector changes nothing."""

from __future__ import annotations

import pytest

from backoffice.access.actor import Actor
from backoffice.access.policy import NATIONAL_ROLES, POLICY, permissions_of, roles_grantable_by
from backoffice.access.roles import Role
from backoffice.access.scope import NOTHING
from backoffice.workflow.permissions import Permission

WRITING = sorted(permission for permission in Permission if not permission.is_reading)
GIVERS = {Role.NATIONAL_ADMINISTRATOR, Role.AGENCY_ADMINISTRATOR}


def actor(*roles: Role) -> Actor:
    """Somebody with these roles."""
    names = [role.value for role in roles]
    return Actor(1, "a", permissions_of(names), NOTHING, frozenset(names))


@pytest.mark.parametrize("permission", WRITING)
def test_inspector_is_refused_when_a_permission_changes_anything(permission: Permission) -> None:
    assert permission not in POLICY[Role.INSPECTOR]


def test_inspector_reads_everything_when_new_screens_are_added() -> None:
    assert POLICY[Role.INSPECTOR] == {permission for permission in Permission if permission.is_reading}


@pytest.mark.parametrize("role", sorted(set(Role) - GIVERS))
def test_role_gives_no_role_and_edits_no_staff_when_it_does_not_administer(role: Role) -> None:
    assert roles_grantable_by(actor(role)) == frozenset()
    assert Permission.STAFF_EDIT not in POLICY[role]


def test_agency_administrator_gives_duties_alone_and_never_a_role_that_gives() -> None:
    given = roles_grantable_by(actor(Role.AGENCY_ADMINISTRATOR))
    assert given.isdisjoint(GIVERS | NATIONAL_ROLES | {Role.INSPECTOR})
    assert given == set(Role) - GIVERS - NATIONAL_ROLES - {Role.INSPECTOR}


def test_national_administrator_does_no_case_work_when_he_administers() -> None:
    duties = ("case.", "decision.", "non_enforceable.", "debtor_record.")
    assert [
        permission
        for permission in POLICY[Role.NATIONAL_ADMINISTRATOR]
        if permission.startswith(duties) and not permission.is_reading
    ] == []


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.CASE_ASSIGN, {Role.HEAD}),
        (Permission.DECISION_SIGN, {Role.HEAD}),
        (Permission.DEBTOR_RECORD_PUBLISH, {Role.HEAD}),
        (Permission.EXPORT_RUN, {Role.EXPORT_OPERATOR, Role.NATIONAL_ADMINISTRATOR}),
        (Permission.STAFF_EDIT, GIVERS),
        (Permission.RULE_EDIT, {Role.NATIONAL_ADMINISTRATOR}),
        (
            Permission.LOG_READ,
            {
                Role.HEAD,
                Role.COMPLAINTS_OFFICER,
                Role.CENTRAL_UNIT_HEAD,
                Role.INSPECTOR,
                Role.NATIONAL_ADMINISTRATOR,
            },
        ),
    ],
)
def test_weighty_permission_is_refused_to_every_other_role(permission: Permission, roles: set[Role]) -> None:
    assert {role for role, given in POLICY.items() if permission in given} == roles

"""The one policy table: which role may do which deed. Framework roles are made from it, never the other way."""

from __future__ import annotations

from collections.abc import Iterable

from backoffice.access.roles import Role
from backoffice.workflow.permissions import Permission

_READ = frozenset(
    {
        Permission.CASE_READ,
        Permission.DECISION_READ,
        Permission.DEBTOR_RECORD_READ,
        Permission.AGENCY_READ,
        Permission.RULE_READ,
        Permission.CALENDAR_READ,
    }
)
_OFFICER = _READ | {
    Permission.DECISION_DRAFT,
    Permission.NON_ENFORCEABLE_DRAFT,
    Permission.DEBTOR_RECORD_DRAFT,
}
_HEAD = _OFFICER | {
    Permission.CASE_OPEN,
    Permission.CASE_ASSIGN,
    Permission.CASE_CLOSE,
    Permission.DECISION_SIGN,
    Permission.NON_ENFORCEABLE_SIGN,
    Permission.NON_ENFORCEABLE_WITHDRAW,
    Permission.DEBTOR_RECORD_APPROVE,
    Permission.DEBTOR_RECORD_PUBLISH,
    Permission.DEBTOR_RECORD_AMEND,
    Permission.DEBTOR_RECORD_WITHDRAW,
}
_EXPORT = frozenset({Permission.EXPORT_READ, Permission.EXPORT_RUN, Permission.SCHEDULE_READ})

POLICY: dict[Role, frozenset[Permission]] = {
    Role.ENFORCEMENT_OFFICER: _OFFICER | {Permission.CASE_OPEN},
    Role.MONITORING_OFFICER: _READ | {Permission.EXPORT_READ},
    Role.HEAD: _HEAD,
    Role.AGENCY_ADMINISTRATOR: _READ | {Permission.STAFF_READ},
    Role.CENTRAL_OFFICER: _READ | {Permission.EXPORT_READ, Permission.SCHEDULE_READ},
    Role.EXPORT_OPERATOR: _EXPORT | {Permission.AGENCY_READ},
    Role.INSPECTOR: _READ | {Permission.EXPORT_READ, Permission.SCHEDULE_READ, Permission.LOG_READ},
    Role.NATIONAL_ADMINISTRATOR: _READ
    | _EXPORT
    | {
        Permission.RULE_EDIT,
        Permission.CALENDAR_EDIT,
        Permission.AGENCY_REORGANISE,
        Permission.SCHEDULE_EDIT,
        Permission.STAFF_READ,
        Permission.LOG_READ,
    },
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """All permissions the roles give together; an unknown role gives nothing."""
    known = [role for role in Role if role.value in set(roles)]
    return frozenset(permission.value for role in known for permission in POLICY[role])


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether any of the roles gives the permission."""
    return permission.value in permissions_of(roles)

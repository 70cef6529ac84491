"""The one policy table: which role may do which deed. Framework roles are made from it, never the other way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.errors import NotPermittedError
from backoffice.workflow.permissions import Permission

_READ = frozenset(
    {
        Permission.CASE_READ,
        Permission.DECISION_READ,
        Permission.DEBTOR_RECORD_READ,
        Permission.DOCUMENT_READ,
        Permission.OFFICIAL_DOCUMENT_READ,
        Permission.DOCUMENT_TEMPLATE_READ,
        Permission.AGENCY_READ,
        Permission.RULE_READ,
        Permission.CALENDAR_READ,
        # Taking a list away as a file shows no more than the list, and is logged. Everybody may.
        Permission.TASK_READ,
    }
)
# Everybody through whose hands a citizen's request goes sees it.
_REQUESTS = frozenset(
    {Permission.ONLINE_REQUEST_READ, Permission.APPOINTMENT_READ, Permission.REQUEST_STATISTICS_READ}
)
_EXAMINING = _REQUESTS | {Permission.ONLINE_REQUEST_EXAMINE}
# The desk keys in, checks, answers and returns (R18 to R23, R40 to R44).
_DESK = _REQUESTS | {
    Permission.ONLINE_REQUEST_ENTER,
    Permission.ONLINE_REQUEST_SUPPORT,
    Permission.APPOINTMENT_BOOK,
    Permission.APPOINTMENT_PLAN,
}
# Those who work on a file add to it and open what is sensitive in it; a clerk only files what came in.
_FILING = frozenset({Permission.DOCUMENT_ADD, Permission.DOCUMENT_OPEN_SENSITIVE, Permission.CASE_FILE_KEEP})
# Papers are prepared by those who work on the file; their numbers are given where the register is kept (R36, R41).
_PREPARING = frozenset({Permission.OFFICIAL_DOCUMENT_PREPARE})
_NUMBERING = frozenset({Permission.OFFICIAL_DOCUMENT_PREPARE, Permission.OFFICIAL_DOCUMENT_ISSUE})
_OFFICER = (
    _READ
    | _FILING
    | _PREPARING
    | {
        Permission.CASE_ENFORCE,
        Permission.DECISION_DRAFT,
        Permission.NON_ENFORCEABLE_DRAFT,
        Permission.DEBTOR_RECORD_DRAFT,
        Permission.DOCUMENT_REMOVE,
    }
)
# Heads and administrators see who is away, and enter it for people who cannot do so themselves.
_ABSENCES = frozenset({Permission.ABSENCE_READ, Permission.ABSENCE_PLAN})
# Whoever answers for what leaves the agency sees which messages did not arrive, and sends them again.
_MESSAGES = frozenset({Permission.NOTICE_READ, Permission.NOTICE_SEND, Permission.NOTICE_OPEN})
_HEAD = _OFFICER | {
    Permission.CASE_OPEN,
    Permission.CASE_ASSIGN,
    Permission.CASE_DECIDE,
    Permission.CASE_CLOSE,
    Permission.DECISION_SIGN,
    Permission.OFFICIAL_DOCUMENT_SIGN,
    Permission.NON_ENFORCEABLE_SIGN,
    Permission.NON_ENFORCEABLE_WITHDRAW,
    Permission.DEBTOR_RECORD_APPROVE,
    Permission.DEBTOR_RECORD_PUBLISH,
    Permission.DEBTOR_RECORD_AMEND,
    Permission.DEBTOR_RECORD_WITHDRAW,
    Permission.DEBTOR_RECORD_COMPARE,
    Permission.STATISTICS_READ,
    Permission.SURVEY_READ,
    # What people wrote in the free field of the survey is for those who answer for the agency.
    Permission.SURVEY_COMMENTS,
}
_EXPORT = frozenset(
    {Permission.EXPORT_READ, Permission.EXPORT_RUN, Permission.SCHEDULE_READ, Permission.TASK_READ}
)

_FIGURES = frozenset({Permission.STATISTICS_READ, Permission.REQUEST_STATISTICS_READ, Permission.SURVEY_READ})
_CENTRAL = _READ | _FIGURES | {Permission.EXPORT_READ, Permission.SCHEDULE_READ}

POLICY: dict[Role, frozenset[Permission]] = {
    # Receives requests, answers them, attaches what is handed in and gives the slips their numbers (R18, R29, R40,
    # R41); changes no case and adds nothing to its file.
    Role.SUPPORT_OFFICER: _READ | _MESSAGES | _DESK | _NUMBERING | {Permission.DOCUMENT_ADD},
    # Takes a complete dossier over as a case and drafts the decision for the head (R20, R24).
    Role.PROFESSIONAL_OFFICER: _READ
    | _FILING
    | _PREPARING
    | _EXAMINING
    | {Permission.CASE_OPEN, Permission.DECISION_DRAFT},
    Role.EXAMINER: _READ | _FILING | _PREPARING | _EXAMINING | {Permission.DECISION_DRAFT},
    # Prepares papers beside the enforcement officer (R36).
    Role.SECRETARY: _READ
    | _FILING
    | _NUMBERING
    | _EXAMINING
    | {Permission.DECISION_DRAFT, Permission.DEBTOR_RECORD_DRAFT},
    Role.CLERK: _READ | _NUMBERING | _REQUESTS | {Permission.DOCUMENT_ADD, Permission.CASE_FILE_KEEP},
    # Drafts the confirmation of a case that runs (R36).
    Role.ENFORCEMENT_OFFICER: _OFFICER | _EXAMINING | {Permission.CASE_OPEN},
    # Compares what is public with the decisions and reports to the head (R53).
    Role.MONITORING_OFFICER: _READ | _FIGURES | {Permission.EXPORT_READ, Permission.DEBTOR_RECORD_COMPARE},
    # Answers for accuracy (R54, R63) and reports changes of staff (R77): sees both, and who did what.
    Role.HEAD: _HEAD
    | _MESSAGES
    | _REQUESTS
    | _ABSENCES
    | {
        Permission.ONLINE_REQUEST_ASSIGN,
        Permission.ONLINE_REQUEST_SIGN,
        Permission.ONLINE_REQUEST_CONFIDENTIAL,
        Permission.APPOINTMENT_PLAN,
        Permission.OFFICER_STATISTICS_READ,
        Permission.STAFF_READ,
        Permission.LOG_READ,
    },
    # Receives, classifies and answers petitions (R30 to R34). A clerk does not see what is confidential, so its papers
    # get their numbers here.
    Role.COMPLAINTS_OFFICER: _READ
    | _DESK
    | _EXAMINING
    | _NUMBERING
    | {
        Permission.ONLINE_REQUEST_CONFIDENTIAL,
        Permission.DOCUMENT_ADD,
        Permission.DOCUMENT_OPEN_SENSITIVE,
        Permission.LOG_READ,
    },
    # Proposes changes of the national templates (R78); only the centre lets them take effect.
    Role.AGENCY_ADMINISTRATOR: _READ
    | _ABSENCES
    | {Permission.NOTICE_READ, Permission.NOTICE_SEND, Permission.NOTICE_TEMPLATE_READ}
    | {
        Permission.STAFF_READ,
        Permission.STAFF_EDIT,
        # The agency's own questions; those from above stay (R17).
        Permission.SURVEY_EDIT,
        *_FIGURES,
        Permission.DOCUMENT_TEMPLATE_EDIT,
    },
    Role.CENTRAL_OFFICER: _CENTRAL,
    # The head of the department for complaints assigns and signs what came to the centre (R31, R33).
    Role.CENTRAL_UNIT_HEAD: _CENTRAL
    | _REQUESTS
    | _ABSENCES
    | {
        Permission.SURVEY_COMMENTS,
        Permission.ONLINE_REQUEST_ASSIGN,
        Permission.ONLINE_REQUEST_SIGN,
        Permission.ONLINE_REQUEST_CONFIDENTIAL,
        Permission.OFFICER_STATISTICS_READ,
        Permission.STAFF_READ,
        Permission.LOG_READ,
    },
    Role.EXPORT_OPERATOR: _EXPORT | {Permission.AGENCY_READ},
    # Sees everything in scope, with the log, and changes nothing: also what is added later.
    Role.INSPECTOR: frozenset(permission for permission in Permission if permission.is_reading),
    # Keeps accounts, rules and forms (R76, R78); what citizens write is no part of that.
    Role.NATIONAL_ADMINISTRATOR: _READ
    | _EXPORT
    | _ABSENCES
    | {
        Permission.NOTICE_READ,
        Permission.NOTICE_SEND,
        Permission.NOTICE_TEMPLATE_READ,
        Permission.NOTICE_TEMPLATE_EDIT,
        Permission.MAILBOX_READ,
        Permission.RULE_EDIT,
        Permission.CALENDAR_EDIT,
        Permission.DOCUMENT_TEMPLATE_EDIT,
        Permission.DOCUMENT_TEMPLATE_APPROVE,
        Permission.AGENCY_REORGANISE,
        Permission.SCHEDULE_EDIT,
        Permission.STAFF_READ,
        Permission.STAFF_EDIT,
        Permission.LOG_READ,
        *_FIGURES,
        Permission.SURVEY_EDIT,
        Permission.OFFICER_STATISTICS_READ,
    },
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """All permissions the roles give together; an unknown role gives nothing."""
    return _permissions_of(frozenset(roles))


@cache
def _permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Once for each set of roles: every request asks for them."""
    known = [role for role in Role if role.value in roles]
    return frozenset(permission.value for role in known for permission in POLICY[role])


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether any of the roles gives the permission."""
    return permission.value in permissions_of(roles)


def require(actor: Actor, *permissions: Permission) -> None:
    """Let the deed go on when the actor has any of the permissions; raises NotPermittedError otherwise."""
    if not any(actor.may(permission.value) for permission in permissions):
        raise NotPermittedError


# Rights that hold in the files of cases only for those who keep these files: the desk has them for requests alone.
_IN_A_FILE = frozenset(
    {
        Permission.DOCUMENT_ADD.value,
        Permission.OFFICIAL_DOCUMENT_PREPARE.value,
        Permission.OFFICIAL_DOCUMENT_ISSUE.value,
    }
)
_OF_CITIZENS = "online_request"


def in_file_of(actor: Actor, subject_type: str | None) -> Actor:
    """The actor with the rights that hold for what belongs to a row of this table; nothing changes without a table."""
    if subject_type in (None, _OF_CITIZENS) or actor.may(Permission.CASE_FILE_KEEP.value):
        return actor
    return replace(actor, permissions=actor.permissions - _IN_A_FILE)


# Roles that see or steer the whole country are for staff of the national agency alone.
NATIONAL_ROLES = frozenset(
    {Role.CENTRAL_OFFICER, Role.CENTRAL_UNIT_HEAD, Role.EXPORT_OPERATOR, Role.NATIONAL_ADMINISTRATOR}
)
# What an administrator of an agency may give: duties, never administration or inspection (R74 to R76).
_LOCAL_DUTIES = frozenset(
    {
        Role.SUPPORT_OFFICER,
        Role.PROFESSIONAL_OFFICER,
        Role.EXAMINER,
        Role.SECRETARY,
        Role.CLERK,
        Role.ENFORCEMENT_OFFICER,
        Role.MONITORING_OFFICER,
        Role.HEAD,
        Role.COMPLAINTS_OFFICER,
    }
)
_GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.NATIONAL_ADMINISTRATOR: frozenset(Role),
    Role.AGENCY_ADMINISTRATOR: _LOCAL_DUTIES,
}


def roles_grantable_by(actor: Actor) -> frozenset[Role]:
    """The roles this actor may give to others, so that nobody can give more than R74 to R76 allow.

    The system may give every role: the first administrator has nobody above.
    """
    if actor.may(Permission.SYSTEM):
        return frozenset(Role)
    return frozenset(role for own in _GRANTABLE if own.value in actor.roles for role in _GRANTABLE[own])

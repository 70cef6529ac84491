"""Which permission each staff screen asks for, and the framework's roles made from it.

Belongs here: the map from (screen, framework permission) to our permission, and bringing the framework's
tables in line with it. Not here: which role has which permission (`access.policy`). The map decides at each
request; the stored grants are a mirror for the framework's own tools and never widen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.models import Permission as GrantName
from flask_appbuilder.security.sqla.models import PermissionView, ViewMenu
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select

from backoffice.access.policy import POLICY
from backoffice.workflow.permissions import Permission

Screen = dict[str, Permission]


def _read_only(permission: Permission, **more: Permission) -> Screen:
    return {"can_list": permission, "can_show": permission, **more}


SCREENS: dict[str, Screen] = {
    "AccountView": {"can_index": Permission.AGENCY_READ},
    # What a person is told is the person's own, like the account.
    "AccountNoticesView": {"can_index": Permission.AGENCY_READ},
    # An absence of one's own is entered by everybody.
    "OwnAbsenceView": {"can_index": Permission.AGENCY_READ},
    "ReassignmentView": {"can_index": Permission.ONLINE_REQUEST_ASSIGN},
    "AbsenceView": _read_only(
        Permission.ABSENCE_READ, can_act=Permission.ABSENCE_PLAN, can_add=Permission.ABSENCE_PLAN
    ),
    "HomeView": {"can_index": Permission.AGENCY_READ},
    # Each kind of choices asks for its own permission beside this one (`services.choices`).
    "ChoicesView": {"can_find": Permission.AGENCY_READ},
    "DashboardView": {"can_index": Permission.STATISTICS_READ},
    "SearchView": {"can_search": Permission.AGENCY_READ},
    # The list of the screen asks for its own permission beside this one (`views.saved_filters`).
    "SavedFilterView": {"can_show": Permission.AGENCY_READ},
    "AgencyView": _read_only(Permission.AGENCY_READ),
    "CaseView": _read_only(Permission.CASE_READ, can_act=Permission.CASE_READ, can_add=Permission.CASE_OPEN),
    "PartyView": _read_only(Permission.CASE_READ, can_act=Permission.CASE_READ),
    "ObligationView": _read_only(Permission.CASE_READ, can_act=Permission.CASE_READ),
    "EnforcementDecisionView": _read_only(Permission.DECISION_READ, can_act=Permission.DECISION_READ),
    "NonEnforceableDecisionView": _read_only(Permission.DECISION_READ, can_act=Permission.DECISION_READ),
    "DebtorRecordView": _read_only(Permission.DEBTOR_RECORD_READ, can_act=Permission.DEBTOR_RECORD_READ),
    "DocumentView": _read_only(
        Permission.DOCUMENT_READ,
        can_download=Permission.DOCUMENT_READ,
        can_add=Permission.DOCUMENT_ADD,
        can_act=Permission.DOCUMENT_READ,
    ),
    "DeskView": {"can_index": Permission.ONLINE_REQUEST_ENTER},
    "OnlineRequestView": _read_only(Permission.ONLINE_REQUEST_READ, can_act=Permission.ONLINE_REQUEST_READ),
    "SurveyResultsView": {"can_index": Permission.SURVEY_READ},
    "SurveyQuestionView": _read_only(
        Permission.SURVEY_READ,
        can_add=Permission.SURVEY_EDIT,
        can_edit=Permission.SURVEY_EDIT,
        can_act=Permission.SURVEY_READ,
        can_preview=Permission.SURVEY_READ,
    ),
    "RequestStatisticsView": {
        "can_index": Permission.REQUEST_STATISTICS_READ,
        "can_run": Permission.REQUEST_STATISTICS_READ,
    },
    "AppointmentView": _read_only(Permission.APPOINTMENT_READ, can_act=Permission.APPOINTMENT_BOOK),
    "AppointmentSlotView": _read_only(Permission.APPOINTMENT_READ, can_plan=Permission.APPOINTMENT_PLAN),
    "NoticeView": _read_only(
        Permission.NOTICE_READ, can_act=Permission.NOTICE_READ, can_open=Permission.NOTICE_OPEN
    ),
    "NoticeTemplateView": _read_only(
        Permission.NOTICE_TEMPLATE_READ, can_edit=Permission.NOTICE_TEMPLATE_EDIT
    ),
    "MailboxView": _read_only(Permission.MAILBOX_READ),
    # The queue is for those who sign; the signature of a paper is for everybody who may read papers. Judging it again
    # writes down what was found, so it is for those who work on papers.
    "SigningView": {
        "can_list": Permission.OFFICIAL_DOCUMENT_SIGN,
        "can_show": Permission.OFFICIAL_DOCUMENT_READ,
        "can_sign": Permission.OFFICIAL_DOCUMENT_SIGN,
        "can_check": Permission.OFFICIAL_DOCUMENT_PREPARE,
    },
    "SigningKeyView": {"can_index": Permission.OFFICIAL_DOCUMENT_SIGN},
    "OfficialDocumentView": _read_only(
        Permission.OFFICIAL_DOCUMENT_READ,
        can_download=Permission.OFFICIAL_DOCUMENT_READ,
        can_add=Permission.OFFICIAL_DOCUMENT_PREPARE,
        can_act=Permission.OFFICIAL_DOCUMENT_READ,
    ),
    "DocumentNumberView": _read_only(
        Permission.OFFICIAL_DOCUMENT_READ, can_act=Permission.OFFICIAL_DOCUMENT_READ
    ),
    "DocumentNumberBookView": _read_only(Permission.OFFICIAL_DOCUMENT_READ),
    "DocumentTemplateView": _read_only(
        Permission.DOCUMENT_TEMPLATE_READ,
        can_edit=Permission.DOCUMENT_TEMPLATE_EDIT,
        can_add=Permission.DOCUMENT_TEMPLATE_EDIT,
        can_act=Permission.DOCUMENT_TEMPLATE_READ,
    ),
    "ExportRunView": _read_only(Permission.EXPORT_READ, can_run=Permission.EXPORT_RUN),
    "UpkeepView": _read_only(Permission.SCHEDULE_READ, can_run=Permission.SCHEDULE_EDIT),
    "ScheduleView": _read_only(Permission.SCHEDULE_READ, can_edit=Permission.SCHEDULE_EDIT),
    "LegalRuleView": _read_only(
        Permission.RULE_READ, can_edit=Permission.RULE_EDIT, can_act=Permission.RULE_READ
    ),
    "CalendarView": _read_only(
        Permission.CALENDAR_READ,
        can_add=Permission.CALENDAR_EDIT,
        can_edit=Permission.CALENDAR_EDIT,
        can_confirm=Permission.CALENDAR_EDIT,
    ),
    "TaskView": _read_only(Permission.TASK_READ, can_run=Permission.TASK_READ),
    "ActivityView": _read_only(Permission.LOG_READ),
    "StaffView": _read_only(Permission.STAFF_READ, can_edit=Permission.STAFF_EDIT),
}


@dataclass(frozen=True)
class RoleChanges:
    """How many grants a synchronisation added to and removed from the stored roles."""

    added: int
    removed: int


def permission_for(view_name: str, permission_name: str) -> Permission | None:
    """The permission that a screen's step asks for; None, which nobody has, for anything not in the map.

    A menu entry bears the name of its screen and asks for what the list or first page asks for.
    """
    screen = SCREENS.get(view_name, {})
    if permission_name == "menu_access":
        return screen.get("can_list") or screen.get("can_index")
    return screen.get(permission_name)


def sync_roles(appbuilder: AppBuilder) -> RoleChanges:
    """Give each stored role exactly the grants of the policy, and take every other grant away.

    Changes the rows of the open session; the caller's unit of work commits. The public role is left with none.
    """
    session = appbuilder.session
    wanted = {role.value: _grants_of(frozenset(permissions)) for role, permissions in POLICY.items()}
    stored = {role.name: role for role in session.scalars(select(StoredRole))}
    for name in {*wanted, appbuilder.sm.auth_role_public} - set(stored):
        stored[name] = StoredRole(name=name)
        session.add(stored[name])
    pairs = _stored_pairs(session, set().union(*wanted.values()))
    added = removed = 0
    for name, role in stored.items():
        grants = [pairs[pair] for pair in sorted(wanted.get(name, ()))]
        before = set(role.permissions)
        added += len(set(grants) - before)
        removed += len(before - set(grants))
        role.permissions = grants
    session.flush()
    return RoleChanges(added, removed)


def _grants_of(permissions: frozenset[Permission]) -> set[tuple[str, str]]:
    """The (framework permission, screen) pairs that these permissions open."""
    return {
        (step, view)
        for view, screen in SCREENS.items()
        for step in ("menu_access", *screen)
        if permission_for(view, step) in permissions
    }


def _stored_pairs(session: Any, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], PermissionView]:
    """The stored row of each pair; missing rows are made."""
    names = {row.name: row for row in session.scalars(select(GrantName))}
    views = {row.name: row for row in session.scalars(select(ViewMenu))}
    known = {
        (row.permission.name, row.view_menu.name): row for row in session.scalars(select(PermissionView))
    }
    for step, view in sorted(pairs - set(known)):
        names.setdefault(step, GrantName(name=step))
        views.setdefault(view, ViewMenu(name=view))
        known[step, view] = PermissionView(permission=names[step], view_menu=views[view])
        session.add(known[step, view])
    return known

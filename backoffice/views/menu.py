"""The only place where screens are registered, in the menu by task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, request, url_for
from flask_appbuilder import AppBuilder, BaseView
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice.forms.select import SOURCES_KEY
from backoffice.services.choices import SOURCES
from backoffice.views import errors, formats, frame, frame_parts, gate, kept, keys, listing
from backoffice.views.absence import AbsenceView
from backoffice.views.account import AccountView
from backoffice.views.account_notices import AccountNoticesView
from backoffice.views.activity import ActivityView
from backoffice.views.agency import AgencyView
from backoffice.views.appointment import AppointmentView
from backoffice.views.appointment_slot import AppointmentSlotView
from backoffice.views.base import ScopedModelView
from backoffice.views.choices import ChoicesView
from backoffice.views.dashboard import DashboardView
from backoffice.views.debtor_record import DebtorRecordView
from backoffice.views.desk import DeskView
from backoffice.views.document import DocumentView
from backoffice.views.document_number import DocumentNumberBookView, DocumentNumberView
from backoffice.views.document_template import DocumentTemplateView
from backoffice.views.enforcement_case import CaseView, ObligationView, PartyView
from backoffice.views.enforcement_decision import EnforcementDecisionView, NonEnforceableDecisionView
from backoffice.views.export_run import ExportRunView
from backoffice.views.kept import KeptView
from backoffice.views.legal_rule import LegalRuleView
from backoffice.views.mailbox import MailboxView
from backoffice.views.notice import NoticeView
from backoffice.views.notice_template import NoticeTemplateView
from backoffice.views.official_document import OfficialDocumentView
from backoffice.views.online_request import OnlineRequestView
from backoffice.views.own_absence import OwnAbsenceView
from backoffice.views.reassignment import ReassignmentView
from backoffice.views.request_statistics import RequestStatisticsView
from backoffice.views.saved_filters import SavedFilterView
from backoffice.views.schedule import ScheduleView
from backoffice.views.search import SearchView
from backoffice.views.signing import SigningView
from backoffice.views.signing_key import SigningKeyView
from backoffice.views.staff_member import StaffView
from backoffice.views.survey_question import SurveyQuestionView
from backoffice.views.survey_results import SurveyResultsView
from backoffice.views.task import TaskView
from backoffice.views.task_start import list_tools
from backoffice.views.upkeep import UpkeepView
from backoffice.views.work_filters import filters_for
from backoffice.views.working_calendar import CalendarView

MENU: tuple[tuple[Any, tuple[type[ScopedModelView] | type[BaseView], ...]], ...] = (
    (_l("Overview"), (DashboardView,)),
    (
        _l("Enforcement"),
        (CaseView, PartyView, EnforcementDecisionView, NonEnforceableDecisionView, DocumentView),
    ),
    (
        _l("Online support"),
        (
            DeskView,
            OnlineRequestView,
            AppointmentView,
            AppointmentSlotView,
            RequestStatisticsView,
            SurveyResultsView,
            SurveyQuestionView,
        ),
    ),
    (
        _l("Papers and signatures"),
        (OfficialDocumentView, SigningView, DocumentNumberBookView, DocumentTemplateView),
    ),
    (_l("Publication"), (DebtorRecordView,)),
    (_l("Communication"), (NoticeView, NoticeTemplateView, MailboxView)),
    (_l("Open data"), (ExportRunView, ScheduleView, UpkeepView)),
    (_l("Rules and calendar"), (LegalRuleView, CalendarView)),
    (_l("Organisation"), (AgencyView, StaffView, AbsenceView, ReassignmentView, ActivityView)),
    (_l("Files and receipts"), (TaskView,)),
)
STATIC_AGE = 24 * 3600
# The drawing before each screen in the menu (`static/icons.svg`).
ICONS = {
    "DashboardView": "chart",
    "CaseView": "folder",
    "PartyView": "people",
    "DeskView": "plus",
    "OnlineRequestView": "inbox",
    "SurveyResultsView": "chart",
    "SurveyQuestionView": "edit",
    "RequestStatisticsView": "chart",
    "AppointmentView": "calendar",
    "AppointmentSlotView": "clock",
    "EnforcementDecisionView": "file-check",
    "NonEnforceableDecisionView": "file-pause",
    "DocumentView": "file",
    "SigningView": "edit",
    "OfficialDocumentView": "file-check",
    "DocumentNumberBookView": "book",
    "DocumentTemplateView": "edit",
    "DebtorRecordView": "megaphone",
    "NoticeView": "bell",
    "NoticeTemplateView": "edit",
    "MailboxView": "inbox",
    "ExportRunView": "database",
    "ScheduleView": "clock",
    "UpkeepView": "file-check",
    "LegalRuleView": "book",
    "CalendarView": "calendar",
    "AgencyView": "building",
    "StaffView": "badge",
    "AbsenceView": "calendar",
    "ReassignmentView": "people",
    "ActivityView": "history",
}
# Screens that are reached from other screens and need no place in the menu.
INNER = (
    AccountView,
    AccountNoticesView,
    OwnAbsenceView,
    SigningKeyView,
    DocumentNumberView,
    SavedFilterView,
    ObligationView,
    ChoicesView,
    SearchView,
)


@dataclass(frozen=True)
class Entry:
    """One link of the menu; `is_here` marks the screen that is open."""

    label: Any
    url: str
    is_here: bool
    icon: str


def prepare(app: Flask) -> None:
    """Set what must be known before the screens: static files, formats, errors, the gate."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_AGE
    shared = Blueprint("shared", __name__, static_folder=frame.SHARED, static_url_path="/shared")
    app.register_blueprint(shared)
    app.extensions[SOURCES_KEY] = SOURCES
    formats.install(app)
    errors.install(app)
    kept.install(app)
    frame.install(app)
    app.jinja_env.globals.update(list_tools=list_tools, filters_for=filters_for, page_sizes=listing.SIZES)
    app.jinja_env.globals.update(menu=menu_groups, go_keys=keys.go_keys, frame_part=frame_parts.frame_part)


def register(appbuilder: AppBuilder, app: Flask) -> None:
    """Register every screen and its menu entry, by task; the gate comes last, when the person is known."""
    for _group, screens in MENU:
        for screen in screens:
            appbuilder.add_view(screen, screen.__name__, label=screen.list_title)
    for screen in INNER:
        appbuilder.add_view_no_menu(screen)
    appbuilder.add_view_no_menu(KeptView)
    gate.install(app)


def menu_groups() -> Sequence[tuple[Any, Sequence[Entry]]]:
    """The groups and entries that the signed-in person may open; nothing for anybody else."""
    if not current_user.is_authenticated:
        return []
    may = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
    here = request.blueprint
    groups = [
        (
            group,
            [
                Entry(
                    getattr(screen, "menu_title", screen.list_title),
                    url_for(f"{screen.__name__}.{screen.default_view}"),
                    screen.__name__ == here,
                    ICONS.get(screen.__name__, "list"),
                )
                for screen in screens
                if may("menu_access", screen.__name__) and _is_offered(screen)
            ],
        )
        for group, screens in MENU
    ]
    return [(group, entries) for group, entries in groups if entries]


def _is_offered(screen: Any) -> bool:
    """Whether this installation has the screen at all."""
    asked = getattr(screen, "is_offered", None)
    return asked is None or bool(asked())

"""The only place where screens are registered, in the menu by task."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, request, url_for
from flask_appbuilder import AppBuilder
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice.views import errors, formats, gate, listing
from backoffice.views.agency import AgencyView
from backoffice.views.base import ScopedModelView
from backoffice.views.debtor_record import DebtorRecordView
from backoffice.views.enforcement_case import CaseView, ObligationView, PartyView
from backoffice.views.enforcement_decision import EnforcementDecisionView, NonEnforceableDecisionView
from backoffice.views.export_run import ExportRunView
from backoffice.views.legal_rule import LegalRuleView
from backoffice.views.schedule import ScheduleView
from backoffice.views.staff_member import StaffView
from backoffice.views.working_calendar import CalendarView
from config import ROOT

MENU: tuple[tuple[Any, tuple[type[ScopedModelView], ...]], ...] = (
    (_l("Enforcement"), (CaseView, PartyView, EnforcementDecisionView, NonEnforceableDecisionView)),
    (_l("Publication"), (DebtorRecordView,)),
    (_l("Open data"), (ExportRunView, ScheduleView)),
    (_l("Rules and calendar"), (LegalRuleView, CalendarView)),
    (_l("Organisation"), (AgencyView, StaffView)),
)
# Styles and scripts by name; their address carries what is in them, so that an update is seen at once.
STYLES = {
    "fonts": ROOT / "site" / "assets" / "stylesheets" / "fonts.css",
    "tokens": ROOT / "site" / "assets" / "stylesheets" / "tokens.css",
    "style": ROOT / "backoffice" / "static" / "staff.css",
    "script": ROOT / "backoffice" / "static" / "staff.js",
}
STATIC_AGE = 24 * 3600
# Screens that are reached from other screens and need no place in the menu.
INNER = (ObligationView,)


@dataclass(frozen=True)
class Entry:
    """One link of the menu; `is_here` marks the screen that is open."""

    label: Any
    url: str
    is_here: bool


def prepare(app: Flask) -> None:
    """Set what must be known before the screens: static files, formats, errors, the gate."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_AGE
    shared = Blueprint("shared", __name__, static_folder=ROOT / "site" / "assets", static_url_path="/shared")
    app.register_blueprint(shared)
    formats.install(app)
    errors.install(app)
    versions = {name: _digest(path) for name, path in STYLES.items()}
    app.context_processor(
        lambda: {
            "menu": menu_groups,
            "language": language,
            "languages": languages,
            "versions": versions,
            "page_sizes": listing.SIZES,
        }
    )


def register(appbuilder: AppBuilder, app: Flask) -> None:
    """Register every screen and its menu entry, by task; the gate comes last, when the person is known."""
    for _group, screens in MENU:
        for screen in screens:
            appbuilder.add_view(screen, screen.__name__, label=screen.list_title)
    for screen in INNER:
        appbuilder.add_view_no_menu(screen)
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
                Entry(screen.list_title, url_for(f"{screen.__name__}.list"), screen.__name__ == here)
                for screen in screens
                if may("menu_access", screen.__name__)
            ],
        )
        for group, screens in MENU
    ]
    return [(group, entries) for group, entries in groups if entries]


def language() -> str:
    """The language of the page, for its `lang`."""
    return str(get_locale())


def languages() -> dict[str, str]:
    """The languages a person may choose, by code."""
    return {code: entry["name"] for code, entry in current_app.config["LANGUAGES"].items()}


def _digest(path: Path) -> str:
    """A short word for what is in a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

"""The keys that open a screen: g and then a letter, as one table. Not here: what the script does with them."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

# Letter, label, endpoint, and the step of the screen that is asked for.
GO_KEYS: tuple[tuple[str, Any, str, str], ...] = (
    ("h", _l("Today's work"), "HomeView.index", "can_index"),
    ("k", _l("One-stop desk"), "DeskView.index", "can_index"),
    ("c", _l("Cases"), "CaseView.list", "can_list"),
    ("p", _l("Parties"), "PartyView.list", "can_list"),
    ("r", _l("Debtor records"), "DebtorRecordView.list", "can_list"),
    ("d", _l("Dashboards"), "DashboardView.index", "can_index"),
    ("e", _l("Export runs"), "ExportRunView.list", "can_list"),
    ("a", _l("Enforcement agencies"), "AgencyView.list", "can_list"),
)


def go_keys() -> list[tuple[str, Any, str]]:
    """Letter, label and address of the screens that the person may open."""
    may = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
    return [
        (letter, label, url_for(endpoint))
        for letter, label, endpoint, step in GO_KEYS
        if may(step, endpoint.partition(".")[0])
    ]

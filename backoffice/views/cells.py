"""One column of one row as something to show: text, badge, link, money.

Belongs here: how a column's name decides its shape (`_on`, `_at`, `_vnd`, codes, states, relations, people).
Not here: which columns a screen has (the screens), words (`words`, `labels`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from flask import current_app, has_request_context
from flask_babel import gettext as _

from backoffice.models import EnforcementAgency, StaffMember
from backoffice.services.agency_directory import agency_name_today
from backoffice.views import document_words, formats, notice_words, paper_words, request_words, words
from backoffice.views.absence_words import ABSENCE_REASONS
from backoffice.views.addresses import show_address
from backoffice.views.names import first_and_others
from backoffice.views.tones import tone_of
from backoffice.views.upkeep_words import UPKEEPS

# Columns whose codes mean the same on every screen.
_CODES: Mapping[str, Mapping[str, Any]] = {
    "obligation_code": words.OBLIGATIONS,
    "ground_code": words.GROUNDS,
    "reason_code": words.GROUNDS,
    "level": words.AGENCY_LEVELS,
    "origin": words.ORIGINS,
    "role": words.PARTY_ROLES,
    "rule_set": words.RULE_SETS,
    "package_name": words.PACKAGES,
    "triggered_by": words.RUN_TRIGGERS,
    "unit": words.RULE_UNITS,
    "upkeep": UPKEEPS,
}
# Columns whose codes depend on the table.
_CODES_OF: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("EnforcementCase", "state"): words.CASE_STATES,
    ("EnforcementDecision", "state"): words.DECISION_STATES,
    ("NonEnforceableDecision", "state"): words.DECISION_STATES,
    ("DebtorRecord", "state"): words.RECORD_STATES,
    ("ExportRun", "state"): words.RUN_STATES,
    ("Document", "state"): document_words.DOCUMENT_STATES,
    ("Document", "kind"): document_words.DOCUMENT_KINDS,
    ("Document", "removal_rule"): document_words.REMOVAL_RULES,
    ("CalendarOverride", "status"): words.OVERRIDE_STATES,
    ("CaseParty", "kind"): words.PARTY_KINDS,
    ("LegalRule", "kind"): words.RULE_KINDS,
    ("OfficialDocument", "state"): paper_words.PAPER_STATES,
    ("OfficialDocument", "kind"): paper_words.PAPER_KINDS,
    ("OfficialDocument", "error_code"): paper_words.PAPER_ERRORS,
    ("DocumentTemplate", "state"): paper_words.TEMPLATE_STATES,
    ("DocumentTemplate", "kind"): paper_words.PAPER_KINDS,
    ("DocumentTemplate", "agency_level"): paper_words.TEMPLATE_LEVELS,
    ("DocumentNumber", "state"): paper_words.NUMBER_STATES,
    ("DocumentNumber", "series"): paper_words.SERIES,
    ("DocumentNumber", "source"): paper_words.NUMBER_SOURCES,
    ("DocumentNumberBook", "series"): paper_words.SERIES,
    ("BackgroundTask", "kind"): words.TASK_KINDS,
    ("BackgroundTask", "state"): words.TASK_STATES,
    ("Notice", "state"): notice_words.NOTICE_STATES,
    ("OnlineRequest", "state"): request_words.REQUEST_STATES,
    ("OnlineRequest", "family"): request_words.REQUEST_FAMILIES,
    ("OnlineRequest", "channel"): request_words.REQUEST_CHANNELS,
    ("OnlineRequest", "outcome"): request_words.REQUEST_OUTCOMES,
    ("OnlineRequest", "handed_over_way"): request_words.HANDOVER_WAYS,
    ("OnlineRequest", "ground_code"): request_words.REFUSAL_GROUNDS,
    ("OnlineRequest", "procedure"): notice_words.PROCEDURE_WORDS,
    ("Appointment", "state"): request_words.APPOINTMENT_STATES,
    ("Absence", "reason_kind"): ABSENCE_REASONS,
}
# Relations that open another screen, for people who may open it.
_SCREEN_OF: Mapping[str, str] = {
    "EnforcementAgency": "AgencyView",
    "EnforcementCase": "CaseView",
    "CaseParty": "PartyView",
    "EnforcementDecision": "EnforcementDecisionView",
    "NonEnforceableDecision": "NonEnforceableDecisionView",
    "DocumentTemplate": "DocumentTemplateView",
    "DocumentNumber": "DocumentNumberView",
    "OfficialDocument": "OfficialDocumentView",
    "OnlineRequest": "OnlineRequestView",
}


@dataclass(frozen=True)
class Cell:
    """What one column shows: `shape` is text, code, date, number, badge or long; `tone` colours a badge.

    `aside` stands small after the text.
    """

    text: str
    shape: str = "text"
    tone: str = ""
    url: str | None = None
    aside: str = ""


def cell(row: Any, column: str) -> Cell:
    """The cell of a column, which may be dotted or belong to a relation."""
    value = _value(row, column)
    name = column.rsplit(".", 1)[-1]
    codes = _CODES_OF.get((type(row).__name__, name)) or _CODES.get(name)
    if codes is not None and value is not None:
        return _coded(type(row).__name__, name, str(value), codes)
    if isinstance(value, StaffMember):
        return Cell(staff_name(value))
    if type(value).__name__ in _SCREEN_OF:
        return _linked(value)
    if name == "roles":
        held = sorted(str(getattr(role, "name", role)) for role in value or ())
        return Cell(", ".join(str(words.ROLES.get(role, role)) for role in held) or formats.NOTHING, "long")
    if isinstance(value, list):
        return Cell(first_and_others([str(item) for item in value]) or formats.NOTHING, "name")
    return _by_name(name, value)


def staff_name(person: StaffMember | None) -> str:
    """A colleague's name when the colleague's agency is in scope; of others only that they are others."""
    if person is None:
        return formats.NOTHING
    if person.agency_id is not None and person.agency is None:
        return str(_("Officer of another agency"))
    return person.get_full_name()


def is_coded(row: Any, name: str) -> bool:
    """Whether the values of this column are codes, which screens show as words."""
    return (type(row).__name__, name) in _CODES_OF or name in _CODES


def raw_value(row: Any, column: str) -> Any:
    """What the column itself holds; None for a column that only the screen knows."""
    return reduce(
        lambda found, part: None if found is None else getattr(found, part, None), column.split("."), row
    )


def _value(row: Any, column: str) -> Any:
    return reduce(lambda found, part: None if found is None else getattr(found, part), column.split("."), row)


def _coded(table: str, name: str, value: str, codes: Mapping[str, Any]) -> Cell:
    text = str(codes.get(value, value))
    if name in {"state", "status"}:
        return Cell(text, "badge", tone_of(table, value))
    return Cell(text, "long" if name in {"ground_code", "reason_code"} else "text")


def _linked(value: Any) -> Cell:
    screen = _SCREEN_OF[type(value).__name__]
    text = agency_name_today(value) if isinstance(value, EnforcementAgency) else str(value)
    if not has_request_context():
        # A list that is written to a file has no addresses.
        return Cell(text)
    allowed = current_app.appbuilder.sm.has_access("can_show", screen)  # type: ignore[attr-defined]
    return Cell(text, url=show_address(screen, value.id) if allowed else None)


def _by_name(name: str, value: Any) -> Cell:
    if name.endswith("_on") or name in {"day", "valid_from", "valid_to"}:
        return Cell(formats.day(value), "date")
    if isinstance(value, datetime) or name.endswith("_at"):
        return Cell(formats.moment(value), "date")
    if name.endswith("_vnd"):
        return Cell(formats.money(value), "number")
    if name.startswith("is_"):
        return Cell(formats.yes_no(value))
    if isinstance(value, int):
        return Cell(formats.count(value), "number")
    return Cell(formats.plain(value), _text_shape(name))


def _text_shape(name: str) -> str:
    """How a text may be broken: numbers of documents and codes never, long texts over several lines."""
    if name.endswith(("_number", "_code")) or name in {"code", "username"}:
        return "code"
    return "long" if name in {"address", "description", "name"} else "text"

"""Coded values as words: the label of each state, kind and code that a screen may show.

Belongs here: labels of enums, and the published labels of obligation and ground codes (read from `schemas/`).
Not here: labels of columns (`labels`), sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from backoffice.access.roles import ROLE_TITLES, Role
from config import ROOT

Word = Any


class PublishedLabel:
    """A label kept in both languages as data, shown in the language of the request."""

    def __init__(self, vi: str, en: str) -> None:
        self.vi, self.en = vi, en

    def __str__(self) -> str:
        return self.en if str(get_locale()) == "en" else self.vi

    def __html__(self) -> str:
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _published(name: str) -> dict[str, Word]:
    codes = json.loads((ROOT / "schemas" / "codes" / f"{name}.json").read_text(encoding="utf-8"))["codes"]
    return {code["code"]: PublishedLabel(code["label"], code["label_en"]) for code in codes}


CASE_STATES: Mapping[str, Word] = {
    "accepted": _l("Accepted"),
    "assigned": _l("Assigned"),
    "voluntary_period": _l("Voluntary period"),
    "verifying": _l("Verifying conditions"),
    "enforcing": _l("Enforcing"),
    "non_enforceable": _l("Not yet having conditions"),
    "separate_ledger": _l("Separate ledger"),
    "postponed": _l("Postponed"),
    "suspended": _l("Suspended"),
    "delegated": _l("Delegated to another agency"),
    "completed": _l("Fully enforced"),
    "terminated": _l("Terminated"),
    "returned": _l("Request returned"),
}
DECISION_STATES: Mapping[str, Word] = {
    "drafted": _l("Draft"),
    "signed": _l("Signed"),
    "withdrawn": _l("Withdrawn"),
    "superseded": _l("Superseded"),
    "discarded": _l("Draft discarded"),
}
RECORD_STATES: Mapping[str, Word] = {
    "draft": _l("Draft"),
    "approved": _l("Approved, to be published"),
    "published": _l("Published"),
    "withdrawal_due": _l("Publication to be ended"),
    "withdrawn": _l("Publication ended"),
    "cancelled": _l("Cancelled"),
}
RUN_STATES: Mapping[str, Word] = {
    "queued": _l("Waiting"),
    "running": _l("Running"),
    "publishing": _l("Publishing"),
    "published": _l("New version published"),
    "unchanged": _l("Nothing changed"),
    "failed": _l("Failed"),
    "cancelled": _l("Cancelled"),
}
TASK_STATES: Mapping[str, Word] = {
    "queued": _l("Waiting"),
    "running": _l("Running"),
    "finished": _l("Finished"),
    "failed": _l("Failed"),
    "cancelled": _l("Cancelled"),
    "undone": _l("Undone"),
}
TASK_KINDS: Mapping[str, Word] = {
    "export": _l("Download of a list"),
    "steps": _l("Step on several rows"),
    "undo": _l("Undoing of steps"),
    "papers": _l("Papers for several rows"),
    "signatures": _l("Signing of papers"),
}
ROW_OUTCOMES: Mapping[str, Word] = {
    "pending": _l("Not done yet"),
    "done": _l("Step taken"),
    "refused": _l("Refused"),
}
OVERRIDE_STATES: Mapping[str, Word] = {"confirmed": _l("Confirmed"), "proposed": _l("Proposed")}
RUN_TRIGGERS: Mapping[str, Word] = {
    "schedule": _l("Schedule"),
    "button": _l("Button on this screen"),
    "command": _l("Command line"),
    "change": _l("Change of public records"),
}
PACKAGES: Mapping[str, Word] = {
    "debtors": _l("Debtor records"),
    "statistics": _l("Statistics"),
    "documents": _l("Register of issued documents"),
}
# The files of the data packages, under the titles that they bear in public.
RESOURCES: Mapping[str, Word] = {
    path.stem: PublishedLabel(schema["title"], schema["title_en"])
    for path in sorted((ROOT / "schemas").glob("*.json"))
    for schema in [json.loads(path.read_text(encoding="utf-8"))]
}
PARTY_ROLES: Mapping[str, Word] = {
    "debtor": _l("Judgment debtor"),
    "creditor": _l("Judgment creditor"),
    "related": _l("Person with related rights or duties"),
}
PARTY_KINDS: Mapping[str, Word] = {"person": _l("Person"), "organisation": _l("Organisation")}
ORIGINS: Mapping[str, Word] = {"ex_officio": _l("Ex officio"), "on_request": _l("On request")}
RULE_SETS: Mapping[str, Word] = {
    "2015": _l("Rules in force until 30/06/2026"),
    "2026": _l("Rules in force from 01/07/2026"),
}
RULE_KINDS: Mapping[str, Word] = {
    "deadline": _l("Deadline"),
    "interval": _l("Interval"),
    "limitation": _l("Limitation period"),
    "condition": _l("Condition"),
    "threshold": _l("Threshold"),
    "ground": _l("Ground"),
    "field": _l("Public field"),
}
RULE_UNITS: Mapping[str, Word] = {
    "at_once": _l("at once"),
    "hour": _l("hours"),
    "working_day": _l("working days"),
    "day": _l("days"),
    "month": _l("months"),
    "year": _l("years"),
    "vnd": _l("đồng"),
    "count": _l("times"),
    "none": _l("no number"),
}
AGENCY_LEVELS = _published("level")
OBLIGATIONS = _published("obligation_code")
GROUNDS = _published("reason_code")


def _of_rule_set(code: str, word: Word) -> Word:
    """A ground with the year of its rule set before it: several have the same words in both sets."""
    year = code.partition("_")[0]
    return PublishedLabel(f"{year}: {getattr(word, 'vi', word)}", f"{year}: {getattr(word, 'en', word)}")


GROUND_CHOICES: Mapping[str, Word] = {code: _of_rule_set(code, word) for code, word in GROUNDS.items()}
ROLES: Mapping[str, Word] = {
    role.value: PublishedLabel(*titles) for role, titles in ROLE_TITLES.items() if isinstance(role, Role)
}

# What the rows of a table are called, one of them.
TABLES: Mapping[str, Word] = {
    "ab_user": _l("Account"),
    "absence": _l("Absence"),
    "appointment": _l("Appointment"),
    "appointment_slot": _l("Time for appointments"),
    "background_task": _l("Task"),
    "calendar_override": _l("Day of the calendar"),
    "case_party": _l("Party"),
    "debtor_record": _l("Debtor record"),
    "document": _l("Document"),
    "document_number": _l("Number of a paper"),
    "document_number_book": _l("Register of numbers"),
    "document_signature": _l("Signature"),
    "document_template": _l("Template"),
    "enforcement_agency": _l("Agency"),
    "enforcement_case": _l("Case"),
    "enforcement_decision": _l("Enforcement decision"),
    "enforcement_obligation": _l("Obligation"),
    "export_run": _l("Export run"),
    "export_schedule": _l("Schedule"),
    "legal_rule": _l("Legal rule"),
    "non_enforceable_decision": _l("Decision on not yet having conditions"),
    "notice": _l("Message"),
    "notice_template": _l("Message template"),
    "official_document": _l("Paper"),
    "online_request": _l("Online request"),
    "signing_key": _l("Signing key"),
    "survey_question": _l("Survey question"),
    "upkeep_run": _l("Run of upkeep"),
}

"""What a request's page says beside its columns: what was declared, why it is due, how it was classified.

Not here: the page (`online_request`), reading the seal (`services.request_seal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from backoffice.models import OnlineRequest
from backoffice.services.procedures import procedure_book
from backoffice.services.request_seal import unseal
from backoffice.views.errors import sentence
from backoffice.views.formats import day, money
from backoffice.views.request_words import COMPETENCES, FEEDBACK_KINDS
from backoffice.workflow.messages import Line
from backoffice.workflow.procedures import FieldKind, FieldRule


def declared_lines(row: OnlineRequest) -> list[tuple[str, str]]:
    """Label and answer of everything that was declared, in the order of the form of that day."""
    values = unseal(row)
    language = str(get_locale())
    rules = procedure_book().fields(row.procedure, row.received_on)
    return [
        (rule.label.in_language(language), _answer(rule, values[rule.name], language))
        for rule in rules
        if rule.name in values
    ]


def _answer(rule: FieldRule, value: str, language: str) -> str:
    if rule.kind is FieldKind.CHOICE:
        return {code: words.in_language(language) for code, words in rule.choices}.get(value, value)
    if rule.kind in (FieldKind.DATE, FieldKind.PAST_DATE):
        return day(date.fromisoformat(value))
    return money(int(value)) if rule.kind is FieldKind.MONEY else value


def why_lines(kept: Mapping[str, Any] | None) -> list[str]:
    """The sentences that say why it is this day, in the language of the request."""
    return [sentence(Line.from_record(line)) for line in kept["explanation"]] if kept else []


def classified_lines(kept: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The four answers about a petition."""
    if kept is None:
        return []
    return [
        (_("Kind of petition"), str(FEEDBACK_KINDS[kept["kind"]])),
        (_("Fit to be handled"), _("Yes") if kept["is_eligible"] else _("No")),
        (_("Whose competence"), str(COMPETENCES[kept["competence"]])),
        (_("How many people"), str(kept["people_count"])),
    ]

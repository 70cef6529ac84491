"""What the search over everything looks through: one entry a kind of row, declared as data.

Belongs here: how a typed text becomes conditions, which tables are searched and what is shown of a row. Not here:
the statement (`queries.search`), the page (`search`), identity numbers (`services.identity_search`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementCase,
    EnforcementDecision,
    NonEnforceableDecision,
    StaffMember,
)
from backoffice.queries.search import staff_named
from backoffice.views import words
from exports.text import clean_text, fold_ascii, number_key

SHORTEST, LONGEST = 2, 200
_PUBLIC_ID_LENGTH = 16
_BETWEEN_DIGITS = re.compile(r"[\s.\-]")
_IDENTITY = re.compile(r"[0-9]{9}|[0-9]{12}")
# Sorts after every letter and digit of a key.
_AFTER_KEY = "~"


@dataclass(frozen=True)
class Typed:
    """What was typed: as it is, as words without marks, and as the key of an official number."""

    text: str
    words: tuple[str, ...]
    key: str

    @property
    def is_searchable(self) -> bool:
        """Whether there are enough letters or digits to look for."""
        return len(self.key) >= SHORTEST

    @property
    def has_digit(self) -> bool:
        """Whether it may be a number."""
        return any(sign.isdigit() for sign in self.key)


@dataclass(frozen=True)
class Fit:
    """Which rows fit a typed text, which of them exactly, and the column whose order puts the nearest first."""

    condition: ColumnElement[bool]
    exact: ColumnElement[bool] | None = None
    order: Any = None


@dataclass(frozen=True)
class Source:
    """One way to find rows of one screen. `more` is the filter of that screen's list that finds the same rows.

    `case` is the column that names the case of a row, whose debtors are told beside it.
    """

    key: str
    screen: str
    model: type[Any]
    fit: Callable[[Typed], Fit | None]
    title: Any
    detail: Any
    states: Mapping[str, Any] | None = None
    more: str = ""
    case: Any = None


def typed(text: str) -> Typed:
    """Read a typed text."""
    clean = clean_text(unicodedata.normalize("NFKC", text))
    return Typed(clean, tuple(fold_ascii(clean).split()), number_key(clean))


def identity_number(text: str) -> str | None:
    """The nine or twelve digits of an identity number, however they are set apart; None for anything else."""
    digits = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", clean_text(text)))
    return digits if _IDENTITY.fullmatch(digits) else None


def by_number(column: Any) -> Callable[[Typed], Fit | None]:
    """Rows whose number begins with the typed one, compared without spaces, marks and leading zeros."""

    def fit(wanted: Typed) -> Fit | None:
        if not wanted.has_digit:
            return None
        begins = and_(column >= wanted.key, column < wanted.key + _AFTER_KEY)
        return Fit(begins, column == wanted.key, column)

    return fit


def by_name(column: Any) -> Callable[[Typed], Fit | None]:
    """Rows whose folded name has every typed word; a text of digits and single letters is no name."""

    def fit(wanted: Typed) -> Fit | None:
        if not any(len(word) > 1 and word.isalpha() for word in wanted.words):
            return None
        return Fit(and_(*(column.contains(word, autoescape=True) for word in wanted.words)))

    return fit


def _by_public_id(wanted: Typed) -> Fit | None:
    identifier = wanted.text.lower()
    if len(identifier) != _PUBLIC_ID_LENGTH:
        return None
    same = DebtorRecord.public_id == identifier
    return Fit(same, same)


def _staff(wanted: Typed) -> Fit | None:
    return Fit(staff_named(wanted.text))


_CASE: dict[str, Any] = {
    "screen": "CaseView",
    "model": EnforcementCase,
    "title": EnforcementCase.case_number,
    "detail": EnforcementCase.judgment_number,
    "states": words.CASE_STATES,
    "more": "number",
    "case": EnforcementCase.id,
}
_RECORD: dict[str, Any] = {
    "screen": "DebtorRecordView",
    "model": DebtorRecord,
    "title": DebtorRecord.full_name,
    "detail": DebtorRecord.address,
    "states": words.RECORD_STATES,
}

SOURCES: tuple[Source, ...] = (
    Source("case", fit=by_number(EnforcementCase.case_number_key), **_CASE),
    Source("judgment", fit=by_number(EnforcementCase.judgment_number_key), **_CASE),
    Source(
        "decision",
        "EnforcementDecisionView",
        EnforcementDecision,
        by_number(EnforcementDecision.decision_number_key),
        EnforcementDecision.decision_number,
        EnforcementDecision.decided_on,
        words.DECISION_STATES,
        "number",
        EnforcementDecision.case_id,
    ),
    Source(
        "non_enforceable",
        "NonEnforceableDecisionView",
        NonEnforceableDecision,
        by_number(NonEnforceableDecision.decision_number_key),
        NonEnforceableDecision.decision_number,
        NonEnforceableDecision.decided_on,
        words.DECISION_STATES,
        "number",
        NonEnforceableDecision.case_id,
    ),
    Source(
        "party",
        "PartyView",
        CaseParty,
        by_name(CaseParty.name_fold),
        CaseParty.full_name,
        CaseParty.address,
        more="q",
    ),
    Source("record", fit=by_name(DebtorRecord.name_fold), more="q", **_RECORD),
    Source("public_id", fit=_by_public_id, **_RECORD),
    Source(
        "staff",
        "StaffView",
        StaffMember,
        _staff,
        StaffMember.last_name + " " + StaffMember.first_name,
        StaffMember.username,
    ),
)

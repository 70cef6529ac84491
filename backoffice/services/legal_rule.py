"""Bringing in and editing the legal rules, so that the book of rules always holds together.

Not here: reading a rule's number (`queries.rules`), what a rule means (`workflow.rules`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import LegalRule
from backoffice.queries.agencies import national_agency
from backoffice.queries.rules import rule_book
from backoffice.services.enforcement_agency import ImportSummary
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from backoffice.workflow.rules import LegalRule as Rule
from backoffice.workflow.rules import load_rule_rows
from exports.text import clean_text

_LENGTHS = {"code": 80, "rule_set": 8, "law": 120, "article": 80, "title_vi": 400, "title_en": 400}


@dataclass(frozen=True)
class RuleChange:
    """What an administrator changes of one rule; None leaves a field as it is.

    `value` is in the unit of the rule (working days, days, months, years, đồng).
    """

    value: int | None = None
    law: str | None = None
    article: str | None = None
    title_vi: str | None = None
    title_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    parameters: dict[str, Any] | None = None

    def given(self) -> dict[str, Any]:
        """The fields that are changed; texts cleaned. Raises InvalidInputError for empty or long texts."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: _checked(name, value) for name, value in given.items() if value is not None}


def import_rules(actor: Actor, rows: Iterable[Mapping[str, str]]) -> ImportSummary:
    """Bring in the rules of a CSV; a second time changes nothing.

    A row that differs from the file takes the file's values, unless an administrator has edited it: then it is
    kept and counted. Raises RuleDataError when the file, or the book after it, contradicts itself.
    """
    require(actor, Permission.SYSTEM, Permission.RULE_EDIT)
    rules = load_rule_rows(rows)
    with unit_of_work(actor) as session:
        known = {(row.code, row.valid_from): row for row in session.scalars(select(LegalRule))}
        counts = Counter(_bring_in(session, rule, known.get((rule.code, rule.valid_from))) for rule in rules)
        session.flush()
        rule_book()
        return ImportSummary(**counts)


def _bring_in(session: Session, rule: Rule, row: LegalRule | None) -> str:
    values = {item.name: getattr(rule, item.name) for item in fields(rule)}
    values |= {"kind": rule.kind.value, "unit": rule.unit.value, "parameters": dict(rule.parameters)}
    for name in _LENGTHS:
        _checked(name, values[name])
    if row is None:
        session.add(LegalRule(**values))
        return "added"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    if row.version > 1:
        return "kept"
    for name, value in values.items():
        setattr(row, name, value)
    return "changed"


def edit_rule(
    actor: Actor, rule_id: int, change: RuleChange, *, expected_version: int, reason: str
) -> LegalRule:
    """Change a rule in place, for example to mend a title or an article; the reason goes into the history.

    Raises NotPermittedError, NotFoundError, ConflictError, InvalidInputError for a text or an empty reason,
    and RuleDataError when the book would overlap, leave a gap, or lose a number.
    """
    require(actor, Permission.RULE_EDIT)
    with unit_of_work(actor) as session:
        rule = load_row(session, LegalRule, rule_id)
        check_version(session, rule, expected_version)
        for name, value in change.given().items():
            setattr(rule, name, value)
        session.flush()
        rule_book()
        _log(session, actor, rule, "edit", reason)
        return rule


def succeed_rule(
    actor: Actor, rule_id: int, from_day: date, change: RuleChange, *, expected_version: int, reason: str
) -> LegalRule:
    """Let a changed rule take over from a day on: the old one ends the day before; returns the new one.

    This is how a new law comes in: what was counted under the old rule stays true. Raises as `edit_rule`
    does, and InvalidInputError when the day is not inside the old rule's validity.
    """
    require(actor, Permission.RULE_EDIT)
    with unit_of_work(actor) as session:
        old = load_row(session, LegalRule, rule_id)
        check_version(session, old, expected_version)
        if from_day <= old.valid_from or (old.valid_to is not None and from_day > old.valid_to):
            raise InvalidInputError("valid_from", N_("Choose a day inside the validity of the present rule."))
        names = [item.name for item in fields(Rule)]
        values = {name: getattr(old, name) for name in names} | change.given()
        values |= {"rule_set": f"{from_day.year:04d}", "valid_from": from_day, "valid_to": old.valid_to}
        old.valid_to = from_day - timedelta(days=1)
        new = LegalRule(**values)
        session.add(new)
        session.flush()
        rule_book()
        _log(session, actor, new, "succeed", reason)
        return new


def _log(session: Session, actor: Actor, rule: LegalRule, deed: str, reason: str) -> None:
    kept = clean_reason(reason)
    if kept is None:
        raise InvalidInputError("reason", N_("Give a reason for the change."))
    root = national_agency()
    if root is None:
        raise NotFoundError
    entry = LogEntry(
        deed,
        f"v{rule.version}",
        legal_basis=f"{rule.article}, {rule.law}"[:200],
        reason=f"{rule.code}: {kept}",
    )
    write_log(session, actor, rule, entry, owner=root)


def _checked(name: str, value: Any) -> Any:
    if name not in _LENGTHS:
        return value
    text, limit = clean_text(value), _LENGTHS[name]
    if not 1 <= len(text) <= limit:
        raise InvalidInputError(name, N_("Write 1 to %(limit)s characters."), limit=limit)
    return text

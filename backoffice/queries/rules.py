"""Reads of the legal rules: the whole book, and rows for the screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from backoffice.models import LegalRule
from backoffice.models.states import RuleKind
from backoffice.queries.current import reading
from backoffice.workflow.rules import RuleBook


def rule_rows(rule_set: str | None = None) -> Sequence[LegalRule]:
    """The stored rules, of one set when it is given, in the order in which they were brought in."""
    statement = select(LegalRule).order_by(LegalRule.id)
    if rule_set is not None:
        statement = statement.where(LegalRule.rule_set == rule_set)
    return reading().scalars(statement).all()


def rule_book() -> RuleBook:
    """All legal rules, found by code and day; raises RuleDataError when stored rows contradict each other."""
    return RuleBook(rule_rows())


def ground_codes(day: date) -> tuple[str, ...]:
    """The reasons for not yet having conditions that the law knows on the day, in the law's order."""
    return tuple(rule.code for rule in rule_book().rules(RuleKind.GROUND, day))

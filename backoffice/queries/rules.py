"""Reads of the legal rules: the whole book, and rows for the screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from backoffice.connections import KEPT
from backoffice.models import LegalRule
from backoffice.models.states import RuleKind
from backoffice.queries.current import reading
from backoffice.workflow.rules import LegalRule as Rule
from backoffice.workflow.rules import RuleBook


def rule_book(*codes: str) -> RuleBook:
    """The book of these rules, of all when none is named.

    Raises RuleDataError when stored rows contradict each other.
    """
    return _book(_statement(codes))


def ground_codes(day: date) -> tuple[str, ...]:
    """The reasons for not yet having conditions that the law knows on the day, in the law's order."""
    grounds = select(*_BOOK_COLUMNS).where(LegalRule.kind == RuleKind.GROUND.value).order_by(LegalRule.id)
    return tuple(rule.code for rule in _book(grounds).rules(RuleKind.GROUND, day))


# Bare columns: a deed reads the book several times, and entities would cost more than the deed itself.
_BOOK_COLUMNS = tuple(getattr(LegalRule, item.name) for item in fields(Rule))


@lru_cache(maxsize=256)
def _statement(codes: tuple[str, ...]) -> Select[Any]:
    statement = select(*_BOOK_COLUMNS).order_by(LegalRule.id)
    return statement.where(LegalRule.code.in_(codes)).execution_options(**KEPT) if codes else statement


def _book(statement: Select[Any]) -> RuleBook:
    rows: Iterable[Any] = reading().execute(statement)
    return RuleBook(rows)

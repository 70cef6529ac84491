"""Legal rules as dated data: the numbers, grounds and public fields in force on a day, with their articles.

Belongs here: one rule, the book of all rules, and the checks that their rows must pass.
Does not belong here: counting (`deadlines`), storing and editing rows (services), the numbers themselves
(`backoffice/data/legal_rules.csv`). Rows of rule set 2015 begin with the set on 1 September 2015 even where
a circular of later date, last in force, is what they cite.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Protocol

from backoffice.models.states import RuleKind, RuleUnit
from backoffice.workflow.errors import RuleDataError, RuleNotFoundError
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import Name

_PERIOD_KINDS = frozenset({RuleKind.DEADLINE, RuleKind.INTERVAL, RuleKind.LIMITATION})
_PERIOD_UNITS = frozenset(
    {RuleUnit.AT_ONCE, RuleUnit.HOUR, RuleUnit.WORKING_DAY, RuleUnit.DAY, RuleUnit.MONTH, RuleUnit.YEAR}
)
_UNITS_WITHOUT_VALUE = frozenset({RuleUnit.AT_ONCE, RuleUnit.NONE})


class RuleRow(Protocol):
    """What the book needs of a stored row of `legal_rule`."""

    @property
    def code(self) -> str: ...
    @property
    def rule_set(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> int | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def article(self) -> str: ...
    @property
    def law(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def title_vi(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class LegalRule:
    """One rule from one day to another, both included; an open end has no `valid_to`.

    `value` is in `unit`; grounds, public fields and rules that act at once have none. `parameters` holds what
    the number alone cannot say, such as the start events or whether a boundary is inclusive.
    """

    code: str
    rule_set: str
    kind: RuleKind
    value: int | None
    unit: RuleUnit
    article: str
    law: str
    valid_from: date
    valid_to: date | None
    title_vi: str
    title_en: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_row(cls, row: RuleRow) -> "LegalRule":
        """Return the rule of a stored row; raises RuleDataError when kind or unit is unknown."""
        try:
            kind, unit = RuleKind(row.kind), RuleUnit(row.unit or RuleUnit.NONE)
        except ValueError as error:
            raise RuleDataError(rule=row.code, detail=str(error)) from error
        return cls(
            code=row.code,
            rule_set=row.rule_set,
            kind=kind,
            value=row.value,
            unit=unit,
            article=row.article,
            law=row.law,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            title_vi=row.title_vi,
            title_en=row.title_en,
            parameters=dict(row.parameters or {}),
        )

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_vi, self.title_en)

    @property
    def start_events(self) -> tuple[str, ...]:
        """The events from which the period may be counted, by code; empty for rules that are no periods."""
        return tuple(self.parameters.get("start_events", ()))

    def is_in_force(self, on: date) -> bool:
        """Return whether the rule applies on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class RuleBook:
    """All rules, found by code and day.

    Raises RuleDataError when rows of one code overlap, leave a gap, change kind, or lack what they need.
    """

    def __init__(self, rows: Iterable[RuleRow]) -> None:
        self._by_code: dict[str, list[LegalRule]] = {}
        for row in rows:
            rule = LegalRule.from_row(row)
            _check_alone(rule)
            _check_start_events(rule)
            self._by_code.setdefault(rule.code, []).append(rule)
        for rules in self._by_code.values():
            rules.sort(key=lambda rule: rule.valid_from)
            for before, after in pairwise(rules):
                _check_succession(before, after)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all rules, in force or not."""
        return frozenset(self._by_code)

    def find(self, code: str, on: date) -> LegalRule | None:
        """Return the rule in force on the day, or None."""
        return next((rule for rule in self._by_code.get(code, ()) if rule.is_in_force(on)), None)

    def rule(self, code: str, on: date) -> LegalRule:
        """Return the rule in force on the day; for a period `on` is the day of its start event.

        Raises RuleNotFoundError when there is none.
        """
        found = self.find(code, on)
        if found is None:
            raise RuleNotFoundError(rule=code, on=on.isoformat())
        return found

    def rules(self, kind: RuleKind, on: date) -> tuple[LegalRule, ...]:
        """Return all rules of a kind in force on the day, in the order in which their codes first came."""
        found = (self.find(code, on) for code in self._by_code)
        return tuple(rule for rule in found if rule is not None and rule.kind is kind)


def _check_alone(rule: LegalRule) -> None:
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        raise RuleDataError(rule=rule.code, detail="it ends before it begins")
    if rule.kind in _PERIOD_KINDS and rule.unit not in _PERIOD_UNITS:
        raise RuleDataError(rule=rule.code, detail="a period needs a unit of time")
    if (rule.value is None) is not (rule.unit in _UNITS_WITHOUT_VALUE):
        raise RuleDataError(rule=rule.code, detail="value and unit do not fit each other")
    if rule.value is not None and rule.value <= 0:
        raise RuleDataError(rule=rule.code, detail="the value must be above zero")


def _check_start_events(rule: LegalRule) -> None:
    if rule.kind in _PERIOD_KINDS and not rule.start_events:
        raise RuleDataError(rule=rule.code, detail="a period needs start_events among its parameters")
    unknown = sorted(set(rule.start_events) - set(StartEvent))
    if unknown:
        raise RuleDataError(rule=rule.code, detail=f"unknown start events {', '.join(unknown)}")


def _check_succession(before: LegalRule, after: LegalRule) -> None:
    if before.valid_to is None or before.valid_to >= after.valid_from:
        raise RuleDataError(rule=before.code, detail=f"two rows are in force on {after.valid_from}")
    if before.valid_to + timedelta(days=1) != after.valid_from:
        raise RuleDataError(rule=before.code, detail=f"no row is in force after {before.valid_to}")
    if before.kind is not after.kind:
        raise RuleDataError(rule=before.code, detail="its kind changes")


def load_rule_rows(rows: Iterable[Mapping[str, str]]) -> list[LegalRule]:
    """Return the rules of a CSV (columns as the fields of LegalRule; ISO dates, JSON parameters), checked.

    Raises RuleDataError for a row that cannot be read, and for all that RuleBook refuses.
    """
    rules = [_parse_rule(row) for row in rows]
    RuleBook(rules)
    return rules


def _parse_rule(row: Mapping[str, str]) -> LegalRule:
    code = row.get("code", "")
    try:
        rule = LegalRule(
            code=row["code"].strip(),
            rule_set=row["rule_set"].strip(),
            kind=RuleKind(row["kind"]),
            value=int(row["value"]) if row["value"] else None,
            unit=RuleUnit(row["unit"]),
            article=row["article"].strip(),
            law=row["law"].strip(),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            title_vi=row["title_vi"].strip(),
            title_en=row["title_en"].strip(),
            parameters=json.loads(row["parameters"] or "{}"),
        )
    except KeyError as error:
        raise RuleDataError(rule=code, detail=f"the column {error} is missing") from error
    except ValueError as error:
        raise RuleDataError(rule=code, detail=str(error)) from error
    if not isinstance(rule.parameters, dict):
        raise RuleDataError(rule=code, detail="parameters must be a JSON object")
    if not all((rule.code, rule.rule_set, rule.article, rule.law, rule.title_vi, rule.title_en)):
        raise RuleDataError(rule=code, detail="code, rule set, law, article and titles must be given")
    return rule

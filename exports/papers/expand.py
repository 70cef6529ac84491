"""Fills a template that has been read: from nodes and values to lines of markup with sealed values.

A value never becomes markup: it is kept aside and only a seal, two private characters round its number, stands in
the line until the markup has been read (`markup` opens it and escapes it).
Belongs here: working out conditions, loops and filters, and their bounds.
Does not belong here: reading the template (`reading`), cleaning values (`values`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exports.papers.filters import FILTERS, shown
from exports.papers.model import N_, PaperError
from exports.papers.syntax import Choose, Compare, Condition, Join, Literal, Node, Plain, Ref, Repeat, Show

SEAL_START, SEAL_END = "\ue000", "\ue001"
# What the renderer lays out within its time.
MOST_SIGNS = 400_000
MOST_TURNS = 10_000
MOST_STEPS = 200_000


@dataclass(slots=True)
class Expansion:
    """One template being filled; `sealed` are the texts of the values in the order of their seals."""

    values: Mapping[str, object]
    sealed: list[str] = field(default_factory=list)
    _rows: dict[str, Mapping[str, object]] = field(default_factory=dict)
    _signs: int = 0
    _turns: int = 0
    _steps: int = 0

    def lines(self, nodes: Sequence[Node]) -> list[str]:
        """Return the lines of markup; PaperError when the paper would grow beyond its bounds."""
        parts: list[str] = []
        self._expand(nodes, parts)
        return "".join(parts).split("\n")

    def _expand(self, nodes: Sequence[Node], parts: list[str]) -> None:
        for node in nodes:
            self._step()
            if isinstance(node, Plain):
                self._grow(len(node.text))
                parts.append(node.text)
            elif isinstance(node, Show):
                parts.append(self._seal(node))
            elif isinstance(node, Choose):
                self._choose(node, parts)
            else:
                self._repeat(node, parts)

    def _choose(self, node: Choose, parts: list[str]) -> None:
        for condition, branch in node.branches:
            if condition is None or self._holds(condition):
                self._expand(branch, parts)
                return

    def _repeat(self, node: Repeat, parts: list[str]) -> None:
        rows = self.values.get(node.list_name)
        for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
            self._turns += 1
            if self._turns > MOST_TURNS:
                raise PaperError(
                    N_("The loops of this template run more than %(most)d times."), most=MOST_TURNS
                )
            self._rows[node.variable] = {**row, "no": number}
            self._expand(node.nodes, parts)
        self._rows.pop(node.variable, None)

    def _seal(self, node: Show) -> str:
        value = self._value(node.ref)
        for word, argument in node.filters:
            value = FILTERS[word].apply(value, argument)
        text = shown(value)
        self._grow(len(text))
        self.sealed.append(text)
        return f"{SEAL_START}{len(self.sealed) - 1}{SEAL_END}"

    def _grow(self, signs: int) -> None:
        self._signs += signs
        if self._signs > MOST_SIGNS:
            raise PaperError(N_("The document is longer than %(most)d characters."), most=MOST_SIGNS)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise PaperError(N_("Filling in this template takes more than %(most)d steps."), most=MOST_STEPS)

    def _value(self, operand: Ref | Literal) -> object:
        if isinstance(operand, Literal):
            return operand.value
        if operand.column is not None:
            return self._rows.get(operand.name, {}).get(operand.column)
        return self.values.get(operand.name)

    def _holds(self, condition: Condition) -> bool:
        if isinstance(condition, Join):
            if condition.word == "not":
                return not self._holds(condition.parts[0])
            return (any if condition.word == "or" else all)(self._holds(part) for part in condition.parts)
        return self._compares(condition)

    def _compares(self, condition: Compare) -> bool:
        """Work out one comparison; what is missing equals nothing and is neither less nor more."""
        self._step()
        left = _plain(self._value(condition.left))
        if condition.operator is None or condition.right is None:
            return left not in (None, [])
        right = _plain(self._value(condition.right))
        if condition.operator in ("==", "!="):
            return (left == right) == (condition.operator == "==")
        if left is None or right is None:
            return False
        return _ordered(left, condition.operator, right)


def _plain(value: object) -> object:
    """Return dates as ISO text, which compares in the order of time, also with dates in a template."""
    return value.isoformat()[:10] if isinstance(value, date) else value


def _ordered(left: object, operator: str, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return _answer(operator, left < right, left > right)
    if isinstance(left, int) and isinstance(right, int):
        return _answer(operator, left < right, left > right)
    return False


def _answer(operator: str, below: bool, above: bool) -> bool:
    return {"<": below, "<=": not above, ">": above, ">=": not below}[operator]

"""Reads the condition of an `if`: presence, comparison, and, or, not, brackets; nothing else exists.

Belongs here: words of a condition and their order, and comparing types that fit.
Does not belong here: working the condition out (`expand`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from exports.papers.field_types import FieldType
from exports.papers.model import N_
from exports.papers.syntax import DEEPEST, LONGEST_MARK, Compare, Condition, Join, Literal, Ref

_WORD = re.compile(
    r'\s*(?:"([^"]*)"|(-?[0-9]{1,18})(?![\w.])|([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)?)|(==|!=|<=|>=|<|>|\(|\)))'
)
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=")
_NUMBERS = (FieldType.NUMBER, FieldType.MONEY)


class FaultError(Exception):
    """A place of a template that cannot be read; the reader turns it into a problem of its line."""

    def __init__(self, message: str, **parameters: object) -> None:
        super().__init__(message)
        self.message, self.parameters = message, parameters


@dataclass(frozen=True, slots=True)
class Name:
    """A word that names a value or joins conditions."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A comparison or a bracket."""

    text: str


Word = Literal | Name | Sign


def require_short(text: str) -> None:
    """Refuse what stands between braces when it is too long to be read; FaultError."""
    if len(text) > LONGEST_MARK:
        raise FaultError(N_("Between braces stand at most %(most)d characters."), most=LONGEST_MARK)


def words_of(text: str) -> list[Word]:
    """Cut a condition into words; FaultError: too long, or a sign that is not of this language."""
    require_short(text)
    found: list[Word] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _WORD.match(text, at)
        if match is None:
            raise FaultError(N_("“%(text)s” cannot be read here."), text=text[at:].strip()[:60])
        quoted, digits, name, sign = match.groups()
        if quoted is not None:
            found.append(Literal(quoted))
        elif digits:
            found.append(Literal(int(digits)))
        else:
            found.append(Name(name) if name else Sign(sign))
        at = match.end()
    return found


class ConditionReader:
    """Reads one condition from its words; `ref` tells what a name means at this place."""

    def __init__(self, words: list[Word], ref: Callable[[str], Ref]) -> None:
        self._words, self._ref, self._depth = words, ref, 0

    def read(self) -> Condition:
        """Return the condition; FaultError when it is empty, unfinished or compares what cannot be compared."""
        found = self._either()
        if self._words:
            raise FaultError(N_("The condition goes on after its end."))
        return found

    def _either(self) -> Condition:
        return self._joined("or", lambda: self._joined("and", self._single))

    def _joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self._words and self._words[0] == Name(word):
            self._words.pop(0)
            parts.append(part())
        return parts[0] if len(parts) == 1 else Join(word, tuple(parts))

    def _single(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FaultError(N_("Tags are nested more than %(most)d deep."), most=DEEPEST)
        found = self._unnested()
        self._depth -= 1
        return found

    def _unnested(self) -> Condition:
        if self._words and self._words[0] == Name("not"):
            self._words.pop(0)
            return Join("not", (self._single(),))
        if self._words and self._words[0] == Sign("("):
            self._words.pop(0)
            inner = self._either()
            if not self._words or self._words.pop(0) != Sign(")"):
                raise FaultError(N_("A bracket is not closed."))
            return inner
        return self._compare()

    def _compare(self) -> Compare:
        left = self._operand()
        following = self._words[0] if self._words else None
        if not isinstance(following, Sign) or following.text not in _OPERATORS:
            if isinstance(left, Literal):
                raise FaultError(N_("A condition asks about a value; a text or number alone is none."))
            return Compare(left)
        self._words.pop(0)
        right = self._operand()
        _must_fit(left, right)
        return Compare(left, following.text, right)

    def _operand(self) -> Ref | Literal:
        word = self._words.pop(0) if self._words else None
        if isinstance(word, Literal):
            return word
        if isinstance(word, Name) and word.text not in ("and", "or", "not"):
            return self._ref(word.text)
        raise FaultError(N_("The condition is not complete."))


def _must_fit(left: Ref | Literal, right: Ref | Literal) -> None:
    kinds = {_family(left), _family(right)}
    texts_for_dates = [
        one.value for one in (left, right) if isinstance(one, Literal) and isinstance(one.value, str)
    ]
    if (
        kinds == {"date", "text"}
        and texts_for_dates
        and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", texts_for_dates[0])
    ):
        return
    if len(kinds) != 1 or "list" in kinds:
        raise FaultError(N_('Values of different types cannot be compared; a date is written "2026-07-01".'))


def _family(operand: Ref | Literal) -> str:
    if isinstance(operand, Literal):
        return "text" if isinstance(operand.value, str) else "number"
    return "number" if operand.type in _NUMBERS else operand.type.value

"""Reads a template into nodes, and notes every fault on the way instead of stopping at the first.

Belongs here: tags, names, filters; each name is held against the fields of the kind.
Does not belong here: conditions (`conditions`), markup (`markup`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from exports.papers.conditions import ConditionReader, FaultError, require_short, words_of
from exports.papers.field_types import Field, FieldType
from exports.papers.filters import FILTERS, KEEPS_TYPE
from exports.papers.model import N_, Problem
from exports.papers.syntax import (
    DEEPEST,
    LONGEST_LINE,
    Choose,
    Literal,
    Node,
    Plain,
    Ref,
    Repeat,
    Show,
    Token,
    long_lines,
    tokens,
)

_LOOP = re.compile(r"for\s+([a-z_][a-z0-9_]*)\s+in\s+([a-z_][a-z0-9_]*)\Z")
_FILTER = re.compile(r"\s*([a-z_]+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    word: str
    line: int
    node: Choose | Repeat
    had_else: bool = False


@dataclass(slots=True)
class Reader:
    """Reads one template for one kind; after `read`, `problems` lists what is wrong."""

    fields: Mapping[str, Field]
    problems: list[Problem] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _levels: list[list[Node]] = field(default_factory=lambda: [[]])

    def read(self, body: str) -> list[Node]:
        """Return the nodes of the template; parts that could not be read are left out, all with too long a line."""
        for number in long_lines(body):
            self._note(number, N_("A line has at most %(most)d characters."), most=LONGEST_LINE)
        if self.problems:
            return []
        for token in tokens(body):
            try:
                self._take(token)
            except FaultError as fault:
                self.problems.append(Problem(token.line, fault.message, fault.parameters))
        for waiting in self._open:
            self._note(
                waiting.line, N_("“%(tag)s” has no “%(end)s”."), tag=waiting.word, end=f"end{waiting.word}"
            )
        return self._levels[0]

    def _take(self, token: Token) -> None:
        if token.kind == "text":
            self._levels[-1].append(Plain(self._text(token)))
        elif token.kind == "value":
            self._levels[-1].append(self._show(token.text))
        else:
            self._tag(token)

    def _text(self, token: Token) -> str:
        for sign in ("{{", "}}", "{%", "%}"):
            if sign in token.text:
                self._note(
                    token.line,
                    N_("“%(sign)s” stands alone; a value or tag must close on its line."),
                    sign=sign,
                )
        return token.text

    def _tag(self, token: Token) -> None:
        word = token.text.split(None, 1)[0] if token.text else ""
        deeds = {"if": self._if, "elif": self._elif, "else": self._else, "for": self._for}
        if word in deeds:
            deeds[word](token.line, token.text[len(word) :].strip())
        elif word in ("endif", "endfor") and token.text == word:
            self._end(word)
        else:
            raise FaultError(N_("“%(tag)s” is no tag of this language."), tag=token.text[:60])

    def _if(self, line: int, rest: str) -> None:
        node = Choose()
        self._enter(_Open("if", line, node))
        self._branch(node, rest)

    def _elif(self, _line: int, rest: str) -> None:
        waiting = self._waiting("if", "elif")
        self._levels.pop()
        assert isinstance(waiting.node, Choose)  # noqa: S101 - what `_waiting("if")` gives
        self._branch(waiting.node, rest)

    def _else(self, _line: int, rest: str) -> None:
        waiting = self._waiting("if", "else")
        self._levels.pop()
        assert isinstance(waiting.node, Choose)  # noqa: S101 - what `_waiting("if")` gives
        waiting.had_else = True
        branch: list[Node] = []
        waiting.node.branches.append((None, branch))
        self._levels.append(branch)
        if rest:
            raise FaultError(N_("“else” stands alone, without a condition."))

    def _for(self, line: int, rest: str) -> None:
        found = _LOOP.match(f"for {rest}")
        variable, list_name = found.groups() if found else ("", "")
        node = Repeat(variable, list_name)
        self._enter(_Open("for", line, node))
        self._levels.append(node.nodes)
        if not found:
            raise FaultError(N_("A loop is written “for row in list”."))
        if variable in self.fields or self._loop(variable, below=1):
            raise FaultError(
                N_("“%(name)s” is taken already; name the row of the loop otherwise."), name=variable
            )
        known = self.fields.get(list_name)
        if known is None:
            raise FaultError(N_("There is no value “%(name)s” in this kind of document."), name=list_name)
        if known.type is not FieldType.LIST:
            raise FaultError(N_("“%(name)s” is no list."), name=list_name)

    def _end(self, word: str) -> None:
        self._waiting(word[3:], word, closing=True)
        self._open.pop()
        self._levels.pop()

    def _waiting(self, word: str, tag: str, closing: bool = False) -> _Open:
        if not self._open or self._open[-1].word != word or (self._open[-1].had_else and not closing):
            raise FaultError(N_("“%(tag)s” has no “%(start)s” before it."), tag=tag, start=word)
        return self._open[-1]

    def _enter(self, waiting: _Open) -> None:
        if len(self._open) >= DEEPEST:
            self._note(waiting.line, N_("Tags are nested more than %(most)d deep."), most=DEEPEST)
        self._levels[-1].append(waiting.node)
        self._open.append(waiting)

    def _branch(self, node: Choose, rest: str) -> None:
        branch: list[Node] = []
        self._levels.append(branch)
        node.branches.append((ConditionReader(words_of(rest), self.ref).read(), branch))

    def _show(self, text: str) -> Show:
        require_short(text)
        name, *written = _between_bars(text)
        ref = self.ref(name.strip())
        if ref.type is FieldType.LIST:
            raise FaultError(N_("“%(name)s” is a list: repeat over its rows with “for”."), name=ref.name)
        kind, steps = ref.type, []
        for piece in written:
            word, argument = self._filter(piece, kind)
            kind = kind if word in KEEPS_TYPE else FieldType.TEXT
            steps.append((word, argument))
        return Show(ref, tuple(steps))

    def _filter(self, piece: str, kind: FieldType) -> tuple[str, str | int | None]:
        found = _FILTER.match(piece)
        word, written = found.groups() if found else (piece.strip(), None)
        known = FILTERS.get(word)
        if known is None:
            raise FaultError(N_("There is no filter “%(filter)s”."), filter=word[:60])
        if kind not in known.takes:
            raise FaultError(N_("The filter “%(filter)s” does not fit a value of this type."), filter=word)
        argument = _argument(written)
        fits = argument is not None and known.argument is not None and isinstance(argument, known.argument)
        if not fits and (argument is not None or known.argument_needed):
            raise FaultError(
                N_("What stands in brackets after the filter “%(filter)s” does not fit it."), filter=word
            )
        return word, argument

    def ref(self, name: str) -> Ref:
        """Return the value that a name means at this place; FaultError when there is none."""
        head, dot, column = name.partition(".")
        loop = self._loop(head)
        if loop is None:
            known = self.fields.get(head)
            if known is None or dot:
                raise FaultError(N_("There is no value “%(name)s” in this kind of document."), name=name[:60])
            return Ref(head, None, known.type)
        if column == "no":
            return Ref(head, column, FieldType.NUMBER)
        of_list = self.fields.get(loop.list_name)
        for known in of_list.columns if of_list else ():
            if known.name == column:
                return Ref(head, column, known.type)
        raise FaultError(
            N_("The rows of “%(list)s” have no value “%(name)s”."), list=loop.list_name, name=column[:60]
        )

    def _loop(self, variable: str, below: int = 0) -> Repeat | None:
        for waiting in reversed(self._open[: len(self._open) - below]):
            if isinstance(waiting.node, Repeat) and waiting.node.variable == variable:
                return waiting.node
        return None

    def _note(self, line: int, message: str, **parameters: object) -> None:
        self.problems.append(Problem(line, message, parameters))


def _between_bars(text: str) -> list[str]:
    """What stands between bars; a bar in quotes is one of its text."""
    pieces, is_text = [""], False
    for part in re.split(r'([|"])', text):
        is_text ^= part == '"'
        if part == "|" and not is_text:
            pieces.append("")
        else:
            pieces[-1] += part
    return pieces


def _argument(written: str | None) -> str | int | None:
    if written is None:
        return None
    found = words_of(written)
    if len(found) != 1 or not isinstance(found[0], Literal):
        raise FaultError(N_("In brackets stands one text in quotes or one number."))
    return found[0].value

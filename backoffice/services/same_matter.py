"""Hints that a request may be of the same person or about the same matter as others, inside the reader's scope.

Belongs here: what is compared, and how alike is alike enough. Not here: merging (`request_merge`), pages.

Numbers are compared by their sums under the key outside the database, never plain. Names are compared folded, word by
word: one slip of the keyboard in one word does not hide a person, while people who share their family name and a word
more are told apart. A hint is never more than a hint: many people bear the same name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.models import OnlineRequest
from backoffice.queries.same_matter import requests_naming, requests_with_identity
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.look_up_key import look_up_keys
from backoffice.services.request_seal import unseal
from backoffice.workflow.permissions import Permission
from exports.text import fold_ascii

IDENTITY, MATTER, NAME, SIMILAR = "identity", "matter", "name", "similar"
APPLICANT = "applicant"
SAME = 100.0
MOST_SHOWN = 5
_LOOKED_AT = 40
# Vietnamese words without their signs. Two of them are two names, Nam and Lam, however near they are; a slip of the
# keyboard leaves something else: Hoaf, Nguyne.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|g[hi]?|h|kh?|l|m|n(?:gh?|h)?|ph?|qu?|r|s|t[hr]?|v|x)?"
    r"(?:a[iouy]?|e[ou]?|ia?|ieu|iu|o(?:a[ioy]?|eo?|i)?|u(?:a[uy]?|e|i|oi?|ou|u|y[au]?)?|y(?:eu)?"
    r"|(?:a|e|ie?|o[aeo]?|u(?:a|e|o|ye?)?|ye?)(?:ch?|m|n[gh]?|p|t))"
)
# In a shorter foreign word another letter makes another word.
_LONG_ENOUGH = 4
_SINCE = timedelta(days=730)
_NAMES = ("applicant_name", "creditor_name", "debtor_name")
_NUMBERS = ("judgment_number", "enforcement_decision_number", "concerned")
_WEIGHTS = {IDENTITY: 400, MATTER: 300}


@dataclass(frozen=True)
class Sought:
    """What is compared: the sum of the identity number, folded names, folded numbers of the matter."""

    identity_key: str
    names: frozenset[str]
    numbers: frozenset[str]
    besides: int = 0


@dataclass(frozen=True)
class Match:
    """One reason: what is the same, and whose it is there; `role` is the applicant's or that of a party.

    `score` orders hints, up to 100 for the same name and above it for what weighs more.
    """

    reason: str
    score: float
    name: str = ""
    role: str = ""


@dataclass(frozen=True)
class Alike:
    """A request that may be the same, and why."""

    request_id: int
    request_number: str
    applicant_name: str
    procedure: str
    state: str
    received_on: date
    matches: tuple[Match, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is the same, without whose it is."""
        return tuple(match.reason for match in self.matches)


def sought_in(values: Mapping[str, str]) -> Sought:
    """What is compared of answers as somebody types them."""
    number = values.get("identity_number", "").strip()
    return Sought(look_up_keys().identity_key(number) if number else "", _names(values), _numbers(values))


def sought_of(request: OnlineRequest) -> Sought:
    """What is compared of a request; its matter counts only while what was declared can be opened."""
    declared = {"applicant_name": request.applicant_name, **_opened(request)}
    return Sought(request.identity_key, _names(declared), _numbers(declared), request.id)


def find_alike(actor: Actor, sought: Sought) -> list[Alike]:
    """The requests that are most alike, the most alike first. Raises NotPermittedError."""
    require(actor, Permission.ONLINE_REQUEST_READ)
    rows: dict[int, OnlineRequest] = {}
    if sought.identity_key:
        same = requests_with_identity(sought.identity_key, sought.besides, _LOOKED_AT)
        rows |= {row.id: row for row in same}
    words = [words for name in sorted(sought.names) if len(words := name.split()) > 1]
    if words:
        since = clock.now() - _SINCE
        rows |= {row.id: row for row in requests_naming(words, since, sought.besides, _LOOKED_AT)}
    judged = [(row, matches) for row in rows.values() if (matches := tuple(_matches(row, sought)))]
    judged.sort(key=lambda pair: (-sum(match.score for match in pair[1]), -pair[0].id))
    return [_alike(row, matches) for row, matches in judged[:MOST_SHOWN]]


def likeness(one: str, other: str) -> float:
    """How alike two folded names are: 100 for the same words in any order, 0 for two people, between them for one slip."""
    first, second = Counter(one.split()), Counter(other.split())
    mine, theirs = list((first - second).elements()), list((second - first).elements())
    if not first or not second:
        return 0.0
    if not mine and not theirs:
        return SAME
    if len(mine) == len(theirs) == 1 and len(first) > 1 and _is_slip(mine[0], theirs[0]):
        return token_sort_ratio(one, other)
    return SAME - 1 if _without_spaces(one) == _without_spaces(other) else 0.0


class _Person(NamedTuple):
    role: str
    name: str
    fold: str
    identity_key: str | None


def _is_slip(one: str, other: str) -> bool:
    """Whether two words differ as a mistyped one does: by one key, which left no other Vietnamese word, and no number."""
    if not (one + other).isalpha() or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    words = [bool(_SYLLABLE.fullmatch(word)) for word in (one, other)]
    if any(words):
        return not all(words)
    return one[0] == other[0] and min(len(one), len(other)) >= _LONG_ENOUGH


def _without_spaces(name: str) -> str:
    return name.replace(" ", "")


def _matches(row: OnlineRequest, sought: Sought) -> Iterator[Match]:
    people = [_Person(APPLICANT, row.applicant_name, row.name_fold, row.identity_key)]
    people += [_Person(one.role, one.full_name, one.name_fold, one.identity_key) for one in row.parties]
    told: set[tuple[bool, str]] = set()
    for match in (*_by_number(people, sought.identity_key), *_by_name(people, sought.names)):
        # Who plays two parts is told of once.
        of_whom = (match.reason == IDENTITY, match.name)
        if of_whom not in told:
            yield match
        told.add(of_whom)
    if told and sought.numbers & _numbers(_opened(row)):
        yield Match(MATTER, _WEIGHTS[MATTER])


def _by_number(people: list[_Person], identity_key: str) -> Iterator[Match]:
    for one in people:
        if identity_key and one.identity_key == identity_key:
            yield Match(IDENTITY, _WEIGHTS[IDENTITY], one.name, one.role)


def _by_name(people: list[_Person], names: frozenset[str]) -> Iterator[Match]:
    for one in people:
        score = max((likeness(name, one.fold) for name in names), default=0.0)
        if score:
            yield Match(NAME if score == SAME else SIMILAR, score, one.name, one.role)


def _alike(row: OnlineRequest, matches: tuple[Match, ...]) -> Alike:
    return Alike(
        row.id,
        row.request_number,
        row.applicant_name,
        row.procedure,
        row.state,
        row.received_on,
        matches,
    )


def _names(values: Mapping[str, str]) -> frozenset[str]:
    return frozenset(filter(None, (fold_ascii(values.get(name, "")[:200]) for name in _NAMES)))


def _numbers(values: Mapping[str, str]) -> frozenset[str]:
    return frozenset(filter(None, (fold_ascii(values.get(name, "")[:200]) for name in _NUMBERS)))


def _opened(row: OnlineRequest) -> Mapping[str, str]:
    try:
        return unseal(row)
    except (KeyMissingError, FileDamagedError):
        return {}

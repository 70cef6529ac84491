"""Hints that a request may be of the same person or about the same matter as others, inside the reader's scope.

Belongs here: what is compared, and how alike is alike enough. Not here: merging (`request_merge`), pages.

Numbers are compared by their sums under the key outside the database, never plain. Names are compared folded, sign pair
by sign pair, so that a slip of the keyboard does not hide a person. A hint is never more than a hint: many people bear
the same name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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

IDENTITY, MATTER, NAME = "identity", "matter", "name"
MOST_SHOWN = 5
# Share of the pairs of signs that two names have in common; one slip in a name of three words leaves about 0.85.
ALIKE = 0.8
_LOOKED_AT = 40
_SINCE = timedelta(days=730)
_NAMES = ("applicant_name", "creditor_name", "debtor_name")
_NUMBERS = ("judgment_number", "enforcement_decision_number", "concerned")
_WEIGHTS = {IDENTITY: 4, MATTER: 3, NAME: 1}


@dataclass(frozen=True)
class Sought:
    """What is compared: the sum of the identity number, folded names, folded numbers of the matter."""

    identity_key: str
    names: frozenset[str]
    numbers: frozenset[str]
    besides: int = 0


@dataclass(frozen=True)
class Alike:
    """A request that may be the same, and why."""

    request_id: int
    request_number: str
    applicant_name: str
    procedure: str
    state: str
    received_on: date
    reasons: tuple[str, ...]


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
    judged = [(row, reasons) for row in rows.values() if (reasons := _reasons(row, sought))]
    judged.sort(key=lambda pair: (-sum(_WEIGHTS[reason] for reason in pair[1]), -pair[0].id))
    return [_alike(row, reasons) for row, reasons in judged[:MOST_SHOWN]]


def likeness(one: str, other: str) -> float:
    """How alike two folded names are, from 0 to 1: Dice's share of the pairs of signs of their words."""
    first, second = _pairs(one), _pairs(other)
    total = sum(first.values()) + sum(second.values())
    return 2 * sum((first & second).values()) / total if total else 0.0


def _pairs(name: str) -> Counter[str]:
    return Counter(f" {word} "[at : at + 2] for word in name.split() for at in range(len(word) + 1))


def _reasons(row: OnlineRequest, sought: Sought) -> tuple[str, ...]:
    keys = {row.identity_key, *(party.identity_key for party in row.parties)}
    names = {row.name_fold, *(party.name_fold for party in row.parties)}
    found = [IDENTITY] * bool(sought.identity_key and sought.identity_key in keys)
    found += [NAME] * any(likeness(one, other) >= ALIKE for one in sought.names for other in names)
    if found and sought.numbers & _numbers(_opened(row)):
        found.append(MATTER)
    return tuple(found)


def _alike(row: OnlineRequest, reasons: tuple[str, ...]) -> Alike:
    return Alike(
        row.id,
        row.request_number,
        row.applicant_name,
        row.procedure,
        row.state,
        row.received_on,
        reasons,
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

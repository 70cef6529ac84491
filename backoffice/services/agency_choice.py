"""Which agency takes a citizen's request: by province, or by the words of an address.

Belongs here: the agencies that are open today and take requests of a procedure, and finding them. Not here: the tree
of agencies as rows (`queries.agencies`), pages. Names and codes of agencies are public, so no scope is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backoffice.errors import NotFoundError
from backoffice.models.states import AgencyLevel
from backoffice.services.agency_directory import KnownAgency, agency_directory
from exports.text import fold_ascii, fold_exact, text_sort_key

MOST_FOUND = 12
_WORDS = re.compile(r"\w+")
# What every agency of a level is called; what follows tells it from the others.
_PREFIXES = (
    "chi cuc thi hanh an dan su ",
    "cuc thi hanh an dan su ",
    "phong thi hanh an dan su ",
    "thi hanh an dan su ",
)
_KINDS = ("thanh pho ", "tinh ", "quan ", "huyen ", "thi xa ", "phuong ", "xa ", "khu vuc ")
_RANK = {AgencyLevel.REGIONAL: 0, AgencyLevel.DISTRICT: 0, AgencyLevel.PROVINCIAL: 1, AgencyLevel.NATIONAL: 2}


@dataclass(frozen=True)
class Place:
    """A province as people choose it: the code of its agency, and its name without the word for the agency."""

    code: str
    name: str


def provinces() -> list[Place]:
    """The provinces whose agency is open today, in Vietnamese order."""
    found = [
        Place(agency.code, _place_name(agency.name))
        for agency in _open()
        if _is(agency, AgencyLevel.PROVINCIAL)
    ]
    return sorted(found, key=lambda place: text_sort_key(_without_kind(place.name)))


def agencies_in(province: str, levels: Iterable[str]) -> list[KnownAgency]:
    """The agencies of a province that take such requests, its own first. Raises NotFoundError for no such province."""
    own = agency_directory().by_code.get(province)
    if own is None or not _is_open(own) or not _is(own, AgencyLevel.PROVINCIAL):
        raise NotFoundError
    wanted = set(levels)
    found = [agency for agency in _open() if agency.path.startswith(own.path) and agency.level in wanted]
    return sorted(found, key=lambda agency: (agency.path.count("."), text_sort_key(agency.name)))


def agencies_near(address: str, levels: Iterable[str]) -> list[KnownAgency]:
    """The agencies whose place is named in an address, the best fit first; names of the past lead to successors.

    Words with their marks are looked for first: without them `quận Ba Đình` also holds `Quản Bạ`.
    """
    wanted = set(levels)
    for fold in (fold_exact, fold_ascii):
        scores = _scores(" ".join(_WORDS.findall(fold(address))), fold, wanted)
        if scores:
            break
    by_id = agency_directory().by_id
    ranked = sorted(
        scores, key=lambda key: (-scores[key], _RANK[AgencyLevel(by_id[key].level)], by_id[key].code)
    )
    return [by_id[key] for key in ranked[:MOST_FOUND]]


def national_agencies(levels: Iterable[str]) -> list[KnownAgency]:
    """The one agency above all others, when it takes such requests."""
    wanted = set(levels)
    return [agency for agency in _open() if _is(agency, AgencyLevel.NATIONAL) and agency.level in wanted]


def agency_that_takes(code: str, levels: Iterable[str]) -> KnownAgency:
    """The agency with this code. Raises NotFoundError when it is closed or takes no such requests."""
    agency = open_agency(code)
    if agency.level not in set(levels):
        raise NotFoundError
    return agency


def open_agency(code: str) -> KnownAgency:
    """The agency with this code. Raises NotFoundError when it is closed."""
    agency = agency_directory().by_code.get(code)
    if agency is None or not _is_open(agency):
        raise NotFoundError
    return agency


def _open() -> list[KnownAgency]:
    return [agency for agency in agency_directory().by_id.values() if _is_open(agency)]


def _is_open(agency: KnownAgency) -> bool:
    return agency.has_begun and not agency.is_closed


def _is(agency: KnownAgency, level: AgencyLevel) -> bool:
    return agency.level == level.value


def _present(agency: KnownAgency) -> KnownAgency | None:
    """The agency itself, or the one that has its work today."""
    seen: set[int] = set()
    found: KnownAgency | None = agency
    while found is not None and not _is_open(found) and found.id not in seen:
        seen.add(found.id)
        found = agency_directory().by_id.get(found.successor_id or 0)
    return found if found is not None and _is_open(found) else None


def _scores(words: str, fold: Callable[[str], str], levels: set[str]) -> dict[int, int]:
    """How well the present agencies fit, by id; those that do not fit at all are left out."""
    found: dict[int, int] = {}
    for agency in agency_directory().by_id.values():
        score = _score(agency, f" {words} ", fold)
        present = _present(agency) if score else None
        if present is not None and present.level in levels:
            found[present.id] = max(found.get(present.id, 0), score)
    return found


def _score(agency: KnownAgency, words: str, fold: Callable[[str], str]) -> int:
    """How well the place of an agency fits the words of an address: nothing, its bare name, or name and kind.

    The name of the province counts for every agency in it, so that namesakes of other provinces come later.
    """
    if _is(agency, AgencyLevel.NATIONAL):
        return 0
    place = _place_name(agency.name)
    bare = _without_kind(place)
    has_kind = f" {fold(place)} " in words and place != bare
    has_name = len(bare) > 1 and not bare.isdigit() and f" {fold(bare)} " in words
    if not (has_kind or has_name):
        return 0
    above = agency_directory().by_code.get(agency.path.split(".")[1])
    is_below = above is not None and above.id != agency.id
    in_province = (
        is_below and f" {fold(_without_kind(_place_name(above.name)))} " in words if above else False
    )
    return (4 if has_kind else 3) + (3 if in_province else 0)


def _place_name(name: str) -> str:
    """The province in the name of its agency, as it is written, with a capital letter."""
    words = name.split()
    folded = [fold_ascii(word) for word in words]
    for prefix in _PREFIXES:
        cut = prefix.split()
        if folded[: len(cut)] == cut:
            rest = " ".join(words[len(cut) :])
            return rest[:1].upper() + rest[1:]
    return name


def _without_kind(place: str) -> str:
    """A place without the word for its kind, written or folded: `Tỉnh Hà Nam` is `Hà Nam`."""
    words = place.split()
    folded = [fold_ascii(word) for word in words]
    for kind in _KINDS:
        if folded[: len(kind.split())] == kind.split():
            return " ".join(words[len(kind.split()) :])
    return place

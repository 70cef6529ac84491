"""What stands around a paper: the names of the agency and of the one above it, the place, the symbol, who signs.

Not here: the text of a paper (`paper_data`), its layout (`exports.papers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from backoffice.models import EnforcementAgency
from backoffice.models.enforcement_agency import PATH_END
from backoffice.queries.agencies import agency_name_on
from backoffice.queries.staff import head_of_agency
from backoffice.services.agency_directory import agency_directory
from backoffice.services.document_template import OFFICE_PLACE

MINISTRY = "Bộ Tư pháp"
CAPITAL = "Hà Nội"
# A place that is called after a person stands with its full name (Decree 30/2020, appendix I).
FULL_NAMES = {"Hồ Chí Minh": "Thành phố Hồ Chí Minh"}
_PLACE = re.compile(r"(?:tỉnh|thành phố)\s+(.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Signer:
    """Who will sign: authority (`KT. CỤC TRƯỞNG`, may be empty), position and name as they are printed."""

    authority: str
    position: str
    name: str


@dataclass(frozen=True)
class Office:
    """The agency of a paper as it stands above it, with the names of the day."""

    parent: str | None
    name: str
    place: str


def office_of(agency: EnforcementAgency, day: date) -> Office:
    """The agency, the one above it and the place, as they were called on the day."""
    name = agency_name_on(agency, day)
    above = _names_above(agency)
    return Office(above[-1] if above else MINISTRY, name, _place_in([*above, name]))


def usual_signer(agency: EnforcementAgency, day: date) -> Signer:
    """The head of the agency with the title that goes with the agency's name; the name is empty where none is known."""
    head = head_of_agency(agency.id)
    return Signer("", position_of(agency_name_on(agency, day)), head.get_full_name() if head else "")


def position_of(agency_name: str) -> str:
    """What the head of an agency of this name is called."""
    for beginning, position in _POSITIONS:
        if agency_name.lower().startswith(beginning):
            return position
    return "THỦ TRƯỞNG CƠ QUAN"


def symbol_of(pattern: str, agency_name: str) -> str:
    """The symbol of a paper: the pattern with the short name of the office in its place."""
    return pattern.replace(OFFICE_PLACE, _short_name(agency_name))


# The longer beginnings first: they contain the shorter ones.
_POSITIONS = (
    ("tổng cục", "TỔNG CỤC TRƯỞNG"),
    ("cục ", "CỤC TRƯỞNG"),
    ("chi cục", "CHI CỤC TRƯỞNG"),
    ("phòng", "TRƯỞNG PHÒNG"),
    ("thi hành án", "TRƯỞNG THI HÀNH ÁN DÂN SỰ"),
)
_SHORT_NAMES = (
    ("tổng cục", "TCTHADS"),
    ("cục quản lý", "CQLTHADS"),
    ("cục ", "CTHADS"),
    ("chi cục", "CCTHADS"),
    ("phòng", "PTHADS"),
)


def _short_name(agency_name: str) -> str:
    lower = agency_name.lower()
    return next((short for beginning, short in _SHORT_NAMES if lower.startswith(beginning)), "THADS")


def _names_above(agency: EnforcementAgency) -> list[str]:
    """The names of the agencies above, from the root down; names are public, also outside one's scope."""
    known = agency_directory().by_code
    codes = agency.path.rstrip(PATH_END).split(PATH_END)[:-1]
    return [known[code].name for code in codes if code in known]


def _place_in(names: list[str]) -> str:
    """The province that the first of the names has in it; that of the centre where none has."""
    found = (_PLACE.search(name) for name in names)
    place = next((place[1].strip() for place in found if place), CAPITAL)
    return FULL_NAMES.get(place, place)

"""Bringing in the agency tree and the dated names of levels and agencies.

An import only adds: agencies are never renamed or moved by it, because old rows tell which agency acted then.
Not here: closing agencies and naming successors (`agency_reorganisation`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError
from backoffice.models import AgencyLevelName, AgencyName, EnforcementAgency
from backoffice.models.enforcement_agency import PATH_END
from backoffice.models.states import AgencyLevel
from backoffice.services.agency_directory import forget_agency_directory
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text

CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}")
# The parent that an agency of each level has; the order also is the order of import.
_PARENT_LEVELS: dict[AgencyLevel, AgencyLevel | None] = {
    AgencyLevel.NATIONAL: None,
    AgencyLevel.PROVINCIAL: AgencyLevel.NATIONAL,
    AgencyLevel.DISTRICT: AgencyLevel.PROVINCIAL,
    AgencyLevel.REGIONAL: AgencyLevel.PROVINCIAL,
}


@dataclass(frozen=True)
class ImportSummary:
    """How many rows an import added, changed, left as they were, and kept against the file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True)
class AgencyRow:
    """One line of the agency file; `line` counts from 1, the header being line 1."""

    line: int
    code: str
    name: str
    level: AgencyLevel
    parent_code: str | None
    province_code: str | None
    district_code: str | None
    is_pilot_2018: bool


def import_agencies(actor: Actor, rows: Iterable[Mapping[str, str]]) -> ImportSummary:
    """Add the agencies of a file (code, name, level, parent_code, province_code, district_code, pilot_2018).

    A second import of the same file changes nothing. Raises InvalidInputError, before any change, for a line
    that cannot be read, an unknown parent, or an agency that exists already and differs.
    """
    require(actor, Permission.SYSTEM, Permission.AGENCY_REORGANISE)
    parsed = [_parse(line, row) for line, row in enumerate(rows, start=2)]
    with unit_of_work(actor) as session:
        known = {agency.code: agency for agency in session.scalars(select(EnforcementAgency))}
        added = 0
        for row in sorted(parsed, key=lambda row: list(AgencyLevel).index(row.level)):
            if row.code in known:
                _check_same(row, known[row.code])
                continue
            known[row.code] = _add(session, row, known)
            added += 1
    forget_agency_directory()
    return ImportSummary(added=added, unchanged=len(parsed) - added)


def _parse(line: int, row: Mapping[str, str]) -> AgencyRow:
    try:
        level = AgencyLevel(row["level"])
        parsed = AgencyRow(
            line=line,
            code=row["code"].strip(),
            name=clean_text(row["name"]),
            level=level,
            parent_code=row["parent_code"].strip() or None,
            province_code=row["province_code"].strip() or None,
            district_code=row["district_code"].strip() or None,
            is_pilot_2018={"true": True, "false": False, "": False}[row["pilot_2018"].strip().lower()],
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise _refused(line, N_("a column is missing or a level or flag is unknown")) from error
    if not CODE.fullmatch(parsed.code):
        raise _refused(line, N_("the code must be capital letters and digits"))
    if not 1 <= len(parsed.name) <= 200:
        raise _refused(line, N_("the name must have 1 to 200 characters"))
    return parsed


def _check_same(row: AgencyRow, agency: EnforcementAgency) -> None:
    parent_path = agency.path.removesuffix(agency.code + PATH_END)
    parent_code = parent_path.rstrip(PATH_END).rpartition(PATH_END)[2] or None
    stored = (agency.name, agency.level, parent_code, agency.province_code, agency.district_code)
    given = (row.name, row.level.value, row.parent_code, row.province_code, row.district_code)
    if stored != given:
        raise _refused(
            row.line, N_("an agency with this code exists and differs; an import never changes an agency")
        )


def _add(session: Session, row: AgencyRow, known: Mapping[str, EnforcementAgency]) -> EnforcementAgency:
    parent = known.get(row.parent_code) if row.parent_code else None
    wanted = _PARENT_LEVELS[row.level]
    if (parent.level if parent else None) != (wanted.value if wanted else None):
        raise _refused(row.line, N_("the parent is unknown or of the wrong level"))
    agency = EnforcementAgency(
        code=row.code,
        name=row.name,
        level=row.level.value,
        parent=parent,
        path=(parent.path if parent else "") + row.code + PATH_END,
        province_code=row.province_code,
        district_code=row.district_code,
        is_pilot_2018=row.is_pilot_2018,
    )
    session.add(agency)
    return agency


def _refused(line: int, detail: str) -> InvalidInputError:
    return InvalidInputError("file", N_("Line %(line)s: %(detail)s."), line=line, detail=detail)


def import_level_names(actor: Actor, rows: Iterable[Mapping[str, str]]) -> ImportSummary:
    """Add what the levels are called (level, name_vi, name_en, valid_from, valid_to, legal_basis).

    A name that is there already gets the end and the texts of the file. Raises InvalidInputError for a line
    that cannot be read, and when two names of one level overlap.
    """
    require(actor, Permission.SYSTEM, Permission.AGENCY_REORGANISE)
    with unit_of_work(actor) as session:
        known = {(row.level, row.valid_from): row for row in session.scalars(select(AgencyLevelName))}
        changes: Counter[str] = Counter()
        for line, row in enumerate(rows, start=2):
            texts, period = _texts(line, row, ("level", "name_vi", "name_en")), _period(line, row)
            if texts["level"] not in set(AgencyLevel):
                raise _refused(line, N_("the level is unknown"))
            key = (texts["level"], period["valid_from"])
            if key not in known:
                known[key] = AgencyLevelName()
                session.add(known[key])
            changes[_fill(known[key], {**texts, **period})] += 1
        _check_apart([(name.level, name.valid_from, name.valid_to) for name in known.values()])
        return ImportSummary(**changes)


def import_agency_names(actor: Actor, rows: Iterable[Mapping[str, str]]) -> ImportSummary:
    """Add later names of single agencies (agency_code, name, valid_from, valid_to, legal_basis).

    Raises InvalidInputError for an unknown agency, a line that cannot be read, and names that overlap.
    """
    require(actor, Permission.SYSTEM, Permission.AGENCY_REORGANISE)
    with unit_of_work(actor) as session:
        ids = {
            row.code: row.id for row in session.execute(select(EnforcementAgency.code, EnforcementAgency.id))
        }
        known = {(row.agency_id, row.valid_from): row for row in session.scalars(select(AgencyName))}
        changes: Counter[str] = Counter()
        for line, row in enumerate(rows, start=2):
            texts, period = _texts(line, row, ("agency_code", "name")), _period(line, row)
            agency_id = ids.get(texts.pop("agency_code"))
            if agency_id is None:
                raise _refused(line, N_("the agency is unknown"))
            key = (agency_id, period["valid_from"])
            if key not in known:
                known[key] = AgencyName(agency_id=agency_id)
                session.add(known[key])
            changes[_fill(known[key], {**texts, **period})] += 1
        _check_apart([(str(name.agency_id), name.valid_from, name.valid_to) for name in known.values()])
    forget_agency_directory()
    return ImportSummary(**changes)


class _Period(TypedDict):
    valid_from: date
    valid_to: date | None


def _period(line: int, row: Mapping[str, str]) -> _Period:
    try:
        begins = date.fromisoformat(row["valid_from"])
        ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    except (KeyError, ValueError, TypeError) as error:
        raise _refused(line, N_("a date is missing or not in the form 2025-07-01")) from error
    return {"valid_from": begins, "valid_to": ends}


def _texts(line: int, row: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    texts = {key: clean_text(row.get(key) or "") for key in (*columns, "legal_basis")}
    if not all(1 <= len(text) <= 200 for text in texts.values()):
        raise _refused(line, N_("every text must have 1 to 200 characters"))
    return texts


def _fill(row: AgencyLevelName | AgencyName, values: Mapping[str, object]) -> str:
    before = {key: getattr(row, key) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    if all(value is None for value in before.values()):
        return "added"
    return "unchanged" if before == values else "changed"


def _check_apart(periods: Iterable[tuple[str, date, date | None]]) -> None:
    """Refuse two names of one owner on one day."""
    ends: dict[str, date] = {}
    for owner, begins, ends_on in sorted(periods, key=lambda period: period[:2]):
        if (ends_on or date.max) < begins or begins <= ends.get(owner, date.min):
            raise InvalidInputError("file", N_("Two names overlap, or one ends before it begins."))
        ends[owner] = ends_on or date.max

"""All agencies with the names in force today, kept in memory for half a minute: pages name many of them.

Names and codes of agencies are public; who may see which agency is for the callers, who know the scope.
Not here: reading the tree as rows (`queries.agencies`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import or_, select

from backoffice import clock
from backoffice.access.scope import current_scope, system_scope
from backoffice.models import AgencyName, EnforcementAgency
from backoffice.queries.current import reading
from exports.text import fold_ascii

_KEPT_SECONDS = 30.0
_KEY = "openthads_agency_directory"


@dataclass(frozen=True)
class KnownAgency:
    """One agency as lists and searches need it: today's name, and code and names that typed words are looked up in."""

    id: int
    code: str
    path: str
    name: str
    fold: str
    is_closed: bool
    level: str
    successor_id: int | None
    has_begun: bool


@dataclass(frozen=True)
class Directory:
    """Every agency by id and by code, as of a day."""

    day: date
    read_at: float
    by_id: Mapping[int, KnownAgency]
    by_code: Mapping[str, KnownAgency]


def agency_directory() -> Directory:
    """The directory of today; at most half a minute old."""
    kept: Directory | None = current_app.extensions.get(_KEY)
    today = clock.today()
    if kept is None or kept.day != today or not 0 <= time.monotonic() - kept.read_at < _KEPT_SECONDS:
        kept = _read(today)
        current_app.extensions[_KEY] = kept
    return kept


def sees_one_agency() -> bool:
    """Whether the present scope holds one agency alone: naming it in every row would tell nothing."""
    covers = current_scope().covers
    return sum(covers(agency.path) for agency in agency_directory().by_id.values()) < 2


def forget_agency_directory() -> None:
    """Read it anew next time: to be called by a deed that changed agencies."""
    current_app.extensions.pop(_KEY, None)


def agency_name_today(agency: EnforcementAgency) -> str:
    """The name in force today of an agency that the caller may see."""
    known = agency_directory().by_id.get(agency.id)
    return agency.name if known is None else known.name


def _read(day: date) -> Directory:
    columns = (
        EnforcementAgency.id,
        EnforcementAgency.code,
        EnforcementAgency.path,
        EnforcementAgency.name,
        EnforcementAgency.valid_from,
        EnforcementAgency.valid_to,
        EnforcementAgency.level,
        EnforcementAgency.successor_id,
        AgencyName.name.label("later_name"),
    )
    in_force = (AgencyName.valid_from <= day) & or_(AgencyName.valid_to.is_(None), AgencyName.valid_to >= day)
    statement = (
        select(*columns)
        .outerjoin(AgencyName, (AgencyName.agency_id == EnforcementAgency.id) & in_force)
        .order_by(EnforcementAgency.path, AgencyName.valid_from)
    )
    with system_scope("sign_in"):
        rows = reading().execute(statement).all()
    by_id = {
        row.id: KnownAgency(
            row.id,
            row.code,
            row.path,
            name := row.later_name or row.name,
            fold_ascii(" ".join(dict.fromkeys((row.code, name, row.name)))),
            row.valid_to is not None and row.valid_to < day,
            row.level,
            row.successor_id,
            row.valid_from is None or row.valid_from <= day,
        )
        for row in rows
    }
    return Directory(day, time.monotonic(), by_id, {agency.code: agency for agency in by_id.values()})

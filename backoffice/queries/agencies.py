"""Reads of the agency tree: by code, by day, with the names that were in force on a day.

Not here: the scope of a person (`access.identity`), the export of the tree (`queries.export`).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select

from backoffice import clock
from backoffice.errors import NotFoundError
from backoffice.models import AgencyLevelName, AgencyName, EnforcementAgency
from backoffice.models.states import AgencyLevel
from backoffice.queries.current import reading


def agency_by_code(code: str) -> EnforcementAgency | None:
    """The agency with this code, or None when there is none in the present scope."""
    return reading().scalar(select(EnforcementAgency).where(EnforcementAgency.code == code))


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that an agency exists on the day; both ends are included."""
    begun = or_(EnforcementAgency.valid_from.is_(None), EnforcementAgency.valid_from <= day)
    return begun & or_(EnforcementAgency.valid_to.is_(None), EnforcementAgency.valid_to >= day)


def ended_agencies() -> Select[int]:
    """The ids of agencies in the present scope that exist no longer, as a part of another statement."""
    return select(EnforcementAgency.id).where(EnforcementAgency.valid_to < clock.today())


def agency_in_force(agency_id: int, day: date) -> EnforcementAgency:
    """The agency itself while it exists on the day, else the successor that took over its work.

    Raises NotFoundError when the agency or its successor is outside the present scope, or has none.
    """
    seen: set[int] = set()
    wanted: int | None = agency_id
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        found = select(EnforcementAgency).where(EnforcementAgency.id == wanted)
        agency: EnforcementAgency | None = reading().scalar(found)
        if agency is None:
            break
        if agency.is_valid_on(day):
            return agency
        wanted = agency.successor_id
    raise NotFoundError


def national_agency() -> EnforcementAgency | None:
    """The root of the tree, or None when it is outside the present scope."""
    return reading().scalar(
        select(EnforcementAgency).where(EnforcementAgency.level == AgencyLevel.NATIONAL.value)
    )


def level_name_on(level: str, day: date) -> AgencyLevelName | None:
    """What agencies of the level were called as a kind on the day; None when there were none."""
    names = select(AgencyLevelName).where(
        AgencyLevelName.level == level,
        AgencyLevelName.valid_from <= day,
        or_(AgencyLevelName.valid_to.is_(None), AgencyLevelName.valid_to >= day),
    )
    return reading().scalar(names.order_by(AgencyLevelName.valid_from.desc()).limit(1))


def agency_name_on(agency: EnforcementAgency, day: date) -> str:
    """The name the agency bore on the day, so that an old decision shows the old name."""
    name = reading().scalar(
        select(AgencyName.name)
        .where(
            AgencyName.agency_id == agency.id,
            AgencyName.valid_from <= day,
            or_(AgencyName.valid_to.is_(None), AgencyName.valid_to >= day),
        )
        .order_by(AgencyName.valid_from.desc())
        .limit(1)
    )
    return name or agency.name

"""Reads of colleagues: who heads an agency."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select

from backoffice.models import StaffMember
from backoffice.queries.current import reading


def head_of_agency(agency_id: int) -> StaffMember | None:
    """The active person with the role of head who has been there longest, or None."""
    statement = (
        select(StaffMember)
        .where(
            StaffMember.agency_id == agency_id,
            StaffMember.active.is_(True),
            StaffMember.roles.any(StoredRole.name == "head"),
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    return reading().scalar(statement)

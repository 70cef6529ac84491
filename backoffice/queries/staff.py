"""Reads of colleagues: who heads an agency, who has a user name."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select
from sqlalchemy.orm import Session

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


def staff_named(session: Session, username: str) -> StaffMember | None:
    """The person with this user name."""
    return session.scalars(select(StaffMember).where(StaffMember.username == username)).one_or_none()

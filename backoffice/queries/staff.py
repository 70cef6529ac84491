"""Reads of colleagues: who heads an agency, who works there, who has a user name."""

from __future__ import annotations

from collections.abc import Sequence

from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backoffice.models import EnforcementAgency, StaffMember
from backoffice.models.enforcement_agency import PATH_END
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


def colleagues_above(session: Session, agency_path: str) -> Sequence[StaffMember]:
    """The active people of the agency with this path and of those above it that the scope shows, with their roles."""
    codes = agency_path.removesuffix(PATH_END).split(PATH_END)
    paths = ["".join(code + PATH_END for code in codes[:count]) for count in range(1, len(codes) + 1)]
    statement = (
        select(StaffMember)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(EnforcementAgency.path.in_(paths), StaffMember.active.is_(True))
        .options(selectinload(StaffMember.roles))
    )
    return session.scalars(statement).unique().all()


def staff_named(session: Session, username: str) -> StaffMember | None:
    """The person with this user name."""
    return session.scalars(select(StaffMember).where(StaffMember.username == username)).one_or_none()


def colleagues_of(agency_id: int) -> Sequence[StaffMember]:
    """The active people of an agency with their roles, in the order of their names."""
    statement = select(StaffMember).where(StaffMember.agency_id == agency_id, StaffMember.active.is_(True))
    return reading().scalars(statement.order_by(StaffMember.name_fold, StaffMember.id)).unique().all()

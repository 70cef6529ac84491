"""Reading accounts for screens: people are not scoped rows, so this narrows them to the agencies in scope.

Not here: what a change of an account means (`staff_member`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from backoffice.access.actor import Actor
from backoffice.access.policy import roles_grantable_by
from backoffice.access.scope import current_scope
from backoffice.errors import NotFoundError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.services.interface import ServiceInterface
from backoffice.workflow.permissions import Permission

_LARGEST_ID = 2**31 - 1


def in_scope() -> ColumnElement[bool]:
    """The condition that a person belongs to an agency in scope; people without an agency are nobody's staff."""
    within = current_scope().criterion(EnforcementAgency.path)
    return StaffMember.agency_id.in_(select(EnforcementAgency.id).where(within))


def may_change(actor: Actor, member: StaffMember) -> bool:
    """Whether the services would let this person change that account."""
    held = {role.name for role in member.roles}
    given = {role.value for role in roles_grantable_by(actor)}
    return actor.may(Permission.STAFF_EDIT) and actor.user_id != member.id and held <= given


class StaffInterface(ServiceInterface):
    """Accounts of the agencies in scope; anybody else does not exist."""

    def find(self, pk: int, columns: Sequence[str] = ()) -> Any:  # noqa: ARG002
        """The person with agency and roles. Raises NotFoundError for somebody out of scope."""
        if not 0 < pk <= _LARGEST_ID:
            raise NotFoundError
        loading = (joinedload(StaffMember.agency), selectinload(StaffMember.roles))
        statement = select(StaffMember).where(StaffMember.id == pk, in_scope()).options(*loading)
        row = self.session.scalars(statement).unique().one_or_none()
        if row is None:
            raise NotFoundError
        return row

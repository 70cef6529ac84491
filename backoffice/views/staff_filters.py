"""The filters of the staff list: by role, by open or closed account, by agency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, select

from backoffice.access.scope import Scope, current_scope
from backoffice.models import EnforcementAgency
from backoffice.services.agency_directory import agency_directory
from backoffice.views.filters import ChoiceFilter
from backoffice.views.work_filters import AgencyFilter


@dataclass(frozen=True)
class RoleFilter(ChoiceFilter):
    """People who hold a role."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """Among the roles of the person."""
        (column,) = self.columns
        relation = getattr(model, column)
        found: ColumnElement[bool] = relation.any(relation.property.mapper.class_.name == value)
        return found


@dataclass(frozen=True)
class OpenFilter(ChoiceFilter):
    """Accounts that are open, or closed."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """Whether the person may sign in."""
        (column,) = self.columns
        found: ColumnElement[bool] = getattr(model, column).is_(value == "yes")
        return found


@dataclass(frozen=True)
class AgencyOfStaffFilter(AgencyFilter):
    """People of one agency and those below it."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The agencies of the subtree."""
        (column,) = self.columns
        agency = agency_directory().by_code.get(value)
        if agency is None or not current_scope().covers(agency.path):
            return false()
        below = Scope((agency.path,)).criterion(EnforcementAgency.path)
        found: ColumnElement[bool] = getattr(model, column).in_(select(EnforcementAgency.id).where(below))
        return found

"""What a person may choose from while typing: agencies, staff, cases; found under the scope, a few at a time.

Belongs here: how each kind is searched, and what an answer says. Not here: the page that answers (`views.choices`),
fields of forms (`forms.select`), filters of lists (`views.select_filters`).

A choice's value is what stands in the form: a code, a user name, or `#` and an id. People without scripts type it,
or enough of the name to leave one choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import load_only

from backoffice import clock
from backoffice.access.policy import POLICY
from backoffice.access.roles import Role
from backoffice.access.scope import current_scope
from backoffice.models import EnforcementAgency, EnforcementCase, StaffMember
from backoffice.queries.absences import running_absences
from backoffice.queries.current import reading
from backoffice.services.agency_directory import KnownAgency, agency_directory, agency_name_today
from backoffice.workflow.permissions import Permission
from exports.text import clean_text, fold_ascii

MOST_CHOICES = 20
LONGEST_TEXT = 100
_LARGEST_ID = 2**63 - 1


@dataclass
class Choice:
    """One answer: the row's id, the value that stands in the form, what people read, and a word beside it.

    `away_on` is the last day of the absence of somebody who is away today.
    """

    id: int
    value: str
    label: str
    hint: str = ""
    away_on: date | None = None


@dataclass(frozen=True)
class ChoiceSource:
    """One kind of rows to choose from: who may, how they are found by typed text, and the one of a value or id."""

    name: str
    permission: Permission
    find: Callable[[str, int], Sequence[Choice]]
    by_value: Callable[[str], Choice | None]
    by_id: Callable[[int], Choice | None]

    def resolve(self, text: str) -> Sequence[Choice]:
        """The choice that the text is the value of, else those that the text finds; two are enough to know."""
        exact = self.by_value(text)
        return [exact] if exact is not None else self.find(text, 2)


def has_words(column: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that every word occurs in a folded column; `%` and `_` are plain signs."""
    found: ColumnElement[bool] = and_(*(column.contains(word, autoescape=True) for word in words))
    return found


# Agencies: from the directory in memory, within the scope.


def _agency_choice(agency: KnownAgency) -> Choice:
    return Choice(agency.id, agency.code, agency.name, agency.code)


def _find_agencies(text: str, limit: int) -> Sequence[Choice]:
    words, scope = fold_ascii(text).split(), current_scope()
    if text.strip() and not words:
        return []
    fitting = (
        agency
        for agency in agency_directory().by_id.values()
        if scope.covers(agency.path) and all(word in agency.fold for word in words)
    )
    # Agencies that still exist first, each part in the order of the tree.
    found = sorted(fitting, key=lambda agency: (agency.is_closed, agency.path))
    return [_agency_choice(agency) for agency in found[:limit]]


def _visible(agency: KnownAgency | None) -> Choice | None:
    return _agency_choice(agency) if agency is not None and current_scope().covers(agency.path) else None


def _agency_by_code(text: str) -> Choice | None:
    return _visible(agency_directory().by_code.get(text.strip().upper()))


def _agency_by_id(key: int) -> Choice | None:
    return _visible(agency_directory().by_id.get(key))


# Staff: active people of agencies in scope. Accounts are not scoped rows, so the condition stands here.


def staff_in_scope() -> ColumnElement[bool]:
    """The condition that a person belongs to an agency of the present scope."""
    within = current_scope().criterion(EnforcementAgency.path)
    found: ColumnElement[bool] = StaffMember.agency_id.in_(select(EnforcementAgency.id).where(within))
    return found


def named_staff(text: str) -> ColumnElement[bool]:
    """The condition that a person in scope bears this user name, or a name with all these words."""
    words = fold_ascii(text).split()
    fitting = StaffMember.username == text.strip().lower()
    if words:
        fitting = or_(fitting, has_words(StaffMember.name_fold, words))
    found: ColumnElement[bool] = staff_in_scope() & fitting
    return found


def _staff(*conditions: ColumnElement[bool]) -> Select[Any]:
    shown = (StaffMember.username, StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
    return (
        select(StaffMember)
        .where(StaffMember.active, staff_in_scope(), *conditions)
        .options(load_only(*shown))
    )


def _staff_choice(member: StaffMember, away: Mapping[int, date] | None = None) -> Choice:
    agency = agency_directory().by_id.get(member.agency_id or 0)
    hint = agency.name if agency else ""
    return Choice(member.id, member.username, member.get_full_name(), hint, (away or {}).get(member.id))


def _staff_source(name: str, permission: Permission, *conditions: ColumnElement[bool]) -> ChoiceSource:
    def find(text: str, limit: int) -> Sequence[Choice]:
        typed = [named_staff(text)] if text.strip() else []
        statement = _staff(*conditions, *typed).order_by(StaffMember.name_fold, StaffMember.id).limit(limit)
        members = reading().scalars(statement).all()
        absences = running_absences([member.id for member in members], clock.today())
        away = {absence.member_id: absence.to_on for absence in absences}
        return [_staff_choice(member, away) for member in members]

    def only(condition: ColumnElement[bool]) -> Choice | None:
        member = reading().scalar(_staff(*conditions, condition))
        return None if member is None else _staff_choice(member)

    return ChoiceSource(
        name,
        permission,
        find,
        lambda text: only(StaffMember.username == text.strip().lower()),
        lambda key: only(StaffMember.id == key),
    )


# Cases: by a piece of the number.


def _case_choice(case: EnforcementCase) -> Choice:
    hint = agency_name_today(case.agency) if case.agency is not None else ""
    return Choice(case.id, f"#{case.id}", case.case_number, hint)


def _find_cases(text: str, limit: int) -> Sequence[Choice]:
    piece = clean_text(text).upper()
    if text.strip() and not piece:
        return []
    statement = select(EnforcementCase).order_by(EnforcementCase.id.desc()).limit(limit)
    if piece:
        statement = statement.where(EnforcementCase.case_number.contains(piece, autoescape=True))
    return [_case_choice(case) for case in reading().scalars(statement).all()]


def _case_by_id(key: int) -> Choice | None:
    case = reading().scalar(select(EnforcementCase).where(EnforcementCase.id == key))
    return None if case is None else _case_choice(case)


def _case_by_value(text: str) -> Choice | None:
    key = text.strip().removeprefix("#")
    if not text.strip().startswith("#") or not (key.isascii() and key.isdecimal() and len(key) <= 19):
        return None
    return _case_by_id(int(key)) if 0 < int(key) <= _LARGEST_ID else None


def _who_may(permission: Permission) -> ColumnElement[bool]:
    """The condition that a person has a role that gives the permission."""
    names = [role.value for role, given in POLICY.items() if permission in given]
    found: ColumnElement[bool] = StaffMember.roles.any(StoredRole.name.in_(names))
    return found


_IS_OFFICER = StaffMember.roles.any(StoredRole.name == Role.ENFORCEMENT_OFFICER.value)
_SOURCES = (
    ChoiceSource("agencies", Permission.AGENCY_READ, _find_agencies, _agency_by_code, _agency_by_id),
    _staff_source("officers", Permission.CASE_READ, _IS_OFFICER),
    _staff_source("staff", Permission.STAFF_READ),
    _staff_source("colleagues", Permission.ONLINE_REQUEST_CONFIDENTIAL),
    _staff_source("examiners", Permission.ONLINE_REQUEST_ASSIGN, _who_may(Permission.ONLINE_REQUEST_EXAMINE)),
    _staff_source("desk", Permission.ONLINE_REQUEST_ASSIGN, _who_may(Permission.ONLINE_REQUEST_SUPPORT)),
    ChoiceSource("cases", Permission.CASE_READ, _find_cases, _case_by_value, _case_by_id),
)
SOURCES: Mapping[str, ChoiceSource] = {source.name: source for source in _SOURCES}

"""Accounts of staff: make one, give roles, close one. Who may give which role is in `access.policy`.

Not here: signing in, sessions and lock-outs (the security manager), screens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from backoffice.access.actor import Actor
from backoffice.access.password_rule import check_password
from backoffice.access.policy import NATIONAL_ROLES, require, roles_grantable_by
from backoffice.access.roles import Role
from backoffice.access.screen_policy import RoleChanges, sync_roles
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.models.states import AgencyLevel
from backoffice.queries.agencies import agency_by_code
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text

USERNAME = re.compile(r"[a-z0-9._]{3,32}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class NewStaff:
    """A person who shall get an account. `family_name` holds family and middle names."""

    username: str
    family_name: str
    given_name: str
    email: str
    password: str
    agency_code: str
    roles: frozenset[Role]
    is_sample: bool = False


def sync_access(actor: Actor, appbuilder: AppBuilder) -> RoleChanges:
    """Make the framework's roles that are missing and give each exactly the grants of the policy."""
    require(actor, Permission.SYSTEM)
    with unit_of_work(actor) as session:
        known = set(session.scalars(select(StoredRole.name)))
        session.add_all([StoredRole(name=role.value) for role in Role if role.value not in known])
        session.flush()
        return sync_roles(appbuilder)


def create_staff(actor: Actor, new: NewStaff) -> StaffMember:
    """Make an account with its roles, active at once.

    Raises NotPermittedError when the actor may not give a role, NotFoundError for an agency out of scope,
    InvalidInputError with the field at fault (user name taken or malformed, password too weak, …).
    """
    _check_grantable(actor, new.roles)
    with unit_of_work(actor) as session:
        _check_identity(session, new)
        check_password(new.password, new.username)
        agency = agency_by_code(new.agency_code)
        if agency is None:
            raise NotFoundError
        _check_level(agency, new.roles)
        member = StaffMember(
            username=new.username,
            last_name=_name("family_name", new.family_name),
            first_name=_name("given_name", new.given_name),
            email=new.email.lower(),
            password=generate_password_hash(new.password),
            active=True,
            agency_id=agency.id,
            is_sample=new.is_sample,
            roles=_stored_roles(session, new.roles),
        )
        session.add(member)
        session.flush()
        _log(session, actor, member, agency, "create_staff", new.roles)
        return member


def set_roles(actor: Actor, member_id: int, roles: frozenset[Role]) -> StaffMember:
    """Give exactly these roles; every session of the person ends, so that old rights end at once.

    The actor must be able to give every role that is added or taken away. Raises as `create_staff` does.
    """
    if actor.user_id == member_id:
        raise NotPermittedError(N_("Nobody changes their own roles. Ask another administrator."))
    with unit_of_work(actor) as session:
        member, agency = _load(session, member_id)
        held = {Role(role.name) for role in member.roles if role.name in set(Role)}
        _check_grantable(actor, held ^ roles)
        _check_level(agency, roles)
        member.roles = _stored_roles(session, roles)
        member.session_epoch += 1
        _log(session, actor, member, agency, "set_roles", roles)
        return member


def set_active(actor: Actor, member_id: int, *, active: bool) -> StaffMember:
    """Open or close an account; closing ends every session. Raises as `set_roles` does."""
    with unit_of_work(actor) as session:
        member, agency = _load(session, member_id)
        held = frozenset(Role(role.name) for role in member.roles if role.name in set(Role))
        _check_grantable(actor, held)
        member.active = active
        member.session_epoch += 1
        _log(session, actor, member, agency, "open_account" if active else "close_account", held)
        return member


def _check_grantable(actor: Actor, roles: Iterable[Role]) -> None:
    grantable = roles_grantable_by(actor)
    if not grantable or not grantable.issuperset(roles):
        raise NotPermittedError


def _check_level(agency: EnforcementAgency, roles: Iterable[Role]) -> None:
    if agency.level != AgencyLevel.NATIONAL.value and not NATIONAL_ROLES.isdisjoint(roles):
        raise InvalidInputError("roles", N_("This role is for staff of the national agency alone."))


def _check_identity(session: Session, new: NewStaff) -> None:
    if not USERNAME.fullmatch(new.username):
        raise InvalidInputError(
            "username",
            N_("A user name has 3 to 32 small letters without marks, digits, dots or underscores."),
        )
    if len(new.email) > 320 or not _EMAIL.fullmatch(new.email.lower()):
        raise InvalidInputError("email", N_("Write an e-mail address such as ten@example.gov.vn."))
    for field, column in (("username", StaffMember.username), ("email", StaffMember.email)):
        taken = select(StaffMember.id).where(func.lower(column) == getattr(new, field).lower())
        if session.scalar(taken) is not None:
            raise InvalidInputError(field, N_("Somebody else has this already: choose another."))


def _name(field: str, value: str) -> str:
    text = clean_text(value)
    if not 1 <= len(text) <= 64:
        raise InvalidInputError(field, N_("Write 1 to %(limit)s characters."), limit=64)
    return text


def _stored_roles(session: Session, roles: Iterable[Role]) -> list[StoredRole]:
    names = sorted(role.value for role in roles)
    stored = list(session.scalars(select(StoredRole).where(StoredRole.name.in_(names))))
    if len(stored) != len(names):
        raise InvalidInputError("roles", N_("A role is not set up yet: run “flask access sync” first."))
    return stored


def _load(session: Session, member_id: int) -> tuple[StaffMember, EnforcementAgency]:
    """The person with the agency; hidden when the agency is outside the present scope."""
    found = session.execute(
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(StaffMember.id == member_id)
    ).first()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


def _log(
    session: Session,
    actor: Actor,
    member: StaffMember,
    agency: EnforcementAgency,
    deed: str,
    roles: Iterable[Role],
) -> None:
    state = "active" if member.active else "closed"
    reason = ", ".join(sorted(role.value for role in roles))
    write_log(session, actor, member, LogEntry(deed, state, reason=reason or None), owner=agency)

"""Accounts of staff: make one, correct it, give roles, close one. Who may give which role is in `access.policy`.

The administrator of an agency acts after the head's opinion (R75): each deed asks for its reference and keeps it.
Not here: signing in (`sign_in`), the password rule and its history (`password`), screens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.password_rule import check_password, new_password
from backoffice.access.policy import NATIONAL_ROLES, require, roles_grantable_by
from backoffice.access.roles import Role
from backoffice.access.screen_policy import RoleChanges, sync_roles
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.models.states import AgencyLevel
from backoffice.queries.agencies import agency_by_code
from backoffice.services.notice_hooks import tell_account_made, tell_password_replaced
from backoffice.services.password import end_all_sessions, set_one_time_password, set_password
from backoffice.services.rows import check_version
from backoffice.services.sign_in import forget_tries
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text

USERNAME = re.compile(r"[a-z0-9._]{3,32}")
# Plain letters alone: an address with look-alike letters of other scripts would pass for a colleague's.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_TAKEN = N_("Somebody else has this already: choose another.")


@dataclass(frozen=True)
class NewStaff:
    """A person who shall get an account. `family_name` holds family and middle names.

    Whoever sets the password knows it, so it must be changed at the first sign-in; of invented people it need not.
    """

    username: str
    family_name: str
    given_name: str
    email: str
    password: str
    agency_code: str
    roles: frozenset[Role]
    is_sample: bool = False
    must_change_password: bool = True


@dataclass(frozen=True)
class StaffChange:
    """What may be corrected of a person; the user name stays for ever."""

    family_name: str
    given_name: str
    email: str
    agency_code: str


@dataclass(frozen=True)
class Issued:
    """An account with the one-time password that nobody sees again."""

    member: StaffMember
    password: str


def sync_access(actor: Actor, appbuilder: AppBuilder) -> RoleChanges:
    """Make the framework's roles that are missing and give each exactly the grants of the policy."""
    require(actor, Permission.SYSTEM)
    with unit_of_work(actor) as session:
        known = set(session.scalars(select(StoredRole.name)))
        session.add_all([StoredRole(name=role.value) for role in Role if role.value not in known])
        session.flush()
        return sync_roles(appbuilder)


def create_staff(actor: Actor, new: NewStaff, *, opinion: str | None = None) -> StaffMember:
    """Make an account with its roles, active at once.

    Raises NotPermittedError when the actor may not give a role, NotFoundError for an agency out of scope,
    InvalidInputError with the field at fault (user name taken or malformed, password too weak, …).
    """
    _check_grantable(actor, new.roles)
    said = _opinion(actor, opinion)
    try:
        with unit_of_work(actor) as session:
            member, agency = _add(session, new)
            _log(session, actor, member, agency, "create_staff", _roles_text(new.roles), said)
            tell_account_made(session, member, agency)
            return member
    except IntegrityError as error:
        # Somebody else took the name in the meantime.
        raise InvalidInputError("username", _TAKEN) from error


def issue_account(actor: Actor, new: NewStaff, *, opinion: str | None = None) -> Issued:
    """Make an account with a random one-time password, so that the administrator never chooses one."""
    password = new_password()
    return Issued(create_staff(actor, replace(new, password=password), opinion=opinion), password)


def edit_staff(
    actor: Actor, member_id: int, change: StaffChange, *, expected_version: int, opinion: str | None = None
) -> StaffMember:
    """Correct name, e-mail or agency; a move to another agency ends every session. Raises as `set_roles` does."""
    said = _opinion(actor, opinion)
    try:
        with unit_of_work(actor) as session:
            member, old = _open_for(session, actor, member_id)
            agency = agency_by_code(change.agency_code)
            if agency is None:
                raise InvalidInputError("agency_code", N_("There is no agency with this code in your area."))
            _check_level(agency, _held(member))
            values = {
                "last_name": _name("family_name", change.family_name),
                "first_name": _name("given_name", change.given_name),
                "email": _email(session, change.email, member_id),
                "agency_id": agency.id,
            }
            changed = [name for name, value in values.items() if getattr(member, name) != value]
            check_version(session, member, expected_version)
            # Set on the object, so that what follows from the name follows.
            for name, value in values.items():
                setattr(member, name, value)
            session.flush()
            if agency.id != old.id:
                end_all_sessions(session, member)
            _log(session, actor, member, agency, "edit_staff", ", ".join(changed), said)
            return member
    except IntegrityError as error:
        raise InvalidInputError("email", _TAKEN) from error


def set_roles(
    actor: Actor,
    member_id: int,
    roles: frozenset[Role],
    *,
    expected_version: int | None = None,
    opinion: str | None = None,
) -> StaffMember:
    """Give exactly these roles; every session of the person ends, so that old rights end at once.

    The actor must be able to give every role the person has or gets. Raises NotPermittedError for that and for
    the own account, NotFoundError, ConflictError, InvalidInputError.
    """
    _refuse_self(actor, member_id)
    said = _opinion(actor, opinion)
    with unit_of_work(actor) as session:
        member, agency = _open_for(session, actor, member_id, roles)
        _check_level(agency, roles)
        _raise_version(session, member, expected_version)
        member.roles = _stored_roles(session, roles)
        end_all_sessions(session, member)
        _log(session, actor, member, agency, "set_roles", _roles_text(roles), said)
        return member


def set_active(
    actor: Actor,
    member_id: int,
    *,
    active: bool,
    expected_version: int | None = None,
    opinion: str | None = None,
) -> StaffMember:
    """Open or close an account; closing ends every session. Raises as `set_roles` does."""
    said = _opinion(actor, opinion)
    with unit_of_work(actor) as session:
        member, agency = _open_for(session, actor, member_id)
        _raise_version(session, member, expected_version)
        member.active = active
        end_all_sessions(session, member)
        deed = "open_account" if active else "close_account"
        _log(session, actor, member, agency, deed, _roles_text(_held(member)), said)
        return member


def end_sessions_of(
    actor: Actor, member_id: int, *, expected_version: int, opinion: str | None = None
) -> StaffMember:
    """End every session of a person at once, for example when a device was lost. Raises as `set_roles` does."""
    with unit_of_work(actor) as session:
        member, agency = _open_for(session, actor, member_id)
        _raise_version(session, member, expected_version)
        end_all_sessions(session, member)
        _log(session, actor, member, agency, "end_sessions", clean_reason(opinion))
        return member


def give_one_time_password(
    actor: Actor, member_id: int, *, expected_version: int, opinion: str | None = None
) -> Issued:
    """Replace a person's password by a random one that opens only the page that changes it, for one day.

    The name may also be tried again at once. Raises as `set_roles` does.
    """
    said = _opinion(actor, opinion)
    password = new_password()
    with unit_of_work(actor) as session:
        member, agency = _open_for(session, actor, member_id)
        _raise_version(session, member, expected_version)
        set_one_time_password(session, member, password)
        forget_tries(session, member)
        _log(session, actor, member, agency, "one_time_password", said)
        tell_password_replaced(session, member, agency)
        return Issued(member, password)


def _open_for(
    session: Session, actor: Actor, member_id: int, roles: Iterable[Role] = ()
) -> tuple[StaffMember, EnforcementAgency]:
    """The person, when the actor may change this account: not the own one, and no role above what the actor gives."""
    _refuse_self(actor, member_id)
    member, agency = _load(session, member_id)
    _check_grantable(actor, {*_held(member), *roles})
    return member, agency


def _refuse_self(actor: Actor, member_id: int) -> None:
    if actor.user_id == member_id:
        raise NotPermittedError(N_("Nobody changes their own account or roles. Ask another administrator."))


def _opinion(actor: Actor, text: str | None) -> str | None:
    """The reference of the head's opinion; an administrator of an agency must give one (R75)."""
    said = clean_reason(text)
    is_above = actor.may(Permission.SYSTEM) or Role.NATIONAL_ADMINISTRATOR.value in actor.roles
    if said is None and not is_above:
        raise InvalidInputError(
            "opinion", N_("Write by which paper or message the head agreed (number, date).")
        )
    return said


def _held(member: StaffMember) -> frozenset[Role]:
    return frozenset(Role(role.name) for role in member.roles if role.name in set(Role))


def _roles_text(roles: Iterable[Role]) -> str:
    return ", ".join(sorted(role.value for role in roles))


def _raise_version(session: Session, member: StaffMember, expected_version: int | None) -> None:
    check_version(session, member, member.version if expected_version is None else expected_version)


def _add(session: Session, new: NewStaff) -> tuple[StaffMember, EnforcementAgency]:
    if not USERNAME.fullmatch(new.username):
        raise InvalidInputError(
            "username",
            N_("A user name has 3 to 32 small letters without marks, digits, dots or underscores."),
        )
    taken = select(StaffMember.id).where(func.lower(StaffMember.username) == new.username)
    if session.scalar(taken) is not None:
        raise InvalidInputError("username", _TAKEN)
    check_password(new.password, new.username)
    agency = agency_by_code(new.agency_code)
    if agency is None:
        raise NotFoundError
    _check_level(agency, new.roles)
    member = StaffMember(
        username=new.username,
        last_name=_name("family_name", new.family_name),
        first_name=_name("given_name", new.given_name),
        email=_email(session, new.email),
        active=True,
        agency_id=agency.id,
        is_sample=new.is_sample,
        session_epoch=0,
        roles=_stored_roles(session, new.roles),
    )
    session.add(member)
    session.flush()
    setting = set_one_time_password if new.must_change_password else set_password
    setting(session, member, new.password)
    return member, agency


def _check_grantable(actor: Actor, roles: Iterable[Role]) -> None:
    grantable = roles_grantable_by(actor)
    if not grantable or not grantable.issuperset(roles):
        raise NotPermittedError


def _check_level(agency: EnforcementAgency, roles: Iterable[Role]) -> None:
    if agency.level != AgencyLevel.NATIONAL.value and not NATIONAL_ROLES.isdisjoint(roles):
        raise InvalidInputError("roles", N_("This role is for staff of the national agency alone."))


def _email(session: Session, text: str, own_id: int | None = None) -> str:
    email = clean_text(text).lower()
    if len(email) > 320 or not _EMAIL.fullmatch(email):
        raise InvalidInputError("email", N_("Write an e-mail address such as ten@example.gov.vn."))
    taken = session.scalar(select(StaffMember.id).where(func.lower(StaffMember.email) == email))
    if taken not in (None, own_id):
        raise InvalidInputError("email", _TAKEN)
    return email


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
    *texts: str | None,
) -> None:
    state, reason = "active" if member.active else "closed", "; ".join(filter(None, texts)) or None
    write_log(session, actor, member, LogEntry(deed, state, reason=reason), owner=agency)

"""Signing in and out: checking name and password, counting refusals, opening and ending sessions.

The delay grows with the refusals of a name, in the database: it holds over processes, addresses and restarts.
There is no hard lock, and an address from which a person got in lately has a count of its own, so that nobody
elsewhere can shut that person out. Names that nobody has are treated alike in every step. Not here: the sign-in
screen, making accounts, setting passwords (`password`).
"""

from __future__ import annotations

import hashlib
import logging
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import EnforcementAgency, SignInEvent, SignInTries, StaffMember, StaffSession
from backoffice.services.password import end_all_sessions, set_password
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_

FREE_TRIES = 2
LONGEST_DELAY = timedelta(minutes=15)
ALERT_AT = 10
# A name that nobody tried for a day starts afresh.
_FORGET_AFTER = timedelta(hours=24)
# So long the address of a good sign-in is a person's own.
_KNOWN_FOR = timedelta(days=30)
# Anybody can make rows of names that nobody has: of those only the newest are kept.
KEPT_UNKNOWN = 100_000
_SYSTEM = Actor.system("sign_in")
# The hash of a random word nobody keeps, made as real ones are: refusing an unknown name takes as long as a known.
NOBODYS_HASH = (
    "scrypt:32768:8:1$bk8VhKXNUHlH1Ojf$980e987c9a36ee26fcec3d365913aca677e6491653859df85448ad26fe270b9a"
    "a3099b8a347598810a54c59d895fad86e59fe8a721d05110f6748a1b9e444327"
)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """What came of a try: the person and the number of the new session, or the seconds to wait, or neither."""

    member: StaffMember | None = None
    session_id: int | None = None
    wait: int = 0


def sign_in(username: str, password: str, address: str) -> Entry:
    """Check name and password and open a session.

    Refusals look the same for an unknown name, a wrong password, a closed account and a one-time password that
    ran out; a name that was refused too often has to wait, whatever the password; refusals elsewhere do not count
    at an address from which the person got in lately.
    """
    digest = _counter_of(username, address)
    wait, failures = _take_try(digest)
    if wait:
        return Entry(wait=wait)
    with unit_of_work(_SYSTEM) as session:
        member = _find(session, username)
        stored = (member.password if member is not None else None) or NOBODYS_HASH
        member_id = member.id if member is not None and _is_open(member) else None
        known_id = member.id if member is not None else None
    if not check_password_hash(stored, password) or member_id is None:
        _note_refusal(known_id, failures, address)
        return Entry()
    return _begin(member_id, digest, address)


def digest_of(username: str) -> str:
    """What is kept of a typed name: people type passwords into the wrong field."""
    return hashlib.sha256(username.strip().lower().encode("utf-8", "replace")).hexdigest()


def delay_after(failures: int) -> timedelta:
    """How long a name has to wait after so many refusals: nothing, then 2, 4, 8 … seconds up to 15 minutes."""
    if failures <= FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 12)), LONGEST_DELAY)


def end_sessions(actor: Actor) -> None:
    """End every session of the acting person at once, also in other browsers and in copied cookies."""
    if actor.user_id is None:
        return
    with unit_of_work(actor) as session:
        person = session.get(StaffMember, actor.user_id, with_for_update=True, populate_existing=True)
        if person is not None:
            end_all_sessions(session, person)


def end_other_sessions(actor: Actor, address: str) -> Entry:
    """End every session of the acting person and open a new one for the browser that asked."""
    with unit_of_work(actor) as session:
        person = _self(session, actor)
        end_all_sessions(session, person)
        opened = _open(session, person, address)
        return Entry(person, opened.id)


def change_own_password(actor: Actor, old: str, new: str, address: str) -> Entry:
    """Change the acting person's password; all sessions end but a new one for the browser that asked.

    Raises InvalidInputError with the field at fault. A wrong old password counts as a refused sign-in, so that a
    browser left open is no place to guess.
    """
    with unit_of_work(actor) as session:
        person = _self(session, actor)
        stored, username = person.password or NOBODYS_HASH, person.username
    digest = _counter_of(username, address)
    wait, failures = _take_try(digest)
    if wait:
        raise InvalidInputError("old", N_("Too many wrong tries. Wait %(seconds)s seconds."), seconds=wait)
    if not check_password_hash(stored, old):
        _note_refusal(actor.user_id, failures, address)
        raise InvalidInputError("old", N_("This is not your present password."))
    with unit_of_work(actor) as session:
        person = _self(session, actor)
        set_password(session, person, new)
        _forget(session, digest)
        _log(session, actor, person, "change_password")
        opened = _open(session, person, address)
        return Entry(person, opened.id)


def _counter_of(username: str, address: str) -> str:
    """Under which digest a try counts: the name, or name and address where the person got in lately."""
    with unit_of_work(_SYSTEM) as session:
        member = select(StaffMember.id).where(_is_called(username)).scalar_subquery()
        known = session.scalar(_good_addresses(member).where(SignInEvent.network_address == address[:45]))
    return digest_of(username) if known is None else _digest_at(username, known)


def _good_addresses(member: Any) -> Select[str]:
    statement = select(SignInEvent.network_address).where(SignInEvent.member_id == member).distinct()
    lately = SignInEvent.tried_at > clock.now() - _KNOWN_FOR
    return statement.where(SignInEvent.outcome == "in", SignInEvent.network_address != "", lately)


def _digest_at(username: str, address: str) -> str:
    return digest_of(f"{username.strip()}\n{address}")


def _take_try(digest: str) -> tuple[int, int]:
    """Count a try of this name before it is made; the seconds to wait instead, and the refusals so far.

    Counting first closes the gap through which many parallel tries would pass; a good one takes the count back.
    """
    now = clock.now()
    with unit_of_work(_SYSTEM) as session:
        session.execute(delete(SignInTries).where(SignInTries.last_tried_at < now - _FORGET_AFTER))
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        fresh = insert(SignInTries).values(name_digest=digest, failures=0, last_tried_at=now)
        session.execute(fresh.on_conflict_do_nothing())
        row = session.get_one(SignInTries, digest, with_for_update=True, populate_existing=True)
        if row.blocked_until is not None and row.blocked_until > now:
            return math.ceil((row.blocked_until - now).total_seconds()), row.failures
        row.failures += 1
        row.last_tried_at, row.blocked_until = now, now + delay_after(row.failures)
        return 0, row.failures


def _forget(session: Session, digest: str) -> None:
    session.execute(delete(SignInTries).where(SignInTries.name_digest == digest))


def forget_tries(session: Session, member: StaffMember) -> None:
    """Let a name start afresh, after an administrator has dealt with it."""
    _forget(session, digest_of(member.username))
    for address in session.scalars(_good_addresses(member.id)).all():
        _forget(session, _digest_at(member.username, address))
    member.fail_login_count = 0


def _find(session: Session, username: str) -> StaffMember | None:
    return session.scalar(select(StaffMember).where(_is_called(username)))


def _is_called(username: str) -> ColumnElement[bool]:
    name = username.strip().lower()
    # User names are plain letters; what is none of these is sought all the same, as a name that nobody has.
    wanted = name if name.isascii() and name.isprintable() else ""
    return func.lower(StaffMember.username) == wanted


def _is_open(member: StaffMember) -> bool:
    expires: datetime | None = member.password_expires_at
    return bool(member.is_active) and (expires is None or clock.now() < expires)


def _note_refusal(member_id: int | None, failures: int, address: str) -> None:
    """Count the refusal; the same statements run for a name that nobody has."""
    with unit_of_work(_SYSTEM) as session:
        session.execute(
            update(StaffMember)
            .where(StaffMember.id == member_id)
            .values(fail_login_count=func.coalesce(StaffMember.fail_login_count, 0) + 1)
            .execution_options(synchronize_session=False)
        )
        event = _event(member_id, "refused", address)
        session.add(event)
        session.flush()
        nobodys = SignInEvent.member_id.is_(None) & (SignInEvent.id <= event.id - KEPT_UNKNOWN)
        session.execute(delete(SignInEvent).where(nobodys).execution_options(synchronize_session=False))
    if failures == ALERT_AT:
        log.warning(
            "sign-in alert: %d refusals in a row for account %s, the last from %s",
            failures,
            member_id if member_id is not None else "unknown",
            address,
        )
        if member_id is not None:
            _keep_alert(member_id)


def _keep_alert(member_id: int) -> None:
    """Keep the alert in the history of the account, where administrators look."""
    machine = Actor.system("jobs")
    with unit_of_work(machine) as session:
        person = session.get(StaffMember, member_id)
        if person is not None:
            _log(session, machine, person, "sign_in_alert")


def _begin(member_id: int, digest: str, address: str) -> Entry:
    with unit_of_work(_SYSTEM) as session:
        person = session.get_one(StaffMember, member_id, with_for_update=True, populate_existing=True)
        _forget(session, digest)
        person.fail_login_count, person.login_count = 0, (person.login_count or 0) + 1
        person.last_sign_in_at = clock.now()
        session.add(_event(person.id, "in", address))
        opened = _open(session, person, address)
        return Entry(person, opened.id)


def _open(session: Session, person: StaffMember, address: str) -> StaffSession:
    now = clock.now()
    # Sessions end by themselves; what is left of them goes with the next one.
    past = (StaffSession.member_id == person.id) & (StaffSession.started_at < now - timedelta(days=1))
    session.execute(delete(StaffSession).where(past))
    opened = StaffSession(member_id=person.id, started_at=now, last_seen_at=now, network_address=address[:45])
    session.add(opened)
    session.flush()
    return opened


def _event(member_id: int | None, outcome: str, address: str) -> SignInEvent:
    return SignInEvent(
        member_id=member_id, tried_at=clock.now(), outcome=outcome, network_address=address[:45]
    )


def _self(session: Session, actor: Actor) -> StaffMember:
    person = session.get(StaffMember, actor.user_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFoundError
    return person


def _log(session: Session, actor: Actor, person: StaffMember, deed: str) -> None:
    agency = session.scalar(select(EnforcementAgency).where(EnforcementAgency.id == person.agency_id))
    if agency is not None:
        write_log(
            session, actor, person, LogEntry(deed, "active" if person.active else "closed"), owner=agency
        )

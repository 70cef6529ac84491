"""Setting passwords: the one place where a new password is checked, kept and takes effect.

Not here: the rule itself (`access.password_rule`), who may set whose password (`staff_member`), signing in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from backoffice import clock
from backoffice.access.password_rule import check_password
from backoffice.errors import InvalidInputError
from backoffice.models import FormerPassword, StaffMember, StaffSession
from backoffice.workflow.messages import N_

KEPT_PASSWORDS = 5
# A password that travelled on paper or by message opens nothing after a day.
ONE_TIME_LIFE = timedelta(hours=24)
_USED_BEFORE = N_("You have used this password before. Choose one that you did not use lately.")


def set_password(session: Session, member: StaffMember, password: str) -> None:
    """Give the person a password of their own choice; every session of the person ends.

    Raises InvalidInputError for the field `password` when it breaks the rule or is one of the last five.
    """
    check_password(password, member.username)
    former = _former(session, member)
    hashes = {row.password_hash for row in former[:KEPT_PASSWORDS]} | {member.password or ""}
    if any(check_password_hash(kept, password) for kept in hashes if kept):
        raise InvalidInputError("password", _USED_BEFORE)
    _keep(session, member, password, former)
    member.must_change_password, member.password_expires_at = False, None


def set_one_time_password(session: Session, member: StaffMember, password: str) -> None:
    """Give the person a password that others know: it opens only the page that changes it, and for one day."""
    check_password(password, member.username)
    _keep(session, member, password, _former(session, member))
    member.must_change_password = True
    member.password_expires_at = clock.now() + ONE_TIME_LIFE


def end_all_sessions(session: Session, member: StaffMember) -> None:
    """End every session of the person, also in copied cookies."""
    member.session_epoch += 1
    session.execute(delete(StaffSession).where(StaffSession.member_id == member.id))


def is_too_old(member: StaffMember, days: int, now: datetime) -> bool:
    """Whether the password is older than the days that an installation allows; 0 allows any age."""
    if not days or member.password_changed_at is None:
        return False
    return now - member.password_changed_at > timedelta(days=days)


def _keep(session: Session, member: StaffMember, password: str, former: list[FormerPassword]) -> None:
    now, old_hash = clock.now(), member.password
    if old_hash and old_hash not in {row.password_hash for row in former}:
        # Set before this history was kept.
        session.add(FormerPassword(member_id=member.id, password_hash=old_hash, set_at=now))
    member.password, member.password_changed_at = generate_password_hash(password), now
    session.flush()
    session.add(FormerPassword(member_id=member.id, password_hash=member.password, set_at=now))
    for old in former[KEPT_PASSWORDS - 1 :]:
        session.delete(old)
    end_all_sessions(session, member)


def _former(session: Session, member: StaffMember) -> list[FormerPassword]:
    if member.id is None:
        return []
    statement = select(FormerPassword).where(FormerPassword.member_id == member.id)
    return list(session.scalars(statement.order_by(FormerPassword.id.desc())))

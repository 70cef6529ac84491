"""What signing in leaves behind: sessions, tries, refused names, former passwords.

Not here: the people (`staff_member`), what counts as too many tries (`services.sign_in`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.models.base import Model, PrimaryKey, UtcDateTime


class StaffSession(Model):
    """One open session of a person in one browser; `last_seen_at` is written at most once a minute."""

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_member", "member_id"),)

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    network_address: Mapped[str] = mapped_column(String(45))


class SignInEvent(Model):
    """One try to sign in, with its outcome; `member_id` is empty for a name that nobody has."""

    __tablename__ = "sign_in_event"
    __table_args__ = (Index("ix_sign_in_event_member", "member_id", "id"),)

    id: Mapped[PrimaryKey]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    network_address: Mapped[str] = mapped_column(String(45))


class SignInTries(Model):
    """How often a name was refused since it last got in.

    Names are kept as digests: people type passwords into the wrong field, and unknown names count like known ones.
    """

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index("ix_sign_in_tries_last", "last_tried_at"),)

    name_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FormerPassword(Model):
    """The hash of a password that a person has or had, so that the last ones are not taken again."""

    __tablename__ = "former_password"
    __table_args__ = (Index("ix_former_password_member", "member_id", "id"),)

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    password_hash: Mapped[str] = mapped_column(String(256))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

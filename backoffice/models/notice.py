"""Messages to people: their templates, the messages themselves, attempts to send them, what staff want to receive.

Not here: the jobs that send them (`job.OutboxMessage`), which events there are (`workflow.notice_events`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice import clock
from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    UtcDateTime,
    bytewise,
    state_check,
)
from backoffice.models.notice_states import AttemptOutcome, NoticeChannel, NoticeState

SUBJECT_LENGTH = 150
BODY_LENGTH = 8000


class NoticeTemplate(Timestamped, Model):
    """One version of the words of an event on a channel in a language; of each, one version is in use.

    `procedure` is empty for words that serve every procedure. A version is never edited: a change makes the next
    one, so that what was sent can always be shown as it was. `subject` is empty where the channel has none.
    """

    __tablename__ = "notice_template"
    __keeps_changes__: ClassVar[bool] = True
    __table_args__ = (
        state_check("channel", NoticeChannel, "notice_template"),
        UniqueConstraint(
            "event", "procedure", "channel", "locale", "revision", name="uq_notice_template_revision"
        ),
        Index(
            "uq_notice_template_in_use",
            "event",
            "procedure",
            "channel",
            "locale",
            unique=True,
            sqlite_where=text("is_in_use = 1"),
            postgresql_where=text("is_in_use"),
        ),
    )

    id: Mapped[PrimaryKey]
    event: Mapped[str] = mapped_column(String(40))
    procedure: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    is_in_use: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    def __repr__(self) -> str:
        return f"{self.event} {self.locale} {self.revision}"


class Notice(AgencyScoped, Model):
    """One message to one person on one channel; `subject_type` and `subject_id` name the row that it is about.

    Address, values and files are in `sealed`, encrypted under the master key `key_id`, until they are forgotten.
    `public_key` is in the Message-ID and known to nobody but sender and receiver. `attempts` also tells attempts
    apart: only the newest may hand the message over, and `handed_at` says that it has begun to. `attention` is 2 for
    what somebody must look at, 1 for what is under way, 0 for what is done.
    """

    __tablename__ = "notice"
    __may_be_confidential__: ClassVar[bool] = True
    # Its attempts are its history; what people do with it is in the log.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("state", NoticeState, "notice"),
        state_check("channel", NoticeChannel, "notice"),
        Index("ix_notice_subject", "subject_type", "subject_id", "id"),
        Index("ix_notice_attention", "attention", "id"),
        Index("ix_notice_created_at", "created_at"),
    )

    id: Mapped[PrimaryKey]
    public_key: Mapped[str] = mapped_column(bytewise(32), unique=True)
    idempotency_key: Mapped[str] = mapped_column(bytewise(160), unique=True)
    event: Mapped[str] = mapped_column(String(40))
    procedure: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    address_masked: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[str | None] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(bytewise(16))
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("notice_template.id"))
    state: Mapped[str] = mapped_column(String(16))
    attention: Mapped[int] = mapped_column(SmallInteger, default=1)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    message_id: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    route: Mapped[str] = mapped_column(String(16), default="")
    error_code: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    member: Mapped[Any] = relationship("StaffMember")
    template: Mapped[NoticeTemplate | None] = relationship("NoticeTemplate")

    def __repr__(self) -> str:
        return str(self.id)


class NoticeAttempt(AgencyScoped, Model):
    """One attempt to send a message: when it began, how it ended, and the code of the answer without its text."""

    __tablename__ = "notice_attempt"
    __may_be_confidential__: ClassVar[bool] = True
    # A log by itself.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("outcome", AttemptOutcome, "notice_attempt"),
        UniqueConstraint("notice_id", "attempt", name="uq_notice_attempt"),
    )

    id: Mapped[PrimaryKey]
    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"))
    attempt: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(16))
    error_code: Mapped[str | None] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    notice: Mapped[Notice] = relationship("Notice")


class NoticePreference(Model):
    """What one person wants of one event on one channel, where it is not the usual."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        state_check("channel", NoticeChannel, "notice_preference"),
        UniqueConstraint("member_id", "event", "channel", name="uq_notice_preference"),
    )

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    event: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(16))
    is_wanted: Mapped[bool] = mapped_column(Boolean)


class NoticeSlot(Model):
    """The proof that a round of messages of a day was asked for; the row decides, not the clock."""

    __tablename__ = "notice_slot"
    __table_args__ = (UniqueConstraint("event", "day", name="uq_notice_slot"),)

    id: Mapped[PrimaryKey]
    event: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

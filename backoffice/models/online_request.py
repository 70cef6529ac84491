"""Requests that citizens send or hand in, the people they name, what was written about them.

Not here: attached files (`document`, whose `subject_type` is this table), appointments (`appointment`), tries to look one
up (`look_up`), what each procedure asks for (`workflow.procedures`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backoffice import clock
from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    Money,
    PrimaryKey,
    Timestamped,
    UtcDateTime,
    bytewise,
    state_check,
)
from backoffice.models.confidence import is_confidential
from backoffice.models.request_states import (
    HandoverWay,
    RequestChannel,
    RequestFamily,
    RequestMessageKind,
    RequestOutcome,
    RequestState,
)
from backoffice.models.states import PartyKind, PartyRole
from exports.text import clean_text, fold_ascii, given_name_sort_key

_ASKED = text("reopening_asked_on IS NOT NULL")
_LOCKED = text("archive_asked_on IS NOT NULL AND archive_released_on IS NULL")
_LYING = text("handed_over_way = 'desk' AND handed_over_on IS NULL")
_OPEN = text("state NOT IN ('returned', 'guided', 'refused', 'filed', 'withdrawn')")


class OnlineRequest(Timestamped, AgencyScoped, Model):
    """One request of one person to one agency under one procedure.

    What was declared is in `sealed`, encrypted under the master key `key_id` and bound to `public_key`; only what a
    list shows and a search needs stands in the open. The registration code is nowhere: `code_key`, `identity_key` and
    `client_key` are sums under a key outside the database, for comparing. `due_on` is the day by which something must
    happen: the last day of the present step or that of the whole, whichever comes first; `deadline` and
    `total_deadline` say how the two were found. While it is the citizen's turn `paused_on` says since when, and
    neither runs, and `answer_due_on` by which day something was asked for; `pauses` are the former such times as pairs of
    ISO days. `taken_on` is the day on which the desk first
    took it up, `settled_on` the day on which the result was signed or the request closed, and `working_days` how many
    working days of the agency lie between receipt and then; the last two are empty again once it is reopened.
    `reopening_asked_on` is the day of a wish to take it up again that nobody has answered yet. `handed_over_way` says how
    the result is given out, `handed_over_on` when that was done, and `handed_over_to` who took it, or the number of the
    posting; a result that the applicant has yet to collect has a way and no day. `archive_asked_on` is the day on which
    the file of an ended case was asked out of the archive, `archive_released_on` that of the head's consent.
    """

    __tablename__ = "online_request"
    __may_be_confidential__: ClassVar[bool] = True
    __kept_columns__: ClassVar[frozenset[str]] = frozenset(
        {
            "agency_id",
            "procedure",
            "family",
            "channel",
            "state",
            "workflow_version",
            "received_at",
            "due_on",
            "total_due_on",
            "paused_on",
            "answer_due_on",
            "outcome",
            "ground_code",
            "classification",
            "handler_id",
            "examiner_id",
            "case_id",
            "decision_number",
            "decided_on",
            "fee_vnd",
            "fee_receipt_number",
            "originals_received_on",
            "returned_on",
            "handed_over_way",
            "handed_over_on",
            "reopening_asked_on",
            "archive_asked_on",
            "archive_released_on",
            "duplicate_of_id",
            "merged_on",
            "taken_on",
            "settled_on",
            "working_days",
        }
    )
    __constraints__ = (
        state_check("state", RequestState, "online_request"),
        state_check("family", RequestFamily, "online_request"),
        state_check("channel", RequestChannel, "online_request"),
        state_check("outcome", RequestOutcome, "online_request"),
        state_check("handed_over_way", HandoverWay, "online_request"),
        CheckConstraint("state <> 'refused' OR ground_code IS NOT NULL", name="ck_online_request_ground"),
        CheckConstraint("fee_vnd IS NULL OR fee_vnd >= 0", name="ck_online_request_fee"),
        CheckConstraint(
            "state NOT IN ('submitted', 'received') OR outcome IS NULL", name="ck_online_request_open"
        ),
        Index("ix_online_request_identity_key", "identity_key", "agency_path"),
        Index("ix_online_request_received_at", "received_at", "id"),
        Index("ix_online_request_taken_on", "taken_on", "id"),
        Index("ix_online_request_settled_on", "settled_on", "id"),
        Index("ix_online_request_name_sort", "name_sort", "id"),
        Index("ix_online_request_state", "state", "agency_path", "due_on"),
        Index("ix_online_request_due", "due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_online_request_reopening",
            "reopening_asked_on",
            "id",
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
        Index(
            "ix_online_request_archive",
            "archive_asked_on",
            "id",
            sqlite_where=_LOCKED,
            postgresql_where=_LOCKED,
        ),
        Index(
            "ix_online_request_to_collect", "returned_on", "id", sqlite_where=_LYING, postgresql_where=_LYING
        ),
    )

    id: Mapped[PrimaryKey]
    public_key: Mapped[str] = mapped_column(bytewise(32), unique=True, default=lambda: uuid4().hex)
    procedure: Mapped[str] = mapped_column(String(40), index=True)
    family: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    # The version of the workflow under which it was begun, or goes on since the last step.
    workflow_version: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_key: Mapped[str] = mapped_column(bytewise(64), unique=True)
    # Enough to talk about a code, on paper or by telephone, and too little to find one.
    code_ending: Mapped[str] = mapped_column(bytewise(2))
    client_key: Mapped[str] = mapped_column(bytewise(64), unique=True)
    identity_key: Mapped[str] = mapped_column(bytewise(64))
    applicant_name: Mapped[str] = mapped_column(String(200))
    name_fold: Mapped[str] = mapped_column(bytewise(200))
    name_sort: Mapped[str] = mapped_column(bytewise(400))
    sealed: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(bytewise(16), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date | None] = mapped_column(Date)
    deadline: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    total_due_on: Mapped[date | None] = mapped_column(Date)
    total_deadline: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    paused_on: Mapped[date | None] = mapped_column(Date)
    pauses: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    answer_due_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(16))
    ground_code: Mapped[str | None] = mapped_column(String(40))
    classification: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    examiner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    decision_number: Mapped[str | None] = mapped_column(String(60))
    decided_on: Mapped[date | None] = mapped_column(Date)
    fee_vnd: Mapped[Money | None]
    fee_receipt_number: Mapped[str | None] = mapped_column(String(40))
    originals_received_on: Mapped[date | None] = mapped_column(Date)
    returned_on: Mapped[date | None] = mapped_column(Date)
    handed_over_way: Mapped[str | None] = mapped_column(String(16))
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    handed_over_to: Mapped[str | None] = mapped_column(String(200))
    reopening_asked_on: Mapped[date | None] = mapped_column(Date)
    archive_asked_on: Mapped[date | None] = mapped_column(Date)
    archive_released_on: Mapped[date | None] = mapped_column(Date)
    taken_on: Mapped[date | None] = mapped_column(Date)
    settled_on: Mapped[date | None] = mapped_column(Date)
    working_days: Mapped[int | None] = mapped_column(Integer)
    # The applicant has answered the questions after the end; when and what is nowhere (`survey`).
    is_surveyed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # The request with which it is treated together, and since when: until then its clocks ran.
    duplicate_of_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("online_request.id"), index=True)
    merged_on: Mapped[date | None] = mapped_column(Date)
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    handler: Mapped[Any] = relationship("StaffMember", foreign_keys=[handler_id])
    examiner: Mapped[Any] = relationship("StaffMember", foreign_keys=[examiner_id])
    case: Mapped[Any] = relationship("EnforcementCase")
    duplicate_of: Mapped[OnlineRequest | None] = relationship("OnlineRequest", remote_side="OnlineRequest.id")
    parties: Mapped[list[RequestParty]] = relationship("RequestParty", back_populates="request")
    messages: Mapped[list[RequestMessage]] = relationship(
        "RequestMessage", back_populates="request", order_by="RequestMessage.id"
    )

    @validates("applicant_name")
    def _fold_name(self, _key: str, value: str) -> str:
        name = clean_text(value)
        self.name_fold = fold_ascii(name)
        self.name_sort = given_name_sort_key(name)
        return name

    @property
    def workflow_name(self) -> str:
        """The workflow that its procedure follows."""
        return f"{self.__tablename__}.{self.family}"

    @property
    def is_confidential(self) -> bool:
        """Whether only those who handle it may know of it."""
        return is_confidential(self.agency_path)

    @property
    def may_still_answer(self) -> bool:
        """Whether the day by which the applicant was asked for something is not over."""
        return self.answer_due_on is not None and clock.today() <= self.answer_due_on

    @property
    def received_on(self) -> date:
        """Viet Nam's day on which it came."""
        return self.received_at.astimezone(clock.VIETNAM).date()

    @property
    def request_number(self) -> str:
        """What staff call it; never the code, which only the citizen knows."""
        return f"{self.id}/{self.received_on.year}"

    def __repr__(self) -> str:
        return self.request_number


class RequestParty(AgencyScoped, Model):
    """A person or organisation that a request names, for searches and hints; addresses are in the sealed part."""

    __tablename__ = "request_party"
    __may_be_confidential__: ClassVar[bool] = True
    # A copy of what was declared, made and replaced with it.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("role", PartyRole, "request_party"),
        state_check("kind", PartyKind, "request_party"),
        Index("ix_request_party_identity_key", "identity_key", "agency_path"),
        Index("ix_request_party_name_fold", "name_fold", "agency_path"),
    )

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("online_request.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    full_name: Mapped[str] = mapped_column(String(200))
    name_fold: Mapped[str] = mapped_column(bytewise(200))
    identity_key: Mapped[str | None] = mapped_column(bytewise(64))

    request: Mapped[OnlineRequest] = relationship("OnlineRequest", back_populates="parties")

    @validates("full_name")
    def _fold_name(self, _key: str, value: str) -> str:
        name = clean_text(value)
        self.name_fold = fold_ascii(name)
        return name

    def __repr__(self) -> str:
        return self.full_name


class RequestReader(Model):
    """One person who sees one confidential request although the role does not give it, or who never sees it.

    `path` is that of everything about the request (`models.confidence`); `is_barred` is for whoever it is about. Read
    while somebody signs in, before there is a scope, so it belongs to no agency, and names nothing but ids and the path.
    """

    __tablename__ = "request_reader"
    __table_args__ = (
        UniqueConstraint("member_id", "request_id", name="uq_request_reader"),
        Index("ix_request_reader_request", "request_id"),
    )

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("online_request.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    path: Mapped[str] = mapped_column(bytewise(80))
    is_barred: Mapped[bool] = mapped_column(Boolean, default=False)


class RequestMessage(AgencyScoped, Model):
    """What agency or citizen wrote about a request, sealed like the request itself; only its key is ever renewed.

    `author_id` is empty for what the citizen wrote.
    """

    __tablename__ = "request_message"
    __may_be_confidential__: ClassVar[bool] = True
    # Written once.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("kind", RequestMessageKind, "request_message"),
        Index("ix_request_message_request", "request_id", "id"),
    )

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("online_request.id"))
    public_key: Mapped[str] = mapped_column(bytewise(32), unique=True, default=lambda: uuid4().hex)
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(bytewise(16), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    request: Mapped[OnlineRequest] = relationship("OnlineRequest", back_populates="messages")
    author: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.kind

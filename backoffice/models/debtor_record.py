"""The public record of a debtor who does not yet have the conditions for enforcement."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

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
from backoffice.models.states import DebtorRecordState, ObligationCode
from exports.text import clean_text, fold_ascii, given_name_sort_key

_NOT_REMOVED = text("state = 'withdrawn' AND taken_down_at IS NULL")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """16 random characters (80 bits): stable for the record, and says nothing of the person or the agency."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(16))


class DebtorRecord(Timestamped, AgencyScoped, Model):
    """What is published of one signed non-enforceable decision: the six public field groups, nothing else.

    The public fields are a copy taken when the record is drafted or amended, because the published text must
    stay what the head approved. The `_due_on` dates are the legal deadlines of the open step.
    """

    __tablename__ = "debtor_record"
    __constraints__ = (
        state_check("state", DebtorRecordState, "debtor_record"),
        state_check("obligation_code", ObligationCode, "debtor_record"),
        CheckConstraint(
            "obligation_amount_vnd IS NULL OR obligation_amount_vnd >= 0", name="ck_debtor_record_amount"
        ),
        CheckConstraint(
            "state NOT IN ('published', 'withdrawal_due') OR published_on IS NOT NULL",
            name="ck_debtor_record_published",
        ),
        Index("ix_debtor_record_name_sort", "name_sort", "id"),
        Index("ix_debtor_record_export", "state", "public_id"),
        Index("ix_debtor_record_publish_due_on", "publish_due_on", "id"),
        Index("ix_debtor_record_published_on", "published_on", "id"),
        Index("ix_debtor_record_publish_due", "state", "publish_due_on"),
        Index("ix_debtor_record_withdraw_due", "withdraw_due_on"),
        Index("ix_debtor_record_amend_due", "amend_due_on"),
        Index("ix_debtor_record_not_removed", "id", sqlite_where=_NOT_REMOVED, postgresql_where=_NOT_REMOVED),
        Index("ix_debtor_record_withdrawn_on", "withdrawn_on"),
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = mapped_column(bytewise(16), unique=True, default=new_public_id)
    decision_id: Mapped[int] = mapped_column(BigId, ForeignKey("non_enforceable_decision.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))

    full_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500))
    judgment_number: Mapped[str] = mapped_column(String(60))
    judgment_on: Mapped[date] = mapped_column(Date)
    court_name: Mapped[str] = mapped_column(String(200))
    enforcement_decision_number: Mapped[str] = mapped_column(String(60))
    enforcement_decision_on: Mapped[date] = mapped_column(Date)
    obligation_code: Mapped[str] = mapped_column(String(40))
    obligation_amount_vnd: Mapped[Money | None]
    reason_code: Mapped[str] = mapped_column(String(16))

    published_on: Mapped[date | None] = mapped_column(Date)
    updated_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    publish_due_on: Mapped[date | None] = mapped_column(Date)
    amend_due_on: Mapped[date | None] = mapped_column(Date)
    withdraw_due_on: Mapped[date | None] = mapped_column(Date)
    taken_down_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    name_fold: Mapped[str] = mapped_column(bytewise(200))
    name_sort: Mapped[str] = mapped_column(bytewise(400))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    decision: Mapped[Any] = relationship("NonEnforceableDecision")

    @validates("full_name")
    def _fold_name(self, _key: str, value: str) -> str:
        name = clean_text(value)
        self.name_fold = fold_ascii(name)
        self.name_sort = given_name_sort_key(name)
        return name

    @validates("address", "court_name", "judgment_number", "enforcement_decision_number")
    def _clean(self, _key: str, value: str) -> str:
        return clean_text(value)

    def __repr__(self) -> str:
        return self.full_name

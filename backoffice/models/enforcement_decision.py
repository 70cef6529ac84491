"""Decisions of an agency: the enforcement decision, and the decision on not yet having conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    bytewise,
    state_check,
)
from backoffice.models.states import DecisionState, NonEnforceableState
from exports.text import number_key

# Drafts are few among all decisions, and each of them waits for a head.
_DRAFTED = text("state = 'drafted'")


def _drafts(table: str) -> Index:
    return Index(f"ix_{table}_drafted", "agency_path", sqlite_where=_DRAFTED, postgresql_where=_DRAFTED)


class _Numbered:
    """Keeps beside the official number what it is found by, however it is typed."""

    decision_number: Mapped[str] = mapped_column(String(60))
    decision_number_key: Mapped[str] = mapped_column(bytewise(80), default="", server_default="")

    @validates("decision_number")
    def _fold_number(self, _key: str, value: str) -> str:
        self.decision_number_key = number_key(value)
        return value


class EnforcementDecision(_Numbered, Timestamped, AgencyScoped, Model):
    """The decision that opens enforcement of a case."""

    __tablename__ = "enforcement_decision"
    __constraints__ = (
        state_check("state", DecisionState, "enforcement_decision"),
        Index("ix_enforcement_decision_number", "decision_number"),
        Index("ix_enforcement_decision_decided_on", "decided_on", "id"),
        Index("ix_enforcement_decision_key", "decision_number_key", "agency_path"),
        _drafts("enforcement_decision"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    decided_on: Mapped[date] = mapped_column(Date)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    state: Mapped[str] = mapped_column(String(16))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Any] = relationship("EnforcementCase")
    signed_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.decision_number


class NonEnforceableDecision(_Numbered, Timestamped, AgencyScoped, Model):
    """The decision that a debtor does not yet have the conditions for enforcement.

    `ground_code` names a legal_rule row of kind `ground` that was in force on `decided_on`.
    """

    __tablename__ = "non_enforceable_decision"
    __constraints__ = (
        state_check("state", NonEnforceableState, "non_enforceable_decision"),
        Index("ix_non_enforceable_decision_decided_on", "decided_on", "id"),
        Index("ix_non_enforceable_decision_key", "decision_number_key", "agency_path"),
        _drafts("non_enforceable_decision"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    debtor_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_party.id"), index=True)
    enforcement_decision_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("enforcement_decision.id"), index=True
    )
    obligation_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_obligation.id"), index=True)
    decided_on: Mapped[date] = mapped_column(Date)
    ground_code: Mapped[str] = mapped_column(String(16))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    state: Mapped[str] = mapped_column(String(16))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Any] = relationship("EnforcementCase")
    debtor: Mapped[Any] = relationship("CaseParty")
    enforcement_decision: Mapped[EnforcementDecision] = relationship("EnforcementDecision")
    obligation: Mapped[Any] = relationship("EnforcementObligation")
    signed_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.decision_number

"""Decisions of an agency: the enforcement decision, and the decision on not yet having conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import AgencyScoped, BigId, Model, PrimaryKey, Timestamped, state_check
from backoffice.models.states import DecisionState, NonEnforceableState


class EnforcementDecision(Timestamped, AgencyScoped, Model):
    """The decision that opens enforcement of a case."""

    __tablename__ = "enforcement_decision"
    __constraints__ = (
        state_check("state", DecisionState, "enforcement_decision"),
        Index("ix_enforcement_decision_number", "decision_number"),
        Index("ix_enforcement_decision_decided_on", "decided_on", "id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date] = mapped_column(Date)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    state: Mapped[str] = mapped_column(String(16))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Any] = relationship("EnforcementCase")
    signed_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.decision_number


class NonEnforceableDecision(Timestamped, AgencyScoped, Model):
    """The decision that a debtor does not yet have the conditions for enforcement.

    `ground_code` names a legal_rule row of kind `ground` that was in force on `decided_on`.
    """

    __tablename__ = "non_enforceable_decision"
    __constraints__ = (
        state_check("state", NonEnforceableState, "non_enforceable_decision"),
        Index("ix_non_enforceable_decision_decided_on", "decided_on", "id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    debtor_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_party.id"), index=True)
    enforcement_decision_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("enforcement_decision.id"), index=True
    )
    obligation_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_obligation.id"), index=True)
    decision_number: Mapped[str] = mapped_column(String(60))
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

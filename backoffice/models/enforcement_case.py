"""The enforcement case with its parties and obligations. Not here: decisions and publication."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    Money,
    PrimaryKey,
    Timestamped,
    bytewise,
    state_check,
)
from backoffice.models.states import CaseOrigin, CaseState, ObligationCode, PartyKind, PartyRole
from exports.text import clean_text, fold_ascii, given_name_sort_key, number_key


class EnforcementCase(Timestamped, AgencyScoped, Model):
    """One enforcement case: one enforcement decision of one agency (Law 106/2025 Art. 3.8).

    `version` counts saved changes, so that two people who edit at once cannot overwrite each other. The `_key`
    columns follow from their numbers: a search finds them however they are typed.
    """

    __tablename__ = "enforcement_case"
    __constraints__ = (
        state_check("state", CaseState, "enforcement_case"),
        state_check("origin", CaseOrigin, "enforcement_case"),
        CheckConstraint("ended_on IS NULL OR ended_on >= accepted_on", name="ck_enforcement_case_end"),
        UniqueConstraint("agency_id", "case_number", name="uq_enforcement_case_number"),
        Index("ix_enforcement_case_accepted_on", "accepted_on", "id"),
        Index("ix_enforcement_case_ended_on", "ended_on"),
        Index("ix_enforcement_case_number_key", "case_number_key", "agency_path"),
        Index("ix_enforcement_case_judgment_key", "judgment_number_key", "agency_path"),
        Index("ix_enforcement_case_verification", "state", "next_verification_due_on"),
    )

    id: Mapped[PrimaryKey]
    case_number: Mapped[str] = mapped_column(bytewise(40))
    origin: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    judgment_number: Mapped[str] = mapped_column(String(60))
    judgment_on: Mapped[date] = mapped_column(Date)
    court_name: Mapped[str] = mapped_column(String(200))
    accepted_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    case_number_key: Mapped[str] = mapped_column(bytewise(80), default="", server_default="")
    judgment_number_key: Mapped[str] = mapped_column(bytewise(80), default="", server_default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    next_verification_due_on: Mapped[date | None] = mapped_column(Date)
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    officer: Mapped[Any] = relationship("StaffMember")
    parties: Mapped[list[CaseParty]] = relationship("CaseParty", back_populates="case")
    obligations: Mapped[list[EnforcementObligation]] = relationship(
        "EnforcementObligation", back_populates="case"
    )
    # For lists, which name the debtors of many cases.
    debtors: Mapped[list[CaseParty]] = relationship(
        "CaseParty",
        primaryjoin="and_(EnforcementCase.id == CaseParty.case_id, CaseParty.role == 'debtor')",
        order_by="CaseParty.id",
        viewonly=True,
    )

    @validates("case_number", "judgment_number")
    def _fold_number(self, key: str, value: str) -> str:
        setattr(self, f"{key}_key", number_key(value))
        return value

    def __repr__(self) -> str:
        return self.case_number


class CaseParty(Timestamped, AgencyScoped, Model):
    """A person or organisation in a case, in one role.

    `name_fold` and `name_sort` follow from the name (domain 6.3). The identity number, birth date and phone
    are never published.
    """

    __tablename__ = "case_party"
    __constraints__ = (
        state_check("role", PartyRole, "case_party"),
        state_check("kind", PartyKind, "case_party"),
        Index("ix_case_party_name_sort", "name_sort", "id"),
        Index("ix_case_party_identity_number", "identity_number"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    full_name: Mapped[str] = mapped_column(String(200))
    name_fold: Mapped[str] = mapped_column(bytewise(200))
    name_sort: Mapped[str] = mapped_column(bytewise(400))
    address: Mapped[str] = mapped_column(String(500))
    identity_number: Mapped[str | None] = mapped_column(String(20))
    birth_on: Mapped[date | None] = mapped_column(Date)
    phone: Mapped[str | None] = mapped_column(String(20))
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)

    case: Mapped[EnforcementCase] = relationship("EnforcementCase", back_populates="parties")

    @validates("full_name")
    def _fold_name(self, _key: str, value: str) -> str:
        name = clean_text(value)
        self.name_fold = fold_ascii(name)
        self.name_sort = given_name_sort_key(name)
        return name

    @validates("address")
    def _clean_address(self, _key: str, value: str) -> str:
        return clean_text(value)

    def __repr__(self) -> str:
        return self.full_name


class EnforcementObligation(Timestamped, AgencyScoped, Model):
    """What one debtor of the case must do or pay. Money in đồng; no amount when the duty is not money."""

    __tablename__ = "enforcement_obligation"
    __constraints__ = (
        state_check("obligation_code", ObligationCode, "enforcement_obligation"),
        CheckConstraint("amount_vnd IS NULL OR amount_vnd >= 0", name="ck_obligation_amount"),
        CheckConstraint(
            "outstanding_amount_vnd IS NULL OR outstanding_amount_vnd >= 0", name="ck_obligation_rest"
        ),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_case.id"), index=True)
    debtor_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_party.id"), index=True)
    obligation_code: Mapped[str] = mapped_column(String(40))
    description: Mapped[str | None] = mapped_column(Text)
    amount_vnd: Mapped[Money | None]
    outstanding_amount_vnd: Mapped[Money | None]

    case: Mapped[EnforcementCase] = relationship("EnforcementCase", back_populates="obligations")
    debtor: Mapped[CaseParty] = relationship("CaseParty")

    def __repr__(self) -> str:
        return self.obligation_code

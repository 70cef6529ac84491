"""Templates of the papers that agencies make: every edition with its text, its days and the people behind it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import Model, PrimaryKey, Timestamped, UtcDateTime, state_check
from backoffice.models.states import OfficialDocumentKind, TemplateLevel, TemplateState


class DocumentTemplate(Timestamped, Model):
    """One edition of the template of a kind of paper, for one level of agencies and one rule set; national.

    `edition` counts the editions of a kind, level and rule set; `version` counts saved changes of this row. Nobody
    approves what they prepared; `is_start_set` marks the editions that came with the program.

    `heading` is the name above the abstract, empty for an official letter; `recipients` has one a line; abstract and
    recipients may hold values in braces. `signer_position` is who signs a form of a citizen. `symbol_pattern` may
    name the office by `{agency}`.
    """

    __tablename__ = "document_template"
    __keeps_changes__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("kind", "agency_level", "rule_set", "edition", name="uq_document_template"),
        state_check("kind", OfficialDocumentKind, "document_template"),
        state_check("agency_level", TemplateLevel, "document_template"),
        state_check("state", TemplateState, "document_template"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_document_template_validity"),
        CheckConstraint("edition > 0", name="ck_document_template_edition"),
        CheckConstraint(
            "is_start_set OR prepared_by_id IS NOT NULL", name="ck_document_template_prepared_by"
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> prepared_by_id",
            name="ck_document_template_four_eyes",
        ),
        CheckConstraint(
            "state <> 'approved' OR is_start_set OR approved_by_id IS NOT NULL",
            name="ck_document_template_approved",
        ),
        Index("ix_document_template_state", "state", "id"),
        Index("ix_document_template_valid_from", "valid_from", "id"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(40))
    agency_level: Mapped[str] = mapped_column(String(16))
    rule_set: Mapped[str] = mapped_column(String(8))
    edition: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    title_vi: Mapped[str] = mapped_column(String(400))
    title_en: Mapped[str] = mapped_column(String(400))
    legal_basis: Mapped[str] = mapped_column(String(600), default="", server_default="")
    heading: Mapped[str] = mapped_column(String(200), default="", server_default="")
    abstract: Mapped[str] = mapped_column(String(500), default="", server_default="")
    recipients: Mapped[str] = mapped_column(Text, default="", server_default="")
    signer_position: Mapped[str] = mapped_column(String(120), default="", server_default="")
    symbol_pattern: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    is_start_set: Mapped[bool] = mapped_column(Boolean, default=False)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    prepared_by: Mapped[Any] = relationship("StaffMember", foreign_keys=[prepared_by_id])
    approved_by: Mapped[Any] = relationship("StaffMember", foreign_keys=[approved_by_id])

    def __repr__(self) -> str:
        return f"{self.title_vi} ({self.edition})"

"""Papers that an agency makes from templates, and the register of their numbers.

Not here: documents that somebody attached (`document`), the templates (`document_template`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    bytewise,
    state_check,
)
from backoffice.models.states import (
    DocumentNumberState,
    DocumentSeries,
    NumberSource,
    OfficialDocumentKind,
    OfficialDocumentState,
)
from exports.check_code import check_key, new_check_code

_WITH_FILE = "'prepared', 'signed', 'replaced', 'withdrawn'"
_UNDER_WAY = text("state IN ('rendering', 'render_failed')")
_LIVE = text("state NOT IN ('cancelled', 'replaced', 'withdrawn')")


def _key_of_the_code(context: Any) -> str:
    """The public key of the code that the same row gets. A code never changes, so neither does its key."""
    return check_key(context.get_current_parameters()["check_code"])


class DocumentNumberBook(AgencyScoped, Model):
    """The counter of one register: the last number that an agency gave in a series and year.

    Its row is the lock: a transaction that takes a number holds it until the number is committed or gone, so that
    no number is given twice and none is left out.
    """

    __tablename__ = "document_number_book"
    # A counter; every number it gave is a row of its own, with its history.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        UniqueConstraint("agency_id", "series", "year", name="uq_document_number_book"),
        state_check("series", DocumentSeries, "document_number_book"),
        CheckConstraint("last_number >= 0", name="ck_document_number_book_last"),
    )

    id: Mapped[PrimaryKey]
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    last_number: Mapped[int] = mapped_column(Integer, default=0)


class DocumentNumber(Timestamped, AgencyScoped, Model):
    """One number of a register, kept for ever. `year` is that of Viet Nam's day on which it was given."""

    __tablename__ = "document_number"
    __constraints__ = (
        UniqueConstraint("agency_id", "series", "year", "number", name="uq_document_number"),
        state_check("series", DocumentSeries, "document_number"),
        state_check("state", DocumentNumberState, "document_number"),
        state_check("source", NumberSource, "document_number"),
        CheckConstraint("number > 0", name="ck_document_number_positive"),
        CheckConstraint("state <> 'cancelled' OR reason IS NOT NULL", name="ck_document_number_reason"),
        Index("ix_document_number_issued_on", "issued_on", "id"),
        Index("ix_document_number_number", "number", "id"),
    )

    id: Mapped[PrimaryKey]
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    symbol: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)

    def __repr__(self) -> str:
        return f"{self.number}/{self.symbol}"


class OfficialDocument(Timestamped, AgencyScoped, Model):
    """One paper of an agency; `subject_type` is a table and `subject_id` the row of it that the paper is about.

    The values it is made from are frozen in an encrypted file (`data_file_id`) when it is drafted, so that nothing
    that changes later changes a paper. `check_code` lets anybody look it up; the public
    register knows it by `check_key` only. `replaced_by_id` names the paper that
    takes its place, from the moment that one is drafted.
    """

    __tablename__ = "official_document"
    __may_be_confidential__: ClassVar[bool] = True
    __constraints__ = (
        state_check("kind", OfficialDocumentKind, "official_document"),
        state_check("state", OfficialDocumentState, "official_document"),
        CheckConstraint(
            f"state NOT IN ({_WITH_FILE}) OR (file_id IS NOT NULL AND sha256 IS NOT NULL AND issued_on IS NOT NULL)",
            name="ck_official_document_file",
        ),
        CheckConstraint(
            "replaced_by_id IS NULL OR replaced_by_id <> id", name="ck_official_document_replaced"
        ),
        CheckConstraint(
            "state <> 'replaced' OR replaced_by_id IS NOT NULL", name="ck_official_document_successor"
        ),
        Index("ix_official_document_subject", "subject_type", "subject_id", "id"),
        Index("ix_official_document_issued_on", "issued_on", "id"),
        Index("ix_official_document_kind", "kind", "id"),
        Index("uq_official_document_check_key", "check_key", unique=True),
        # One number, one paper: only what is out of use may share it.
        Index(
            "uq_official_document_number",
            "number_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_official_document_under_way",
            "state",
            "id",
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    template_id: Mapped[int] = mapped_column(BigId, ForeignKey("document_template.id"), index=True)
    number_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document_number.id"), index=True)
    symbol: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(bytewise(64))
    data_file_id: Mapped[int] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    check_code: Mapped[str] = mapped_column(bytewise(16), unique=True, default=new_check_code)
    # After the code, from which its default is made.
    check_key: Mapped[str] = mapped_column(bytewise(32), default=_key_of_the_code)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("official_document.id"), index=True)
    error_code: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer, default=1)

    template: Mapped[Any] = relationship("DocumentTemplate")
    number: Mapped[DocumentNumber | None] = relationship("DocumentNumber")
    file: Mapped[Any] = relationship("StoredFile", foreign_keys=[file_id])
    data_file: Mapped[Any] = relationship("StoredFile", foreign_keys=[data_file_id])
    prepared_by: Mapped[Any] = relationship("StaffMember", foreign_keys=[prepared_by_id])
    signed_by: Mapped[Any] = relationship("StaffMember", foreign_keys=[signed_by_id])
    replaced_by: Mapped[OfficialDocument | None] = relationship(
        "OfficialDocument", remote_side="OfficialDocument.id", foreign_keys=[replaced_by_id]
    )

    def __repr__(self) -> str:
        return self.title

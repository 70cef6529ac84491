"""Documents attached to cases, decisions and debtor records; the files behind them; who opened which."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backoffice import clock
from backoffice.models.base import AgencyScoped, BigId, Model, PrimaryKey, UtcDateTime, bytewise, state_check
from backoffice.models.states import DocumentKind, DocumentState, RemovalRule
from exports.text import clean_text

TITLE_LENGTH = 200


class StoredFile(Model):
    """One file of the store, which any number of documents may share. Says nothing of who uses it.

    `sha256` is that of the file as it was given. `address` is that of the encrypted bytes, and their name in the
    store. `wrapped_key` is the key of this one file, encrypted under the master key `key_id`.
    """

    __tablename__ = "stored_file"

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(bytewise(64), unique=True)
    address: Mapped[str] = mapped_column(bytewise(64), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigId)
    key_id: Mapped[str] = mapped_column(bytewise(16), index=True)
    wrapped_key: Mapped[str] = mapped_column(bytewise(160))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Document(AgencyScoped, Model):
    """One paper of a file, as somebody attached it; `subject_type` is a table, `subject_id` a row of it.

    A removed document keeps its row. `file` is empty when the bytes were erased; size and sum stay as a proof of
    what it was.
    """

    __tablename__ = "document"
    __may_be_confidential__: ClassVar[bool] = True
    __constraints__ = (
        state_check("state", DocumentState, "document"),
        state_check("kind", DocumentKind, "document"),
        state_check("removal_rule", RemovalRule, "document"),
        CheckConstraint("state = 'removed' OR file_id IS NOT NULL", name="ck_document_file"),
        CheckConstraint("(state = 'removed') = (removal_rule IS NOT NULL)", name="ck_document_removal"),
        Index("ix_document_subject", "subject_type", "subject_id", "id"),
    )

    id: Mapped[PrimaryKey]
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(bytewise(64))
    is_sensitive: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(16))
    removal_rule: Mapped[str | None] = mapped_column(String(16))
    file_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    file: Mapped[StoredFile | None] = relationship("StoredFile")
    uploaded_by: Mapped[Any] = relationship("StaffMember")

    @validates("title")
    def _clean(self, _key: str, value: str) -> str:
        return clean_text(value)

    def __repr__(self) -> str:
        return self.title


class DocumentOpening(AgencyScoped, Model):
    """One opening of a document: written before the first byte goes out, and never edited."""

    __tablename__ = "document_opening"
    __may_be_confidential__: ClassVar[bool] = True
    __append_only__ = True
    # A log by itself, never edited.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (Index("ix_document_opening_document", "document_id", "id"),)

    id: Mapped[PrimaryKey]
    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("document.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_address: Mapped[str] = mapped_column(String(45))

    document: Mapped[Document] = relationship("Document")
    actor: Mapped[Any] = relationship("StaffMember")

"""Keys with which people sign, and the signatures on papers. Not here: the papers themselves (`official_document`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import AgencyScoped, BigId, Model, PrimaryKey, UtcDateTime, bytewise, state_check
from backoffice.models.signing_states import SignatureLevel, SignatureWay, SigningKeyKind, SigningKeyState

NAME_LENGTH = 500


class SigningKey(AgencyScoped, Model):
    """A key of one person for one agency: the file of the key in the store, or labels on the operator's token.

    A removed key keeps what its certificate said; its file is gone.
    """

    __tablename__ = "signing_key"
    __constraints__ = (
        state_check("kind", SigningKeyKind, "signing_key"),
        state_check("state", SigningKeyState, "signing_key"),
        CheckConstraint(
            "state = 'removed' OR (kind = 'file') = (file_id IS NOT NULL)", name="ck_signing_key_file"
        ),
        CheckConstraint("kind = 'file' OR token_label IS NOT NULL", name="ck_signing_key_token"),
        Index("ix_signing_key_owner", "owner_id", "id"),
    )

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    token_label: Mapped[str | None] = mapped_column(String(64))
    key_label: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(NAME_LENGTH))
    issuer: Mapped[str] = mapped_column(String(NAME_LENGTH))
    serial: Mapped[str] = mapped_column(bytewise(64))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    owner: Mapped[Any] = relationship("StaffMember")
    file: Mapped[Any] = relationship("StoredFile")

    def __repr__(self) -> str:
        return self.subject


class DocumentSignature(AgencyScoped, Model):
    """The one signature of a paper. `unsigned_file_id` is the file that was signed; the paper names the signed one.

    A paper signed by hand has no certificate and no level; its file is the scan. `findings` are the pairs of check
    and code of the last look at the signature.
    """

    __tablename__ = "document_signature"
    __may_be_confidential__: ClassVar[bool] = True
    __constraints__ = (
        state_check("way", SignatureWay, "document_signature"),
        CheckConstraint(
            "level IS NULL OR level IN ({})".format(", ".join(f"'{each.value}'" for each in SignatureLevel)),
            name="ck_document_signature_level",
        ),
        CheckConstraint(
            "(way = 'electronic') = (level IS NOT NULL AND certificate_subject IS NOT NULL)",
            name="ck_document_signature_certificate",
        ),
        CheckConstraint("sha256_before <> sha256_after", name="ck_document_signature_sums"),
    )

    id: Mapped[PrimaryKey]
    official_document_id: Mapped[int] = mapped_column(BigId, ForeignKey("official_document.id"), unique=True)
    signer_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    way: Mapped[str] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String(8))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256_before: Mapped[str] = mapped_column(bytewise(64))
    sha256_after: Mapped[str] = mapped_column(bytewise(64))
    unsigned_file_id: Mapped[int] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    certificate_subject: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    certificate_issuer: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    certificate_serial: Mapped[str | None] = mapped_column(bytewise(64))
    certificate_not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    findings: Mapped[list[list[str]] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)

    official_document: Mapped[Any] = relationship("OfficialDocument")
    signer: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.certificate_subject or ""

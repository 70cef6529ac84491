"""Requests that citizens are still writing: sealed so that only the browser that writes one can open it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice import clock
from backoffice.models.base import BigId, Model, PrimaryKey, UtcDateTime, bytewise


class RequestDraft(Model):
    """One request that is not sent yet; it belongs to no agency and is deleted when its time is over.

    `token` is a digest of its number and of the secret in the citizen's browser, `sealed` everything that was typed,
    encrypted under a key made from both: neither the row nor a copy of the database says anything of a person.
    """

    __tablename__ = "request_draft"

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(bytewise(64), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)


class RequestDraftFile(Model):
    """A file of the store that a draft holds; what the file is called stands sealed in the draft."""

    __tablename__ = "request_draft_file"

    id: Mapped[PrimaryKey]
    draft_id: Mapped[int] = mapped_column(BigId, ForeignKey("request_draft.id"), index=True)
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)

"""Tries to look a request up that found nothing. Not here: requests (`online_request`), limits (services)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.models.base import Model, PrimaryKey, UtcDateTime, bytewise


class LookUpTry(Model):
    """One look-up that found nothing; `code_key` is the sum of whatever was typed. Belongs to no agency.

    Written for every failure alike, also for a code that nobody has: neither the answer nor its time tells whether
    a code exists.
    """

    __tablename__ = "look_up_try"
    __table_args__ = (
        Index("ix_look_up_try_code_key", "code_key", "at"),
        Index("ix_look_up_try_at", "at"),
    )

    id: Mapped[PrimaryKey]
    code_key: Mapped[str] = mapped_column(bytewise(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

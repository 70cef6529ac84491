"""The field differences of every change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import AgencyScoped, BigId, Model, PrimaryKey, UtcDateTime


class RowChange(AgencyScoped, Model):
    """What one transaction changed of one row: `changes` is {field: [old, new]}; never edited.

    `log_id` is the history entry of the deed; a row that was changed along with another has the other's entry.
    `version` is the row's own after the change, where it counts versions. No relation leads to the entry, so that
    the write guard need not look it up again: both are written in one transaction under one scope.
    """

    __tablename__ = "row_change"
    __may_be_confidential__: ClassVar[bool] = True
    __append_only__ = True
    __constraints__ = (
        Index("ix_row_change_subject", "subject_type", "subject_id"),
        Index("ix_row_change_log", "log_id"),
    )
    __keeps_changes__: ClassVar[bool] = False

    id: Mapped[PrimaryKey]
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    log_id: Mapped[int] = mapped_column(BigId, ForeignKey("transition_log.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int | None] = mapped_column(Integer)
    is_creation: Mapped[bool] = mapped_column(Boolean)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)

    actor: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

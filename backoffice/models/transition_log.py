"""The history of every state change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import AgencyScoped, BigId, Model, PrimaryKey, UtcDateTime


class TransitionLog(AgencyScoped, Model):
    """One state change of one row; written in the transaction of the change and never edited.

    `actor_id` is empty when a machine acted. `deadline` keeps how the due date was found (rule, article,
    start, calendar version, pauses). `acted_for_id` is the absent officer in whose place the actor acted as deputy.
    """

    __tablename__ = "transition_log"
    __may_be_confidential__: ClassVar[bool] = True
    __append_only__ = True
    __constraints__ = (
        Index("ix_transition_log_subject", "subject_type", "subject_id"),
        Index("ix_transition_log_actor", "actor_id", "id"),
        Index("ix_transition_log_at", "at"),
    )
    # The history has no history: it is never edited.
    __keeps_changes__: ClassVar[bool] = False

    id: Mapped[PrimaryKey]
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    workflow_version: Mapped[str] = mapped_column(String(16))
    transition: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    acted_for_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    legal_basis: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    deadline: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    actor: Mapped[Any] = relationship("StaffMember", foreign_keys=[actor_id])
    acted_for: Mapped[Any] = relationship("StaffMember", foreign_keys=[acted_for_id])

    def __repr__(self) -> str:
        return f"{self.from_state or ''} → {self.to_state}"

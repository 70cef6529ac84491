"""Work that a person started from a list and a machine carries out: list files, steps on many rows, their undoing.

Not here: the exports of open data (`job.ExportRun`), the messages that start the work (`job.OutboxMessage`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import (
    AgencyScoped,
    BigId,
    Model,
    PrimaryKey,
    Timestamped,
    UtcDateTime,
    state_check,
)
from backoffice.models.states import BackgroundTaskState, RowOutcome, TaskKind


class BackgroundTask(Timestamped, AgencyScoped, Model):
    """One piece of work; it belongs to the agency that the person worked for when it was started.

    `parameters` hold what was asked for, search terms of persons among them: they never leave the database.
    `file_key` names the file that a list was written to, until it is deleted. `source_id` is the task that an
    undoing takes back. `message_id` is the message that makes a worker do the work.
    """

    __tablename__ = "background_task"
    # Its progress is its history.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("state", BackgroundTaskState, "background_task"),
        state_check("kind", TaskKind, "background_task"),
        CheckConstraint("progress_done >= 0", name="ck_background_task_progress"),
        Index("ix_background_task_requested_by", "requested_by_id", "id"),
        Index("ix_background_task_state", "state"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    screen: Mapped[str] = mapped_column(String(60))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    source_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("background_task.id"))
    message_id: Mapped[str] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    progress_done: Mapped[int] = mapped_column(BigInteger, default=0)
    progress_total: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(String(40))
    row_counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    file_key: Mapped[str | None] = mapped_column(String(64))
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    requested_by: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return str(self.id)


class BackgroundTaskRow(AgencyScoped, Model):
    """One row that a task takes a step on: the version the person saw, and what became of it.

    `sentence` is the refusal as a line to be translated. `new_version` is the version after the step: whoever
    changes the row later raises it, and an undoing then leaves the row alone.
    """

    __tablename__ = "background_task_row"
    # Progress of a task; the rows it changes keep their own history.
    __keeps_changes__: ClassVar[bool] = False
    __constraints__ = (
        state_check("outcome", RowOutcome, "background_task_row"),
        UniqueConstraint("task_id", "subject_id", name="uq_background_task_row"),
    )

    id: Mapped[PrimaryKey]
    task_id: Mapped[int] = mapped_column(BigId, ForeignKey("background_task.id"))
    subject_id: Mapped[int] = mapped_column(BigId)
    seen_version: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(16), default=RowOutcome.PENDING.value)
    sentence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    new_version: Mapped[int | None] = mapped_column(Integer)

    task: Mapped[BackgroundTask] = relationship("BackgroundTask")

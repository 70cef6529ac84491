"""Legal numbers, grounds and public fields as dated data, and the working calendar's overrides."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.models.base import Model, PrimaryKey, Timestamped, state_check
from backoffice.models.states import OverrideStatus, RuleKind


class LegalRule(Timestamped, Model):
    """One number, ground or public field of the law, with its article, from one day to another.

    `value` is in `unit` (working days, days, months, years, đồng); grounds and fields have none.
    """

    __tablename__ = "legal_rule"
    __keeps_changes__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("code", "valid_from", name="uq_legal_rule"),
        Index("ix_legal_rule_code", "code", "id"),
        Index("ix_legal_rule_valid_from", "valid_from", "id"),
        state_check("kind", RuleKind, "legal_rule"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_legal_rule_validity"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(80))
    rule_set: Mapped[str] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[int | None] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(16))
    law: Mapped[str] = mapped_column(String(120))
    article: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    title_vi: Mapped[str] = mapped_column(String(400))
    title_en: Mapped[str] = mapped_column(String(400))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    def __repr__(self) -> str:
        return self.title_vi


class CalendarOverride(Timestamped, Model):
    """A day that works, or does not, against the general calendar: swapped days and acts not yet known.

    A `proposed` day does not count until somebody confirms it.
    """

    __tablename__ = "calendar_override"
    __keeps_changes__: ClassVar[bool] = True
    __table_args__ = (state_check("status", OverrideStatus, "calendar_override"),)

    id: Mapped[PrimaryKey]
    day: Mapped[date] = mapped_column(Date, unique=True)
    is_working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    def __repr__(self) -> str:
        return self.name

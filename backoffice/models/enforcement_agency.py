"""The agency tree with validity dates and successors, and the dated names of its levels and agencies."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import BigId, Model, PrimaryKey, Timestamped, bytewise, state_check
from backoffice.models.states import AgencyLevel

PATH_END = "."
# The one agency above all others: whoever may see its subtree may see every row.
ROOT_PATH = "TC."


class EnforcementAgency(Timestamped, Model):
    """One agency, legal person or unit, while it exists.

    `path` is the codes from the root, each followed by a dot (`TC.C01.CC001.`). A reorganisation closes agencies
    and links them to their successor; it never renames, moves or deletes one, so old rows stay true.
    """

    __tablename__ = "enforcement_agency"
    __scope_path__ = "path"
    __keeps_changes__: ClassVar[bool] = True
    __table_args__ = (
        state_check("level", AgencyLevel, "enforcement_agency"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ck_agency_validity"
        ),
        # Paths are unique, so there is no second root, and nothing else is a path of one part.
        CheckConstraint(
            f"CASE WHEN parent_id IS NULL THEN path = '{ROOT_PATH}' ELSE path LIKE '_%._%.' END",
            name="ck_enforcement_agency_root",
        ),
        Index("ix_enforcement_agency_path", "path", unique=True),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(bytewise(16), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enforcement_agency.id"), index=True)
    path: Mapped[str] = mapped_column(bytewise(80))
    province_code: Mapped[str | None] = mapped_column(String(2))
    district_code: Mapped[str | None] = mapped_column(String(3))
    is_pilot_2018: Mapped[bool] = mapped_column(Boolean, default=False)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    successor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enforcement_agency.id"), index=True)
    legal_basis: Mapped[str | None] = mapped_column(String(200))

    parent: Mapped[Any] = relationship(
        "EnforcementAgency", remote_side="EnforcementAgency.id", foreign_keys=[parent_id]
    )
    successor: Mapped[Any] = relationship(
        "EnforcementAgency", remote_side="EnforcementAgency.id", foreign_keys=[successor_id]
    )

    def is_valid_on(self, day: date) -> bool:
        """Whether the agency exists on that day; both ends are included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def __repr__(self) -> str:
        return self.name


class AgencyLevelName(Model):
    """What a level of the tree is called from one day to another (Tổng cục → Cục Quản lý THADS)."""

    __tablename__ = "agency_level_name"
    __table_args__ = (
        UniqueConstraint("level", "valid_from", name="uq_agency_level_name"),
        state_check("level", AgencyLevel, "agency_level_name"),
    )

    id: Mapped[PrimaryKey]
    level: Mapped[str] = mapped_column(String(16))
    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    legal_basis: Mapped[str] = mapped_column(String(200))

    def __repr__(self) -> str:
        return self.name_vi


class AgencyName(Model):
    """A name that one agency bears from one day to another, where it differs from its first name."""

    __tablename__ = "agency_name"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from", name="uq_agency_name"),)

    id: Mapped[PrimaryKey]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("enforcement_agency.id"))
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    legal_basis: Mapped[str] = mapped_column(String(200))

    def __repr__(self) -> str:
        return self.name

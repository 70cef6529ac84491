"""Column types and mixins that every table shares. Not here: any table."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from backoffice import clock

__all__ = [
    "AgencyScoped",
    "Model",
    "Money",
    "PrimaryKey",
    "Timestamped",
    "UtcDateTime",
    "bytewise",
    "state_check",
]


def bytewise(length: int) -> String:
    """A string compared byte by byte on every database, so that ranges and sort orders agree."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; kept as timestamptz on PostgreSQL and as naive UTC on SQLite, read in Viet Nam's time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What values of the column are; the library answers `object` for types of one's own."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(clock.VIETNAM)


# SQLite numbers rows by itself only in a column of type INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")
PrimaryKey = Annotated[int, mapped_column(BigId, primary_key=True)]
Money = Annotated[int, mapped_column(BigInteger)]
LongText = Annotated[str, mapped_column(Text)]


def state_check(column: str, states: type[StrEnum], table: str) -> CheckConstraint:
    """A check constraint made from the same enum that the workflow uses."""
    values = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({values})", name=f"ck_{table}_{column}")


class Timestamped:
    """Adds when a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


class AgencyScoped:
    """A row that belongs to one agency and is invisible outside the subtrees a person may see.

    `agency_path` repeats the agency's path on the row, so that the scope needs no join; the write guard keeps
    it equal to the path of `agency_id`. Every change of such a row keeps its field differences
    (`services.row_change`), unless the class says otherwise, with its reason.
    """

    __scope_path__ = "agency_path"
    __keeps_changes__: ClassVar[bool] = True
    # Whether rows may be about a confidential request, whose path they then have (`models.confidence`).
    __may_be_confidential__: ClassVar[bool] = False

    @declared_attr
    def agency_id(cls) -> Mapped[int]:
        return mapped_column(BigId, ForeignKey("enforcement_agency.id"))

    @declared_attr
    def agency_path(cls) -> Mapped[str]:
        return mapped_column(bytewise(80))

    @declared_attr
    def agency(cls) -> Mapped[Any]:
        return relationship("EnforcementAgency", lazy="select")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (Index(f"ix_{name}_scope", "agency_path", "id"), *getattr(cls, "__constraints__", ()))

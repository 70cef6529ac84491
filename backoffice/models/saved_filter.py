"""Filters of lists that people keep and share. Not here: reading addresses (`views.listing`)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.models.base import AgencyScoped, Model, PrimaryKey, Timestamped

NAME_LENGTH = 80


class SavedFilter(Timestamped, AgencyScoped, Model):
    """The filters and the order of one screen's list, under a name.

    It belongs to its owner and to the owner's agency. What was typed may be a person's name, so a shared filter is
    shown inside that agency alone, never above or below it. `parameters` are those of the list's address.
    """

    __tablename__ = "saved_filter"
    __constraints__ = (UniqueConstraint("owner_id", "screen", "name", name="uq_saved_filter"),)
    # A person's own convenience, not a record of the agency.
    __keeps_changes__: ClassVar[bool] = False

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    screen: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    owner: Mapped[Any] = relationship("StaffMember")

    def __repr__(self) -> str:
        return self.name

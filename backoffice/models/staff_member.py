"""The people who sign in: Flask-AppBuilder's user with an agency and a session epoch."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, Connection, ForeignKey, Integer, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from backoffice.models.base import BigId, bytewise
from exports.text import fold_ascii


class StaffMember(User):
    """One officer of one agency.

    `session_epoch` is part of the session's identity: raising it ends every session of this person at once.
    `name_fold` follows from the name when the row is written. `default_filters` names, by screen, the saved filter
    that the person's list opens with.
    """

    __tablename__ = "ab_user"

    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enforcement_agency.id"), index=True)
    session_epoch: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    name_fold: Mapped[str] = mapped_column(bytewise(200), default="", server_default="")
    default_filters: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False, server_default="0")

    agency: Mapped[Any] = relationship("EnforcementAgency", foreign_keys=[agency_id])

    def get_id(self) -> str:
        """What the session cookie names: the person, and the epoch that ends the session when it is raised."""
        return f"{self.id}.{self.session_epoch}"

    def get_full_name(self) -> str:
        """The Vietnamese order: family and middle names first, the given name last."""
        return f"{self.last_name} {self.first_name}".strip()

    def __repr__(self) -> str:
        return self.get_full_name()


def _fold_name(_mapper: Mapper[Any], _connection: Connection, member: StaffMember) -> None:
    member.name_fold = fold_ascii(member.get_full_name())


event.listen(StaffMember, "before_insert", _fold_name)
event.listen(StaffMember, "before_update", _fold_name)

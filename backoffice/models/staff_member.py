"""The people who sign in: Flask-AppBuilder's user with an agency and a session epoch."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, Connection, ForeignKey, Index, Integer, event, func
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from backoffice.models.base import BigId, UtcDateTime, bytewise
from exports.text import fold_ascii


class StaffMember(User):
    """One officer of one agency.

    `session_epoch` is part of the session's identity: raising it ends every session of this person at once.
    `name_fold` follows from the name when the row is written. `default_filters` names, by screen, the saved filter
    that the person's list opens with.
    A password that somebody else knows (`must_change_password`) opens nothing but the page that changes it, and
    not after `password_expires_at`.
    """

    __tablename__ = "ab_user"
    __keeps_changes__: ClassVar[bool] = True
    # Named one by one: passwords, sessions and counters of attempts never reach a history.
    __kept_columns__: ClassVar[frozenset[str]] = frozenset(
        {"username", "first_name", "last_name", "email", "active", "agency_id"}
    )
    # Related rows whose names are kept as one field.
    __kept_lists__: ClassVar[tuple[str, ...]] = ("roles",)

    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enforcement_agency.id"), index=True)
    session_epoch: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    name_fold: Mapped[str] = mapped_column(bytewise(200), default="", server_default="")
    default_filters: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False, server_default="0")
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False, server_default="0")
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Any] = relationship("EnforcementAgency", foreign_keys=[agency_id])

    @property
    def family_name(self) -> str:
        """Family and middle names; the framework calls them the last name."""
        return str(self.last_name)

    @property
    def given_name(self) -> str:
        """The given name; the framework calls it the first name."""
        return str(self.first_name)

    @property
    def agency_code(self) -> str:
        """The code of the agency, for forms."""
        return self.agency.code if self.agency is not None else ""

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


# One person, one name: two accounts that differ in capitals only would shut both out.
Index("uq_ab_user_username_lower", func.lower(StaffMember.username), unique=True)
Index("uq_ab_user_email_lower", func.lower(StaffMember.email), unique=True)

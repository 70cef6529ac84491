"""Flask-AppBuilder's security manager with our staff, our session rule and our policy.

Belongs here: how a session names a person, and who may open which screen. Not here: the sign-in screen
(`views.sign_in`), the policy itself (`access.policy`, `access.screen_policy`), making accounts (services).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask, current_app, session
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_limiter.util import get_remote_address
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from backoffice import clock
from backoffice.access.identity import current_actor, keep_scope, reach_of, readings_of, scope_from
from backoffice.access.limits import SteadyLimiter
from backoffice.access.scope import system_scope
from backoffice.access.screen_policy import permission_for
from backoffice.access.session_clock import is_idle, note_use
from backoffice.connections import PREPARED
from backoffice.errors import NotPermittedError
from backoffice.models import EnforcementAgency, StaffMember, StaffSession
from backoffice.workflow.messages import N_

_LARGEST_ID = 2**31 - 1
SIGNED_IN_AT = "signed_in_at"
SESSION_ID = "session_id"
_ONE_WAY = N_(
    "Accounts and passwords are made with “flask access” and on the staff screen, which keep our rules."
)


class OpenThadsSecurityManager(SecurityManager):
    """Signs staff in; every framework override of security lives here."""

    user_model = StaffMember

    def create_db(self) -> None:
        """Make no table at start: the migrations are the only way a table comes to be."""

    def create_limiter(self, app: Flask) -> SteadyLimiter:
        """The limiter of sign-in attempts, by address."""
        limiter = SteadyLimiter(key_func=app.config.get("RATELIMIT_KEY_FUNC", get_remote_address))
        limiter.init_app(app)
        return limiter

    def create_jwt_manager(self, app: Flask) -> None:
        """Issue and accept no bearer tokens: staff sign in with a form, programs not at all."""

    def register_views(self) -> None:
        """Register none of the framework's user, role and password screens: they let a person raise himself."""

    def load_user(self, pk: str) -> StaffMember | None:
        """The person a session names, with roles, agency and scope in one query; None ends the session.

        A session of an earlier epoch is over: signing out or a new password raises the epoch. So is one that
        began longer ago than sessions may last, however busy it was, or that nobody used for a while.
        """
        now, longest = clock.now(), current_app.permanent_session_lifetime.total_seconds()
        if not 0 <= now.timestamp() - session.get(SIGNED_IN_AT, 0) <= longest:
            return None
        key, _, epoch = str(pk).partition(".")
        if not (key.isascii() and key.isdecimal() and int(key) <= _LARGEST_ID):
            return None
        named = {"person": int(key), "session": session.get(SESSION_ID, 0)}
        with system_scope("sign_in"):
            found = self.session.execute(_statement(), named).unique().one_or_none()
        if found is None or is_idle(found.last_seen_at, now):
            return None
        user: StaffMember = found[0]
        if not user.is_active or epoch != str(user.session_epoch):
            return None
        keep_scope(user, scope_from(found.reach, found.given, found.barred))
        note_use(found.id, found.last_seen_at, now)
        return user

    def auth_user_db(self, username: str, password: str) -> None:
        """Let nobody in: the sign-in screen asks `services.sign_in`, which counts refusals and delays."""

    def add_user(self, *_given: Any, **_named: Any) -> Any:
        """Refused, also to `flask fab`: raises NotPermittedError."""
        raise NotPermittedError(_ONE_WAY)

    def update_user(self, user: Any) -> Any:  # noqa: ARG002
        """Refused: raises NotPermittedError."""
        raise NotPermittedError(_ONE_WAY)

    def del_register_user(self, register_user: Any) -> Any:  # noqa: ARG002
        """Refused: raises NotPermittedError."""
        raise NotPermittedError(_ONE_WAY)

    def add_register_user(self, *_given: Any, **_named: Any) -> Any:
        """Refused: nobody registers himself. Raises NotPermittedError."""
        raise NotPermittedError(_ONE_WAY)

    def reset_password(self, userid: int, password: str) -> Any:  # noqa: ARG002
        """Refused, also to `flask fab`: raises NotPermittedError."""
        raise NotPermittedError(_ONE_WAY)

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the signed-in person may open this screen: the policy decides, stored grants only mirror it."""
        needed = permission_for(view_name, permission_name)
        return needed is not None and current_actor().may(needed.value)

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The menu entries that the signed-in person sees."""
        return {name for name in menu_names or () if self.has_access("menu_access", name)}

    def is_item_public(self, permission_name: str, view_name: str) -> bool:  # noqa: ARG002
        """Nothing of the staff screens is public."""
        return False

    def on_user_logout(self, user: Any) -> None:
        """Nothing to add: the sign-in screen ends the sessions through a service."""


@cache
def _statement() -> Select[Any]:
    """The person of a session with roles and agency, when the session was last used, and the scope; made once."""
    agency = select(StaffMember.agency_id).where(StaffMember.id == bindparam("person")).scalar_subquery()
    scope = (
        reach_of(EnforcementAgency.id == agency).label("reach"),
        readings_of(bindparam("person"), is_barred=False).label("given"),
        readings_of(bindparam("person"), is_barred=True).label("barred"),
    )
    return (
        select(StaffMember, StaffSession.id, StaffSession.last_seen_at, *scope)
        .join(StaffSession, StaffSession.member_id == StaffMember.id)
        .where(StaffMember.id == bindparam("person"), StaffSession.id == bindparam("session"))
        .options(joinedload(StaffMember.roles), joinedload(StaffMember.agency))
        .execution_options(**PREPARED)
    )

"""Flask-AppBuilder's security manager with our staff, our session rule and our password rule."""

from __future__ import annotations

from flask_appbuilder.security.sqla.manager import SecurityManager

from backoffice.models import StaffMember


class OpenThadsSecurityManager(SecurityManager):
    """Signs staff in; every framework override of security lives here."""

    user_model = StaffMember

    def create_db(self) -> None:
        """Make no table at start: the migrations are the only way a table comes to be."""

"""Flask-AppBuilder without what it registers by itself: its screens, static files, programs' interfaces.

Belongs here: the subclass that starts the framework for the staff screens, and which language a request has.
Not here: which screens exist (`menu`), who may open them (`access`).
"""

from __future__ import annotations

from flask import current_app, has_request_context, session
from flask_appbuilder import AppBuilder
from flask_babel import get_babel

from backoffice.access.limits import limit_tries
from backoffice.access.security_manager import OpenThadsSecurityManager
from backoffice.views.home import HomeView
from backoffice.views.sign_in import SignInView

LOCALE_KEY = "locale"


class StaffAppBuilder(AppBuilder):
    """The framework of one staff application; it keeps the views of that application and cannot be shared."""

    security_manager_class = OpenThadsSecurityManager

    def __init__(self) -> None:
        super().__init__(base_template="base.html", indexview=HomeView, update_perms=False)
        self.security_manager_class = OpenThadsSecurityManager

    def _add_global_static(self) -> None:
        """Serve none of the framework's scripts and styles: the screens use none of them."""

    def _add_admin_views(self) -> None:
        """Register the home page and the sign-in screen, and nothing else of the framework's own."""
        get_babel().locale_selector = selected_locale
        self._indexview = self.add_view_no_menu(HomeView)
        self.sm.auth_view = self.add_view_no_menu(SignInView)
        limit_tries(self.sm.limiter, self.sm.auth_view.blueprint, "SignInView.login")


def selected_locale() -> str:
    """The language of this request: the one chosen before, else Vietnamese. Reading it writes nothing."""
    default: str = current_app.config["BABEL_DEFAULT_LOCALE"]
    if not has_request_context():
        return default
    chosen = str(session.get(LOCALE_KEY, default))
    return chosen if chosen in current_app.config["LANGUAGES"] else default

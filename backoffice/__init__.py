"""The back office: `create_app` puts the parts of one process together."""

from __future__ import annotations

from typing import Literal

from flask import Flask
from flask_babel import Babel  # noqa: F401  (Flask-AppBuilder binds it; named here so that it is a direct dependency)
from werkzeug.middleware.proxy_fix import ProxyFix

from backoffice import (
    connections,
    models,  # noqa: F401  (all tables must be known before the mapper is used)
)
from backoffice.access import identity, row_security, scope
from backoffice.cli import register_commands
from backoffice.extensions import csrf, db, migrate
from backoffice.services import changed_rows
from backoffice.start_check import refuse_unsafe
from backoffice.views import menu, public
from backoffice.views.framework import StaffAppBuilder
from config import ROOT, Settings, flask_settings, load_settings

Surface = Literal["staff", "public", "all"]


def create_app(surface: Surface = "all", settings: Settings | None = None) -> Flask:
    """One application for the chosen surface; a public process registers no staff route, and only it the citizens' pages.

    Raises SettingError when a setting cannot be used, UnsafeSettingError when one is unsafe for real data.
    """
    settings = settings or load_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.from_mapping(flask_settings(settings))
    refuse_unsafe(app.config)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "backoffice" / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    if settings.proxy_hops:
        # Exactly so many entries were written by proxies of ours; what stands before them anybody may have sent.
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    with app.app_context():
        scope.install_guard(db.session)
        changed_rows.install(db.session)
        db.prepare_engine()
        connections.install(db.engine)
        row_security.install(db.engine)
        register_commands(app)
        if surface in ("staff", "all"):
            appbuilder = StaffAppBuilder()
            menu.prepare(app)
            appbuilder.init_app(app, db.session)
            app.before_request(identity.enter_request_scope)
            app.teardown_request(identity.leave_request_scope)
            menu.register(appbuilder, app)
        else:
            public.install(app)
    return app

"""Choosing the language of the citizens' pages, and ending what this browser holds. Not here: which languages exist."""

from __future__ import annotations

from flask import abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from backoffice.views.framework import LOCALE_KEY
from backoffice.views.redirects import local_path


def language() -> Response:
    """Keep the chosen language in the session and go back to the page."""
    chosen = request.form.get("locale")
    if chosen not in current_app.config["LANGUAGES"]:
        abort(400)
    session[LOCALE_KEY] = chosen
    return redirect(local_path(request.form.get("next"), url_for("public.start")))


def finish() -> Response:
    """Forget the secret of this browser: nobody who uses it next can see what was sent or typed here."""
    locale = session.get(LOCALE_KEY)
    session.clear()
    session.update({LOCALE_KEY: locale} if locale else {})
    return redirect(url_for("public.start"))

"""Showing a form again, filled with what was typed before the session ended. Never saves anything by itself.

Not here: sealing and encrypting (`access.kept_text`), signing in (`sign_in`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from backoffice import clock
from backoffice.access.identity import enter_request_scope
from backoffice.access.kept_text import KeptText, keep, open_kept, seal
from backoffice.errors import OpenThadsError
from backoffice.forms.sign_in import SignInForm
from backoffice.services.password import is_too_old
from backoffice.views.bad_query import BadQueryError


def install(app: Flask) -> None:
    """Offer seals to templates, and catch forms whose session or token is over."""
    app.jinja_env.globals.update(seal=seal_of)
    app.register_error_handler(CSRFError, _token_over)


def seal_of(path: str) -> str:
    """The seal of a form that the signed-in person sees at this address."""
    return seal(_secret(), current_user.id, path)


def needs_new_password() -> bool:
    """Whether the signed-in person may open nothing but the page that changes the password."""
    days = current_app.config["OPENTHADS"].password_max_age
    return bool(current_user.must_change_password) or is_too_old(current_user, days, clock.now())


def sign_in_page() -> Any:
    """The sign-in form in place of a refused POST, carrying what was typed; None when there is nothing to carry."""
    kept = _keep()
    if kept is None:
        return None
    # The token of the form that was sent belongs to the session that is over.
    form = SignInForm(formdata=None)
    page = render_template(
        "sign_in.html", title=_("Sign in"), form=form, refused=False, kept=kept, is_over=True
    )
    return make_response(page, 401)


def go_on_page(kept: str, user_id: int) -> Any:
    """After signing in: one button back to the form. None when the text is another person's or cannot be read."""
    found = open_kept(_secret(), kept)
    if found is None:
        return None
    if found.user_id != user_id:
        flash(_("Somebody else had typed a text here. It was thrown away."), "bad")
        return None
    return render_template("go_on.html", title=_("You are signed in again"), kept=kept)


class KeptView(BaseView):
    """Shows a form again with what was typed; whatever that form asks of a person is asked again."""

    route_base = "/kept"

    @expose("/", methods=["POST"])
    def show(self) -> Any:
        """The form at its address, filled and unsaved, for the person who typed it."""
        found = open_kept(_secret(), request.form.get("kept", ""))
        if found is None or found.user_id != current_user.id:
            raise BadQueryError("kept")
        return reshow(found, _signed_in_note(found)) or redirect(url_for("HomeView.index"))


def reshow(found: KeptText, note: str) -> Any:
    """The page of the form, filled; None when no form of ours has this address.

    Raises what opening the form raises: another role or scope since then hides it as it hides it from everybody.
    """
    path = urlsplit(found.path).path.removeprefix(request.script_root)
    try:
        endpoint, arguments = current_app.url_map.bind("localhost").match(path, method="POST")
    except HTTPException:
        return None
    screen, _dot, method = endpoint.partition(".")
    appbuilder = current_app.appbuilder  # type: ignore[attr-defined]
    view = next((item for item in appbuilder.baseviews if item.endpoint == screen), None)
    shower = getattr(view, f"reshow_{method}", None)
    if view is None or shower is None:
        return None
    step = getattr(getattr(view, method), "_permission_name", method)
    if not appbuilder.sm.has_access(f"can_{step}", view.class_permission_name):
        return None
    return shower(MultiDict(found.fields), note, **arguments)


def _token_over(error: CSRFError) -> Any:
    """A form of another session of this browser: show it again for the same person, or ask to sign in."""
    if not current_user.is_authenticated:
        return sign_in_page() or _refused(error)
    # The token is looked at before all else: nobody has set the person's scope yet, nor asked for a new password.
    enter_request_scope()
    if needs_new_password():
        return _refused(error)
    kept = _keep()
    found = open_kept(_secret(), kept) if kept else None
    if found is None or found.user_id != current_user.id:
        return _refused(error)
    note = _("This page belonged to an earlier session. Nothing was saved yet: look once more, then save.")
    try:
        shown = reshow(found, note + _files(found))
    except OpenThadsError:
        shown = None
    if shown is None:
        return _refused(error)
    answer = make_response(shown)
    answer.status_code = 400
    return answer


def _refused(error: CSRFError) -> Any:
    handlers = current_app.error_handler_spec[None][None]
    return handlers[HTTPException](error)


def _keep() -> str | None:
    """What this request sent, encrypted for the person whom its seal names."""
    return keep(
        _secret(),
        request.form.get("seal", ""),
        request.script_root + request.path,
        request.form.items(multi=True),
        had_files=any(item.filename for item in request.files.values()),
    )


def _signed_in_note(found: KeptText) -> str:
    note = _("Your session had ended. What you typed stands in the form again and is not saved yet.")
    return str(note) + _files(found)


def _files(found: KeptText) -> str:
    return " " + str(_("Choose the attached files again: they could not be kept.")) if found.had_files else ""


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])

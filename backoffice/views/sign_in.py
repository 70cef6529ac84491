"""Signing in and out, and choosing the language. Not here: checking the password (the security manager)."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.views import AuthDBView
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.access.kept_text import LARGEST_KEPT
from backoffice.access.security_manager import SESSION_ID, SIGNED_IN_AT
from backoffice.forms.sign_in import SignInForm
from backoffice.services.sign_in import Entry, end_sessions, sign_in
from backoffice.views.kept import go_on_page
from backoffice.views.redirects import local_path

REFUSED = 401
TOO_MANY = 429


class SignInView(AuthDBView):
    """The only way in. A refused attempt says the same for an unknown name, a wrong password and a closed account."""

    route_base = ""
    login_template = "sign_in.html"
    title = _l("Sign in")
    include_route_methods = frozenset({"login", "logout", "language"})

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        """Show the form; on POST check it, and start a fresh session when name and password fit."""
        target = local_path(request.args.get("next"))
        if current_user.is_authenticated:
            return redirect(target)
        form = SignInForm()
        if not form.validate_on_submit():
            return self._form(form, REFUSED if request.method == "POST" else 200)
        entry = sign_in(form.username.data, form.password.data, request.remote_addr or "")
        if entry.wait:
            page = self._form(form, TOO_MANY, wait=entry.wait)
            page.headers["Retry-After"] = str(entry.wait)
            return page
        if entry.member is None:
            return self._form(form, REFUSED, refused=True)
        # Counted before it was heard; a whole office may come in through one address.
        self.appbuilder.sm.limiter.give_back()
        begin_session(entry)
        kept = request.form.get("kept", "")
        return (go_on_page(kept, entry.member.id) if kept else None) or redirect(target)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """End every session of this person; a copied cookie is worth nothing afterwards."""
        end_sessions(current_actor())
        logout_user()
        locale = session.get("locale")
        session.clear()
        session.update({"locale": locale} if locale else {})
        return redirect(url_for("SignInView.login"))

    @expose("/language/", methods=["POST"])
    def language(self) -> Any:
        """Keep the chosen language in the session and go back to the page."""
        chosen = request.form.get("locale")
        if chosen not in current_app.config["LANGUAGES"]:
            abort(400)
        session["locale"] = chosen
        return redirect(local_path(request.form.get("next")))

    def _form(self, form: SignInForm, status: int, *, refused: bool = False, wait: int = 0) -> Response:
        kept = request.form.get("kept", "")[:LARGEST_KEPT]
        page = self.render_template(
            self.login_template, title=self.title, form=form, refused=refused, wait=wait, kept=kept
        )
        return make_response(page, status)


def begin_session(entry: Entry) -> None:
    """Let this browser carry the new session, and nothing of the one before but the language."""
    locale = session.get("locale")
    session.clear()
    session.update({"locale": locale} if locale else {})
    session[SIGNED_IN_AT] = int(clock.now().timestamp())
    session[SESSION_ID] = entry.session_id
    login_user(entry.member, remember=False)
    # Made anew and now: the form's own token belongs to the session before, and no later GET has to write.
    g.pop("csrf_token", None)
    generate_csrf()

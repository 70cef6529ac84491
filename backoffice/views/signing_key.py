"""One's own keys to sign with: what they are, until when, adding and removing. Not here: signing (`signing`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, StateError
from backoffice.services.signing_key import LARGEST_FILE, add_own_key, own_keys, remove_own_key
from backoffice.views.attaching import vault
from backoffice.views.bad_query import BadQueryError
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown

WARN_BEFORE = timedelta(days=30)


class SigningKeyView(BaseView):
    """The keys of the signed-in person."""

    route_base = "/signing-keys"
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """My keys, and the form that adds one."""
        refuse_unknown(request.args, set())
        return self._page()

    @expose("/add", methods=["POST"])
    @has_access
    @permission_name("index")
    def add(self) -> Any:
        """Keep a key file; its passphrase opens it once and is not kept."""
        file = request.files.get("file")
        data = file.stream.read(LARGEST_FILE + 1) if file else b""
        secret = request.form.get("passphrase", "")
        try:
            add_own_key(current_actor(), data, secret, vault(), current_app.config["OPENTHADS"].signing)
        except (InvalidInputError, StateError) as error:
            bad = {"field": getattr(error, "field", "file"), "sentence": sentence(error)}
            return make_response(self._page(bad), 409 if isinstance(error, StateError) else 400)
        flash(
            _("The key is added. Its passphrase is not kept: you are asked for it at each signing."), "good"
        )
        return redirect(url_for("SigningKeyView.index"))

    @expose("/remove/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("index")
    def remove(self, pk: int) -> Any:
        """Stop using a key and erase its file."""
        version = request.form.get("version", "")
        if not (version.isascii() and version.isdecimal() and 0 < len(version) <= 9):
            raise BadQueryError("version")
        remove_own_key(current_actor(), pk, expected_version=int(version))
        flash(_("The key is removed and its file erased. Papers signed with it stay signed."), "good")
        return redirect(url_for("SigningKeyView.index"))

    def _page(self, bad: dict[str, str] | None = None) -> str:
        now = clock.now()
        page: str = self.render_template(
            "signing_keys.html",
            title=_l("My signing keys"),
            keys=own_keys(current_actor()),
            now=now,
            soon=now + WARN_BEFORE,
            bad=bad or {},
        )
        return page

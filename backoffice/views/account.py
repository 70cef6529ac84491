"""The own account: password, last sign-ins, other sessions. Not here: accounts of others (`staff_member`)."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice.access.identity import current_actor
from backoffice.access.security_manager import SESSION_ID
from backoffice.errors import InvalidInputError
from backoffice.forms.staff_member import OwnPasswordForm
from backoffice.queries.sign_ins import open_sessions, recent_events
from backoffice.services.sign_in import change_own_password, end_other_sessions
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.sign_in import begin_session

OUTCOMES = {"in": _l("Signed in"), "refused": _l("Refused")}


class AccountView(BaseView):
    """What a person may see and change of the own account; the only page that a one-time password opens."""

    route_base = "/account"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def index(self) -> Any:
        """Show the account; on POST change the password."""
        refuse_unknown(request.args, set())
        if request.method != "POST":
            return self._page(OwnPasswordForm(None))
        form = OwnPasswordForm(request.form)
        if form.validate() and form.password.data != form.again.data:
            form.add_error("again", _("The two new passwords differ."))
        if form.errors:
            return self._page(form, 400)
        try:
            address = request.remote_addr or ""
            entry = change_own_password(current_actor(), form.old.data, form.password.data, address)
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
            return self._page(form, 400)
        begin_session(entry)
        flash(_("Your password is changed. All other sessions have ended."), "good")
        return redirect(url_for("HomeView.index"))

    @expose("/end-others", methods=["POST"])
    @has_access
    @permission_name("index")
    def end_others(self) -> Any:
        """End every session but this one."""
        begin_session(end_other_sessions(current_actor(), request.remote_addr or ""))
        flash(_("All other sessions have ended."), "good")
        return redirect(url_for("AccountView.index"))

    def _page(self, form: OwnPasswordForm, status: int = 200) -> Any:
        member_id = current_user.id
        page = self.render_template(
            "account.html",
            title=_l("My account"),
            form=form,
            events=recent_events(member_id),
            sessions=open_sessions(member_id),
            own_session=session.get(SESSION_ID),
            outcomes=OUTCOMES,
            signs=self.appbuilder.sm.has_access("can_index", "SigningKeyView"),
        )
        return make_response(page, status)

"""The one-stop desk: one page on which an officer keys in a dossier, by keyboard alone (R40, R42).

Belongs here: showing the form, changing the procedure without losing what was typed, saving. Not here: fields
(`desk_form`, `forms.desk_entry`), what comes after saving and the slips (`desk_slips`), the deed
(`services.desk_entry`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.forms.desk_entry import DeskForm
from backoffice.services.agency_directory import sees_one_agency
from backoffice.services.declared import FieldsRefusedError
from backoffice.services.desk_entry import key_in
from backoffice.services.document_intake import FilesRefusedError
from backoffice.services.document_store import StoreFullError
from backoffice.services.same_matter import find_alike, sought_in
from backoffice.views.attaching import vault
from backoffice.views.desk_form import (
    FILE_FIELDS,
    PAGES,
    aside_of,
    entry_of,
    form_for,
    new_token,
    upload_limit,
)
from backoffice.views.desk_slips import DeskSlipsMixin
from backoffice.views.document_words import DOCUMENT_KINDS
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.same_matter import hints_of, json_of

# What of the session is the desk's: the last procedure, and the tokens of the last dossiers with their requests.
DESK_KEY = "desk"
_DOSSIERS_KEPT = 3


class DeskView(DeskSlipsMixin, BaseView):
    """Dossiers that were handed in at the desk or came by post."""

    route_base = "/desk"
    default_view = "index"
    list_title = _l("One-stop desk")

    @expose("/", methods=["GET", "POST"])
    @has_access
    def index(self) -> Any:
        """The form; with another procedure when that was asked for; else the dossier is saved and its slips offered."""
        refuse_unknown(request.args, set())
        if request.method != "POST":
            return self._page(form_for(None, self._last_procedure()), {})
        form = form_for(request.form, self._last_procedure())
        if "check" in request.form:
            hints = hints_of(find_alike(current_actor(), sought_in(form.answers())))
            return self._page(form, request.form, hints=hints)
        if "reload" in request.form:
            note = _("The fields are those of the procedure. Choose attached files again.")
            return self._page(form, request.form, note=note)
        if not form.validate():
            return self._page(form, request.form, 400)
        return self._saved(form)

    @expose("/fields", methods=["POST"])
    @has_access
    @permission_name("index")
    def fields(self) -> Any:
        """The fields of the chosen procedure with what was typed, as a part of the page; the page's script asks."""
        refuse_unknown(request.args, set())
        form = form_for(request.form, self._last_procedure())
        return self.render_template(
            "desk_fields.html", form=form, pages=PAGES, aside=aside_of(form, request.form)
        )

    @expose("/same", methods=["POST"])
    @has_access
    @permission_name("index")
    def same(self) -> Any:
        """Requests that may be the same as what is being typed, for the page's script; numbers stand in no address."""
        refuse_unknown(request.args, set())
        return json_of(hints_of(find_alike(current_actor(), sought_in(request.form))))

    def reshow_index(self, typed: MultiDict[str, str], note: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        return self._page(form_for(typed, self._last_procedure()), typed, note=note)

    def _saved(self, form: DeskForm) -> Any:
        try:
            receipt = key_in(current_actor(), entry_of(form), vault())
        except FilesRefusedError as error:
            refused = [(name, sentence(reason)) for name, reason in error.refusals]
            return self._page(form, request.form, 400, refused=refused)
        except OpenThadsError as error:
            _tell(form, error)
            return self._page(form, request.form, 507 if isinstance(error, StoreFullError) else 400)
        self._remember(form, receipt.request_id)
        if receipt.is_repeat:
            flash(_("This dossier was saved before. Nothing was saved twice."), "wait")
        return redirect(url_for("DeskView.saved", pk=receipt.request_id))

    def _last_procedure(self) -> str:
        return str(session.get(DESK_KEY, {}).get("procedure", ""))

    def _remember(self, form: DeskForm, request_id: int) -> None:
        """The procedure for the next dossier, and the token from which the page after this one makes the code."""
        kept = [pair for pair in session.get(DESK_KEY, {}).get("sent", []) if pair[0] != request_id]
        sent = [*kept, [request_id, form.token.data]][-_DOSSIERS_KEPT:]
        session[DESK_KEY] = {"procedure": form.procedure.data, "sent": sent}

    def _page(self, form: DeskForm, typed: Mapping[str, str], status: int = 200, **more: Any) -> Response:
        page = self.render_template(
            "desk.html",
            title=self.list_title,
            view=self,
            form=form,
            pages=PAGES,
            aside=aside_of(form, typed),
            file_fields=[(name, DOCUMENT_KINDS[kind]) for name, kind in FILE_FIELDS.items()],
            limit=upload_limit(),
            is_typed=bool(typed),
            address=url_for("DeskView.index"),
            is_one_agency=sees_one_agency(),
            **{"note": "", "refused": (), "hints": None, **more},
        )
        return make_response(page, status)


def _tell(form: DeskForm, error: OpenThadsError) -> None:
    """Say at each field what the service refused there, and all else above the form."""
    if isinstance(error, FieldsRefusedError):
        for name, reason in error.refusals.items():
            form.add_error(name, sentence(reason))
        return
    field = error.field if isinstance(error, InvalidInputError) else ""
    form.add_error(field, sentence(error))
    if field == "form":
        # The token is used up or broken; sent again, this is a dossier of its own.
        form.token.data = new_token()

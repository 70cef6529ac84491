"""Attaching documents to a row: the form, and what is shown when files are refused.

Not here: judging and storing files (`services.document`), the documents' own pages (`document`).
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from backoffice.access.identity import current_actor
from backoffice.access.policy import in_file_of, require
from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.forms.document import DocumentForm
from backoffice.services.document import SUBJECTS, Details, add_documents, find_subject
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_store import StoreFullError
from backoffice.services.document_vault import Vault
from backoffice.views.document_words import DOCUMENT_KINDS
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.related import tab_anchor
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from config import MEGABYTE, DocumentSettings

# The screen on which each kind of row with documents is shown.
_SCREENS = {
    "enforcement_case": "CaseView",
    "enforcement_decision": "EnforcementDecisionView",
    "non_enforceable_decision": "NonEnforceableDecisionView",
    "debtor_record": "DebtorRecordView",
    "online_request": "OnlineRequestView",
}


class AttachMixin:
    """Adds the form that attaches files to a row; the screen names `add` among its routes."""

    render_template: Any
    list_title: Any

    @expose("/add/<string:subject>/<int:pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def add(self, subject: str, pk: int) -> Any:
        """The form that attaches files to a row; on POST they are judged and stored, all or none."""
        refuse_unknown(request.args, set())
        row = find_subject(current_actor(), subject, pk)
        require(in_file_of(current_actor(), subject), Permission.DOCUMENT_ADD)
        form = DocumentForm()
        form.kind.choices = list(DOCUMENT_KINDS.items())
        if request.method != "POST":
            return self._form_page(row, form)
        if not form.validate():
            return self._form_page(row, form, 400)
        uploads = _uploads()
        details = Details(form.title.data or "", form.kind.data, form.is_sensitive.data)
        try:
            if not uploads:
                raise InvalidInputError("files", N_("Choose the files."))
            made = add_documents(current_actor(), (subject, pk), uploads, details, vault())
        except OpenThadsError as error:
            return self._refused(find_subject(current_actor(), subject, pk), form, error)
        flash(_("Attached: %(count)s.", count=len(made)), "good")
        return redirect(f"{address_of(subject, pk)}#{tab_anchor('DocumentView', subject)}")

    def _refused(self, row: Any, form: DocumentForm, error: OpenThadsError) -> Any:
        """The form again with what was typed; raises what is not about the files."""
        if isinstance(error, FilesRefusedError):
            named = [(name, sentence(reason)) for name, reason in error.refusals]
            return self._form_page(row, form, 400, named)
        if not isinstance(error, InvalidInputError | StoreFullError):
            raise error
        form.add_error(getattr(error, "field", "files"), sentence(error))
        return self._form_page(row, form, 507 if isinstance(error, StoreFullError) else 400)

    def _form_page(self, row: Any, form: DocumentForm, status: int = 200, refused: Any = ()) -> Any:
        kind = SUBJECTS[row.__tablename__]
        page = self.render_template(
            "document_add.html",
            title=_("Attach documents: %(row)s", row=row),
            view=self,
            form=form,
            refused=refused,
            archives=kind.archives,
            limit=_settings().upload_bytes // MEGABYTE,
            back=address_of(row.__tablename__, row.id),
            trail=(self.list_title, url_for("DocumentView.list")),
        )
        return make_response(page, status)


def address_of(subject: str, pk: int) -> str:
    """The page of a row that has documents."""
    return url_for(f"{_SCREENS[subject]}.show", pk=pk)


def _settings() -> DocumentSettings:
    settings: DocumentSettings = current_app.config["OPENTHADS"].documents
    return settings


def vault() -> Vault:
    """Where this installation keeps its files."""
    return Vault.of(_settings())


def _uploads() -> list[Upload]:
    files = [file for file in request.files.getlist("files") if file.filename]
    return [Upload(file.filename or "", cast(BinaryIO, file.stream)) for file in files]
